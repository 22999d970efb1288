//! Which state or province an area code of the US or Canada belongs to, and which time zones that has. Where an area code lies in several zones, all of
//! them stand here, because nobody can tell from the number in which of them its holder is. The codes are those of the numbering plan, compared
//! with the numbering data by a test.

use chrono_tz::Tz;

/// Area codes of a place, and the zones that they lie in.
pub(super) struct Area {
    /// Letters of the state or province, as the post writes them.
    pub(super) place: &'static str,
    /// Its zones.
    pub(super) zones: &'static [Tz],
    /// Its area codes.
    codes: &'static [u16],
}

const EASTERN: &[Tz] = &[Tz::America__New_York];
const CENTRAL: &[Tz] = &[Tz::America__Chicago];
const MOUNTAIN: &[Tz] = &[Tz::America__Denver];
const PACIFIC: &[Tz] = &[Tz::America__Los_Angeles];
const ARIZONA: &[Tz] = &[Tz::America__Phoenix];
const EASTERN_AND_CENTRAL: &[Tz] = &[Tz::America__New_York, Tz::America__Chicago];
const CENTRAL_AND_MOUNTAIN: &[Tz] = &[Tz::America__Chicago, Tz::America__Denver];
const MOUNTAIN_AND_PACIFIC: &[Tz] = &[Tz::America__Denver, Tz::America__Los_Angeles];

const fn area(place: &'static str, zones: &'static [Tz], codes: &'static [u16]) -> Area {
    Area { place, zones, codes }
}

/// Every area of the US and Canada.
const AREAS: &[Area] = &[
    area("AL", CENTRAL, &[205, 251, 256, 334, 659, 938]),
    area("AK", &[Tz::America__Anchorage, Tz::America__Adak], &[907]),
    area("AZ", ARIZONA, &[480, 520, 602, 623]),
    // The Navajo Nation keeps summer time.
    area("AZ", &[Tz::America__Phoenix, Tz::America__Denver], &[928]),
    area("AR", CENTRAL, &[327, 479, 501, 870]),
    area(
        "CA",
        PACIFIC,
        &[
            209, 213, 279, 310, 323, 341, 350, 369, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657,
            661, 669, 707, 714, 738, 747, 760, 805, 818, 820, 831, 840, 858, 909, 916, 925, 949, 951,
        ],
    ),
    area("CO", MOUNTAIN, &[303, 719, 720, 748, 970, 983]),
    area("CT", EASTERN, &[203, 475, 860, 959]),
    area("DE", EASTERN, &[302]),
    area("DC", EASTERN, &[202, 771]),
    area(
        "FL",
        EASTERN,
        &[239, 305, 321, 324, 352, 386, 407, 561, 645, 656, 689, 727, 728, 754, 772, 786, 813, 863, 904, 941, 954],
    ),
    area("FL", EASTERN_AND_CENTRAL, &[448, 850]),
    area("GA", EASTERN, &[229, 404, 470, 478, 678, 706, 762, 770, 912, 943]),
    area("HI", &[Tz::Pacific__Honolulu], &[808]),
    area("ID", MOUNTAIN_AND_PACIFIC, &[208, 986]),
    area("IL", CENTRAL, &[217, 224, 309, 312, 331, 447, 464, 618, 630, 708, 730, 773, 779, 815, 847, 872]),
    area("IN", EASTERN, &[260, 317, 463, 765]),
    area("IN", EASTERN_AND_CENTRAL, &[219, 574, 812, 930]),
    area("IA", CENTRAL, &[319, 515, 563, 641, 712]),
    area("KS", CENTRAL, &[316, 913]),
    area("KS", CENTRAL_AND_MOUNTAIN, &[620, 785]),
    area("KY", EASTERN, &[502, 859]),
    area("KY", EASTERN_AND_CENTRAL, &[270, 364, 606]),
    area("LA", CENTRAL, &[225, 318, 337, 504, 985]),
    area("ME", EASTERN, &[207]),
    area("MD", EASTERN, &[227, 240, 301, 410, 443, 667]),
    area("MA", EASTERN, &[339, 351, 413, 508, 617, 774, 781, 857, 978]),
    area("MI", EASTERN, &[231, 248, 269, 313, 517, 586, 616, 734, 810, 947, 989]),
    area("MI", EASTERN_AND_CENTRAL, &[906]),
    area("MN", CENTRAL, &[218, 320, 507, 612, 651, 763, 952]),
    area("MS", CENTRAL, &[228, 601, 662, 769]),
    area("MO", CENTRAL, &[235, 314, 417, 557, 573, 636, 660, 816, 975]),
    area("MT", MOUNTAIN, &[406]),
    area("NE", CENTRAL, &[402, 531]),
    area("NE", CENTRAL_AND_MOUNTAIN, &[308]),
    area("NV", PACIFIC, &[702, 725]),
    area("NV", MOUNTAIN_AND_PACIFIC, &[775]),
    area("NH", EASTERN, &[603]),
    area("NJ", EASTERN, &[201, 551, 609, 640, 732, 848, 856, 862, 908, 973]),
    area("NM", MOUNTAIN, &[505, 575]),
    area(
        "NY",
        EASTERN,
        &[212, 315, 329, 332, 347, 363, 516, 518, 585, 607, 631, 646, 680, 716, 718, 838, 845, 914, 917, 929, 934],
    ),
    area("NC", EASTERN, &[252, 336, 472, 704, 743, 828, 910, 919, 980, 984]),
    area("ND", CENTRAL_AND_MOUNTAIN, &[701]),
    area("OH", EASTERN, &[216, 220, 234, 283, 326, 330, 380, 419, 440, 513, 567, 614, 740, 937]),
    area("OK", CENTRAL, &[405, 539, 572, 580, 918]),
    area("OR", PACIFIC, &[503, 971]),
    area("OR", MOUNTAIN_AND_PACIFIC, &[458, 541]),
    area("PA", EASTERN, &[215, 223, 267, 272, 412, 445, 484, 570, 582, 610, 717, 724, 814, 835, 878]),
    area("RI", EASTERN, &[401]),
    area("SC", EASTERN, &[803, 821, 839, 843, 854, 864]),
    area("SD", CENTRAL_AND_MOUNTAIN, &[605]),
    area("TN", EASTERN, &[865]),
    area("TN", CENTRAL, &[615, 629, 731, 901]),
    area("TN", EASTERN_AND_CENTRAL, &[423, 931]),
    area(
        "TX",
        CENTRAL,
        &[
            210, 214, 254, 281, 325, 346, 361, 409, 430, 469, 512, 682, 713, 726, 737, 806, 817, 830, 832, 903, 936,
            940, 945, 956, 972, 979,
        ],
    ),
    area("TX", CENTRAL_AND_MOUNTAIN, &[432, 915]),
    area("UT", MOUNTAIN, &[385, 435, 801]),
    area("VT", EASTERN, &[802]),
    area("VA", EASTERN, &[276, 434, 540, 571, 686, 703, 757, 804, 826, 948]),
    area("WA", PACIFIC, &[206, 253, 360, 425, 509, 564]),
    area("WV", EASTERN, &[304, 681]),
    area("WI", CENTRAL, &[262, 274, 353, 414, 534, 608, 715, 920]),
    area("WY", MOUNTAIN, &[307]),
    area("AB", &[Tz::America__Edmonton], &[368, 403, 587, 780, 825]),
    area("BC", &[Tz::America__Vancouver], &[604]),
    area("BC", &[Tz::America__Vancouver, Tz::America__Edmonton, Tz::America__Fort_Nelson], &[236, 250, 257, 672, 778]),
    area("MB", &[Tz::America__Winnipeg], &[204, 431, 584]),
    area("NB", &[Tz::America__Moncton], &[428, 506]),
    area("NL", &[Tz::America__St_Johns, Tz::America__Goose_Bay], &[709, 879]),
    area("NS", &[Tz::America__Halifax], &[782, 902]),
    area(
        "ON",
        &[Tz::America__Toronto],
        &[226, 249, 289, 343, 365, 382, 416, 437, 519, 548, 613, 647, 683, 705, 742, 753, 905, 942],
    ),
    area("ON", &[Tz::America__Toronto, Tz::America__Winnipeg], &[807]),
    area("QC", &[Tz::America__Toronto], &[263, 354, 438, 450, 468, 514, 579, 819, 873]),
    // The Magdalen Islands keep Atlantic time.
    area("QC", &[Tz::America__Toronto, Tz::America__Halifax], &[273, 367, 418, 581]),
    area("SK", &[Tz::America__Regina, Tz::America__Edmonton], &[306, 474, 639]),
    area("YT", &[Tz::America__Whitehorse, Tz::America__Edmonton, Tz::America__Winnipeg, Tz::America__Toronto], &[867]),
];

