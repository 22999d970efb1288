//! What a text is to the carriers: how it is counted, and what they pass on.

use async_graphql::{Enum, SimpleObject};
use chrono::NaiveDate;
use domain::sms::{self, media};

use super::scalars::int;

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "sms::Encoding")]
pub(crate) enum SmsEncoding {
    /// 160 characters in one segment, 153 in each of several.
    #[graphql(name = "GSM_7")]
    Gsm7,
    /// 70 characters in one segment, 67 in each of several.
    #[graphql(name = "UCS_2")]
    Ucs2,
}

/// How a text would be encoded and counted.
#[derive(SimpleObject)]
pub(crate) struct SmsPreview {
    /// How it would be encoded.
    encoding: SmsEncoding,
    /// Characters that force the larger encoding; empty when it is not used.
    non_gsm_characters: Vec<String>,
    /// Length, in units of the encoding.
    unit_count: i32,
    /// How many segments it would count for.
    segment_count: i32,
    /// Units that still fit into the last segment.
    remaining_unit_count: i32,
}

impl SmsPreview {
    /// A text, measured as it is when it is sent.
    pub(super) fn of(body: &str) -> Self {
        let measure = sms::measure(body);
        Self {
            encoding: measure.encoding.into(),
            non_gsm_characters: measure.non_gsm,
            unit_count: int(measure.unit_count),
            segment_count: int(measure.segment_count),
            remaining_unit_count: int(measure.remaining_unit_count),
        }
    }
}

/// Largest attachment that a carrier passes on.
#[derive(SimpleObject)]
pub(crate) struct MmsCarrierLimit {
    /// Name of the carrier.
    carrier: String,
    /// Largest size in bytes.
    limit_bytes: i32,
}

impl MmsCarrierLimit {
    /// Limits on a day, for texts from an ordinary number.
    pub(super) fn on(date: NaiveDate) -> Vec<Self> {
        media::limits_on(date, media::SenderKind::LongCode).into_iter().map(Self::from).collect()
    }
}

impl From<media::CarrierLimit> for MmsCarrierLimit {
    fn from(limit: media::CarrierLimit) -> Self {
        Self { carrier: limit.carrier.to_owned(), limit_bytes: int(limit.limit_bytes) }
    }
}
