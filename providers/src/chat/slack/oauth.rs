//! How a team lets the app in: the link that a person follows, and the exchange of the code that comes back.
//!
//! An answer is believed only when it is about a team, an app and a bot, and grants everything that the app needs: half
//! an installation would fail later, where nobody is looking.

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatRefusal, Installed},
};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    Slack,
    answers::{Repeat, settle},
    scopes::BOT_SCOPES,
};

/// The link to Slack's page of consent.
pub(super) fn install_url(slack: &Slack, state: &str, redirect_uri: &str) -> String {
    let query = Serializer::new(String::new())
        .append_pair("client_id", slack.client_id())
        .append_pair("scope", &BOT_SCOPES.join(","))
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", state)
        .finish();
    let joint = if slack.authorize_url().contains('?') { '&' } else { '?' };
    format!("{}{joint}{query}", slack.authorize_url())
}

pub(super) async fn exchange_code(slack: &Slack, code: &str, redirect_uri: &str) -> Outcome<Installed, ChatRefusal> {
    let form = [
        ("client_id", slack.client_id()),
        ("client_secret", slack.client_secret()),
        ("code", code),
        ("redirect_uri", redirect_uri),
    ];
    let granted = slack.connector().post_form::<Granted>("oauth.v2.access", &form).await;
    // A code is good for one exchange; whatever went wrong, the person begins anew.
    Ok(match settle(granted, Repeat::Harmless)? {
        Answer::Done(granted) => granted.installed(),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

#[derive(Deserialize)]
struct Granted {
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    bot_user_id: String,
    #[serde(default)]
    app_id: String,
    #[serde(default)]
    team: Option<Named>,
    #[serde(default)]
    enterprise: Option<Named>,
    #[serde(default)]
    authed_user: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default)]
    name: String,
}

impl Granted {
    fn installed(self) -> Answer<Installed, ChatRefusal> {
        let Some(team) = self.team else {
            return Answer::Refused(ChatRefusal::Other("installed_for_a_whole_organisation".to_owned()));
        };
        if [&self.access_token, &self.bot_user_id, &self.app_id].iter().any(|part| part.is_empty()) {
            return Answer::Refused(ChatRefusal::Other("incomplete_installation".to_owned()));
        }
        let scopes: Vec<String> = self.scope.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        let missing = missing(&scopes);
        if !missing.is_empty() {
            return Answer::Refused(ChatRefusal::NotAllowed {
                code: "missing_scope".to_owned(),
                needed: Some(missing.join(",")),
            });
        }
        Answer::Done(Installed {
            team: team.id,
            team_name: team.name,
            enterprise: self.enterprise.map(|enterprise| enterprise.id),
            app: self.app_id,
            bot_user: self.bot_user_id,
            token: self.access_token.into(),
            scopes,
            installer: self.authed_user.map(|user| user.id).unwrap_or_default(),
        })
    }
}

fn missing(granted: &[String]) -> Vec<&'static str> {
    let is_missing = |scope: &&&str| !granted.iter().any(|granted| granted == **scope);
    BOT_SCOPES.iter().filter(is_missing).copied().collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;

    fn answer() -> Value {
        json!({
            "ok": true,
            "access_token": "xoxb-1",
            "token_type": "bot",
            "scope": BOT_SCOPES.join(","),
            "bot_user_id": "U0",
            "app_id": "A1",
            "team": { "id": "T1", "name": "Acme" },
            "enterprise": null,
            "authed_user": { "id": "U1" },
        })
    }

    fn installed(answer: Value) -> Answer<Installed, ChatRefusal> {
        serde_json::from_value::<Granted>(answer).unwrap().installed()
    }

    fn refusal(answer: Value) -> String {
        match installed(answer) {
            Answer::Refused(refusal) => refusal.code().to_owned(),
            Answer::Done(_) => panic!("not refused"),
        }
    }

    #[test]
    fn a_whole_answer_is_an_installation() {
        let Answer::Done(installed) = installed(answer()) else { panic!("refused") };

        assert_eq!((installed.team.as_str(), installed.team_name.as_str()), ("T1", "Acme"));
        assert_eq!((installed.app.as_str(), installed.bot_user.as_str()), ("A1", "U0"));
        assert_eq!((installed.token.expose_secret(), installed.installer.as_str()), ("xoxb-1", "U1"));
    }

    #[test]
    fn a_scope_that_was_not_granted_is_named() {
        let mut answer = answer();
        answer["scope"] = json!(BOT_SCOPES[1..].join(","));

        let Answer::Refused(ChatRefusal::NotAllowed { needed, .. }) = installed(answer) else { panic!("not refused") };

        assert_eq!(needed.as_deref(), Some(BOT_SCOPES[0]));
    }

    #[test]
    fn half_an_answer_is_no_installation() {
        let mut without_app = answer();
        without_app["app_id"] = json!("");
        let mut without_team = answer();
        without_team["team"] = Value::Null;

        assert_eq!(refusal(without_app), "incomplete_installation");
        assert_eq!(refusal(without_team), "installed_for_a_whole_organisation");
    }
}
