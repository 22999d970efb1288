//! Bot tokens: made at installation, renewed when rotation is on, each refresh token good once.
//!
//! Two renewals at the same time with the same refresh token: one gets a pair, the other `invalid_refresh_token`.

use serde_json::{Value, json};

use super::room::{Answer, Refusal};
use crate::{
    clock, ids,
    options::APP_ID,
    state::{
        Data,
        slack::{Code, Token},
    },
    wire::call::Call,
};

/// Installs the app as agreed and writes the bot's token into the answer.
pub(crate) fn install(data: &mut Data, code: &Code, answer: &mut Value) -> Result<(), Refusal> {
    let enterprise = data.slack.enterprise_of(&code.team).filter(|own| own.org_wide).map(|own| own.id.clone());
    for team in data.slack.teams.iter_mut() {
        if team.id == code.team || enterprise.as_ref() == Some(&team.enterprise) {
            team.installed = true;
            team.scopes.clone_from(&code.scope);
        }
    }
    let team = data.slack.team(&code.team).ok_or("team_not_found")?;
    let token = Token {
        team: if enterprise.is_some() { String::new() } else { code.team.clone() },
        user: team.bot_user.clone(),
        scopes: code.scope.clone(),
        is_bot: true,
        enterprise: enterprise.unwrap_or_default(),
        ..Token::default()
    };
    issue(data, token, answer);
    Ok(())
}

/// `oauth.v2.access` with `grant_type=refresh_token`.
pub(crate) fn refresh(data: &mut Data, call: &Call) -> Answer {
    let given = call.filled("refresh_token").ok_or("invalid_refresh_token")?;
    let known = data.slack.tokens.iter().find(|(_, token)| token.refresh == given);
    let (old, token) = known.map(|(secret, token)| (secret.clone(), token.clone())).ok_or("invalid_refresh_token")?;
    if let Some(code) = token.dead.as_deref() {
        return Err(code.into());
    }
    // The old access token lives until it expires, its refresh token is gone.
    if let Some(token) = data.slack.tokens.get_mut(&old) {
        token.refresh.clear();
    }
    data.slack.settings.refreshes += 1;
    let team = data
        .slack
        .teams
        .iter()
        .find(|own| own.id == token.team || (own.enterprise == token.enterprise && token.team.is_empty()));
    let team = team.cloned().ok_or("team_not_found")?;
    let is_org_wide = token.team.is_empty();
    let mut answer = json!({
        "app_id": APP_ID,
        "team": (!is_org_wide).then(|| json!({ "id": team.id, "name": team.name })),
        "enterprise": enterprise(data, &team.id),
        "is_enterprise_install": is_org_wide,
    });
    issue(data, Token { expires: 0, refresh: String::new(), ..token }, &mut answer);
    Ok(answer)
}

/// The organisation of a team, as answers name it.
pub(crate) fn enterprise(data: &Data, team: &str) -> Value {
    data.slack.enterprise_of(team).map(|own| json!({ "id": own.id, "name": own.name })).unwrap_or_default()
}

fn issue(data: &mut Data, mut token: Token, answer: &mut Value) {
    let serial = data.serial.next();
    let settings = &data.slack.settings;
    answer["bot_user_id"] = json!(token.user);
    answer["scope"] = json!(token.scopes);
    answer["token_type"] = "bot".into();
    let secret = if settings.rotation {
        token.refresh = format!("xoxe-1-{:016x}{:016x}", ids::mix(serial ^ 7), ids::mix(!serial ^ 7));
        token.expires = clock::micros() + settings.token_life_s * 1_000_000;
        answer["refresh_token"] = json!(token.refresh);
        answer["expires_in"] = settings.token_life_s.into();
        format!("xoxe.{}", ids::bot_token(serial))
    } else {
        living(data, &token).unwrap_or_else(|| ids::bot_token(serial))
    };
    answer["access_token"] = json!(secret);
    data.slack.tokens.insert(secret, token);
}

/// An app that is installed again keeps its token, with the scopes of the new consent.
fn living(data: &Data, wanted: &Token) -> Option<String> {
    let mut own =
        data.slack.tokens.iter().filter(|(_, token)| token.is_bot && token.dead.is_none() && token.expires == 0);
    own.find(|(_, token)| token.team == wanted.team && token.enterprise == wanted.enterprise)
        .map(|(secret, _)| secret.clone())
}