/// The area of an area code; none for one that is of no place, such as a toll-free one, or that is newer than this table.
pub(super) fn of(code: u16) -> Option<&'static Area> {
    AREAS.iter().find(|area| area.codes.contains(&code))
}

/// Every area: where somebody may be of whom nothing is known.
pub(super) fn all() -> &'static [Area] {
    AREAS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::phone::{CountryCode, NumberKind, PhoneNumber};

    fn of_a_place(code: u16) -> bool {
        let number: PhoneNumber = format!("+1{code}5550123").parse().expect("a number");
        let is_ours = [CountryCode::US, CountryCode::CA].contains(&number.country());
        is_ours && number.kind() == NumberKind::FixedLineOrMobile
    }

    #[test]
    fn every_area_code_of_the_numbering_data_stands_in_the_table_and_no_other_does() {
        let known: BTreeSet<u16> = (200..1_000).filter(|code| of_a_place(*code)).collect();
        let listed: BTreeSet<u16> = AREAS.iter().flat_map(|area| area.codes).copied().collect();

        assert_eq!(known.difference(&listed).collect::<Vec<_>>(), Vec::<&u16>::new(), "missing");
        assert_eq!(listed.difference(&known).collect::<Vec<_>>(), Vec::<&u16>::new(), "of no place");
    }

    #[test]
    fn no_area_code_stands_there_twice() {
        let listed: Vec<u16> = AREAS.iter().flat_map(|area| area.codes).copied().collect();
        let distinct: BTreeSet<u16> = listed.iter().copied().collect();

        assert_eq!(listed.len(), distinct.len());
    }
}
