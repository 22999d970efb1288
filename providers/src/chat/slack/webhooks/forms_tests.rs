//! Interactions and commands, one by one.

use domain::contracts::{
    chat::Place,
    inbound::{ButtonPressed, Envelope},
    view::ViewRef,
    webhook::Reply,
};

use super::*;

fn form(payload: &Value) -> Vec<u8> {
    let text = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    text.into_bytes()
}

fn only(payload: &Value) -> Envelope {
    let mut parsed = interaction(&form(payload)).unwrap();
    assert_eq!((parsed.reply, parsed.envelopes.len()), (Reply::default(), 1));
    parsed.envelopes.remove(0)
}

fn button(payload: &Value) -> ButtonPressed {
    match only(payload).event {
        Inbound::ButtonPressed(pressed) => pressed,
        other => panic!("no press: {other:?}"),
    }
}

fn press() -> Value {
    json!({
        "type": "block_actions",
        "team": { "id": "T1" },
        "user": { "id": "U1" },
        "channel": { "id": "C1" },
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.com/actions/T1/1/x",
        "container": { "type": "message", "message_ts": "2.000001", "channel_id": "C1" },
        "message": { "ts": "2.000001", "thread_ts": "1.000001" },
        "actions": [{
            "type": "button", "action_id": "message.retry#1", "value": "msg_1", "action_ts": "3.5",
        }],
    })
}

fn view() -> Value {
    json!({
        "id": "V1", "hash": "156.x", "type": "modal", "callback_id": "text.send", "private_metadata": "{}",
        "state": { "values": { "to": { "input.changed": { "type": "plain_text_input", "value": "Maria" } } } },
    })
}

fn in_view(actions: Value) -> Value {
    json!({
        "type": "block_actions", "team": { "id": "T1" }, "user": { "id": "U1" }, "trigger_id": "1.2.3",
        "container": { "type": "view", "view_id": "V1" }, "view": view(), "actions": [actions],
    })
}

fn submission() -> Value {
    json!({ "type": "view_submission", "team": { "id": "T1" }, "user": { "id": "U1" }, "trigger_id": "1.2.3", "view": view() })
}

fn view_ref() -> ViewRef {
    ViewRef {
        id: "V1".to_owned(),
        hash: Some("156.x".to_owned()),
        purpose: "text.send".to_owned(),
        state: "{}".to_owned(),
    }
}

#[test]
fn a_pressed_button_tells_who_where_and_what() {
    let envelope = only(&press());

    assert_eq!(envelope.account, "T1");
    assert_eq!(envelope.key, "press:T1:C1:2.000001:U1:message.retry#1:3.5");
    assert_eq!(envelope.ordering_key.as_deref(), Some("chat:T1:C1:1.000001"));
    let expected = ButtonPressed {
        team: "T1".to_owned(),
        user: "U1".to_owned(),
        post: Some(PostRef { channel: "C1".to_owned(), ts: "2.000001".to_owned() }),
        place: Some(Place { channel: "C1".to_owned(), thread: Some("1.000001".to_owned()) }),
        action: "message.retry".to_owned(),
        value: "msg_1".to_owned(),
        trigger: Some("1.2.3".to_owned()),
        answer_url: Some("https://hooks.slack.com/actions/T1/1/x".to_owned()),
        view: None,
        entries: domain::contracts::view::Entries::default(),
    };
    assert_eq!(envelope.event, Inbound::ButtonPressed(expected));
}

#[test]
fn a_button_that_only_one_member_sees_is_on_no_post() {
    let mut press = press();
    press["container"] = json!({ "message_ts": "2.0", "is_ephemeral": true, "thread_ts": "1.0" });
    press["message"] = Value::Null;

    let button = button(&press);

    let place = Place { channel: "C1".to_owned(), thread: Some("1.0".to_owned()) };
    assert_eq!((button.post, button.place), (None, Some(place)));
}

#[test]
fn a_menu_is_a_press_with_what_was_chosen() {
    let values = [
        json!({ "type": "static_select", "selected_option": { "value": "num_1" } }),
        json!({ "type": "overflow", "selected_option": { "value": "num_1" } }),
        json!({ "type": "users_select", "selected_user": "num_1" }),
        json!({ "type": "conversations_select", "selected_conversation": "num_1" }),
    ]
    .map(|mut action| {
        action["action_id"] = json!("conversation.more");
        action["action_ts"] = json!("3.5");
        let mut press = press();
        press["actions"] = json!([action]);
        let button = button(&press);
        (button.action, button.value)
    });

    assert!(values.iter().all(|(action, value)| action == "conversation.more" && value == "num_1"), "{values:?}");
}

