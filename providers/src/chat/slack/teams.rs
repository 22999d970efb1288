//! Which team a call is about. The token of an app that was let in for a whole organisation opens many teams, and Slack demands `team_id` of it in
//! some methods (api.slack.com/enterprise/apps/changes-apis); a token of one team needs none. Until somebody has put the app into a team,
//! there is nowhere to go.

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatAccess, ChatRefusal},
};
use serde::Deserialize;

use super::{
    Slack,
    answers::{Repeat, settle},
    methods::Method,
};

/// What ids of organisations begin with.
const ORGANISATION: char = 'E';

/// Whether the token is one of a whole organisation.
pub(super) fn is_of_organisation(access: &ChatAccess) -> bool {
    access.team.starts_with(ORGANISATION)
}

/// The value of `team_id`: none for a token of one team; for one of an organisation the team that we live in, or the first that has the app.
pub(super) async fn team(slack: &Slack, access: &ChatAccess) -> Outcome<Option<String>, ChatRefusal> {
    if !is_of_organisation(access) || access.home.is_some() {
        return Ok(Answer::Done(access.home.clone()));
    }
    #[derive(Deserialize)]
    struct Page {
        teams: Vec<Team>,
    }
    #[derive(Deserialize)]
    struct Team {
        id: String,
    }
    let page = slack.ask_by_form::<Page>(access, Method::AuthTeamsList, Vec::new()).await;
    Ok(match settle(page, Repeat::Harmless)? {
        Answer::Done(page) => match page.teams.into_iter().next() {
            Some(team) => Answer::Done(Some(team.id)),
            None => {
                Answer::Refused(ChatRefusal::NotAllowed { code: "team_access_not_granted".to_owned(), needed: None })
            }
        },
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}
