//! What the carrier remembers: numbers bought, phones of people, texts and opt-outs.
//!
//! Texts are only ever appended, and found by sid or by party through indexes, so that a busy day costs no scans.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::Row;

/// The people with a phone: number, name.
const PERSONAS: [(&str, &str); 5] = [
    ("+14155550101", "Maria Lopez"),
    ("+14155550102", "Tom Becker"),
    ("+14155550103", "Aisha Khan"),
    ("+14155550104", "Kenji Sato"),
    ("+14155550105", "Zoë Brown"),
];

/// The carrier's memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Carrier {
    /// Numbers bought, by number.
    pub(crate) numbers: BTreeMap<String, Number>,
    /// Phones of people, by number.
    pub(crate) phones: BTreeMap<String, Phone>,
    /// All texts, oldest first.
    pub(crate) messages: Vec<Row<Message>>,
    /// Who told which number to stop: phone, our number, and when (microseconds).
    pub(crate) opt_outs: BTreeMap<String, BTreeMap<String, OptOut>>,
    #[serde(skip)]
    index: Index,
}

#[derive(Debug, Clone, Default)]
struct Index {
    by_sid: HashMap<String, usize>,
    by_media: HashMap<String, usize>,
    by_party: HashMap<String, Vec<usize>>,
}

/// A number that Clerk has bought.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Number {
    pub(crate) sid: String,
    pub(crate) number: String,
    pub(crate) friendly_name: String,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    /// The form fields that Clerk has set, by the carrier's name (`SmsUrl`, `StatusCallback` …).
    pub(crate) settings: BTreeMap<String, String>,
}

/// A person's phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) reachable: bool,
    /// The carrier's code for texts that do not arrive; 30003 when not given.
    pub(crate) failure_code: Option<u32>,
    /// Milliseconds that this phone adds to each delivery.
    pub(crate) delay_ms: u64,
}

/// Which way a text went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    /// From a person to a number.
    Inbound,
    /// From a number to a person, by an API call.
    OutboundApi,
    /// The carrier's own answer.
    OutboundReply,
}

impl Direction {
    /// The carrier's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundReply => "outbound-reply",
        }
    }
}

/// A text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) sid: String,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) status: String,
    pub(crate) error_code: Option<u32>,
    pub(crate) media: Vec<Media>,
    pub(crate) segments: usize,
    pub(crate) created: u64,
    pub(crate) sent: Option<u64>,
    pub(crate) updated: u64,
    pub(crate) status_callback: Option<String>,
    /// Deleted through the API: no longer listed, but still in the ledger.
    pub(crate) deleted: bool,
    /// Its body was removed through the API; the ledger still has it.
    pub(crate) redacted: bool,
}

/// A picture or file of a text.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    pub(crate) sid: String,
    pub(crate) content_type: String,
    /// Where it came from: an http address, or a `data:` URL; empty when its bytes are made up.
    pub(crate) url: String,
    pub(crate) behaviour: Behaviour,
    /// In bytes; of what is made up, or of what was fetched.
    pub(crate) size: Option<usize>,
    /// How fast a slow one comes.
    pub(crate) bytes_per_second: Option<u64>,
    /// Base64 of what was fetched for an outbound text.
    pub(crate) content: Option<String>,
}

/// How a medium behaves when Clerk fetches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Behaviour {
    /// It comes.
    #[default]
    Normal,
    /// The storage has lost it.
    Missing,
    /// It trickles.
    Slow,
    /// There is much of it, and its length is not told.
    Huge,
    /// It is a page of HTML.
    WrongType,
    /// A picture that is enormous when it is unpacked.
    Bomb,
    /// The API sends the client to an address inside a network.
    RedirectPrivate,
}

/// A person's wish to be left alone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct OptOut {
    pub(crate) at: u64,
    /// Whether the one confirmation that may follow has been sent.
    pub(crate) confirmed: bool,
}

impl Carrier {
    /// The five personas and nothing else.
    pub(crate) fn new() -> Self {
        let phones = PERSONAS.map(|(number, name)| (number.to_owned(), Phone::new(number, name)));
        Self { phones: BTreeMap::from(phones), ..Self::default() }
    }

    /// Adds a text.
    pub(crate) fn add(&mut self, message: Message) {
        self.messages.push(Row::new(message));
        self.index_last();
    }

    /// Rebuilds the indexes after the state came from a file.
    pub(crate) fn reindex(&mut self) {
        let all = std::mem::take(&mut self.messages);
        self.index = Index::default();
        for row in all {
            self.messages.push(row);
            self.index_last();
        }
    }

    /// The text with this sid, unless it was deleted.
    pub(crate) fn message(&self, sid: &str) -> Option<&Row<Message>> {
        let row = self.messages.get(*self.index.by_sid.get(sid)?)?;
        (!row.deleted).then_some(row)
    }

    /// The text with this sid, to change it.
    pub(crate) fn message_mut(&mut self, sid: &str) -> Option<&mut Message> {
        let row = self.messages.get_mut(*self.index.by_sid.get(sid)?)?;
        (!row.deleted).then(|| row.edit())
    }

    /// A medium of a text, by its own sid.
    pub(crate) fn medium(&self, sid: &str) -> Option<&Media> {
        let place = self.index.by_media.get(sid)?;
        self.messages.get(*place)?.media.iter().find(|medium| medium.sid == sid)
    }

    /// Positions of the texts of a party (sender or receiver), oldest first.
    pub(crate) fn of_party(&self, party: &str) -> &[usize] {
        self.index.by_party.get(party).map_or(&[], Vec::as_slice)
    }

    /// The position of a text.
    pub(crate) fn position(&self, sid: &str) -> Option<usize> {
        self.index.by_sid.get(sid).copied()
    }

    /// The number with this sid.
    pub(crate) fn number_by_sid(&self, sid: &str) -> Option<&Number> {
        self.numbers.values().find(|number| number.sid == sid)
    }

    /// The phone with this number, made when it is not known yet.
    pub(crate) fn phone_mut(&mut self, number: &str) -> &mut Phone {
        self.phones.entry(number.to_owned()).or_insert_with(|| Phone::new(number, ""))
    }

    fn index_last(&mut self) {
        let Some(row) = self.messages.last() else { return };
        let position = self.messages.len() - 1;
        self.index.by_sid.insert(row.sid.clone(), position);
        self.index.by_media.extend(row.media.iter().map(|medium| (medium.sid.clone(), position)));
        for party in BTreeSet::from([row.from.clone(), row.to.clone()]) {
            self.index.by_party.entry(party).or_default().push(position);
        }
    }
}

impl Phone {
    fn new(number: &str, name: &str) -> Self {
        Self { number: number.to_owned(), name: name.to_owned(), reachable: true, failure_code: None, delay_ms: 0 }
    }
}
