//! Who is in a channel besides the members of the team, and that a change of it is told; private channels; names of channels and members.

use domain::contracts::{
    chat::{ChatRefusal, Company, Part, Place, Post},
    inbound::{Envelope, Inbound},
};
use serde_json::json;

use super::{
    Stage, done,
    door::{self, Door},
    each_chat, refused,
};

/// Lets somebody of a kind into a channel.
async fn joins(stage: &Stage, channel: &str, kind: &str, name: &str) {
    let order = json!({ "name": name, "kind": kind, "channels": [channel] });
    stage.order("slack/member", order).await;
}

async fn told(door: &Door, read: impl Fn(&Inbound) -> bool) {
    door.waits_for(|envelope: &Envelope| read(&envelope.event).then_some(())).await;
}

#[tokio::test]
async fn a_channel_of_members_has_no_other_company() {
    each_chat(async |chat, access, stage| {
        let channel = done(chat.create_channel(access, "clerk-contract").await).id;
        joins(stage, &channel, "member", "newcomer").await;

        assert_eq!(done(chat.company(access, &channel).await), Company::default());
    })
    .await;
}

#[tokio::test]
async fn guests_other_apps_and_other_companies_are_told_apart() {
    each_chat(async |chat, access, stage| {
        let company = async |kinds: &[&str], name: &str| {
            let channel = done(chat.create_channel(access, name).await).id;
            for kind in kinds {
                joins(stage, &channel, kind, &format!("{name}-{kind}")).await;
            }
            done(chat.company(access, &channel).await)
        };

        let guests = Company { has_guests: true, ..Company::default() };
        assert_eq!(company(&["guest"], "one").await, guests);
        assert_eq!(company(&["single_channel_guest"], "two").await, guests);
        assert_eq!(company(&["bot"], "three").await, Company { has_other_apps: true, ..Company::default() });
        let all = Company { has_guests: true, is_shared: true, has_other_apps: true };
        assert_eq!(company(&["guest", "bot", "stranger"], "four").await, all);
    })
    .await;
}

#[tokio::test]
async fn a_large_channel_is_looked_through_by_the_list_of_members() {
    each_chat(async |chat, access, stage| {
        let channel = done(chat.create_channel(access, "clerk-contract").await).id;
        for at in 0..25 {
            joins(stage, &channel, "member", &format!("member{at}")).await;
        }
        joins(stage, &channel, "guest", "visitor").await;

        let company = done(chat.company(access, &channel).await);

        assert_eq!(company, Company { has_guests: true, ..Company::default() });
        let asked = stage.read(&format!("requests?vendor={}&method=users.info", chat.name())).await;
        assert_eq!(asked.as_array().map(Vec::len), Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_channel_too_large_to_look_through_is_taken_for_one_with_guests() {
    each_chat(async |chat, access, stage| {
        let channel = done(chat.create_channel(access, "clerk-contract").await).id;
        for at in 0..201 {
            joins(stage, &channel, "member", &format!("member{at}")).await;
        }

        assert!(done(chat.company(access, &channel).await).has_guests);
    })
    .await;
}

#[tokio::test]
async fn a_shared_channel_is_one_with_other_companies() {
    each_chat(async |chat, access, stage| {
        let channel = done(chat.create_channel(access, "clerk-contract").await).id;
        stage.order("slack/channel", json!({ "user": "ana", "channel": channel, "action": "share" })).await;

        assert!(done(chat.company(access, &channel).await).is_shared);
    })
    .await;
}

#[tokio::test]
async fn a_private_channel_is_found_once_the_app_is_in_it_and_is_never_joined() {
    each_chat(async |chat, access, stage| {
        let create = json!({ "user": "ana", "name": "secret", "action": "create", "is_private": true });
        stage.order("slack/channel", create).await;
        let id = private_channel(stage).await;

        let before = refused(chat.join_channel(access, &id).await);
        stage.order("slack/channel", json!({ "user": "ana", "channel": id, "action": "join_app" })).await;
        let found = done(chat.find_channel(access, "secret").await).expect("the channel");
        done(chat.join_channel(access, &id).await);

        assert!(matches!(before, ChatRefusal::ChannelGone(_)), "{before:?}");
        assert!(found.is_private && found.is_member);
        assert_eq!(done(chat.channel(access, &id).await), found);
    })
    .await;
}

async fn private_channel(stage: &Stage) -> String {
    let state = stage.read("state").await;
    let channels = state["slack"]["channels"].as_array().expect("channels");
    let found = channels.iter().find(|channel| channel["name"] == "secret").expect("the channel");
    found["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_post_is_taken_away_and_can_be_opened_by_its_link() {
    each_chat(async |chat, access, stage| {
        let channel = done(chat.create_channel(access, "clerk-contract").await).id;
        let place = Place { channel, thread: None };
        let part = Part::Heading("Usage".to_owned());
        let post = Post { parts: vec![part], ..Post::default() };
        let at = done(chat.post(access, &place, &post).await);

        let link = done(chat.link(access, &at).await);
        done(chat.delete(access, &at).await);
        done(chat.delete(access, &at).await);

        assert!(link.contains(&at.channel), "{link}");
        assert!(matches!(refused(chat.link(access, &at).await), ChatRefusal::NotFound(_)));
        let state = stage.read("state").await.to_string();
        assert!(!state.contains(&at.ts));
    })
    .await;
}

#[tokio::test]
async fn other_company_another_name_and_a_changed_member_are_told() {
    door::each_chat(async |_, stage, door, scene| {
        joins(stage, &scene.channel, "guest", "visitor").await;
        told(door, |event| matches!(event, Inbound::CompanyChanged(changed) if changed.channel == scene.channel)).await;

        let share = json!({ "user": scene.member, "channel": scene.channel, "action": "share" });
        stage.order("slack/channel", share).await;
        told(door, |event| matches!(event, Inbound::CompanyChanged(changed) if changed.what == "channel_shared")).await;

        let rename = json!({ "user": scene.member, "channel": scene.channel, "action": "rename", "name": "sales" });
        stage.order("slack/channel", rename).await;
        told(door, |event| matches!(event, Inbound::ChannelRenamed(renamed) if renamed.name == "sales")).await;

        stage.order("slack/user", json!({ "user": scene.member, "real_name": "Ana Lima" })).await;
        let of_member =
            |event: &Inbound| matches!(event, Inbound::PersonChanged(changed) if changed.person.id == scene.member);
        told(door, of_member).await;
    })
    .await;
}
