//! What every provider's webhooks keep: right signatures are let in and wrong ones are not, and what is told has the same key whenever
//! it is told again.

use chrono::TimeDelta;
use domain::contracts::{
    carrier::DeliveryStatus,
    chat::{Button, ButtonStyle, Part, Place, Post, Question, Span},
    inbound::{Envelope, Inbound},
    webhook::Refused,
};
use serde_json::json;

use super::{
    bought, done,
    door::{each_carrier, each_chat},
    maria, now, text,
};

#[tokio::test]
async fn a_text_is_told_by_webhook_and_by_list_under_the_same_key() {
    each_carrier(async |carrier, stage, door| {
        let to = bought(carrier).await;
        let began = now() - TimeDelta::seconds(2);

        let order = json!({ "from": maria().as_e164(), "to": to.as_e164(), "body": " Zoë 😀 & + %20 " });
        let sent = stage.order("phone/text", order).await;

        assert_eq!(sent["webhook_status"], 200);
        let told = door.waits_for(|envelope| Some(envelope.clone())).await;
        let Inbound::TextReceived(text) = &told.event else { panic!("no text") };
        assert_eq!((text.body.as_str(), text.from, text.to), (" Zoë 😀 & + %20 ", Some(maria()), to));
        let listed = done(carrier.list_received(began, now() + TimeDelta::seconds(5)).await);
        assert_eq!((&listed[0].key, &listed[0].account), (&told.key, &told.account));
        assert_eq!(listed[0].ordering_key, told.ordering_key);
    })
    .await;
}

#[tokio::test]
async fn the_fate_of_a_text_is_told_with_our_reference() {
    each_carrier(async |carrier, stage, door| {
        let from = bought(carrier).await;
        let unreachable = json!({ "number": maria().as_e164(), "reachable": false, "failure_code": "30003" });

        let arrived = done(carrier.send(&text(from, "one")).await);
        let delivered = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::DeliveryReported(report) if report.status == DeliveryStatus::Delivered => Some(report.clone()),
                _ => None,
            })
            .await;
        stage.order("phone/settings", unreachable).await;
        done(carrier.send(&text(from, "two")).await);
        let failed = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::DeliveryReported(report) if report.status == DeliveryStatus::Failed => Some(report.clone()),
                _ => None,
            })
            .await;

        assert_eq!((delivered.carrier_id, delivered.reference.as_deref()), (arrived.carrier_id, Some("msg_1")));
        let failure = failed.failure.expect("a reason");
        assert_eq!((failure.code.as_str(), failure.reason.is_retryable()), ("30003", true));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_nobody_signed_is_not_let_in() {
    each_carrier(async |carrier, stage, door| {
        let path = format!("/webhooks/{}/messages", carrier.name());
        let order = json!({
            "path": path, "content_type": "application/x-www-form-urlencoded", "body": "Body=x", "headers": {},
        });

        stage.order("raw", order).await;

        assert_eq!(door.refusals(), [Refused::BadSignature]);
        assert_eq!(door.told(), []);
    })
    .await;
}

#[tokio::test]
async fn what_a_member_writes_changes_and_deletes_is_told() {
    each_chat(async |_, stage, door, scene| {
        let written = scene.writes(stage, "hello &amp; :wave:").await;
        let ts = written["ts"].as_str().expect("a time stamp").to_owned();
        let place = json!({ "user": scene.member, "channel": scene.channel, "ts": ts, "text": "goodbye" });
        stage.order("slack/edit", place.clone()).await;
        stage.order("slack/delete", place).await;

        let post = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::PostWritten(post) => Some(post.clone()),
                _ => None,
            })
            .await;
        let edited = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::PostEdited(post) => Some(post.clone()),
                _ => None,
            })
            .await;
        let deleted = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::PostDeleted(post) => Some(post.clone()),
                _ => None,
            })
            .await;
        assert_eq!((post.text.as_str(), &post.user, &post.post.ts), ("hello & 👋", &scene.member, &ts));
        assert_eq!((edited.text.as_deref(), &edited.post), (Some("goodbye"), &post.post));
        assert_eq!((deleted.text, deleted.post), (None, post.post));
    })
    .await;
}

