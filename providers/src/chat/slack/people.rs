//! Members of a team.

use domain::contracts::{
    Outcome,
    chat::{ChatAccess, ChatRefusal, Person},
};
use serde::Deserialize;

use super::{
    Slack,
    answers::{Repeat, map, settle},
    methods::Method,
};

#[derive(Deserialize)]
struct About {
    user: Described,
}

/// A member as Slack describes one.
#[derive(Deserialize)]
pub(super) struct Described {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    tz: Option<String>,
    #[serde(default)]
    profile: Profile,
}

#[derive(Deserialize, Default)]
struct Profile {
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    image_192: Option<String>,
    #[serde(default)]
    image_72: Option<String>,
}

impl From<Described> for Person {
    fn from(member: Described) -> Self {
        let Profile { display_name, real_name, email, image_192, image_72 } = member.profile;
        let names = [display_name, real_name, member.real_name, Some(member.name)];
        let mut names = names.into_iter().flatten().filter(|name| !name.trim().is_empty());
        Self {
            display_name: names.next().unwrap_or_else(|| member.id.clone()),
            // Slackbot is a program that does not say so.
            is_bot: member.is_bot || member.id == "USLACKBOT",
            id: member.id,
            email: email.filter(|email| !email.is_empty()),
            avatar_url: image_192.or(image_72).filter(|url| !url.is_empty()),
            time_zone: member.tz.filter(|zone| !zone.is_empty()),
        }
    }
}

pub(super) async fn user(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<Person, ChatRefusal> {
    let query = vec![("user", Some(id.to_owned()))];
    let about = slack.ask::<About>(access, Method::UsersInfo, query).await;
    map(settle(about, Repeat::Harmless), |about| about.user.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(user: serde_json::Value) -> Person {
        serde_json::from_value::<Described>(user).unwrap().into()
    }

    #[test]
    fn the_name_that_the_member_chose_is_shown_before_all_others() {
        let chosen = person(json!({
            "id": "U1", "name": "maria", "tz": "Europe/London",
            "profile": { "display_name": "Mia", "real_name": "Maria Lopez", "image_72": "https://a/b" },
        }));
        let unchosen = person(json!({
            "id": "U1", "name": "maria", "profile": { "display_name": "", "real_name": "Maria Lopez" },
        }));

        assert_eq!(chosen.display_name, "Mia");
        assert_eq!(chosen.avatar_url.as_deref(), Some("https://a/b"));
        assert_eq!(chosen.time_zone.as_deref(), Some("Europe/London"));
        assert_eq!(unchosen.display_name, "Maria Lopez");
    }

    #[test]
    fn a_member_without_any_name_is_called_by_the_id() {
        assert_eq!(person(json!({ "id": "U1" })).display_name, "U1");
    }
}
