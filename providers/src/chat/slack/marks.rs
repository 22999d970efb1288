//! Marks on posts: reactions of the app, from the one table.

use domain::contracts::{
    Outcome,
    chat::{ChatAccess, ChatRefusal, Mark, PostRef},
};
use serde_json::Value;
use slack_morphism::api::{SlackApiReactionsAddRequest, SlackApiReactionsRemoveRequest};
use slack_morphism::{SlackReactionName, SlackTs};

use super::{
    Slack,
    answers::{Repeat, settle, settled_by},
    methods::Method,
};

/// Slack's name of the reaction.
fn reaction(mark: Mark) -> &'static str {
    match mark {
        Mark::Queued => "hourglass_flowing_sand",
        Mark::Sent => "outbox_tray",
        Mark::Delivered => "white_check_mark",
        Mark::Failed => "x",
        Mark::Unknown => "grey_question",
        Mark::NotSent => "no_entry_sign",
    }
}

pub(super) async fn add(slack: &Slack, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
    let request = SlackApiReactionsAddRequest::new(
        at.channel.clone().into(),
        SlackReactionName(reaction(mark).to_owned()),
        SlackTs(at.ts.clone()),
    );
    let added = slack.call::<Value>(access, Method::ReactionsAdd, &request).await;
    settled_by(settle(added, Repeat::Harmless), &["already_reacted"])
}

pub(super) async fn remove(slack: &Slack, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
    let name = SlackReactionName(reaction(mark).to_owned());
    let request = SlackApiReactionsRemoveRequest::new(name)
        .with_channel(at.channel.clone().into())
        .with_timestamp(SlackTs(at.ts.clone()));
    let removed = slack.call::<Value>(access, Method::ReactionsRemove, &request).await;
    settled_by(settle(removed, Repeat::Harmless), &["no_reaction"])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_marks_look_the_same() {
        let names: HashSet<&str> = Mark::all().iter().map(|mark| reaction(*mark)).collect();

        assert_eq!(names.len(), Mark::all().len());
    }
}
