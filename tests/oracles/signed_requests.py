"""Requests signed by the vendors' own libraries, as the running product receives them: whole forms and events at its own addresses.

    pip install twilio slack_sdk
    python tests/oracles/signed_requests.py > tests/oracles/signed_requests.json

`signatures.py` beside it tests the verifiers alone, with any address and body; here every request means something, so that it is known
how many rows it must leave. What is refused although a library signed it (another secret, another account, another time) is listed with
the status that it must get. Everything is fixed: running it again changes nothing.
"""

import hashlib
import json
from urllib.parse import quote, urlencode

from slack_sdk.signature import Clock, SignatureVerifier
from twilio.request_validator import RequestValidator

ACCOUNT = "AC5ec4e7a11ce0ff1ce5ec4e7a11ce0ff1"
OTHER_ACCOUNT = "AC00000000000000000000000000000bad"
TOKEN = "0ff1ce5ec4e7a11c0ff1ce5ec4e7a11c"
SECRET = "5ec4e7a11c8f742231b10e8888abcd99"
NOW = 1773155045
SITE = "https://clerk.example"
MESSAGES = "/webhooks/twilio/messages"
STATUS = "/webhooks/twilio/status"


class Form:
    """A form as web frameworks give it to the library: a name may have several values."""

    def __init__(self, pairs):
        self.values = {}
        for name, value in pairs:
            self.values.setdefault(name, []).append(value)

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)

    def getlist(self, name):
        return self.values[name]


def sid(prefix, name):
    return prefix + hashlib.md5(name.encode()).hexdigest()


def text(name, body, *more, account=ACCOUNT):
    """All that Twilio sends with a text, in its order."""
    prefix = "MM" if any(key == "MediaUrl0" for key, _ in more) else "SM"
    return [
        ("ToCountry", "US"),
        ("ToState", "CA"),
        ("SmsMessageSid", sid(prefix, name)),
        ("NumMedia", "0"),
        ("ToCity", ""),
        ("FromZip", "94103"),
        ("SmsSid", sid(prefix, name)),
        ("FromState", "CA"),
        ("SmsStatus", "received"),
        ("FromCity", "SAN FRANCISCO"),
        ("Body", body),
        ("FromCountry", "US"),
        ("To", "+14155550100"),
        ("ToZip", ""),
        ("NumSegments", "1"),
        ("MessageSid", sid(prefix, name)),
        ("AccountSid", account),
        ("From", "+14155550101"),
        ("ApiVersion", "2010-04-01"),
        *more,
    ]


def report(name, status, *more):
    return [
        ("SmsSid", sid("SM", name)),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", "+14155550101"),
        ("MessageSid", sid("SM", name)),
        ("AccountSid", ACCOUNT),
        ("From", "+14155550100"),
        ("ApiVersion", "2010-04-01"),
        *more,
    ]


