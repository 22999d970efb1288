//! Windows, the home, shortcuts and commands: what is opened is what the member sees, and what the member enters comes back as it was entered.

use domain::contracts::{
    chat::{Button, ButtonStyle, ChatRefusal, Part, Place, Post, Span},
    inbound::{ButtonPressed, Envelope, Inbound},
    view::{Choice, Fault, Field, Input, View},
};
use serde_json::{Value, json};

use super::{
    Stage, done,
    door::{Door, Scene, each_chat},
    refused,
};

fn input(id: &str, field: Field) -> Part {
    let label = id.to_uppercase();
    Part::Input(Input { id: id.to_owned(), label, hint: None, is_optional: true, is_live: id == "to", field })
}

fn words(value: Option<&str>) -> Field {
    let value = value.map(str::to_owned);
    Field::Text { value, is_multiline: false, longest: 100, placeholder: Some("Name or number".to_owned()) }
}

fn choices() -> Vec<Choice> {
    ["num_1", "num_2"].map(|id| Choice { value: id.to_owned(), label: format!("Number {id}") }).into()
}

fn button(action: &str) -> Button {
    Button {
        action: action.to_owned(),
        value: "x".to_owned(),
        label: "Preview".to_owned(),
        style: ButtonStyle::Plain,
        confirm: None,
    }
}

fn window() -> View {
    View {
        purpose: "text.send".to_owned(),
        state: "{\"draft\":1}".to_owned(),
        title: "Send a text".to_owned(),
        submit: Some("Send".to_owned()),
        parts: vec![
            Part::Heading("To whom".to_owned()),
            input("to", words(None)),
            input("from", Field::Choice { choices: choices(), chosen: Some("num_1".to_owned()) }),
            input("flags", Field::Checks { choices: choices(), chosen: Vec::new() }),
            input("who", Field::Member { chosen: None }),
            input("where", Field::Channel { chosen: None }),
            input("when", Field::Moment { chosen: None }),
            Part::Divider,
            Part::Buttons(vec![button("text.preview")]),
        ],
    }
}

/// What was told, of the kind that `read` knows.
async fn told<T>(door: &Door, read: impl Fn(&Inbound) -> Option<T>) -> T {
    door.waits_for(|envelope: &Envelope| read(&envelope.event)).await
}

fn pressed(event: &Inbound) -> Option<ButtonPressed> {
    match event {
        Inbound::ButtonPressed(pressed) => Some(pressed.clone()),
        _ => None,
    }
}

/// Gives our command; what opens a window.
async fn trigger(stage: &Stage, door: &Door, scene: &Scene) -> String {
    let order = json!({ "user": scene.member, "channel": scene.channel, "command": "/clerk", "text": "" });
    stage.order("slack/command", order).await;
    told(door, |event| match event {
        Inbound::CommandGiven(given) => Some(given.trigger.clone()),
        _ => None,
    })
    .await
}

async fn views(stage: &Stage, scene: &Scene) -> Value {
    stage.read(&format!("slack/views?user={}", scene.member)).await
}

#[tokio::test]
async fn a_command_tells_its_words_and_who_gave_it_where() {
    each_chat(async |_, stage, door, scene| {
        let text = "send +14155550101 hello & :wave:";
        let order = json!({ "user": scene.member, "channel": scene.channel, "command": "/clerk", "text": text });

        let answer = stage.order("slack/command", order).await;

        let given = told(door, |event| match event {
            Inbound::CommandGiven(given) => Some(given.clone()),
            _ => None,
        })
        .await;
        assert_eq!((answer["webhook_status"].as_u64(), answer["webhook_body"].as_str()), (Some(200), Some("")));
        assert_eq!(
            (given.text.as_str(), &given.user, &given.channel),
            ("send +14155550101 hello & 👋", &scene.member, &scene.channel)
        );
    })
    .await;
}

