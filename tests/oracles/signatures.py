"""Signed requests made by the vendors' own libraries: the fixture that the adapters' verifiers are tested against.

    pip install twilio slack_sdk
    python tests/oracles/signatures.py > tests/oracles/signatures.json

Everything in it is fixed, so that running it again changes nothing.
"""

import hashlib
import json
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

TOKEN = "5ec4e7a11ce0ff1ce5ec4e7a11ce0ff1"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"

TEXT = [
    ("AccountSid", "AC00000000000000000000000000000000"),
    ("MessageSid", "SM00000000000000000000000000000001"),
    ("From", "+14155550101"),
    ("To", "+14155550100"),
    ("Body", "hello"),
]


class Form(dict):
    """A form as web frameworks give it: a key may have several values."""

    def __init__(self, pairs):
        for key, value in pairs:
            self.setdefault(key, []).append(value)

    def getlist(self, key):
        return self[key]


def with_body(body):
    return [*TEXT[:-1], ("Body", body)]


# What is configured, what arrives behind it, and the form.
TWILIO = {
    "plain": ("https://clerk.example", "/webhooks/twilio/messages", TEXT),
    "query": ("https://clerk.example", "/webhooks/twilio/status?message=msg_1&x=a%20b", TEXT),
    "standard port": ("https://clerk.example:443", "/webhooks/twilio/messages", TEXT),
    "other port": ("https://clerk.example:8443", "/webhooks/twilio/messages", TEXT),
    "http": ("http://clerk.example", "/webhooks/twilio/messages", TEXT),
    "http port": ("http://clerk.example:8080", "/webhooks/twilio/messages", TEXT),
    "path in front": ("https://example.org/clerk", "/webhooks/twilio/messages", TEXT),
    "trailing slash": ("https://clerk.example", "/webhooks/twilio/messages/", TEXT),
    "same value twice": ("https://clerk.example", "/x", [*TEXT, ("Digits", "1"), ("Digits", "1")]),
    "two values": ("https://clerk.example", "/x", [*TEXT, ("Digits", "5678"), ("Digits", "1234")]),
    "white space": ("https://clerk.example", "/x", with_body("  hi \n")),
    "emoji and accents": ("https://clerk.example", "/x", with_body("Zoë 😀 £5 & more = 100 %+")),
    "empty value": ("https://clerk.example", "/x", with_body("")),
    "no fields": ("https://clerk.example", "/x", []),
    "keys that differ in case": ("https://clerk.example", "/x", [("b", "1"), ("B", "2"), ("a", "3")]),
}


def twilio():
    validator = RequestValidator(TOKEN)
    for name, (site, target, form) in TWILIO.items():
        yield {
            "name": name,
            "public_url": site,
            "path_and_query": target,
            "body": urlencode(form),
            "signature": validator.compute_signature(site + target, Form(form)),
        }
    body = '{"property": "value", "boolean": true}'
    target = "/x?bodySHA256=" + hashlib.sha256(body.encode()).hexdigest()
    site = "https://clerk.example"
    signature = validator.compute_signature(site + target, {})
    assert validator.validate(site + target, body, signature)
    yield {"name": "json", "public_url": site, "path_and_query": target, "body": body, "signature": signature}


SLACK = {
    "event": '{"type":"url_verification","challenge":"abc"}',
    "form": "command=%2Fclerk&text=send+%2B14155550100+hi",
    "emoji": '{"text":"Zoë 😀"}',
    "empty": "",
    "white space": " {} \n",
}


def slack():
    verifier = SignatureVerifier(SECRET)
    for name, body in SLACK.items():
        timestamp = "1700000000"
        signature = verifier.generate_signature(timestamp=timestamp, body=body)
        yield {"name": name, "timestamp": timestamp, "body": body, "signature": signature}


print(
    json.dumps(
        {"twilio": {"token": TOKEN, "requests": list(twilio())}, "slack": {"secret": SECRET, "requests": list(slack())}},
        indent=1,
        ensure_ascii=False,
    )
)
