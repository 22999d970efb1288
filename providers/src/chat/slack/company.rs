//! Who is in a channel besides the members of the team: guests, people of other companies, other apps. Asked as cheaply as the answer
//! allows: it stops when nothing more can be learnt, and in a channel so large that asking about everybody would take minutes it
//! assumes that there are guests, which is the careful side.

use std::collections::HashSet;

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatAccess, ChatRefusal, Company},
};
use serde::Deserialize;

use super::{
    Slack,
    answers::{Repeat, map, settle},
    methods::Method,
    posts::Continuation,
    teams,
};

/// Members of a channel that are looked at.
const MOST_MEMBERS: usize = 200;
/// So many are asked about one by one; for more, the list of all members takes fewer calls.
const MOST_ASKED_ALONE: usize = 20;
/// Slack's advice for a page of members.
const PAGE_SIZE: usize = 200;
/// Pages of the list of all members that are looked at.
const MOST_PAGES: usize = 10;

/// What it depends on, as Slack describes a member.
#[derive(Deserialize, Default)]
struct Member {
    id: String,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_ultra_restricted: bool,
    #[serde(default)]
    is_stranger: bool,
}

pub(super) async fn company(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<Company, ChatRefusal> {
    let sharing = match sharing(slack, access, id).await? {
        Answer::Done(sharing) => sharing,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let (mut members, is_whole) = match members(slack, access, id).await? {
        Answer::Done(members) => members,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    match own_user(slack, access).await? {
        Answer::Done(own) => members.remove(&own),
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let company = Company { is_shared: sharing.is_with_others(), has_guests: !is_whole, has_other_apps: false };
    match members.len() {
        0..=MOST_ASKED_ALONE => one_by_one(slack, access, members, company).await,
        _ => {
            let team = sharing.context_team_id.filter(|_| teams::is_of_organisation(access));
            from_the_list(slack, access, (team, members), company).await
        }
    }
}

impl Member {
    fn joins(&self, company: &mut Company) {
        if self.deleted {
            return;
        }
        company.has_guests |= self.is_restricted || self.is_ultra_restricted;
        company.is_shared |= self.is_stranger;
        company.has_other_apps |= self.is_bot;
    }
}

/// Whether nothing more can be learnt.
fn is_full(company: &Company) -> bool {
    company.has_guests && company.is_shared && company.has_other_apps
}

/// With whom the channel is shared, and which team it is in.
async fn sharing(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<Sharing, ChatRefusal> {
    #[derive(Deserialize)]
    struct About {
        channel: Sharing,
    }
    let query = vec![("channel", Some(id.to_owned()))];
    let about = slack.ask::<About>(access, Method::ConversationsInfo, query).await;
    map(settle(about, Repeat::Harmless), |about| about.channel)
}

#[derive(Deserialize)]
struct Sharing {
    #[serde(default)]
    is_shared: bool,
    #[serde(default)]
    is_ext_shared: bool,
    #[serde(default)]
    is_org_shared: bool,
    #[serde(default)]
    is_pending_ext_shared: bool,
    #[serde(default)]
    context_team_id: Option<String>,
}

impl Sharing {
    /// Whether people of other companies are in it or invited. A channel that is only shared among the teams of one organisation is not.
    fn is_with_others(&self) -> bool {
        self.is_ext_shared || self.is_pending_ext_shared || (self.is_shared && !self.is_org_shared)
    }
}

/// The first members, and whether these are all.
async fn members(slack: &Slack, access: &ChatAccess, id: &str) -> Outcome<(HashSet<String>, bool), ChatRefusal> {
    #[derive(Deserialize)]
    struct Page {
        members: Vec<String>,
        #[serde(default)]
        response_metadata: Option<Continuation>,
    }
    let mut all = HashSet::new();
    let mut cursor = None;
    loop {
        let limit = (MOST_MEMBERS - all.len()).to_string();
        let query = vec![("channel", Some(id.to_owned())), ("limit", Some(limit)), ("cursor", cursor)];
        let page = slack.ask::<Page>(access, Method::ConversationsMembers, query).await;
        let page = match settle(page, Repeat::Harmless)? {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        let is_empty = page.members.is_empty();
        all.extend(page.members);
        cursor = page.response_metadata.and_then(Continuation::next);
        if cursor.is_none() || is_empty || all.len() >= MOST_MEMBERS {
            return Ok(Answer::Done((all, cursor.is_none())));
        }
    }
}

/// The app's own user, which is no other app.
async fn own_user(slack: &Slack, access: &ChatAccess) -> Outcome<String, ChatRefusal> {
    #[derive(Deserialize)]
    struct Known {
        user_id: String,
    }
    let known = slack.ask_by_form::<Known>(access, Method::AuthTest, Vec::new()).await;
    map(settle(known, Repeat::Harmless), |known| known.user_id)
}

async fn one_by_one(
    slack: &Slack,
    access: &ChatAccess,
    members: HashSet<String>,
    mut company: Company,
) -> Outcome<Company, ChatRefusal> {
    #[derive(Deserialize)]
    struct About {
        user: Member,
    }
    for member in members {
        if is_full(&company) {
            break;
        }
        let about = slack.ask::<About>(access, Method::UsersInfo, vec![("user", Some(member))]).await;
        match settle(about, Repeat::Harmless)? {
            Answer::Done(about) => about.user.joins(&mut company),
            // Somebody whom the team may not see is somebody else's.
            Answer::Refused(ChatRefusal::NotFound(_)) => company.is_shared = true,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        }
    }
    Ok(Answer::Done(company))
}

async fn from_the_list(
    slack: &Slack,
    access: &ChatAccess,
    (team, mut members): (Option<String>, HashSet<String>),
    mut company: Company,
) -> Outcome<Company, ChatRefusal> {
    #[derive(Deserialize)]
    struct Page {
        members: Vec<Member>,
        #[serde(default)]
        response_metadata: Option<Continuation>,
    }
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let query = vec![("team_id", team.clone()), ("limit", Some(PAGE_SIZE.to_string())), ("cursor", cursor)];
        let page = slack.ask::<Page>(access, Method::UsersList, query).await;
        let page = match settle(page, Repeat::Harmless)? {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        for member in page.members.iter().filter(|member| members.remove(&member.id)) {
            member.joins(&mut company);
        }
        cursor = page.response_metadata.and_then(Continuation::next);
        if cursor.is_none() || members.is_empty() || is_full(&company) {
            break;
        }
    }
    company.has_guests |= !members.is_empty();
    Ok(Answer::Done(company))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(members: &[Member]) -> Company {
        let mut company = Company::default();
        members.iter().for_each(|member| member.joins(&mut company));
        company
    }

    #[test]
    fn guests_strangers_and_apps_are_told_apart_and_those_who_left_count_no_longer() {
        let guest = Member { is_restricted: true, ..Member::default() };
        let guest_of_one_channel = Member { is_ultra_restricted: true, ..Member::default() };
        let stranger = Member { is_stranger: true, ..Member::default() };
        let app = Member { is_bot: true, ..Member::default() };
        let gone = Member { is_bot: true, is_restricted: true, deleted: true, ..Member::default() };

        let only_guests = Company { has_guests: true, ..Company::default() };
        assert_eq!([company(&[guest]), company(&[guest_of_one_channel])], [only_guests; 2]);
        assert_eq!(company(&[stranger]), Company { is_shared: true, ..Company::default() });
        assert_eq!(company(&[app]), Company { has_other_apps: true, ..Company::default() });
        assert_eq!(company(&[Member::default(), gone]), Company::default());
    }

    #[test]
    fn a_channel_of_one_organisation_is_not_shared_with_others() {
        let is_with_others =
            |fields: serde_json::Value| serde_json::from_value::<Sharing>(fields).unwrap().is_with_others();

        assert!(is_with_others(serde_json::json!({ "is_ext_shared": true, "is_shared": true })));
        assert!(is_with_others(serde_json::json!({ "is_pending_ext_shared": true })));
        assert!(is_with_others(serde_json::json!({ "is_shared": true })));
        assert!(!is_with_others(serde_json::json!({ "is_shared": true, "is_org_shared": true })));
        assert!(!is_with_others(serde_json::json!({})));
    }
}