#[tokio::test]
async fn the_same_message_told_again_has_the_same_key() {
    each_chat(async |chat, stage, door, scene| {
        stage.order("webhooks", json!({ "vendor": chat.name(), "duplicate": 2 })).await;

        scene.writes(stage, "hello").await;

        let keys = door
            .waits_until(|told| {
                let posts = told.iter().filter(|envelope| matches!(envelope.event, Inbound::PostWritten(_)));
                let keys: Vec<String> = posts.map(|envelope| envelope.key.clone()).collect();
                (keys.len() == 3).then_some(keys)
            })
            .await;
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    })
    .await;
}

#[tokio::test]
async fn the_apps_own_posts_are_not_told() {
    each_chat(async |chat, stage, door, scene| {
        let place = Place { channel: scene.channel.clone(), thread: None };
        let part = Part::Text(vec![Span::Text("echo".to_owned())]);
        let post = Post { parts: vec![part], ..Post::default() };

        done(chat.post(&scene.access, &place, &post).await);
        scene.writes(stage, "the end").await;

        door.waits_for(|envelope| matches!(envelope.event, Inbound::PostWritten(_)).then_some(())).await;
        let told = door.told();
        let texts: Vec<_> = told
            .iter()
            .filter_map(|envelope| match &envelope.event {
                Inbound::PostWritten(post) => Some(post.text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(texts, ["the end"]);
    })
    .await;
}

#[tokio::test]
async fn a_pressed_button_tells_what_it_does_to_what() {
    each_chat(async |chat, stage, door, scene| {
        let place = Place { channel: scene.channel.clone(), thread: None };
        let button = Button {
            action: "message.retry".to_owned(),
            value: "msg_1".to_owned(),
            label: "Retry".to_owned(),
            style: ButtonStyle::Primary,
            confirm: Some(Question::new("Send it again?", "It may arrive twice.", ["Send again", "Leave it"])),
        };
        let question = Part::Text(vec![Span::Text("It did not arrive.".to_owned())]);
        let post = Post { parts: vec![question, Part::Buttons(vec![button])], ..Post::default() };
        let at = done(chat.post(&scene.access, &place, &post).await);

        let press = json!({
            "user": scene.member, "channel": scene.channel, "message_ts": at.ts, "action_id": "message.retry",
            "value": "msg_1",
        });
        stage.order("slack/press", press).await;

        let pressed = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::ButtonPressed(pressed) => Some(pressed.clone()),
                _ => None,
            })
            .await;
        assert_eq!((pressed.action.as_str(), pressed.value.as_str()), ("message.retry", "msg_1"));
        assert_eq!((pressed.user, pressed.post), (scene.member.clone(), Some(at)));
    })
    .await;
}

#[tokio::test]
async fn a_command_is_answered_at_once() {
    each_chat(async |_, stage, _, scene| {
        let order = json!({ "user": scene.member, "channel": scene.channel, "command": "/clerk", "text": "" });

        let answer = stage.order("slack/command", order).await;

        assert_eq!(answer["webhook_status"], 200);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_lost_and_comes_back_is_told() {
    each_chat(async |_, stage, door, scene| {
        for action in ["archive", "unarchive", "kick_app"] {
            let order = json!({ "user": scene.member, "channel": scene.channel, "action": action });
            stage.order("slack/channel", order).await;
        }

        let lost = |what: &'static str| {
            move |envelope: &Envelope| match &envelope.event {
                Inbound::ChannelLost(lost) if lost.what == what => Some(lost.channel.clone()),
                _ => None,
            }
        };
        let back = |envelope: &Envelope| match &envelope.event {
            Inbound::ChannelBack(back) if back.what == "channel_unarchive" => Some(back.channel.clone()),
            _ => None,
        };
        let told = [
            door.waits_for(lost("channel_archive")).await,
            door.waits_for(back).await,
            door.waits_for(lost("channel_left")).await,
        ];
        assert_eq!(told, [scene.channel.clone(), scene.channel.clone(), scene.channel.clone()]);
    })
    .await;
}

#[tokio::test]
async fn a_lost_access_is_told() {
    each_chat(async |_, stage, door, scene| {
        stage.order("slack/uninstall", json!({})).await;

        let lost = door
            .waits_for(|envelope| match &envelope.event {
                Inbound::AccessLost(lost) if lost.is_uninstall => Some(lost.clone()),
                _ => None,
            })
            .await;
        assert_eq!(lost.team, scene.access.team);
    })
    .await;
}
