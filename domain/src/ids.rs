//! Ids: a prefix that tells people what it is, and 26 characters that sort by time (a UUIDv7 in Crockford's base 32). The same text
//! stands in the database, in the API and in logs. A prefix never changes.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Digits of Crockford's base 32 in lower case, in ascending order, so that text sorts as the number does.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of an id behind its prefix: 130 bits hold 128.
const LENGTH: usize = 26;

/// Ids that are counted within one millisecond: 12 bits.
const COUNT_LIMIT: u16 = 1 << 12;

/// A clock that goes back farther than this was corrected: ids follow it then, instead of staying ahead.
const CORRECTION_MS: u64 = 60_000;

/// Where the random part of an id comes from.
type Source = Arc<dyn Fn() -> [u8; 10] + Send + Sync>;

/// Makes ids. Within a millisecond they are counted, so that those of one process sort in the order in which they were made.
#[derive(Clone, Default)]
pub struct Ids {
    source: Option<Source>,
    /// Millisecond and count of the latest id.
    latest: Arc<Mutex<(u64, u16)>>,
}

impl Ids {
    /// Ids whose random part comes from a function, so that a test can repeat itself.
    pub fn from_source(source: impl Fn() -> [u8; 10] + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..Self::default() }
    }

    /// A new id; later ones sort behind earlier ones of the same clock.
    pub fn make<T: From<Uuid>>(&self, now: DateTime<Utc>) -> T {
        let (ms, count) = self.next(u64::try_from(now.timestamp_millis()).unwrap_or(0));
        let mut bytes = self.source.as_ref().map_or_else(random_bytes, |source| source());
        bytes[..2].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid().into()
    }

    fn next(&self, ms: u64) -> (u64, u16) {
        let mut latest = self.latest.lock().expect("nobody panics while holding it");
        let (latest_ms, count) = *latest;
        *latest = match count + 1 {
            _ if ms > latest_ms || ms + CORRECTION_MS < latest_ms => (ms, 0),
            COUNT_LIMIT => (latest_ms + 1, 0),
            next => (latest_ms, next),
        };
        *latest
    }
}

fn random_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's source of randomness never runs dry");
    bytes
}

fn encode(uuid: Uuid) -> [u8; LENGTH] {
    let mut rest = uuid.as_u128();
    let mut text = [b'0'; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = DIGITS[(rest & 31) as usize];
        rest >>= 5;
    }
    text
}

fn decode(text: &str) -> Option<Uuid> {
    let is_in_range = text.len() == LENGTH && text.as_bytes()[0] <= b'7';
    let value = text.bytes().try_fold(0u128, |value, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some((value << 5) | digit as u128)
    });
    value.filter(|_| is_in_range).map(Uuid::from_u128)
}

/// Not an id of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id that begins with `{prefix}_`")]
pub struct NotAnId {
    /// What it should begin with.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Uuid);

            impl $name {
                /// What ids of this kind begin with.
                pub const PREFIX: &'static str = $prefix;

                /// The id without its prefix, for where every character counts.
                pub fn to_bytes(self) -> [u8; 16] {
                    self.0.into_bytes()
                }
            }

            impl From<Uuid> for $name {
                fn from(uuid: Uuid) -> Self {
                    Self(uuid)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let text = encode(self.0);
                    write!(f, "{}_{}", $prefix, std::str::from_utf8(&text).expect("the digits are ASCII"))
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = NotAnId;

                fn from_str(text: &str) -> Result<Self, NotAnId> {
                    let body = text.strip_prefix($prefix).and_then(|rest| rest.strip_prefix('_'));
                    body.and_then(decode).map(Self).ok_or(NotAnId { prefix: $prefix })
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }

            impl $crate::Stored for $name {
                fn to_stored(&self) -> String {
                    self.to_string()
                }

                fn from_stored(text: &str) -> Result<Self, String> {
                    text.parse().map_err(|error: NotAnId| error.to_string())
                }
            }

            $crate::stored_as_text!($name);
        )+

        /// Every prefix, for the test that they differ.
        pub const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

ids! {
    /// A workspace.
    WorkspaceId = "ws";
    /// A person.
    UserId = "usr";
    /// A person in a workspace.
    MembershipId = "mem";
    /// Key of a program to the API.
    TokenId = "tok";
    /// A number that a workspace holds.
    NumberId = "num";
    /// The person outside.
    ContactId = "cnt";
    /// What a number and a contact wrote each other.
    ConversationId = "conv";
    /// A text.
    MessageId = "msg";
    /// A file that came with a text.
    AttachmentId = "att";
    /// A text that is used again and again.
    TemplateId = "tpl";
    /// What is answered automatically.
    AnswerSettingsId = "ans";
    /// How soon contacts are to be answered.
    ReplyTargetId = "rtg";
    /// A text that waits for its author's word.
    DraftId = "drf";
    /// A number whose texts are not let in.
    DoNotDisturbId = "dnd";
    /// A contact who does not want texts.
    OptOutId = "opt";
    /// What a contact agreed to or took back.
    ConsentId = "cst";
    /// A row of the usage ledger.
    UsageEntryId = "use";
    /// Usage of a workspace in a month.
    UsagePeriodId = "per";
    /// A promised effect.
    TaskId = "task";
    /// Something that a provider told us.
    EventId = "evt";
    /// One text to many.
    BroadcastId = "bct";
    /// Something that somebody did.
    AuditEntryId = "aud";
    /// A plan.
    PlanId = "plan";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_itself() {
        let id: MessageId = Ids::default().make(DateTime::UNIX_EPOCH);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_later_id_sorts_behind_an_earlier_one() {
        let ids = Ids::default();
        let early: MessageId = ids.make(DateTime::from_timestamp_millis(1_000).expect("in range"));
        let late: MessageId = ids.make(DateTime::from_timestamp_millis(1_001).expect("in range"));
        assert!(early.to_string() < late.to_string());
    }

    #[test]
    fn ids_of_one_millisecond_sort_in_the_order_in_which_they_were_made() {
        let ids = Ids::default();
        let made: Vec<MessageId> = (0..10_000).map(|_| ids.make(DateTime::UNIX_EPOCH)).collect();
        assert!(made.is_sorted_by(|a, b| a.to_string() < b.to_string()));
    }

    #[test]
    fn ids_follow_a_clock_that_was_corrected() {
        let ids = Ids::default();
        let ahead: MessageId = ids.make(DateTime::from_timestamp_millis(3_600_000).expect("in range"));
        let right: MessageId = ids.make(DateTime::UNIX_EPOCH);
        assert!(right.to_string() < ahead.to_string());
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id: MessageId = Ids::default().make(DateTime::UNIX_EPOCH);
        assert!(id.to_string().parse::<ContactId>().is_err());
    }

    #[test]
    fn a_number_too_large_for_128_bits_is_refused() {
        assert!(format!("msg_8{}", "0".repeat(25)).parse::<MessageId>().is_err());
    }
}
