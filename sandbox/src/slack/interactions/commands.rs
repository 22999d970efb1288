//! Slash commands. They are typed in channels; in a thread Slack does not know them.

use std::sync::Arc;

use super::{channel_name, form, response_url};
use crate::{
    hooks::{self, Hook, Outcome},
    options::{APP_ID, VERIFICATION_TOKEN},
    slack::{answers, triggers},
    state::{
        Data,
        slack::{ResponseUrl, User},
    },
    world::World,
};

const COMMANDS_PATH: &str = "/webhooks/slack/commands";

/// Sends a command and shows what comes back; a sentence when there is no such channel.
pub(crate) async fn command(
    world: &Arc<World>,
    user: &User,
    channel: &str,
    typed: (&str, &str),
) -> Result<Option<Outcome>, String> {
    let (hook, address) = prepare(world, &mut world.data(), (user, channel), typed)?;
    let outcome = hooks::deliver(world, hook).await;
    match &outcome {
        Some(Ok(answer)) if (200..300).contains(&answer.status) => answers::at_once(world, &address, answer),
        Some(outcome) => answers::failed(world, &address, (typed.0, outcome)),
        None => {}
    }
    Ok(outcome)
}

fn prepare(
    world: &World,
    data: &mut Data,
    (user, channel): (&User, &str),
    (command, text): (&str, &str),
) -> Result<(Hook, ResponseUrl), String> {
    let secret = response_url(data, (user, channel), None);
    let trigger = triggers::issue(data, user, Some(channel), None);
    let channel = data.slack.channels.get(channel).ok_or("There is no such channel")?;
    let team = data.slack.team(&channel.team).ok_or("There is no such team")?;
    let response_url = format!("{}/actions/{secret}", world.slack_url);
    let is_org_wide = data.slack.is_org_wide(&team.id).to_string();
    let name = channel_name(channel);
    let mut fields = vec![
        ("token", VERIFICATION_TOKEN),
        ("team_id", &team.id),
        ("team_domain", &team.domain),
        ("channel_id", &channel.id),
        ("channel_name", &name),
        ("user_id", &user.id),
        ("user_name", &user.name),
        ("command", command),
        ("text", text),
        ("api_app_id", APP_ID),
        ("is_enterprise_install", &is_org_wide),
        ("response_url", &response_url),
        ("trigger_id", &trigger),
    ];
    if let Some(enterprise) = data.slack.enterprise_of(&team.id) {
        fields.push(("enterprise_id", &enterprise.id));
        fields.push(("enterprise_name", &enterprise.name));
    }
    let address = data.slack.response_urls.get(&secret).cloned().unwrap_or_default();
    Ok((form(data, format!("command:{command}"), COMMANDS_PATH, &fields), address))
}