#[test]
fn a_button_in_a_view_brings_the_view_and_what_is_entered_in_it() {
    let action =
        json!({ "type": "button", "action_id": "text.preview", "value": "x", "action_ts": "3.5", "block_id": "b" });

    let envelope = only(&in_view(action));

    assert_eq!(envelope.key, "press:T1:V1:U1:text.preview:3.5");
    assert_eq!(envelope.ordering_key.as_deref(), Some("view:T1:V1"));
    let Inbound::ButtonPressed(button) = envelope.event else { panic!("no press") };
    assert_eq!((button.post, button.place), (None, None));
    assert_eq!((button.view, button.entries.text("to")), (Some(view_ref()), Some("Maria")));
}

#[test]
fn a_live_input_tells_its_id_as_the_value() {
    let action = |block_id: &str| {
        json!({
            "type": "plain_text_input", "action_id": "input.changed", "block_id": block_id, "value": "Mar", "action_ts": "3.5",
        })
    };

    let changed = button(&in_view(action("to")));

    assert_eq!((changed.action.as_str(), changed.value.as_str()), ("input.changed", "to"));
    assert_ne!(only(&in_view(action("to"))).key, only(&in_view(action("from"))).key);
}

#[test]
fn a_submitted_window_is_the_same_when_it_is_told_again() {
    let mut again = submission();
    again["trigger_id"] = json!("9.9.9");

    let envelope = only(&submission());

    assert_eq!(envelope.key, "view:T1:V1:156.x");
    assert_eq!(only(&again), envelope);
    let Inbound::ViewSubmitted(submitted) = envelope.event else { panic!("no submission") };
    assert_eq!(
        (submitted.user.as_str(), submitted.view, submitted.entries.text("to")),
        ("U1", view_ref(), Some("Maria"))
    );
}

#[test]
fn a_closed_window_leaves_no_trace() {
    let mut closed = submission();
    closed["type"] = json!("view_closed");

    assert_eq!(interaction(&form(&closed)).unwrap().envelopes, []);
}

#[test]
fn a_shortcut_on_a_post_tells_which_post_and_what_it_says() {
    let payload = json!({
        "type": "message_action", "callback_id": "new_text", "team": { "id": "T1" }, "user": { "id": "U1" },
        "trigger_id": "1.2.3", "channel": { "id": "C1", "name": "sales" }, "message_ts": "2.0",
        "message": { "type": "message", "user": "U2", "ts": "2.0", "thread_ts": "1.0", "text": "call <tel:+14155550101|(415) 555-0101> :wave:" },
    });

    let envelope = only(&payload);

    let expected = ShortcutUsed {
        team: "T1".to_owned(),
        user: "U1".to_owned(),
        shortcut: "new_text".to_owned(),
        trigger: "1.2.3".to_owned(),
        post: Some(PostRef { channel: "C1".to_owned(), ts: "2.0".to_owned() }),
        thread: Some("1.0".to_owned()),
        text: Some("call (415) 555-0101 👋".to_owned()),
        mentions: Vec::new(),
    };
    assert_eq!((envelope.key.as_str(), envelope.event), ("shortcut:T1:1.2.3", Inbound::ShortcutUsed(expected)));
}

#[test]
fn a_shortcut_that_is_used_anywhere_is_on_no_post() {
    let payload = json!({
        "type": "shortcut", "callback_id": "send_text", "team": { "id": "T1" }, "user": { "id": "U1" }, "trigger_id": "1.2.3",
    });

    let Inbound::ShortcutUsed(used) = only(&payload).event else { panic!("no shortcut") };

    assert_eq!((used.shortcut.as_str(), used.post, used.text), ("send_text", None, None));
}

