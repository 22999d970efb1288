//! Channels: made, found, joined, opened.

use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{Channel, ChatAccess, ChatRefusal},
};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::api::SlackApiConversationsJoinRequest;

use super::{
    Slack,
    answers::{Repeat, map, settle, settled_by},
    methods::Method,
    posts::Continuation,
    teams,
};

/// Slack's advice for a page of channels.
const PAGE_SIZE: u32 = 200;
/// 20,000 channels: teams with more are asked to name the channel by its id.
const MOST_PAGES: usize = 100;

#[derive(Deserialize)]
struct About {
    channel: Described,
}

#[derive(Deserialize)]
struct Described {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    is_member: bool,
    #[serde(default)]
    is_private: bool,
    #[serde(default)]
    creator: Option<String>,
    #[serde(default)]
    context_team_id: Option<String>,
}

impl From<Described> for Channel {
    fn from(described: Described) -> Self {
        Self {
            id: described.id,
            name: described.name,
            is_archived: described.is_archived,
            is_member: described.is_member,
            is_private: described.is_private,
            creator: described.creator,
            team: described.context_team_id,
        }
    }
}

pub(super) async fn create(slack: &Slack, access: &ChatAccess, name: &str) -> Outcome<Channel, ChatRefusal> {
    let mut request = json!({ "name": name, "is_private": false });
    match teams::team(slack, access).await? {
        Answer::Done(Some(team)) => request["team_id"] = json!(team),
        Answer::Done(None) => {}
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    }
    let created = slack.call::<About>(access, Method::ConversationsCreate, &request).await;
    map(settle(created, Repeat::Never), |about| Channel {
        // Whoever makes a channel is in it, also when the answer does not say so.
        is_member: true,
        ..Channel::from(about.channel)
    })
}

pub(super) async fn find(slack: &Slack, access: &ChatAccess, name: &str) -> Outcome<Option<Channel>, ChatRefusal> {
    #[derive(Deserialize)]
    struct Page {
        channels: Vec<Described>,
        #[serde(default)]
        response_metadata: Option<Continuation>,
    }
    let name = name.trim_start_matches('#').to_lowercase();
    let team = match teams::team(slack, access).await? {
        Answer::Done(team) => team,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let query = vec![
            ("team_id", team.clone()),
            ("types", Some("public_channel,private_channel".to_owned())),
            ("exclude_archived", Some("false".to_owned())),
            ("limit", Some(PAGE_SIZE.to_string())),
            ("cursor", cursor),
        ];
        let page = slack.ask::<Page>(access, Method::ConversationsList, query).await;
        let page = match settle(page, Repeat::Harmless)? {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        if let Some(found) = page.channels.into_iter().find(|channel| channel.name == name) {
            return Ok(Answer::Done(Some(found.into())));
        }
        cursor = page.response_metadata.and_then(Continuation::next);
        if cursor.is_none() {
            return Ok(Answer::Done(None));
        }
    }
    Err(CallError::Unavailable { why: "this team has too many channels to look through".to_owned() })
}

pub(super) async fn info(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<Channel, ChatRefusal> {
    let query = vec![("channel", Some(id.to_owned()))];
    let about = slack.ask::<About>(access, Method::ConversationsInfo, query).await;
    map(settle(about, Repeat::Harmless), |about| about.channel.into())
}

pub(super) async fn join(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<(), ChatRefusal> {
    let request = SlackApiConversationsJoinRequest::new(id.into());
    let joined = slack.call::<Value>(access, Method::ConversationsJoin, &request).await;
    match settled_by(settle(joined, Repeat::Harmless), &["already_in_channel"])? {
        Answer::Refused(refusal) if refusal.code() == "method_not_supported_for_channel_type" => {
            is_in_already(slack, access, id).await
        }
        joined => Ok(joined),
    }
}

/// Nobody joins a private channel by themselves: the app is in it, or has to be invited.
async fn is_in_already(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<(), ChatRefusal> {
    Ok(match info(slack, access, id).await? {
        Answer::Done(channel) if channel.is_member => Answer::Done(()),
        Answer::Done(_) => Answer::Refused(ChatRefusal::ChannelGone("not_in_channel".to_owned())),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

pub(super) async fn invite(slack: &Slack, access: &ChatAccess, id: &str, users: &[String]) -> Outcome<(), ChatRefusal> {
    if users.is_empty() {
        return Ok(Answer::Done(()));
    }
    let together = invite_together(slack, access, id, &users.join(",")).await?;
    match &together {
        // One who is in already keeps the others out: then each is asked alone.
        Answer::Refused(refusal) if is_in(refusal) && users.len() > 1 => {
            for user in users {
                match invite_together(slack, access, id, user).await? {
                    Answer::Refused(refusal) if !is_in(&refusal) => return Ok(Answer::Refused(refusal)),
                    _ => {}
                }
            }
            Ok(Answer::Done(()))
        }
        Answer::Refused(refusal) if is_in(refusal) => Ok(Answer::Done(())),
        _ => Ok(together),
    }
}

async fn invite_together(slack: &Slack, access: &ChatAccess, id: &str, users: &str) -> Outcome<(), ChatRefusal> {
    let request = json!({ "channel": id, "users": users });
    let invited = slack.call::<Value>(access, Method::ConversationsInvite, &request).await;
    map(settle(invited, Repeat::Harmless), |_| ())
}

fn is_in(refusal: &ChatRefusal) -> bool {
    matches!(refusal.code(), "already_in_channel" | "cant_invite_self")
}

pub(super) async fn open_direct(slack: &Slack, access: &ChatAccess, user: &str) -> Outcome<String, ChatRefusal> {
    // The crate writes a list where Slack documents one text with commas.
    let request = json!({ "users": user });
    let opened = slack.call::<About>(access, Method::ConversationsOpen, &request).await;
    map(settle(opened, Repeat::Harmless), |about| about.channel.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_described_channel_may_leave_out_all_but_its_id() {
        let about: About = serde_json::from_value(json!({ "channel": { "id": "D1", "new": 1 } })).unwrap();

        let channel = Channel::from(about.channel);

        assert_eq!((channel.id.as_str(), channel.is_archived, channel.is_member), ("D1", false, false));
        assert!(!channel.is_private);
    }
}
