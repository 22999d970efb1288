//! What the outside says, accepted once by its business key together with the promise to act on it, and acted on by a worker. Nothing is decided
//! while the sender waits.

mod acts;
mod dispatch;
mod moved_channels;
mod moving;
mod presses;
pub(crate) mod store;
mod working;

use std::{collections::HashMap, pin::Pin};

use chrono::TimeDelta;

use crate::{
    By, Ctx, Error, Result,
    audit::{self, Deed},
    contracts::{
        ProviderKind,
        inbound::{Envelope, Inbound},
        view::Fault,
    },
    ids::EventId,
    outbox::{self, Lease, Promise, Settlement, Task},
    page::{Page, PageRequest},
    usage,
};

pub use moving::channel_found;
pub use store::EventRow as Event;

/// How long a report on a message that nobody knows is kept waiting for it.
const UNKNOWN_REPORT: TimeDelta = TimeDelta::hours(24);

/// How many keys are looked up at a time.
const FOUND_BATCH: usize = 500;

/// Accepts what a provider told us. How many of it were new.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer: then the sender must be told to come again.
pub async fn accept(ctx: &Ctx, envelopes: &[Envelope]) -> Result<usize> {
    if envelopes.is_empty() {
        return Ok(0);
    }
    let tx = ctx.database.begin().await?;
    let mut new_count = 0;
    for envelope in envelopes {
        let id: EventId = ctx.id();
        let mut event = envelope.event.clone();
        if let Some(address) = event.answer_url_mut() {
            *address = outbox::sealed_address(ctx, address);
        }
        if store::insert(ctx, &tx, id, (envelope, &event)).await? {
            let mut handle = Promise::new(Task::HandleEvent { event: id });
            handle.ordering_key.clone_from(&envelope.ordering_key);
            outbox::append(ctx, &tx, handle).await?;
            new_count += 1;
        }
    }
    tx.commit().await?;
    Ok(new_count)
}

/// What is wrong with a submitted window at first sight. It is told at once and not accepted, and the window stays open with all that was entered.
pub fn faults(envelopes: &[Envelope]) -> Vec<Fault> {
    let submitted = envelopes.iter().filter_map(|envelope| match &envelope.event {
        Inbound::ViewSubmitted(submitted) => Some(submitted),
        _ => None,
    });
    submitted.flat_map(acts::faults).collect()
}

/// Members of the chat whose names are needed before an event can be acted on: the team and their ids there.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn people_in(ctx: &Ctx, id: EventId) -> Result<Option<(String, Vec<String>)>> {
    let event = find(ctx, id).await?;
    let Some(inbound) = event.map(|event| event.inbound()).transpose()? else { return Ok(None) };
    let mut people: Vec<String> = inbound.user().map(str::to_owned).into_iter().collect();
    people.extend(inbound.mentions().iter().map(|mention| mention.user.clone()));
    people.sort();
    people.dedup();
    Ok(inbound.team().filter(|_| !people.is_empty()).map(|team| (team.to_owned(), people)))
}

/// Acts on an event, in one transaction with the end of the turn. What was done is kept with the event.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now; any other error leaves the event as it was.
pub async fn handle(ctx: &Ctx, lease: &Lease, id: EventId, names: &HashMap<String, String>) -> Result<()> {
    match handle_once(ctx, lease, id, names).await {
        Err(error) if usage::is_contended(&error) => handle_once(ctx, lease, id, names).await,
        done => done,
    }
}

async fn handle_once(ctx: &Ctx, lease: &Lease, id: EventId, names: &HashMap<String, String>) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let event = store::by_id(&tx, id).await?.ok_or(Error::NotFound { what: "event" })?;
    let settlement = match apart(|| dispatch::dispatch(ctx, &tx, &event, names)).await? {
        dispatch::Handled::Done { workspace, outcome } => {
            store::set_handled(ctx, &tx, id, workspace, &outcome).await?;
            Settlement::Done
        }
        dispatch::Handled::TooEarly if ctx.now() - event.received_at > UNKNOWN_REPORT => {
            store::set_handled(ctx, &tx, id, None, "about a message that nobody knows").await?;
            Settlement::Done
        }
        dispatch::Handled::TooEarly => {
            let age = ctx.now() - event.received_at;
            let wait = age.clamp(TimeDelta::seconds(1), TimeDelta::minutes(15));
            Settlement::Snooze { until: ctx.now() + wait, why: "about a message that nobody knows yet".to_owned() }
        }
    };
    outbox::settle(ctx, &tx, lease, &settlement).await?;
    tx.commit().await
}

/// An operation with its own room on the heap: whoever chooses between many would else hold the room for all of them, and overflow.
fn apart<'a, T, F: Future<Output = T> + Send + 'a>(
    begin: impl FnOnce() -> F,
) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(begin())
}

/// Notes on an event why it could not be acted on.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn note_error(ctx: &Ctx, id: EventId, why: &str) -> Result<()> {
    store::set_error(ctx, id, why).await
}

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Of this kind of provider.
    pub kind: Option<ProviderKind>,
    /// With the vendor's word for the type.
    pub event_type: Option<String>,
    /// Whether it waits to be acted on, or could not be.
    pub is_unhandled: Option<bool>,
}

/// Events, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, filter: &EventFilter, page: &PageRequest) -> Result<Page<Event>> {
    store::list(ctx, filter, page).await
}

/// How many events a filter matches.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, filter: &EventFilter) -> Result<u64> {
    store::count(ctx, filter).await
}

/// An event by its id.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, id: EventId) -> Result<Option<Event>> {
    store::by_id(ctx.database.reader(), id).await
}

/// Acts on an event again. Effects that it had already had are not repeated: each has its own key.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn replay(ctx: &Ctx, by: &By, id: EventId) -> Result<Event> {
    let event = find(ctx, id).await?.ok_or(Error::NotFound { what: "event" })?;
    let tx = ctx.database.begin().await?;
    outbox::append(ctx, &tx, Promise::new(Task::HandleEvent { event: id })).await?;
    let deed = Deed {
        workspace: event.workspace_id,
        action: "providerEventReplay",
        summary: format!("Acted again on an event of {}.", event.provider),
        subject: Some(id.to_string()),
        changes: serde_json::json!({}),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(event)
}

/// The carrier's texts that were not told to us, out of those that it lists: their envelopes are accepted like any other. How many were new.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn accept_found(ctx: &Ctx, envelopes: &[Envelope]) -> Result<usize> {
    let mut new_count = 0;
    for batch in envelopes.chunks(FOUND_BATCH) {
        let known = store::known_keys(ctx, batch).await?;
        for envelope in batch.iter().filter(|envelope| !known.contains(&envelope.key)) {
            new_count += accept(ctx, std::slice::from_ref(envelope)).await?;
        }
    }
    Ok(new_count)
}
