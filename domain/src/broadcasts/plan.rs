//! What a broadcast would be at this moment: who gets it with which words, and who does not and why. The first reason that applies counts.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Audience, Exclusion, MOST, NewBroadcast, store::recipients};
use crate::{
    By, Ctx, Error, Result, Tx,
    contacts::{Contact, store as contacts},
    ctx::Actor,
    error::InvalidReason,
    ids::{ContactId, WorkspaceId},
    members::{self, User},
    numbers::{self, Number},
    phone::{NATIVE_COUNTRIES, PhoneNumber},
    sending::{self, Settings},
    sms, templates, vault,
    workspaces::{self, Workspace},
};

/// What the first text to somebody ends with, so that they know how to opt out.
const HOW_TO_OPT_OUT: &str = "Reply STOP to opt out";

/// Addresses of one question to the database.
const AT_ONCE: usize = 500;

/// Somebody who gets it.
pub(super) struct Planned {
    pub(super) number: PhoneNumber,
    /// None for a number that is no contact yet.
    pub(super) contact: Option<ContactId>,
    pub(super) body: String,
    pub(super) segment_count: i64,
}

/// What it would be.
pub(super) struct Plan {
    pub(super) workspace: Workspace,
    pub(super) number: Number,
    pub(super) settings: Settings,
    pub(super) recipients: Vec<Planned>,
    pub(super) excluded: BTreeMap<Exclusion, u64>,
}

impl Plan {
    /// Changes with everything that somebody looked at: who, what, and how fast.
    pub(super) fn version(&self) -> String {
        let mut whole = format!("{}\n{}\n", self.number.id, self.settings.broadcast_per_second);
        for one in &self.recipients {
            whole.push_str(&format!("{}\t{}\n", one.number.as_e164(), one.body));
        }
        vault::fingerprint(&whole)
    }

    /// Segments of all texts.
    pub(super) fn segment_count(&self) -> i64 {
        self.recipients.iter().map(|one| one.segment_count).sum()
    }
}

/// What a broadcast would be now.
///
/// # Errors
/// [`Error::Invalid`] for a text or a list that cannot be; [`Error::Conflict`] when nothing can be sent.
pub(super) async fn plan(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, new: &NewBroadcast) -> Result<Plan> {
    let workspace = workspaces::lock(tx, workspace).await?;
    let number = numbers::lock(tx, workspace.id, new.number).await?;
    if !workspace.can_send() || !number.status.is_in_use() {
        return Err(Error::conflict(format!("Nothing can be sent from {} now.", number.shown())));
    }
    check_body(&new.body)?;
    let settings = sending::of_in(ctx, tx, workspace.id).await?;
    let (people, duplicates) = people(tx, workspace.id, &new.audience).await?;
    let author = match by.actor {
        Actor::User(user) => members::user_in(tx, user).await?,
        _ => None,
    };
    let mut plan = Plan { workspace, number, settings, recipients: Vec::new(), excluded: BTreeMap::new() };
    if duplicates > 0 {
        plan.excluded.insert(Exclusion::Duplicate, duplicates);
    }
    let known = Known::of(tx, &plan, &people).await?;
    for person in people {
        match words(&plan, &known, author.as_ref(), (&person, &new.body)) {
            Ok(planned) => plan.recipients.push(planned),
            Err(why) => *plan.excluded.entry(why).or_default() += 1,
        }
    }
    Ok(plan)
}

fn check_body(body: &str) -> Result<()> {
    let refused = |reason, message: String| Err(Error::invalid("body", reason, message));
    if body.trim().is_empty() {
        return refused(InvalidReason::Required, "The text is empty. Write something.".to_owned());
    }
    if let Err(too_long) = sms::check_length(body) {
        return refused(InvalidReason::TooLarge, too_long.to_string());
    }
    templates::check(body)
}

/// Somebody in the list.
struct Person {
    contact: Option<Contact>,
    address: String,
}

/// Everybody in the list, each once; and how often somebody stands there again.
async fn people(tx: &Tx, workspace: WorkspaceId, audience: &Audience) -> Result<(Vec<Person>, u64)> {
    let limit = u64::try_from(MOST + 1).unwrap_or(u64::MAX);
    let mut people: Vec<Person> = match audience {
        Audience::Tag(tag) => {
            let tag = tag.trim().to_lowercase();
            let tagged = contacts::contacts::tagged(tx, workspace, &tag, limit).await?;
            tagged.into_iter().map(Person::from).collect()
        }
        Audience::List { contacts, numbers } => listed(tx, workspace, (contacts, numbers)).await?,
    };
    if people.len() > MOST {
        let message = format!("A broadcast goes to at most {MOST} people. Divide the list.");
        return Err(Error::invalid("audience", InvalidReason::TooLarge, message));
    }
    let all = people.len();
    let mut seen = HashSet::new();
    people.retain(|person| seen.insert(person.address.clone()));
    let duplicates = u64::try_from(all - people.len()).unwrap_or_default();
    Ok((people, duplicates))
}

