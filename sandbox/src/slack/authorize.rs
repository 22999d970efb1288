//! The consent page: who you are, what the app wants, Allow or Cancel.
//!
//! `auto=1` agrees at once, for tests; `team` names a workspace (made if it is new), `user` who consents.

use std::sync::Arc;

use crate::{
    ids,
    options::CLIENT_ID,
    state::{
        Data,
        slack::{Code, Team},
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

/// `GET /oauth/v2/authorize`, and its OpenID sister.
pub(crate) fn page(world: &Arc<World>, call: &Call) -> Reply {
    if call.text("client_id").as_deref() != Some(CLIENT_ID) {
        return html(400, "<h1>Something went wrong</h1><p>Slack knows no app with this client_id.</p>").unexpected();
    }
    let redirect = call.filled("redirect_uri").unwrap_or_default();
    let Ok(back) = url::Url::parse(&redirect) else {
        return html(400, "<h1>Something went wrong</h1><p>The redirect_uri is missing or is not an address.</p>");
    };
    let mut data = world.data();
    let team = chosen_team(&mut data, call);
    if call.filled("decision").as_deref() == Some("cancel") {
        return go_back(back, call, ("error", "access_denied"));
    }
    if call.flag("auto") || call.filled("decision").as_deref() == Some("allow") {
        let code = consent(&mut data, call, (&team, &redirect));
        return go_back(back, call, ("code", &code));
    }
    let people = data.slack.team(&team).map(|team| options(&data, team)).unwrap_or_default();
    let name = data.slack.team(&team).map(|team| escape(&team.name)).unwrap_or_default();
    html(200, &form(call, &name, &people))
}

fn chosen_team(data: &mut Data, call: &Call) -> String {
    let Some(wanted) = call.filled("team") else { return data.slack.teams[0].id.clone() };
    if let Some(team) = data.slack.find_team(&wanted) {
        return team.id.clone();
    }
    let domain: String = wanted
        .to_lowercase()
        .chars()
        .map(|character| if character.is_alphanumeric() { character } else { '-' })
        .collect();
    let Data { slack, serial, .. } = data;
    slack.found_team(serial, &wanted, &domain)
}

fn consent(data: &mut Data, call: &Call, (team, redirect): (&str, &str)) -> String {
    let serial = data.serial.next();
    let chosen = call.filled("user").and_then(|user| data.slack.find_user(team, &user).map(|user| user.id.clone()));
    let owner = || data.slack.team(team).and_then(|team| team.users.first().cloned()).unwrap_or_default();
    let code = Code {
        team: team.to_owned(),
        user: chosen.unwrap_or_else(owner),
        scope: call.text("scope").unwrap_or_default(),
        user_scope: call.text("user_scope").unwrap_or_default(),
        redirect_uri: redirect.to_owned(),
        nonce: call.text("nonce").unwrap_or_default(),
        made: serial,
    };
    let secret =
        format!("{}.{:016x}{:016x}", ids::mix(serial) % 10_u64.pow(13), ids::mix(serial ^ 1), ids::mix(!serial));
    data.slack.codes.insert(secret.clone(), code);
    secret
}

fn go_back(mut back: url::Url, call: &Call, (name, value): (&str, &str)) -> Reply {
    back.query_pairs_mut().append_pair(name, value).append_pair("state", &call.text("state").unwrap_or_default());
    Reply::empty(302).with("Location", back.to_string()).with("Cache-Control", "no-store")
}

fn options(data: &Data, team: &Team) -> String {
    let people = team.users.iter().filter_map(|id| data.slack.users.get(id));
    people
        .map(|user| format!("<option value=\"{}\">{} {}</option>", user.id, user.avatar, escape(&user.real_name)))
        .collect()
}

fn form(call: &Call, team: &str, people: &str) -> String {
    let hidden: String = call
        .fields
        .iter()
        .filter(|(name, _)| !["user", "decision"].contains(&name.as_str()))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)))
        .collect();
    let scopes: String = ["scope", "user_scope"]
        .iter()
        .filter_map(|name| call.filled(name))
        .flat_map(|list| {
            list.split([',', ' '])
                .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
                .collect::<Vec<String>>()
        })
        .collect();
    format!(
        "<p class=\"team\">{team} <small>simulated Slack</small></p>\
         <h1>Clerk wants to access your workspace</h1>\
         <form method=\"get\" action=\"{path}\">{hidden}\
         <label>You are <select name=\"user\">{people}</select></label>\
         <p>Clerk wants to use these permissions:</p><ul>{scopes}</ul>\
         <p class=\"buttons\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"allow\" name=\"decision\" value=\"allow\">Allow</button></p></form>",
        path = escape(&call.path),
    )
}

fn html(status: u16, inside: &str) -> Reply {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Clerk asks for permission</title><style>\
         body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}}\
         h1{{font-size:1.6rem}}.team{{font-weight:700}}small{{color:#616061;font-weight:400}}ul{{columns:2;padding-left:1.2rem}}\
         select,button{{font:inherit;padding:.5rem 1rem;border-radius:.4rem;border:1px solid #8d8d8d;background:#fff;color:inherit}}\
         .buttons{{display:flex;gap:.75rem;justify-content:flex-end}}.allow{{background:#007a5a;border-color:#007a5a;color:#fff;font-weight:700}}\
         @media(prefers-color-scheme:dark){{body{{background:#1a1d21;color:#e8e8e8}}select,button{{background:#222529}}.allow{{background:#007a5a}}small{{color:#aaa}}}}\
         </style><body>{inside}</body></html>"
    );
    let reply = Reply::bytes("text/html; charset=utf-8", page).with("Cache-Control", "no-store");
    Reply { status, ..reply }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_the_page_is_escaped() {
        assert_eq!(escape("<a b=\"c\">&"), "&lt;a b=&quot;c&quot;&gt;&amp;");
    }
}
