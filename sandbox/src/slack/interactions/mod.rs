//! What members press, type and choose: the requests that Slack makes of it, and what it does with the answers.

pub(crate) mod commands;
pub(crate) mod press;
pub(crate) mod shortcuts;
pub(crate) mod suggest;
pub(crate) mod view_acts;

use serde_json::{Value, json};

use super::events;
use crate::{
    hooks::{Hook, Rule, Signing},
    ids,
    options::{APP_ID, VERIFICATION_TOKEN},
    state::{
        Data, Vendor,
        slack::{Channel, Kind, ResponseUrl, Slack, User},
    },
};

const INTERACTIONS_PATH: &str = "/webhooks/slack/interactions";

fn interaction(data: &Data, key: &str, payload: &Value) -> Hook {
    form(data, key.to_owned(), INTERACTIONS_PATH, &[("payload", &payload.to_string())])
}

fn form(data: &Data, key: String, path: &str, fields: &[(&str, &str)]) -> Hook {
    Hook {
        vendor: Vendor::Slack,
        key,
        url: events::clerk(data, path),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        headers: Vec::new(),
        body: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes(),
        signing: Signing::Slack,
        rule: Rule::Once,
    }
}

/// Who, where and for which app: what every payload carries.
fn add_circumstances(payload: &mut Value, slack: &Slack, (team, user): (&str, &User)) {
    let known = slack.team(team).map(|team| json!({ "id": team.id, "domain": team.domain }));
    let enterprise = slack.enterprise_of(team);
    let is_org_wide = slack.is_org_wide(team);
    payload["user"] = json!({ "id": user.id, "username": user.name, "name": user.name, "team_id": user.team });
    payload["api_app_id"] = APP_ID.into();
    payload["token"] = VERIFICATION_TOKEN.into();
    payload["team"] = known.filter(|_| !is_org_wide).unwrap_or_default();
    payload["enterprise"] =
        enterprise.map(|enterprise| json!({ "id": enterprise.id, "name": enterprise.name })).unwrap_or_default();
    payload["is_enterprise_install"] = is_org_wide.into();
}

fn channel_of(channel: &Channel) -> Value {
    json!({ "id": channel.id, "name": channel_name(channel) })
}

fn channel_name(channel: &Channel) -> String {
    match channel.kind {
        Kind::Im => "directmessage".to_owned(),
        Kind::Group => "privategroup".to_owned(),
        Kind::Channel => channel.name.clone(),
    }
}

/// An address for delayed answers; `source` is the post or private post whose button was pressed.
fn response_url(data: &mut Data, (user, channel): (&User, &str), source: Option<u64>) -> String {
    let made = data.serial.next();
    let secret = format!("{}/{}/{:016x}", user.team, made, ids::mix(!made));
    let team = data.slack.channels.get(channel).map(|channel| channel.team.clone());
    let address = ResponseUrl {
        team: team.unwrap_or_else(|| user.team.clone()),
        channel: channel.to_owned(),
        user: user.id.clone(),
        source,
        made,
        uses: 0,
    };
    data.slack.response_urls.insert(secret.clone(), address);
    secret
}