impl From<Contact> for Person {
    fn from(contact: Contact) -> Self {
        Self { address: contact.address.clone(), contact: Some(contact) }
    }
}

async fn listed(
    tx: &Tx,
    workspace: WorkspaceId,
    (ids, numbers): (&[ContactId], &[PhoneNumber]),
) -> Result<Vec<Person>> {
    let mut rows = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        rows.extend(contacts::contacts::by_ids(tx, some).await?);
    }
    // Twice in the list is twice here, so that it is said.
    rows.retain(|row| row.workspace_id == workspace);
    let rows: HashMap<ContactId, Contact> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut people: Vec<Person> = Vec::new();
    for id in ids {
        let contact = rows.get(id).cloned().ok_or(Error::NotFound { what: "contact" })?;
        people.push(contact.into());
    }
    let addresses: Vec<String> = numbers.iter().map(|number| number.as_e164().to_owned()).collect();
    for some in addresses.chunks(AT_ONCE) {
        let known = contacts::contacts::by_addresses(tx, workspace, some).await?;
        people.extend(some.iter().map(|address| Person {
            contact: known.iter().find(|contact| contact.address == *address).cloned(),
            address: address.clone(),
        }));
    }
    Ok(people)
}

/// What is known of the people of a list.
struct Known {
    opted_out: HashSet<ContactId>,
    blocked: HashSet<String>,
    /// Who was told before how to opt out.
    told: HashSet<ContactId>,
}

impl Known {
    async fn of(tx: &Tx, plan: &Plan, people: &[Person]) -> Result<Self> {
        let ids: Vec<ContactId> =
            people.iter().filter_map(|person| person.contact.as_ref()).map(|contact| contact.id).collect();
        let addresses: Vec<String> = people.iter().map(|person| person.address.clone()).collect();
        let (mut opted_out, mut blocked) = (HashSet::new(), HashSet::new());
        for some in ids.chunks(AT_ONCE) {
            let rows = contacts::opt_outs::active_of(tx, some).await?;
            let applies = rows.into_iter().filter(|row| row.number_id.is_none_or(|number| number == plan.number.id));
            opted_out.extend(applies.map(|row| row.contact_id));
        }
        for some in addresses.chunks(AT_ONCE) {
            let rows = contacts::blocked::by_addresses(tx, &[plan.workspace.id], some).await?;
            blocked.extend(rows.into_iter().map(|row| row.address));
        }
        let told = recipients::have_got_one(tx, plan.workspace.id, &ids).await?;
        Ok(Self { opted_out, blocked, told })
    }
}

/// What it says to somebody, or why they do not get it.
fn words(
    plan: &Plan,
    known: &Known,
    author: Option<&User>,
    (person, body): (&Person, &str),
) -> Result<Planned, Exclusion> {
    let contact = person.contact.as_ref();
    if contact.is_some_and(|contact| known.opted_out.contains(&contact.id)) {
        return Err(Exclusion::OptedOut);
    }
    if known.blocked.contains(&person.address) {
        return Err(Exclusion::Blocked);
    }
    let number: PhoneNumber = person.address.parse().map_err(|_| Exclusion::NotTextable)?;
    number.can_be_texted().map_err(|_| Exclusion::NotTextable)?;
    if !NATIVE_COUNTRIES.contains(&number.country().as_str()) {
        return Err(Exclusion::CountryNotEnabled);
    }
    let facts = templates::facts(&plan.workspace, (&plan.number, &number), person.contact.clone(), author.cloned());
    let filled = templates::fill(body, &facts).map_err(|_| Exclusion::MissingField)?;
    let is_told = contact.is_some_and(|contact| known.told.contains(&contact.id));
    let body = if plan.settings.tells_how_to_opt_out && !is_told { ending(filled) } else { filled };
    sms::check_length(&body).map_err(|_| Exclusion::TooLong)?;
    let segment_count = i64::from(sms::measure(&body).segment_count);
    Ok(Planned { number, contact: contact.map(|contact| contact.id), body, segment_count })
}

/// A text with how to opt out at its end; one that speaks of it already stays as it is.
fn ending(body: String) -> String {
    let mut words = body.split(|sign: char| !sign.is_alphanumeric());
    if words.any(|word| word.eq_ignore_ascii_case("stop")) {
        return body;
    }
    format!("{}\n{HOW_TO_OPT_OUT}", body.trim_end())
}

#[cfg(test)]
mod tests {
    use super::ending;

    #[test]
    fn a_text_says_how_to_opt_out_unless_it_does_already() {
        assert_eq!(ending("We are closed on Monday. ".to_owned()), "We are closed on Monday.\nReply STOP to opt out");
        let own = "Flu shots today. Text stop to end.".to_owned();
        assert_eq!(ending(own.clone()), own);
    }

    #[test]
    fn a_word_that_only_begins_like_it_says_nothing() {
        assert!(ending("Visit our stopover".to_owned()).ends_with("Reply STOP to opt out"));
    }
}