def media(count):
    yield ("NumMedia", str(count))
    for index in range(count):
        yield (f"MediaContentType{index}", "image/jpeg")
        yield (f"MediaUrl{index}", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Media/{sid('ME', str(index))}")


BODIES = {
    "plain": "hello",
    "plus signs": "1+1=2 ++ C++",
    "spaces": "  two  before, two behind  ",
    "only spaces": "   ",
    "line breaks and tabs": "first\r\nsecond\n\n\tthird",
    "signs of forms": "a=b&c=d;e?f#g/h%20i%2B",
    "accents": "Zoë, naïve, Ålesund, ¿qué?",
    "emoji": "👋🏽 👨‍👩‍👧‍👦 🇬🇧 😀",
    "right to left": "مرحبا ‏שלום",
    "combining marks": "Z͑ͫ̓a̴l̷g̸o e\u0301",
    "Chinese": "你好，世界",
    "signs that some encodings leave": "-_.!~*'()",
    "quotes and tags": "\"'<script>&lt;</script>\\",
    "empty": "",
    "long": "Ünïcode and ASCII, ten parts. " * 53,
}

QUERIES = {
    "one": "?message=msg_1",
    "several": "?message=msg_1&a=1&b=2",
    "duplicate names": "?message=msg_1&a=2&a=1&a=2",
    "an empty value": "?message=msg_1&a=&b=2",
    "no value": "?message=msg_1&flag",
    "a plus for a space": "?message=msg+1&a=x+y",
    "an escaped space": "?message=msg%201&a=x%20y",
    "an escaped plus": "?message=msg%2B1",
    "small and large digits": "?message=%c3%ab%C3%AB",
    "signs without escape": "?message=msg_1&a=-_.~*'()!,:@/?",
    "an escape without need": "?message=%6Dsg_1&a=%7E",
}

# What is configured as our public address, and what was signed: with and without the port, as the library validates both.
SITES = {
    "https://clerk.example": ["https://clerk.example", "https://clerk.example:443"],
    "https://clerk.example/": ["https://clerk.example"],
    "https://clerk.example:443": ["https://clerk.example", "https://clerk.example:443"],
    "https://clerk.example:8443": ["https://clerk.example:8443", "https://clerk.example"],
    "http://clerk.example": ["http://clerk.example", "http://clerk.example:80"],
    "http://clerk.example:8080": ["http://clerk.example:8080", "http://clerk.example"],
    "http://127.0.0.1:8080": ["http://127.0.0.1:8080"],
}


def signed_by_twilio(name, pairs, site=SITE, signed_site=None, target=MESSAGES, encode=urlencode, token=TOKEN):
    validator = RequestValidator(token)
    signature = validator.compute_signature((signed_site or site) + target, Form(pairs))
    assert validator.validate(site.rstrip("/") + target, Form(pairs), signature), name
    return {
        "name": f"Twilio, {name}",
        "site": site,
        "target": target,
        "headers": {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "user-agent": "TwilioProxy/1.1",
            "x-twilio-signature": signature,
        },
        "body": encode(pairs),
    }


def percent_encoded(pairs):
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def from_twilio():
    for name, body in BODIES.items():
        yield signed_by_twilio(f"a text: {name}", text(name, body))
    name = "spaces as %20"
    yield signed_by_twilio(name, text(name, BODIES["signs of forms"] + BODIES["accents"]), encode=percent_encoded)
    doubled = [("Tag", "b"), ("Tag", "a"), ("Tag", "b"), ("Tag", ""), ("tag", "a")]
    for name, more in {
        "pictures": media(2),
        "a field with several values": doubled,
        "the same value twice": [("Digits", "1"), ("Digits", "1")],
        "fields that are new": [("AddOns", '{"status":"successful"}'), ("Ünïcode", "ë"), ("with space", "x"), ("Empty", "")],
        "a messaging service": [("MessagingServiceSid", sid("MG", "service"))],
    }.items():
        yield signed_by_twilio(name, text(name, "hello", *more))
    for name, query in QUERIES.items():
        yield signed_by_twilio(f"a query with {name}", report(name, "delivered"), target=STATUS + query)
        yield signed_by_twilio(f"a text and a query with {name}", text(name + "?", "hello"), target=MESSAGES + query)
    for status, more in {"queued": [], "sent": [], "undelivered": [("ErrorCode", "30003")], "failed": [("ErrorCode", "30007")]}.items():
        yield signed_by_twilio(f"a report: {status}", report(status, status, *more), target=f"{STATUS}?message=msg_2")
    for site, signed_sites in SITES.items():
        for signed in signed_sites:
            name = f"{site} signed as {signed}"
            yield signed_by_twilio(name, text(name, "hello + goodbye"), site, signed, f"{MESSAGES}?a=1&a=2")


def signed_by_slack(name, path, body, content_type, timestamp=NOW, secret=SECRET):
    verifier = SignatureVerifier(secret)
    signature = verifier.generate_signature(timestamp=str(timestamp), body=body)
    return {
        "name": f"Slack, {name}",
        "site": SITE,
        "target": path,
        "headers": {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": str(timestamp),
            "x-slack-signature": signature,
        },
        "body": body,
    }


def wrapped(name, event):
    return {
        "token": "deprecated",
        "team_id": "T0CLERK",
        "api_app_id": "A0CLERK",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + hashlib.md5(name.encode()).hexdigest()[:10].upper(),
        "event_time": NOW,
        "authorizations": [{"team_id": "T0CLERK", "user_id": "U0CLERK", "is_bot": True}],
    }


def post(name, said, **more):
    ts = f"{NOW - 10}.{int(hashlib.md5(name.encode()).hexdigest()[:5], 16) % 1000000:06d}"
    event = {"type": "message", "channel": "C0GENERAL", "user": "U0MARIA", "text": said, "ts": ts, "event_ts": ts, "team": "T0CLERK"}
    return wrapped(name, {**event, "channel_type": "channel", **more})


def event(name, value, rows=1, ensure_ascii=True, separators=(",", ":"), **more):
    body = json.dumps(value, ensure_ascii=ensure_ascii, separators=separators)
    return {**signed_by_slack(name, "/webhooks/slack/events", body, "application/json", **more), "rows": rows}


def retry(name, value, number, reason, rows):
    request = event(name, value, rows)
    return {**request, "headers": {**request["headers"], "x-slack-retry-num": str(number), "x-slack-retry-reason": reason}}


def whole(value):
    """The same, told to an app that was let in for a whole organisation."""
    enterprise = {"enterprise_id": "E0CLERK", "is_enterprise_install": True}
    return {**value, "enterprise_id": "E0CLERK", "authorizations": [{**value["authorizations"][0], **enterprise}]}


def form(name, path, pairs, rows, encode=urlencode):
    return {**signed_by_slack(name, path, encode(pairs), "application/x-www-form-urlencoded"), "rows": rows}


def press(value, **more):
    return {
        "type": "block_actions",
        "team": {"id": "T0CLERK", "domain": "clerk"},
        "user": {"id": "U0MARIA", "username": "maria", "team_id": "T0CLERK"},
        "api_app_id": "A0CLERK",
        "container": {"type": "message", "message_ts": f"{NOW - 60}.000100", "channel_id": "C0GENERAL", "is_ephemeral": False},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "message": {"ts": f"{NOW - 60}.000100", "thread_ts": f"{NOW - 90}.000100", "text": "x"},
        "actions": [{"type": "button", "action_id": "message.retry", "block_id": "b", "value": value, "action_ts": f"{NOW}.{len(value):06d}"}],
        **more,
    }


def command(said, name=""):
    trigger = hashlib.md5(f"{name}{said}".encode()).hexdigest()
    fields = {"token": "deprecated", "team_id": "T0CLERK", "team_domain": "clerk", "channel_id": "C0GENERAL", "channel_name": "general"}
    fields |= {"user_id": "U0MARIA", "user_name": "maria", "command": "/clerk", "text": said, "api_app_id": "A0CLERK"}
    return [*fields.items(), ("response_url", "https://hooks.slack.com/commands/T0CLERK/1/x"), ("trigger_id", f"1.2.{trigger}")]


def view(purpose, home=False):
    return {
        "id": "V0CLERK",
        "team_id": "T0CLERK",
        "type": "home" if home else "modal",
        "callback_id": purpose,
        "private_metadata": "{}",
        "hash": f"{NOW}.abcdef",
        "blocks": [],
        "title": {"type": "plain_text", "text": "Send a text"},
        "state": {"values": {} if home else {
            "to": {"input.changed": {"type": "plain_text_input", "value": "(415) 555-0101"}},
            "text": {"input.changed#1": {"type": "plain_text_input", "value": "See you at nine."}},
            "from": {"input.changed#2": {"type": "static_select", "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": "num_1"}}},
            "send_at": {"input.changed#3": {"type": "datetimepicker", "selected_date_time": None}},
            "channel": {"input.changed#4": {"type": "conversations_select", "selected_conversation": "C0GENERAL"}},
            "files": {"input.changed#5": {"type": "file_input", "files": []}},
        }},
        "bot_id": "B0CLERK",
        "app_id": "A0CLERK",
    }


