//! The list of texts: newest first, filtered by party and day or second, page by page.
//!
//! A page token names the last text of the page before, so new texts do not shift the pages of a reader.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::{BASE, messages, paging};
use crate::{
    options::ACCOUNT_SID,
    state::{
        Data, Row,
        carrier::{Carrier, Message},
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

const DEFAULT_SIZE: usize = 50;
const MAX_SIZE: usize = 1_000;
/// Texts are sent at most this long after they were made, in microseconds; older ones end a search.
const SENT_AFTER_MAX: u64 = 3_600 * 1_000_000;
const DAY: u64 = 86_400 * 1_000_000;
const SECOND: u64 = 1_000_000;

/// What a reader asked for.
struct Filter {
    to: Option<String>,
    from: Option<String>,
    /// First microsecond, and the one after the last.
    dates: (u64, u64),
}

/// `GET Messages.json`.
pub(crate) fn list(world: &Arc<World>, call: &Call) -> Reply {
    let size = call.number("PageSize", DEFAULT_SIZE).clamp(1, MAX_SIZE);
    let number = call.number("Page", 0);
    let filter = Filter::of(call);
    let data = world.data();
    let mut found = find(&data, &filter, call.filled("PageToken").as_deref(), (number, size));
    let more = found.len() > size;
    found.truncate(size);
    let next_token = found.last().filter(|_| more).map(|row| format!("PA{}", row.sid));
    let items: Vec<Value> = found.iter().map(|row| messages::show(row)).collect();
    let page = paging::Page { number, size, count: items.len(), next_token };
    let filters: Vec<(String, String)> =
        call.fields.iter().filter(|(key, _)| !key.starts_with("Page")).cloned().collect();
    Reply::json(200, page.wrap("messages", items, &format!("{BASE}/{ACCOUNT_SID}/Messages.json"), &filters))
}

/// One text more than a page holds, if there is one.
fn find<'a>(
    data: &'a Data,
    filter: &Filter,
    token: Option<&str>,
    (number, size): (usize, usize),
) -> Vec<&'a Row<Message>> {
    let carrier = &data.carrier;
    let anchor = token.and_then(|token| carrier.position(token.strip_prefix("PA")?));
    let before = anchor.unwrap_or(carrier.messages.len());
    let skip = if anchor.is_some() { 0 } else { number * size };
    candidates(carrier, filter, before)
        .take_while(|row| row.created + SENT_AFTER_MAX >= filter.dates.0)
        .filter(|row| filter.matches(row))
        .skip(skip)
        .take(size + 1)
        .collect()
}

/// Texts before a position, newest first, through the shortest index there is.
fn candidates<'a>(
    carrier: &'a Carrier,
    filter: &Filter,
    before: usize,
) -> Box<dyn Iterator<Item = &'a Row<Message>> + 'a> {
    let parties = [filter.to.as_deref(), filter.from.as_deref()];
    let index =
        parties.into_iter().flatten().map(|party| carrier.of_party(party)).min_by_key(|positions| positions.len());
    match index {
        Some(positions) => {
            let end = positions.partition_point(|position| *position < before);
            Box::new(positions[..end].iter().rev().map(|position| &carrier.messages[*position]))
        }
        None => Box::new(carrier.messages[..before].iter().rev()),
    }
}

impl Filter {
    fn of(call: &Call) -> Self {
        let date = |names: [&str; 2]| names.iter().find_map(|name| call.filled(name)).and_then(|text| span(&text));
        let on = date(["DateSent", "dateSent"]);
        let after = date(["DateSent>", "DateSent>="]).or(on).map_or(0, |(start, _)| start);
        let before = date(["DateSent<", "DateSent<="]).or(on).map_or(u64::MAX, |(_, end)| end);
        Self { to: call.filled("To"), from: call.filled("From"), dates: (after, before) }
    }

    fn matches(&self, row: &Message) -> bool {
        let at = row.sent.unwrap_or(row.created);
        !row.deleted
            && self.to.as_deref().is_none_or(|to| to == row.to)
            && self.from.as_deref().is_none_or(|from| from == row.from)
            && (self.dates.0..self.dates.1).contains(&at)
    }
}

/// The day or the second that a date means, in microseconds.
fn span(text: &str) -> Option<(u64, u64)> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        let start = u64::try_from(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros()).ok()?;
        return Some((start, start + DAY));
    }
    let moment = DateTime::parse_from_rfc3339(&text.replace(' ', "T")).ok()?;
    let start = u64::try_from(moment.timestamp()).ok()? * SECOND;
    Some((start, start + SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_its_day_and_a_time_its_second() {
        let day = span("2026-11-23").unwrap();
        let second = span("2026-11-23T10:00:00Z").unwrap();

        assert_eq!(day.1 - day.0, DAY);
        assert_eq!(second.1 - second.0, SECOND);
        assert!(day.0 < second.0 && second.1 < day.1);
        assert_eq!(span("last week"), None);
    }
}
