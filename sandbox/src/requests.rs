//! The log of requests that arrived at the vendors, for tests and for the page.
//!
//! The last 20,000 are kept as they came and made readable only when somebody asks. Secrets are left out: the
//! authorization header always, secret fields when a body is shown.

use std::collections::VecDeque;

use poem::http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::{clock, state::Vendor, wire::call::Call};

/// Requests kept.
const KEPT: usize = 20_000;
/// Characters of a body kept.
const BODY_MAX: usize = 65_536;
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
const SECRET_FIELDS: [&str; 4] = ["token", "client_secret", "refresh_token", "code"];

/// The log.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: VecDeque<Entry>,
    last_seq: u64,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Entry {
    at: u64,
    seq: u64,
    vendor: Vendor,
    name: &'static str,
    verb: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    is_json: bool,
    status: u16,
    fault: Option<&'static str>,
}

/// Which requests to show.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) vendor: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) since: u64,
}

impl Entry {
    /// An entry for a request that was answered with `status` (0 when the connection was dropped).
    pub(crate) fn new(
        vendor: Vendor,
        name: &'static str,
        call: &Call,
        status: u16,
        fault: Option<&'static str>,
    ) -> Self {
        let cut = call.body.len().min(BODY_MAX);
        Self {
            at: clock::micros(),
            seq: 0,
            vendor,
            name,
            verb: call.verb.to_string(),
            path: call.path_and_query.clone(),
            headers: visible(&call.headers),
            body: String::from_utf8_lossy(&call.body[..cut]).into_owned(),
            is_json: call.is_json(),
            status,
            fault,
        }
    }

    /// The entry for a reader.
    pub(crate) fn show(&self) -> Value {
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let body_key = if self.is_json { "json" } else { "form" };
        let mut value = json!({
            "seq": self.seq, "at": clock::iso(self.at), "vendor": self.vendor, "method": self.name,
            "verb": self.verb, "path": self.path, "headers": headers, "status": self.status, "fault": self.fault,
        });
        value[body_key] = self.readable_body();
        value
    }

    fn readable_body(&self) -> Value {
        if self.is_json {
            let mut body = serde_json::from_str(&self.body).unwrap_or(Value::Null);
            if let Some(object) = body.as_object_mut() {
                SECRET_FIELDS.iter().for_each(|field| {
                    object.remove(*field);
                });
            }
            return body;
        }
        let mut fields = Map::new();
        for (key, value) in url::form_urlencoded::parse(self.body.as_bytes()) {
            if SECRET_FIELDS.contains(&key.as_ref()) {
                continue;
            }
            match fields.get_mut(key.as_ref()) {
                Some(Value::Array(values)) => values.push(json!(value)),
                Some(first) => *first = json!([first.take(), value]),
                None => {
                    fields.insert(key.into_owned(), json!(value));
                }
            }
        }
        Value::Object(fields)
    }
}

impl RequestLog {
    /// Appends an entry and forgets the oldest.
    pub(crate) fn push(&mut self, entry: Entry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Gives an entry the next number.
    pub(crate) fn number(&mut self, entry: &mut Entry) {
        self.last_seq += 1;
        entry.seq = self.last_seq;
    }

    /// The entries a reader asked for, oldest first.
    pub(crate) fn show(&self, wanted: &Wanted) -> Vec<Value> {
        self.entries.iter().filter(|entry| wanted.matches(entry)).map(Entry::show).collect()
    }

    /// Forgets everything but the numbering.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

impl Wanted {
    fn matches(&self, entry: &Entry) -> bool {
        entry.seq > self.since
            && self.method.as_deref().is_none_or(|method| method == entry.name)
            && self.vendor.as_deref().is_none_or(|vendor| json!(entry.vendor) == vendor)
    }
}

fn visible(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !SECRET_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}
