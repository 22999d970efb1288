"""Writes phone_numbers.tsv: what people type, and how the reference library reads it.

The reference is the port of libphonenumber on PyPI, of the same metadata version as the Rust crate that
the domain uses, so that every difference is a fault and none is a matter of dates. The numbers are drawn
from that metadata with a fixed seed and then written as people write them: national, international,
bracketed, pasted with invisible marks, too short, too long, of another country.

    pip install phonenumbers==9.0.42
    python tests/oracles/phone_numbers.py > tests/oracles/phone_numbers.tsv

Columns: input, default country (may be empty), valid (1 or 0), E.164, region, type, national and
international format, extension. The last six are empty when the number is not valid; the extension is also empty when
there is none. An input never holds a tab.
"""

import random
import sys

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

METADATA = "9.0.42"
SEED = 20261123
HOME = ["US", "CA", "GB"]

TYPES = {
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal_number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.UNKNOWN: "unknown",
}

DESCRIPTIONS = [
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost",
    "personal_number", "voip", "pager", "uan", "voicemail",
]

HAND_WRITTEN = [
    # North America, as typed in a chat.
    ("(415) 555-2671", "US"), ("415.555.2671", "US"), ("415-555-2671", "CA"), ("1-416-967-1111", "CA"),
    ("1 (416) 967-1111", "US"), ("4165550199", "US"), ("+1 (415) 555-0132", ""), ("14155552671", "US"),
    ("14155552671", ""), ("+14155552671", ""), ("+1.415.555.2671", "GB"), ("001 415 555 2671", "GB"),
    ("011 44 20 7946 0958", "US"), ("0044 20 7946 0958", "US"), ("00442079460958", "FR"),
    ("415 555 267", "US"), ("415 555 26711", "US"), ("555-2671", "US"), ("911", "US"), ("988", "US"),
    ("211", "US"), ("12345", "US"), ("1-900-234-5678", "US"), ("900 234 5678", "US"),
    ("1-800-FLOWERS", "US"), ("1-800-GOFEDEX", "CA"), ("(800) CALL-ATT", "US"), ("1-888-GO-LEAFS", "CA"),
    ("800 555 0199", "US"), ("833-234-5678", "US"), ("844 234 5678", "CA"), ("855 234 5678", "US"),
    ("866-234-5678", "US"), ("877 234 5678", "US"), ("888 234 5678", "US"), ("822 234 5678", "US"),
    ("876 555 2345", "US"), ("658-555-2345", "US"), ("809 555 2345", "US"), ("829 555 2345", "US"),
    ("849-555-2345", "CA"), ("+1 787 555 2345", ""), ("939 555 2345", "US"), ("671 555 2345", "US"),
    ("340 555 2345", "US"), ("684 733 2345", "US"), ("670 555 2345", "US"), ("441 555 2345", "US"),
    ("242 555 2345", "US"), ("246 555 2345", "US"), ("264 555 2345", "US"), ("268 555 2345", "US"),
    ("284 555 2345", "US"), ("345 555 2345", "US"), ("473 555 2345", "US"), ("649 555 2345", "US"),
    ("664 555 2345", "US"), ("721 555 2345", "US"), ("758 555 2345", "US"), ("767 555 2345", "US"),
    ("784 555 2345", "US"), ("868 555 2345", "US"), ("869 555 2345", "US"), ("500 234 5678", "US"),
    ("521 234 5678", "US"), ("600 234 5678", "CA"), ("622 234 5678", "CA"), ("700 234 5678", "US"),
    ("710 234 5678", "US"), ("123 456 7890", "US"), ("012 345 6789", "US"), ("415 155 2671", "US"),
    ("415 055 2671", "US"), ("999 555 1234", "US"), ("555 555 0123", "US"), ("+1 555 555 0123", ""),
    # United Kingdom.
    ("020 7946 0958", "GB"), ("(020) 7946 0958", "GB"), ("+44 (0)20 7946 0958", ""), ("+44(0)2079460958", "US"),
    ("+44 020 7946 0958", "GB"), ("0044 (0)20 7946 0958", "GB"), ("44 20 7946 0958", "GB"),
    ("07911 123456", "GB"), ("07400 123456", "GB"), ("07700 900123", "GB"), ("+44 7700 900 999", ""),
    ("07700 901000", "GB"), ("07781 123456", "GB"), ("07839 123456", "GB"), ("07911 712345", "GB"),
    ("07797 712345", "GB"), ("07829 712345", "GB"), ("07937 712345", "GB"), ("07624 456789", "GB"),
    ("07924 412345", "GB"), ("01481 256789", "GB"), ("01534 456789", "GB"), ("01624 756789", "GB"),
    ("070 1234 5678", "GB"), ("07640 123456", "GB"), ("07699 123456", "GB"), ("0800 1111", "GB"),
    ("0800 123 4567", "GB"), ("0808 157 0123", "GB"), ("0845 464 0000", "GB"), ("0871 234 5678", "GB"),
    ("0900 123 4567", "GB"), ("0906 123 4567", "GB"), ("0303 123 4567", "GB"), ("0330 123 4567", "GB"),
    ("056 1234 5678", "GB"), ("055 1234 5678", "GB"), ("0121 496 0123", "GB"), ("7911 123456", "GB"),
    ("999", "GB"), ("112", "GB"), ("111", "GB"), ("101", "GB"), ("118 500", "GB"), ("61016", "GB"),
    # Abroad.
    ("06 12 34 56 78", "FR"), ("+33 (0)6 12 34 56 78", ""), ("0033 6 12 34 56 78", "DE"),
    ("030 901820", "DE"), ("0151 23456789", "DE"), ("+49 (0) 30 901820", "US"), ("06 698 12345", "IT"),
    ("312 345 6789", "IT"), ("+39 06 698 12345", ""), ("0412 345 678", "AU"), ("0011 44 7911 123456", "AU"),
    ("+61 (0)412 345 678", ""), ("03-1234-5678", "JP"), ("010-1234-5678", "KR"), ("098765 43210", "IN"),
    ("11 96123-4567", "BR"), ("0 15 11 2345 6789", "AR"), ("+54 9 11 2345 6789", ""), ("044 55 1234 5678", "MX"),
    ("8 912 345-67-89", "RU"), ("8~10 44 20 7946 0958", "RU"), ("+7 701 234 5678", ""), ("054-123-4567", "IL"),
    ("+353 85 012 3456", ""), ("086 123 4567", "IE"), ("+379 06 698 12345", ""), ("+383 43 201 234", ""),
    # Of no country: freephone, satellite, shared cost, premium, personal.
    ("+800 1234 5678", ""), ("+808 1234 5678", ""), ("+870 773 111 632", ""), ("+878 10 123456789012", ""),
    ("+881 612 345 678", ""), ("+882 1234 5678", ""), ("+883 510 012 345", ""), ("+888 123 456 789 01", ""),
    ("+979 123 456 789", ""), ("+8816 1234 5678", "US"), ("011 870 773 111 632", "US"),
    # Letters, links, words, marks.
    ("tel:+14155552671", ""), ("tel:+1-415-555-2671", "GB"), ("TEL:+14155552671", ""), ("tel:415-555-2671", "US"),
    ("tel:555-2671;phone-context=+1-415", "US"), ("tel:415-555-2671;phone-context=+1", ""),
    ("tel:+442079460958;isub=12345", ""), ("tel:+14155552671;ext=22", ""), ("sms:+14155552671", "US"),
    ("call 415-555-2671", "US"), ("my number is +44 7911 123456!", "US"), ("Tel. 020 7946 0958", "GB"),
    ("415-555-2671 x22", "US"), ("415-555-2671 ext. 22", "US"), ("415-555-2671 extension 4", "US"),
    ("+44 20 7946 0958 #123", ""), ("415-555-2671,,22", "US"), ("415-555-2671;22", "US"), ("415 555 2671 / 2672", "US"),
    ("415-555-2671 or 415-555-2672", "US"), ("\uff0b\uff14\uff14\uff12\uff10\uff17\uff19\uff14\uff16\uff10\uff19\uff15\uff18", ""),
    ("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "US"), ("\u202a+1 415\u2011555\u20112671\u202c", ""),
    ("\u200e+44 7911 123456", ""), ("+1\u00a0415\u00a0555\u00a02671", ""), ("+1 415\u2013555\u20132671", ""),
    ("+1 415\u30fc555\u30fc2671", ""), ("\ufeff+14155552671", ""), ("++14155552671", ""), ("+ 1 415 555 2671", ""),
    ("+1+4155552671", ""), ("1+4155552671", "US"), ("(+1) 415 555 2671", ""), ("[+44] 7911 123456", ""),
    ("+44-7911-123456-", ""), ("*67 415 555 2671", "US"), ("#31#0791123456", "GB"), ("41 55 55 26 71", "US"),
    ("4I5 555 2671", "US"), ("415 555 26O1", "US"), ("abc", "US"), ("", "US"), (" ", ""), ("+", "US"), ("+1", "US"),
    ("-", "US"), ("1", "US"), ("0", "GB"), ("00", "GB"), ("12", "US"), ("+0 415 555 2671", ""), ("+999 123 456 789", ""),
    ("+2101234567", ""), ("0000000000", "US"), ("1111111111", "US"), ("+44 0000 000000", ""), ("12345678901234567890", "US"),
    ("+1234567890123456", ""), ("+49 30 1234567890123", ""), ("hello 42", "US"), ("sam@example.com", "US"),
    ("https://example.com/4155552671", "US"), ("2026-11-23", "US"), ("10.0.0.1", "US"), ("$415 555 2671", "US"),
]


def national_significant(region, kind):
    """An example of the metadata of one kind, or None."""
    description = getattr(PhoneMetadata.metadata_for_region(region), kind)
    return description.example_number if description is not None else None


def changed(pick, digits):
    """The same length with its last digits drawn anew: usually of the same kind, sometimes not valid."""
    count = pick.choice([0, 2, 3, 4, 4, 5, 6, len(digits)])
    count = min(count, len(digits))
    return digits[: len(digits) - count] + "".join(pick.choice("0123456789") for _ in range(count))


def grouped(pick, digits, separator):
    groups = []
    while digits:
        size = pick.choice([2, 3, 3, 4])
        groups.append(digits[:size])
        digits = digits[size:]
    return separator.join(groups)


def exit_code(home):
    return {"US": "011", "CA": "011", "AU": "0011"}.get(home, "00")


def translated(text, zero):
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


def written(pick, region, digits):
    """One way to write a national significant number, with the default country that it is read with."""
    metadata = PhoneMetadata.metadata_for_region(region)
    code, trunk = str(metadata.country_code), metadata.national_prefix or ""
    number = phonenumbers.PhoneNumber(
        country_code=metadata.country_code, national_number=int(digits),
        italian_leading_zero=digits.startswith("0") or None,
        number_of_leading_zeros=(len(digits) - len(digits.lstrip("0"))) or None,
    )
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    other = pick.choice(["", "US", "GB", "CA", "FR", "DE", region])
    away = pick.choice(["US", "CA", "GB", "FR", "AU"])
    separator = pick.choice([" ", "-", ".", "", "\u00a0", " - ", "/", "\u2011", "\u2013"])
    style = pick.randrange(24)
    if style == 0:
        return "+" + code + digits, other
    if style == 1:
        return international, other
    if style in (2, 3):
        return national, region
    if style == 4:
        return digits, region
    if style == 5:
        return trunk + digits, region
    if style == 6:
        return grouped(pick, trunk + digits, separator), region
    if style == 7:
        return "+" + code + separator + grouped(pick, digits, separator), other
    if style == 8:
        return exit_code(away) + " " + code + " " + grouped(pick, digits, " "), away
    if style == 9:
        return f"+{code} ({trunk or '0'}) {grouped(pick, digits, ' ')}", other
    if style == 10:
        return code + digits, pick.choice([region, ""])
    if style == 11:
        return f"({trunk}{digits[:3]}) {digits[3:6]}-{digits[6:]}", region
    if style == 12:
        return phonenumbers.format_number(number, PhoneNumberFormat.RFC3966), other
    if style == 13:
        return translated(pick.choice([international, national]), pick.choice("\uff10\u0660\u06f0\u0966")), region
    if style == 14:
        return "\u202a" + international + "\u202c", other
    if style == 15:
        return "  " + national + " ", region
    if style == 16:
        return pick.choice(["Tel: ", "call ", "mob. ", "<", "(", "\u260e "]) + international, other
    if style == 17:
        return international + pick.choice([".", ",", ")", " thanks", "!", " (mobile)", ";"]), other
    if style == 18:
        return pick.choice([international, national]) + pick.choice([" x", " ext ", " ext. ", ";ext=", " #", " extn "]) + str(pick.randrange(1, 9999)), region
    if style == 19:
        return "+" + code + digits[: pick.randrange(1, len(digits) + 1)], other
    if style == 20:
        return international + str(pick.randrange(0, 999)), other
    if style == 21:
        return national, pick.choice(HOME)
    if style == 22:
        return "+" + code + trunk + digits, other
    return f"+{code}({digits[:3]}){digits[3:]}", other


def inputs():
    pick = random.Random(SEED)
    yield from HAND_WRITTEN
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in DESCRIPTIONS:
            example = national_significant(region, kind)
            if example is None:
                continue
            yield "+" + str(phonenumbers.country_code_for_region(region)) + example, ""
            for _ in range(12 if region in HOME else 1):
                yield written(pick, region, changed(pick, example))
    for _ in range(700):
        area = str(pick.randrange(200, 1000))
        digits = area + str(pick.randrange(100, 1000)) + f"{pick.randrange(10000):04d}"
        yield written(pick, pick.choice(["US", "CA"]), digits)
    for _ in range(700):
        lead = pick.choice(["7", "7", "7", "20", "1", "2", "3", "5", "8", "9"])
        digits = lead + "".join(pick.choice("0123456789") for _ in range(10 - len(lead)))
        yield written(pick, "GB", digits)
    for code in [800, 808, 870, 878, 881, 882, 883, 888, 979]:
        for _ in range(6):
            size = pick.choice([7, 8, 9, 9, 10, 11, 12])
            yield f"+{code} " + "".join(pick.choice("0123456789") for _ in range(size)), ""


def answer(text, default):
    try:
        number = phonenumbers.parse(text, default or None)
    except phonenumbers.NumberParseException:
        return ["0", "", "", "", "", "", ""]
    if not phonenumbers.is_valid_number(number):
        return ["0", "", "", "", "", "", ""]
    plain = phonenumbers.PhoneNumber()
    plain.merge_from(number)
    plain.extension = None
    return [
        "1",
        phonenumbers.format_number(plain, PhoneNumberFormat.E164),
        phonenumbers.region_code_for_number(number),
        TYPES[phonenumbers.number_type(number)],
        phonenumbers.format_number(plain, PhoneNumberFormat.NATIONAL),
        phonenumbers.format_number(plain, PhoneNumberFormat.INTERNATIONAL),
        number.extension or "",
    ]


def main():
    if phonenumbers.__version__ != METADATA and "--any-version" not in sys.argv:
        sys.exit(f"needs phonenumbers=={METADATA}, found {phonenumbers.__version__}")
    seen = set()
    for text, default in inputs():
        if (text, default) in seen:
            continue
        seen.add((text, default))
        print("\t".join([text, default, *answer(text, default)]))


if __name__ == "__main__":
    main()