def interaction(kind, name, **more):
    trigger = hashlib.md5(name.encode()).hexdigest()
    return {
        "type": kind,
        "team": {"id": "T0CLERK", "domain": "clerk"},
        "user": {"id": "U0MARIA", "username": "maria", "name": "maria", "team_id": "T0CLERK"},
        "api_app_id": "A0CLERK",
        "token": "deprecated",
        "trigger_id": f"1.2.{trigger}",
        "action_ts": f"{NOW}.000007",
        **more,
    }


def menu(kind, **chosen):
    return {"type": kind, "action_id": "conversation.status", "block_id": "b", "action_ts": f"{NOW}.{len(kind):06d}", **chosen}


def from_slack():
    for name, body in BODIES.items():
        yield event(f"a post: {name}", post(name, body))
        yield event(f"a post, not escaped: {name}", post(name + "!", body), ensure_ascii=False)
    yield event("white space in the body", post("white space", "hello"), separators=(" ,\n ", " : "))
    yield event("a mention", wrapped("mention", {"type": "app_mention", "channel": "C0GENERAL", "user": "U0MARIA", "text": "<@U0CLERK> hi", "ts": "1.000001"}))
    yield event("a channel archived", wrapped("archive", {"type": "channel_archive", "channel": "C0OLD", "user": "U0MARIA"}))
    yield event("the app removed", wrapped("removed", {"type": "app_uninstalled"}))
    yield event("an event of tomorrow", wrapped("new", {"type": "telepathy_received", "thought": "+"}))
    yield event("the question about the address", {"type": "url_verification", "challenge": "3eZbrw1aB+/="}, rows=0)
    yield event("a post of a bot", post("bot", "beep", bot_id="B0OTHER"), rows=0)
    yield event("the oldest that is taken", post("old", "hello"), timestamp=NOW - 300)
    yield event("the newest that is taken", post("future", "hello"), timestamp=NOW + 300)
    for name, said in BODIES.items():
        yield form(f"a command: {name}", "/webhooks/slack/commands", command(said, name), 1)
    for name, happened in {
        "the home opened": {"type": "app_home_opened", "user": "U0MARIA", "channel": "D0MARIA", "tab": "home", "event_ts": f"{NOW}.1"},
        "a channel renamed": {"type": "channel_rename", "channel": {"id": "C0GENERAL", "name": "everybody", "created": NOW}},
        "somebody joined": {"type": "member_joined_channel", "user": "U0OTHER", "channel": "C0GENERAL", "team": "T0CLERK"},
        "a member renamed": {"type": "user_change", "user": {"id": "U0MARIA", "team_id": "T0CLERK", "name": "maria", "updated": NOW, "profile": {"display_name": "Maria L."}}, "event_ts": f"{NOW}.2"},
    }.items():
        yield event(name, wrapped(name, happened))
    option = {"selected_option": {"text": {"type": "plain_text", "text": "Solved"}, "value": "solved"}}
    place = {"container": press("")["container"], "channel": press("")["channel"], "message": press("")["message"]}
    in_view = {"container": {"type": "view", "view_id": "V0CLERK"}}
    typed = {"type": "plain_text_input", "block_id": "text", "action_id": "input.changed#1", "value": "See", "action_ts": f"{NOW}.000099"}
    in_home = {**press("")["actions"][0], "action_id": "panel.send_text", "action_ts": f"{NOW}.000098"}
    kinds = {
        "a window submitted": interaction("view_submission", "submitted", view=view("text.send"), response_urls=[]),
        "an unknown window submitted": interaction("view_submission", "unknown", view={**view("nobody.knows"), "id": "V0OTHER"}),
        "a word typed in a window": interaction("block_actions", "typed", view=view("text.send"), actions=[typed], **in_view),
        "a button in the home": interaction("block_actions", "home", view=view("home", True), actions=[in_home], container={"type": "view", "view_id": "V0CLERK"}),
        "a menu in a post": interaction("block_actions", "menu", actions=[menu("static_select", **option)], **place),
        "an overflow menu in a post": interaction("block_actions", "overflow", actions=[menu("overflow", **option)], **place),
        "a shortcut on a post": interaction("message_action", "on a post", callback_id="new_text", response_url="https://hooks.slack.com/app/T0CLERK/1/x", message_ts=f"{NOW - 60}.000100", **{**place, "message": {**place["message"], "type": "message", "user": "U0MARIA"}}),
        "a shortcut anywhere": interaction("shortcut", "anywhere", callback_id="send_text"),
        "a workflow step": interaction("workflow_step_edit", "workflow", callback_id="step", workflow_step={}),
        "an interaction of tomorrow": interaction("telepathic_nod", "nod"),
    }
    for name, payload in kinds.items():
        yield form(name, "/webhooks/slack/interactions", [("payload", json.dumps(payload))], 1)
    yield from repeated()
    yield from seldom()
    yield form("a window closed", "/webhooks/slack/interactions", [("payload", json.dumps(interaction("view_closed", "closed", view=view("text.send"), is_cleared=False)))], 0)
    yield form("a check of the certificate", "/webhooks/slack/commands", [("ssl_check", "1"), ("token", "x")], 0)
    for name, value in {"plain": "msg_1", "plus and space": "msg +_2", "unicode": "msg_ë😀"}.items():
        yield form(f"a button: {name}", "/webhooks/slack/interactions", [("payload", json.dumps(press(value)))], 1)
    twice = [("payload", json.dumps(press("msg_twice"))), ("extra", "1"), ("extra", "1")]
    yield form("a button, with a field twice", "/webhooks/slack/interactions", twice, 1, percent_encoded)


