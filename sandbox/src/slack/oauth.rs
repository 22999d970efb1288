//! The exchange of a code for tokens: installing the app, and signing a person in.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::{
    people,
    room::{Answer, Refusal},
    tokens,
};
use crate::{
    clock, ids,
    options::{APP_ID, CLIENT_ID, CLIENT_SECRET},
    state::{
        Data,
        slack::{Code, Token},
    },
    wire::call::Call,
    world::World,
};

/// A code is good for this long, in microseconds.
const CODE_LIFE: u64 = 10 * 60 * 1_000_000;

/// `oauth.v2.access`: a code for a token, or a refresh token for a new pair.
pub(crate) fn access(world: &Arc<World>, call: &Call) -> Answer {
    let mut data = world.data();
    if call.filled("grant_type").as_deref() == Some("refresh_token") {
        authenticate(call)?;
        return tokens::refresh(&mut data, call);
    }
    let mut code = redeem(&mut data, call)?;
    if let Some(grant) = data.slack.settings.grant.clone().filter(|_| !code.scope.is_empty()) {
        code.scope = grant;
    }
    let mut answer = json!({ "app_id": APP_ID, "enterprise": tokens::enterprise(&data, &code.team) });
    let mut person = json!({ "id": code.user });
    if !code.user_scope.is_empty() {
        person["scope"] = json!(code.user_scope);
        person["token_type"] = "user".into();
        person["access_token"] = json!(user_token(&mut data, &code, &code.user_scope));
    }
    answer["authed_user"] = person;
    if !code.scope.is_empty() {
        tokens::install(&mut data, &code, &mut answer)?;
        world.feed.publish("slack.installed", || json!({ "team_id": code.team, "installed": true }));
    }
    let is_org_wide = data.slack.is_org_wide(&code.team);
    let team = data.slack.team(&code.team).ok_or("team_not_found")?;
    answer["team"] = if is_org_wide { Value::Null } else { json!({ "id": team.id, "name": team.name }) };
    answer["is_enterprise_install"] = is_org_wide.into();
    Ok(answer)
}

/// `openid.connect.token`.
pub(crate) fn open_id_token(world: &Arc<World>, call: &Call) -> Answer {
    let mut data = world.data();
    let code = redeem(&mut data, call)?;
    let token = user_token(&mut data, &code, &code.scope);
    let team = data.slack.team(&code.team).ok_or("team_not_found")?;
    let user = data.slack.users.get(&code.user).ok_or("user_not_found")?;
    let mut claims = people::claims(user, team);
    let now = clock::secs(clock::micros());
    claims["iss"] = "https://slack.com".into();
    claims["aud"] = CLIENT_ID.into();
    claims["iat"] = now.into();
    claims["exp"] = (now + 300).into();
    claims["auth_time"] = now.into();
    claims["nonce"] = json!(code.nonce);
    Ok(json!({ "access_token": token, "token_type": "Bearer", "id_token": signed(&claims) }))
}

fn authenticate(call: &Call) -> Result<(), Refusal> {
    let (id, secret) = client(call);
    if id.as_deref() != Some(CLIENT_ID) {
        return Err("invalid_client_id".into());
    }
    if secret.as_deref() != Some(CLIENT_SECRET) {
        return Err("bad_client_secret".into());
    }
    Ok(())
}

fn redeem(data: &mut Data, call: &Call) -> Result<Code, Refusal> {
    authenticate(call)?;
    let given = call.filled("code").ok_or("invalid_code")?;
    let code = data.slack.codes.remove(&given).ok_or("invalid_code")?;
    if clock::micros() > code.made + CODE_LIFE {
        return Err("invalid_code".into());
    }
    let redirect = call.filled("redirect_uri");
    if redirect.is_some_and(|uri| !code.redirect_uri.is_empty() && uri != code.redirect_uri) {
        return Err("bad_redirect_uri".into());
    }
    Ok(code)
}

/// Client id and secret, from basic authentication or from the form.
fn client(call: &Call) -> (Option<String>, Option<String>) {
    let basic = call.header("authorization").and_then(|value| {
        let (scheme, value) = value.split_once(' ')?;
        let decoded = STANDARD.decode(value).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    });
    match basic {
        Some((id, secret)) => (Some(id), Some(secret)),
        None => (call.filled("client_id"), call.filled("client_secret")),
    }
}

fn user_token(data: &mut Data, code: &Code, scopes: &str) -> String {
    let secret = ids::bot_token(data.serial.next()).replacen("xoxb", "xoxp", 1);
    let token =
        Token { team: code.team.clone(), user: code.user.clone(), scopes: scopes.to_owned(), ..Token::default() };
    data.slack.tokens.insert(secret.clone(), token);
    secret
}

/// A JSON web token. Signed with the client's secret, because the sandbox publishes no keys.
fn signed(claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "HS256", "typ": "JWT" }).to_string());
    let body = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
    let signature = hmac::sign(&key, body.as_bytes());
    format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature))
}