#[test]
fn an_app_of_a_whole_organisation_has_the_organisation_for_its_team() {
    let mut whole = submission();
    whole["team"] = Value::Null;
    whole["enterprise"] = json!({ "id": "E1" });
    whole["is_enterprise_install"] = json!(true);
    let mut of_one_team = submission();
    of_one_team["enterprise"] = json!({ "id": "E1" });
    let mut of_member = submission();
    of_member["team"] = Value::Null;
    of_member["user"]["team_id"] = json!("T3");

    let accounts = [whole, of_one_team, of_member].map(|payload| only(&payload).account);

    assert_eq!(accounts, ["E1", "T1", "T3"]);
}

#[test]
fn another_interaction_is_kept_for_a_person() {
    let unknown = only(&json!({ "type": "telepathic_nod", "team": { "id": "T1" } }));
    let broken = only(&json!({ "type": "view_submission", "team": { "id": "T1" }, "view": 5 }));

    assert!(matches!(unknown.event, Inbound::NotUnderstood { .. }) && unknown.event_type == "telepathic_nod");
    assert!(matches!(broken.event, Inbound::NotUnderstood { .. }));
}

#[test]
fn a_body_without_a_payload_is_malformed() {
    assert_eq!(interaction(b"").err(), Some(Refused::Malformed));
    assert_eq!(interaction(b"payload=%7B").err(), Some(Refused::Malformed));
    assert_eq!(command(b"text=x").err(), Some(Refused::Malformed));
}

fn command_of(fields: &[(&str, &str)]) -> Parsed {
    let given = [("command", "/clerk"), ("user_id", "U1"), ("channel_id", "C1"), ("trigger_id", "1.2.3")];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).extend_pairs(fields).finish();
    command(body.as_bytes()).unwrap()
}

#[test]
fn a_command_is_told_with_its_words_as_plain_text_and_answered_with_nothing() {
    let text = "send <tel:+14155550101|+1 (415) 555-0101> hi <@U2|tom>, write to <mailto:a@b.example|a@b.example> &amp; *call* :wave: ";

    let address = "https://hooks.slack.com/commands/T1/2/3";

    let parsed = command_of(&[("team_id", "T1"), ("text", text), ("response_url", address)]);

    assert_eq!(parsed.reply, Reply::default());
    let envelope = &parsed.envelopes[0];
    assert_eq!((envelope.key.as_str(), envelope.account.as_str()), ("command:T1:1.2.3", "T1"));
    let expected = CommandGiven {
        team: "T1".to_owned(),
        user: "U1".to_owned(),
        channel: "C1".to_owned(),
        text: "send +1 (415) 555-0101 hi @tom, write to a@b.example & call 👋".to_owned(),
        trigger: "1.2.3".to_owned(),
        answer_url: Some(address.to_owned()),
    };
    assert_eq!(envelope.event, Inbound::CommandGiven(expected));
}

#[test]
fn a_command_in_an_organisation_belongs_to_who_let_the_app_in() {
    let by_team = command_of(&[("team_id", "T1"), ("enterprise_id", "E1"), ("is_enterprise_install", "false")]);
    let by_organisation = command_of(&[("team_id", "T1"), ("enterprise_id", "E1"), ("is_enterprise_install", "true")]);

    assert_eq!([&by_team.envelopes[0].account, &by_organisation.envelopes[0].account], ["T1", "E1"]);
}

#[test]
fn a_menu_that_asks_what_there_is_gets_an_empty_list_and_leaves_nothing() {
    let asked = ["block_suggestion", "dialog_suggestion"].map(|kind| {
        let payload = json!({ "type": kind, "team": { "id": "T1" }, "user": { "id": "U1" }, "value": "ma" });
        interaction(&form(&payload)).unwrap()
    });

    for parsed in asked {
        assert_eq!((parsed.envelopes, parsed.reply.body.as_str()), (Vec::new(), r#"{"options":[]}"#));
        assert_eq!(parsed.reply.content_type, Some("application/json"));
    }
}

#[test]
fn a_command_without_its_parts_is_kept_for_a_person() {
    let parsed = command(b"command=%2Fclerk&team_id=T1").unwrap();

    assert!(matches!(parsed.envelopes[0].event, Inbound::NotUnderstood { .. }));
}

#[test]
fn a_check_of_the_certificate_asks_for_nothing() {
    let checks = [command(b"ssl_check=1&token=x").unwrap(), interaction(b"ssl_check=1&token=x").unwrap()];

    assert!(checks.iter().all(|parsed| parsed.envelopes.is_empty() && parsed.reply == Reply::default()));
}
