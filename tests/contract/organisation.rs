//! An app that an organisation has let in as a whole: its token opens many teams, so calls that are about one team have to say which.

use std::sync::Arc;

use domain::contracts::{
    Answer,
    chat::{Channel, Chat, ChatAccess, ChatRefusal},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{REDIRECT, Stage, access, done, refused};

/// Members with whom the list of all is asked for instead of each alone.
const MANY: usize = 25;

/// An organisation of two teams.
struct Organisation {
    /// The first team that has the app.
    first: String,
    /// The other.
    second: String,
}

/// A person who consents for a team that there is not yet founds it.
async fn founded(chat: &dyn Chat, name: &str) {
    let link = format!("{}&auto=1&team={name}", chat.install_url("state-2", REDIRECT));
    let agent = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    agent.get(link).send().await.expect("the page of consent");
}

async fn ordered(stage: &Stage, is_withheld: bool) -> Organisation {
    let teams = json!(["northwind-dental", "harbor"]);
    let order = json!({ "name": "Group", "org_wide": true, "withheld": is_withheld, "teams": teams });
    let answer = stage.order("slack/org", order).await;
    let team = |at: usize| answer["teams"][at].as_str().expect("two teams").to_owned();
    Organisation { first: team(0), second: team(1) }
}

/// Tells a sentence to each chat system, let in by an organisation.
async fn each_chat(is_withheld: bool, sentence: impl AsyncFn(&dyn Chat, &ChatAccess, (&Stage, &Organisation))) {
    let count = Stage::begin().await.chats().len();
    for index in 0..count {
        let stage = Stage::begin().await;
        let adapter: Arc<dyn Chat> = stage.chats().remove(index).calls;
        founded(&*adapter, "harbor").await;
        let organisation = ordered(&stage, is_withheld).await;
        let access = access(&*adapter).await;
        sentence(&*adapter, &access, (&stage, &organisation)).await;
        stage.sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_channel_is_made_and_found_in_the_first_team_that_has_the_app() {
    each_chat(false, async |chat, access, (_, organisation)| {
        let made = done(chat.create_channel(access, "front-desk").await);
        let found = done(chat.find_channel(access, "front-desk").await);

        assert_eq!(made.team.as_deref(), Some(organisation.first.as_str()));
        assert_eq!(found.map(|found| found.id), Some(made.id));
    })
    .await;
}

#[tokio::test]
async fn where_the_app_lives_its_channels_are_made_and_found() {
    each_chat(false, async |chat, access, (_, organisation)| {
        let at_home = ChatAccess { home: Some(organisation.second.clone()), ..access.clone() };

        let made: Channel = done(chat.create_channel(&at_home, "front-desk").await);

        assert_eq!(made.team.as_deref(), Some(organisation.second.as_str()));
        assert_eq!(done(chat.find_channel(&at_home, "front-desk").await).map(|found| found.id), Some(made.id));
        assert_eq!(done(chat.find_channel(access, "front-desk").await), None);
    })
    .await;
}

#[tokio::test]
async fn the_members_of_a_channel_are_looked_up_in_its_own_team() {
    each_chat(false, async |chat, access, (stage, organisation)| {
        let at_home = ChatAccess { home: Some(organisation.second.clone()), ..access.clone() };
        let channel = done(chat.create_channel(access, "front-desk").await).id;
        for number in 0..MANY {
            let member = json!({ "name": format!("member-{number}"), "channels": [channel] });
            stage.order("slack/member", member).await;
        }

        let company = done(chat.company(&at_home, &channel).await);

        assert!(!company.has_guests && !company.has_other_apps && !company.is_shared, "{company:?}");
    })
    .await;
}

#[tokio::test]
async fn until_the_app_is_put_into_a_team_nothing_can_be_made() {
    each_chat(true, async |chat, access, (stage, _)| {
        let before = refused(chat.create_channel(access, "front-desk").await);
        ordered(stage, false).await;
        let after = chat.create_channel(access, "front-desk").await;

        assert!(
            matches!(&before, ChatRefusal::NotAllowed { code, .. } if code == "team_access_not_granted"),
            "{before:?}"
        );
        assert!(matches!(after, Ok(Answer::Done(_))), "{after:?}");
    })
    .await;
}

/// The simulated Slack is as strict as the real one; otherwise the sentences above would say nothing.
#[tokio::test]
async fn a_call_that_does_not_say_which_team_it_means_is_refused() {
    each_chat(false, async |_, access, (stage, organisation)| {
        let ask = async |method: &str, team: Option<&str>| {
            let form = [("name", "front-desk")].into_iter().chain(team.map(|team| ("team_id", team)));
            let request = reqwest::Client::new().post(format!("{}{method}", stage.sandbox.slack_url()));
            let request = request.bearer_auth(access.token.expose_secret()).form(&form.collect::<Vec<_>>());
            request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
        };

        for method in ["conversations.create", "conversations.list", "users.conversations", "users.list"] {
            let (without, with) = (ask(method, None).await, ask(method, Some(&organisation.second)).await);
            assert_eq!(
                (&without["error"], &with["ok"]),
                (&json!("missing_argument"), &json!(true)),
                "{method}: {with}"
            );
        }
        assert_eq!(ask("auth.teams.list", None).await["teams"].as_array().map(Vec::len), Some(2));
    })
    .await;
}