def repeated():
    first = post("told first", "hello")
    yield event("an event that is told again", first)
    for number, reason in enumerate(["http_timeout", "http_error", "connection_failed"], 1):
        yield retry(f"its repetition {number}", first, number, reason, 0)
    yield retry("a repetition of what never arrived", post("never arrived", "hello"), 2, "unknown_error", 1)


def seldom():
    """Kinds of Bolt's that come seldom, and those that an app like ours should never get."""
    ts = f"{NOW - 60}.000200"
    changed = {"type": "message", "subtype": "message_changed", "channel": "C0GENERAL", "hidden": True, "ts": f"{NOW}.000300", "event_ts": f"{NOW}.000300"}
    changed["message"] = {"type": "message", "user": "U0MARIA", "text": "hello again", "ts": ts, "edited": {"user": "U0MARIA", "ts": f"{NOW}.000000"}}
    changed["previous_message"] = {"type": "message", "user": "U0MARIA", "text": "hello", "ts": ts}
    deleted = {"type": "message", "subtype": "message_deleted", "channel": "C0GENERAL", "hidden": True, "deleted_ts": ts, "ts": f"{NOW}.000301"}
    deleted |= {"event_ts": f"{NOW}.000301", "previous_message": changed["previous_message"]}
    file = {"id": "F0CAT", "name": "cat.png", "mimetype": "image/png", "size": 7, "url_private": "https://files.slack.com/files-pri/T0CLERK-F0CAT/cat.png"}
    function = {"id": "Fn0", "callback_id": "step", "title": "A step", "type": "app", "input_parameters": [], "output_parameters": [], "app_id": "A0CLERK"}
    for name, value, rows in [
        ("a post edited", wrapped("edited", changed), 1),
        ("a post deleted", wrapped("deleted", deleted), 1),
        ("a post with a file", post("file", "look", subtype="file_share", files=[file], upload=True), 1),
        ("a reply shown in the channel too", post("broadcast", "look", subtype="thread_broadcast", thread_ts=ts), 1),
        ("a post in a direct conversation", post("direct", "hello", channel="D0MARIA", channel_type="im"), 1),
        ("a channel that somebody joined", post("join", "joined", subtype="channel_join"), 0),
        ("a reaction", wrapped("reaction", {"type": "reaction_added", "user": "U0MARIA", "reaction": "+1", "item": {"type": "message", "channel": "C0GENERAL", "ts": ts}}), 0),
        ("a link shown", wrapped("link", {"type": "link_shared", "channel": "C0GENERAL", "user": "U0MARIA", "links": [], "message_ts": ts}), 0),
        ("the tokens revoked", wrapped("revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0CLERK"]}}), 1),
        ("a member's token revoked", wrapped("user revoked", {"type": "tokens_revoked", "tokens": {"oauth": ["U0MARIA"], "bot": []}}), 0),
        ("a channel with another id", wrapped("moved", {"type": "channel_id_changed", "old_channel_id": "C0OLD", "new_channel_id": "C0NEW"}), 1),
        ("a channel shared with another company", wrapped("shared", {"type": "channel_shared", "connected_team_id": "T0OTHER", "channel": "C0GENERAL"}), 1),
        ("a post in an organisation", whole(post("organisation", "hello")), 1),
        ("the app put into a team", whole(wrapped("granted", {"type": "team_access_granted", "team_ids": ["T0OTHER"]})), 1),
        ("a step of a workflow run", wrapped("function", {"type": "function_executed", "function": function, "inputs": {}, "function_execution_id": "Fx0", "workflow_execution_id": "Wx0", "bot_access_token": "xwfp-0"}), 1),
        ("an older step of a workflow run", wrapped("step", {"type": "workflow_step_execute", "callback_id": "step", "workflow_step": {"workflow_step_execute_id": "1", "inputs": {}}}), 1),
        ("events held back", {"token": "deprecated", "type": "app_rate_limited", "team_id": "T0CLERK", "minute_rate_limited": NOW // 60, "api_app_id": "A0CLERK"}, 0),
        ("an envelope of tomorrow", {"type": "hologram", "team_id": "T0CLERK"}, 1),
    ]:
        yield event(name, value, rows)
    menu_in_view = {"container": {"type": "view", "view_id": "V0CLERK"}, "action_id": "a", "block_id": "b", "value": "ma"}
    step = {"type": "workflow_step", "id": "V0STEP", "callback_id": "step", "private_metadata": "", "state": {"values": {}}, "hash": f"{NOW}.step"}
    attached = {"actions": [{"name": "yes", "type": "button", "value": "yes"}], "callback_id": "old", "channel": {"id": "C0GENERAL", "name": "general"}, "message_ts": ts, "attachment_id": "1"}
    organisation = {"team": None, "enterprise": {"id": "E0CLERK", "name": "Clerk Group"}, "is_enterprise_install": True}
    for name, payload, rows in [
        ("a menu that asks what there is", interaction("block_suggestion", "suggestion", view=view("text.send"), **menu_in_view), 0),
        ("a menu of a dialog that asks what there is", {**interaction("dialog_suggestion", "dialog menu", callback_id="old", value="ma"), "name": "who"}, 0),
        ("a dialog submitted", interaction("dialog_submission", "dialog", callback_id="old", submission={"who": "maria"}, channel={"id": "C0GENERAL"}), 1),
        ("a dialog given up", interaction("dialog_cancellation", "dialog given up", callback_id="old", channel={"id": "C0GENERAL"}), 1),
        ("a button of an attachment", interaction("interactive_message", "attachment", **attached), 1),
        ("the settings of a workflow step submitted", interaction("view_submission", "step", view=step, workflow_step={"workflow_step_edit_id": "1"}), 1),
        ("a shortcut in an organisation", interaction("shortcut", "organisation", callback_id="send_text", **organisation), 1),
    ]:
        yield form(name, "/webhooks/slack/interactions", [("payload", json.dumps(payload))], rows)
    by_organisation = [("enterprise_id", "E0CLERK"), ("enterprise_name", "Clerk Group"), ("is_enterprise_install", "true")]
    yield form("a command in an organisation", "/webhooks/slack/commands", command("usage", "organisation") + by_organisation, 1)
    yield form("a check of the certificate for interactions", "/webhooks/slack/interactions", [("ssl_check", "1"), ("token", "x")], 0)


def refused(request, status):
    return {**request, "status": status}


def from_others():
    hello = text("other", "hello")
    yield refused(signed_by_twilio("another token", hello, token="0" * 32), 403)
    yield refused(signed_by_twilio("an empty token", hello, token=""), 403)
    yield refused(signed_by_twilio("another account", text("other account", "hello", account=OTHER_ACCOUNT)), 403)
    for name, site in {"host": "https://clerk.example.org", "scheme": "http://clerk.example", "port": "https://clerk.example:8443"}.items():
        request = signed_by_twilio(f"another {name}", hello, site)
        yield refused({**request, "site": SITE}, 403)
    for name, target in {"path": STATUS, "query": f"{MESSAGES}?message=msg_2", "order of the query": f"{MESSAGES}?b=1&a=2"}.items():
        arrived = {"path": MESSAGES, "query": f"{MESSAGES}?message=msg_1", "order of the query": f"{MESSAGES}?a=2&b=1"}
        request = signed_by_twilio(f"another {name}", hello, target=target)
        yield refused({**request, "target": arrived[name]}, 403)
    yield refused(event("another secret", post("other", "hello"), secret="0" * 32), 403)
    for name, timestamp in {"too old": NOW - 301, "too new": NOW + 301, "of last year": NOW - 31536000, "of 1970": 0}.items():
        yield refused(event(name, post(name, "hello"), timestamp=timestamp), 401)
    for path in ("commands", "interactions"):
        body = urlencode(command("help"))
        stale = signed_by_slack(f"too old for {path}", f"/webhooks/slack/{path}", body, "application/x-www-form-urlencoded", NOW - 301)
        yield refused(stale, 401)


class Standing(Clock):
    def now(self):
        return float(NOW)


def believed_by_library(request):
    headers = request["headers"]
    verifier = SignatureVerifier(SECRET, clock=Standing())
    return verifier.is_valid(request["body"], headers["x-slack-request-timestamp"], headers["x-slack-signature"])


def main():
    accepted = [{"rows": 1, **request} for request in from_twilio()] + list(from_slack())
    others = list(from_others())
    of_slack = [request for request in accepted if request["name"].startswith("Slack")]
    assert all(believed_by_library(request) for request in of_slack)
    assert not any(believed_by_library(request) for request in others if request["name"].startswith("Slack"))
    known = {"account_sid": ACCOUNT, "auth_token": TOKEN, "signing_secret": SECRET, "now": NOW}
    print(json.dumps({**known, "accepted": accepted, "refused": others}, indent=1, ensure_ascii=False))


main()