#[tokio::test]
async fn a_window_opens_once_for_what_a_member_did() {
    each_chat(async |chat, stage, door, scene| {
        let trigger = trigger(stage, door, scene).await;

        let id = done(chat.open_view(&scene.access, &trigger, &window()).await);
        let again = refused(chat.open_view(&scene.access, &trigger, &window()).await);

        let views = views(stage, scene).await;
        assert_eq!(
            (&views["modals"][0]["id"], &views["modals"][0]["title"]["text"]),
            (&json!(id), &json!("Send a text"))
        );
        assert!(matches!(again, ChatRefusal::TooLate(_)), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_window_that_comes_after_its_moment_is_too_late() {
    each_chat(async |chat, stage, door, scene| {
        stage.order("slack/settings", json!({ "trigger_ms": 0 })).await;
        let trigger = trigger(stage, door, scene).await;

        let refusal = refused(chat.open_view(&scene.access, &trigger, &window()).await);

        assert!(matches!(refusal, ChatRefusal::TooLate(_)), "{refusal:?}");
    })
    .await;
}

#[tokio::test]
async fn everything_that_was_entered_comes_back_under_the_ids_of_its_inputs() {
    each_chat(async |chat, stage, door, scene| {
        let trigger = trigger(stage, door, scene).await;
        done(chat.open_view(&scene.access, &trigger, &window()).await);
        let values = json!({
            "to": { "input.changed": "Maria & *Tom*" },
            "from": { "input.changed": "num_2" },
            "flags": { "input.changed": ["num_1", "num_2"] },
            "who": { "input.changed": scene.member },
            "where": { "input.changed": scene.channel },
            "when": { "input.changed": 1_795_500_000 },
        });

        let answer = stage.order("slack/view/submit", json!({ "user": scene.member, "values": values })).await;

        let submitted = told(door, |event| match event {
            Inbound::ViewSubmitted(submitted) => Some(submitted.clone()),
            _ => None,
        })
        .await;
        let entries = &submitted.entries;
        assert_eq!(answer["outcome"], "closed");
        assert_eq!((submitted.view.purpose.as_str(), submitted.view.state.as_str()), ("text.send", "{\"draft\":1}"));
        assert_eq!([entries.text("to"), entries.text("from")], [Some("Maria & *Tom*"), Some("num_2")]);
        assert_eq!(entries.several("flags"), ["num_1", "num_2"]);
        assert_eq!([entries.text("who"), entries.text("where")], [Some(&*scene.member), Some(&*scene.channel)]);
        assert_eq!(entries.moment("when").map(|at| at.timestamp()), Some(1_795_500_000));
    })
    .await;
}

#[tokio::test]
async fn a_live_input_tells_each_change_with_all_that_is_entered() {
    each_chat(async |chat, stage, door, scene| {
        let trigger = trigger(stage, door, scene).await;
        let id = done(chat.open_view(&scene.access, &trigger, &window()).await);
        let typed = json!({
            "user": scene.member, "block_id": "to", "action_id": "input.changed", "value": "Mar", "typing": "on_character_entered",
        });

        stage.order("slack/view/act", typed).await;

        let changed = told(door, pressed).await;
        assert_eq!((changed.action.as_str(), changed.value.as_str()), ("input.changed", "to"));
        assert_eq!((changed.entries.text("to"), changed.place), (Some("Mar"), None));
        assert_eq!(changed.view.map(|view| (view.id, view.purpose)), Some((id, "text.send".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_changed_window_keeps_what_was_entered_and_an_older_change_is_refused() {
    each_chat(async |chat, stage, door, scene| {
        let trigger = trigger(stage, door, scene).await;
        let id = done(chat.open_view(&scene.access, &trigger, &window()).await);
        stage
            .order("slack/view/fill", json!({ "user": scene.member, "values": { "to": { "input.changed": "Maria" } } }))
            .await;
        let preview = json!({ "user": scene.member, "action_id": "text.preview" });
        stage.order("slack/view/act", preview).await;
        let hash = told(door, pressed).await.view.and_then(|view| view.hash).expect("a hash");
        let mut changed = window();
        changed.parts.insert(0, Part::Text(vec![Span::Text("2 segments".to_owned())]));

        done(chat.update_view(&scene.access, &id, Some(&hash), &changed).await);
        let older = refused(chat.update_view(&scene.access, &id, Some(&hash), &window()).await);
        let missing = refused(chat.update_view(&scene.access, "V0000000000", None, &window()).await);

        let entered = views(stage, scene).await["modals"][0]["state"]["values"]["to"]["input.changed"]["value"].clone();
        assert_eq!(entered, "Maria");
        assert!(matches!(older, ChatRefusal::TooLate(_)), "{older:?}");
        assert!(matches!(missing, ChatRefusal::NotFound(_)), "{missing:?}");
    })
    .await;
}

#[tokio::test]
async fn a_window_with_a_fault_stays_open_and_says_it_below_the_input() {
    each_chat(async |chat, stage, door, scene| {
        let trigger = trigger(stage, door, scene).await;
        done(chat.open_view(&scene.access, &trigger, &window()).await);
        door.reproaches(vec![Fault { input: "to".to_owned(), sentence: "Nobody has this name.".to_owned() }]);

        let answer = stage.order("slack/view/submit", json!({ "user": scene.member, "values": {} })).await;

        assert_eq!((&answer["outcome"], &answer["errors"]["to"]), (&json!("errors"), &json!("Nobody has this name.")));
        assert_eq!(views(stage, scene).await["modals"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn the_home_is_shown_when_a_member_looks_at_it() {
    each_chat(async |chat, stage, door, scene| {
        stage.order("slack/home", json!({ "user": scene.member })).await;
        let opened = told(door, |event| match event {
            Inbound::HomeOpened(opened) => Some(opened.clone()),
            _ => None,
        })
        .await;
        let buttons = Part::Buttons(vec![button("panel.usage")]);
        let home = View { purpose: "home".to_owned(), parts: vec![buttons], ..View::default() };

        done(chat.publish_home(&scene.access, &opened.user, &home).await);
        stage
            .order("slack/view/act", json!({ "user": scene.member, "view_id": "home", "action_id": "panel.usage" }))
            .await;

        let pressed = told(door, pressed).await;
        assert_eq!(
            (pressed.user.as_str(), pressed.action.as_str(), pressed.value.as_str()),
            (&*scene.member, "panel.usage", "x")
        );
        assert!(pressed.post.is_none() && pressed.place.is_none() && pressed.trigger.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_shortcut_on_a_post_tells_which_one_and_opens_a_window() {
    each_chat(async |chat, stage, door, scene| {
        let written = scene.writes(stage, "call <tel:+14155550101|(415) 555-0101>").await;
        let ts = written["ts"].as_str().expect("a time stamp").to_owned();
        let order =
            json!({ "user": scene.member, "callback_id": "new_text", "channel": scene.channel, "message_ts": ts });

        stage.order("slack/shortcut", order).await;

        let used = told(door, |event| match event {
            Inbound::ShortcutUsed(used) => Some(used.clone()),
            _ => None,
        })
        .await;
        assert_eq!((used.shortcut.as_str(), used.text.as_deref()), ("new_text", Some("call (415) 555-0101")));
        assert_eq!(used.post.map(|post| post.ts), Some(ts));
        done(chat.open_view(&scene.access, &used.trigger, &window()).await);
    })
    .await;
}

#[tokio::test]
async fn a_shortcut_that_is_used_anywhere_is_on_no_post() {
    each_chat(async |_, stage, door, scene| {
        stage.order("slack/shortcut", json!({ "user": scene.member, "callback_id": "send_text" })).await;

        let used = told(door, |event| match event {
            Inbound::ShortcutUsed(used) => Some(used.clone()),
            _ => None,
        })
        .await;
        assert_eq!((used.shortcut.as_str(), used.post, used.text), ("send_text", None, None));
    })
    .await;
}

/// The command works everywhere, also in channels that the app is not in.
#[tokio::test]
async fn a_command_can_be_answered_five_times_where_the_app_is_not() {
    each_chat(async |chat, stage, door, scene| {
        let order = json!({ "user": scene.member, "channel": "general", "command": "/clerk", "text": "usage" });
        stage.order("slack/command", order).await;
        let given = told(door, |event| match event {
            Inbound::CommandGiven(given) => Some(given.clone()),
            _ => None,
        })
        .await;
        let url = given.answer_url.expect("an address");

        for count in 1..=5 {
            done(chat.respond(&url, &question(&format!("Answer {count}"))).await);
        }
        let sixth = refused(chat.respond(&url, &question("Answer 6")).await);
        let foreign = refused(chat.respond("https://hooks.slack.com.example.org/x", &question("Answer")).await);

        let state = stage.read("state").await;
        let told: Vec<&Value> = state["slack"]["ephemerals"].as_array().expect("private posts").iter().collect();
        assert_eq!(told.iter().filter(|post| post["user"] == scene.member.as_str()).count(), 5, "{told:?}");
        assert!(told.iter().all(|post| post["channel"] == given.channel.as_str()), "{told:?}");
        assert!(matches!(sixth, ChatRefusal::TooLate(_)), "{sixth:?}");
        assert!(matches!(foreign, ChatRefusal::NotAllowed { .. }), "{foreign:?}");
    })
    .await;
}

fn question(text: &str) -> Post {
    let said = Part::Text(vec![Span::Text(text.to_owned())]);
    Post { parts: vec![said, Part::Buttons(vec![button("text.confirm")])], ..Post::default() }
}

#[tokio::test]
async fn what_only_one_member_sees_is_replaced_and_taken_away_through_the_press() {
    each_chat(async |chat, stage, door, scene| {
        let place = Place { channel: scene.channel.clone(), thread: None };
        done(chat.invite(&scene.access, &scene.channel, std::slice::from_ref(&scene.member)).await);
        done(chat.whisper(&scene.access, &place, &scene.member, &question("Send this?")).await);
        let ephemerals =
            async || stage.read("state").await["slack"]["ephemerals"].as_array().cloned().expect("private posts");
        let ts = ephemerals().await[0]["ts"].clone();
        let press = json!({
            "user": scene.member, "channel": scene.channel, "message_ts": ts, "action_id": "text.confirm", "value": "x",
        });
        stage.order("slack/press", press).await;
        let pressed = told(door, pressed).await;
        let url = pressed.answer_url.expect("an address");

        done(chat.answer(&url, Some(&question("Sent."))).await);
        let replaced = ephemerals().await;
        done(chat.answer(&url, None).await);
        let after = ephemerals().await;

        assert_eq!((replaced.len(), &replaced[0]["text"]), (1, &json!("Sent.")));
        assert!(after.is_empty(), "{after:?}");
        assert_eq!((pressed.post, pressed.place), (None, Some(place.clone())));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_too_late_or_goes_elsewhere_is_refused() {
    each_chat(async |chat, stage, door, scene| {
        stage.order("slack/settings", json!({ "response_url_ms": 0 })).await;
        let place = Place { channel: scene.channel.clone(), thread: None };
        let at = done(chat.post(&scene.access, &place, &question("Send this?")).await);
        let press = json!({
            "user": scene.member, "channel": scene.channel, "message_ts": at.ts, "action_id": "text.confirm", "value": "x",
        });
        stage.order("slack/press", press).await;
        let url = told(door, pressed).await.answer_url.expect("an address");

        let late = refused(chat.answer(&url, None).await);
        let elsewhere = refused(chat.answer("https://hooks.slack.com.example.org/x", None).await);

        assert!(matches!(late, ChatRefusal::TooLate(_)), "{late:?}");
        assert!(matches!(elsewhere, ChatRefusal::NotAllowed { .. }), "{elsewhere:?}");
    })
    .await;
}
