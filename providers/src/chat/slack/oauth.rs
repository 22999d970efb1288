//! How a team lets the app in: the link that a person follows, the exchange of the code that comes back, and the renewal of a token
//! that does not live for ever. An app that was let in for a whole organisation stands in it as if that were the team.
//!
//! An answer is believed only when it is about a team, an app and a bot, and grants everything that the app needs: half
//! an installation would fail later, where nobody is looking.

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatRefusal, Installed, Renewal, RenewalTerms},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    Slack,
    answers::{Repeat, settle},
    methods::Method,
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
    let granted = slack.connector().post_form::<Granted>(Method::OauthV2Access, &form).await;
    // A code is good for one exchange; whatever went wrong, the person begins anew.
    Ok(match settle(granted, Repeat::Harmless)? {
        Answer::Done(granted) => granted.installed(),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

pub(super) async fn renew(slack: &Slack, refresh_token: &SecretString) -> Outcome<Renewal, ChatRefusal> {
    let form = [
        ("client_id", slack.client_id()),
        ("client_secret", slack.client_secret()),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose_secret()),
    ];
    let granted = slack.connector().post_form::<Granted>(Method::OauthV2Access, &form).await;
    // Whatever became of a lost answer: asking again with the same token is all that can be done.
    Ok(match settle(granted, Repeat::Harmless)? {
        Answer::Done(granted) => granted.renewed(),
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
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<u32>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default)]
    name: String,
}

impl Granted {
    fn installed(self) -> Answer<Installed, ChatRefusal> {
        let renewal = self.terms();
        let enterprise = self.enterprise.as_ref().map(|enterprise| enterprise.id.clone());
        let Some(team) = self.team.or(self.enterprise) else { return Answer::Refused(incomplete()) };
        if [&self.access_token, &self.bot_user_id, &self.app_id].iter().any(|part| part.is_empty()) {
            return Answer::Refused(incomplete());
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
            enterprise,
            app: self.app_id,
            bot_user: self.bot_user_id,
            token: self.access_token.into(),
            renewal,
            scopes,
            installer: self.authed_user.map(|user| user.id).unwrap_or_default(),
        })
    }

    fn renewed(self) -> Answer<Renewal, ChatRefusal> {
        match self.terms() {
            Some(terms) if !self.access_token.is_empty() => {
                Answer::Done(Renewal { token: self.access_token.into(), terms })
            }
            _ => Answer::Refused(incomplete()),
        }
    }

    /// None for a token that lives for ever.
    fn terms(&self) -> Option<RenewalTerms> {
        let refresh_token = self.refresh_token.clone().filter(|token| !token.is_empty())?;
        Some(RenewalTerms { refresh_token: refresh_token.into(), lives_secs: self.expires_in? })
    }
}

fn incomplete() -> ChatRefusal {
    ChatRefusal::Other("incomplete_installation".to_owned())
}

fn missing(granted: &[String]) -> Vec<&'static str> {
    let is_missing = |scope: &&&str| !granted.iter().any(|granted| granted == **scope);
    BOT_SCOPES.iter().filter(is_missing).copied().collect()
}

#[cfg(test)]
mod tests {
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
    fn a_token_that_does_not_live_for_ever_comes_with_how_it_is_renewed() {
        let mut rotating = answer();
        rotating["refresh_token"] = json!("xoxe-1-a");
        rotating["expires_in"] = json!(43_200);

        let Answer::Done(installed) = installed(rotating.clone()) else { panic!("refused") };
        let renewed = serde_json::from_value::<Granted>(rotating).unwrap().renewed();

        let terms = installed.renewal.unwrap();
        assert_eq!((terms.refresh_token.expose_secret(), terms.lives_secs), ("xoxe-1-a", 43_200));
        let Answer::Done(renewal) = renewed else { panic!("refused") };
        assert_eq!((renewal.token.expose_secret(), renewal.terms.lives_secs), ("xoxb-1", 43_200));
    }

    #[test]
    fn a_renewal_that_tells_no_next_token_is_none() {
        let renewed = serde_json::from_value::<Granted>(answer()).unwrap().renewed();

        assert!(matches!(renewed, Answer::Refused(refusal) if refusal.code() == "incomplete_installation"));
    }

    #[test]
    fn an_organisation_stands_for_the_team_when_it_let_the_app_in_as_a_whole() {
        let mut whole = answer();
        whole["team"] = Value::Null;
        whole["enterprise"] = json!({ "id": "E1", "name": "Acme Group" });
        whole["is_enterprise_install"] = json!(true);

        let Answer::Done(installed) = installed(whole) else { panic!("refused") };

        assert_eq!((installed.team.as_str(), installed.team_name.as_str()), ("E1", "Acme Group"));
        assert_eq!(installed.enterprise.as_deref(), Some("E1"));
    }

    #[test]
    fn half_an_answer_is_no_installation() {
        let mut without_app = answer();
        without_app["app_id"] = json!("");
        let mut without_team = answer();
        without_team["team"] = Value::Null;

        assert_eq!([refusal(without_app), refusal(without_team)], ["incomplete_installation"; 2]);
    }
}
