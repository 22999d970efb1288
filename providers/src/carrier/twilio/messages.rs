//! Sending, finding what was sent, and listing what came in.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::contracts::{
    Answer, CallError, Outcome,
    carrier::{CarrierRefusal, DeliveryStatus, OutboundText, SentText},
    inbound::{Envelope, MediaRef, TextReceived},
};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::{
    STATUS_PATH,
    calls::{Api, is_sid},
    webhooks,
};

/// Twilio's largest page.
const PAGE_SIZE: &str = "1000";
/// More pages than this means that the stretch asked for is too long.
const MOST_PAGES: usize = 50;

#[derive(Deserialize)]
struct Message {
    sid: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    num_media: Option<String>,
    #[serde(default)]
    date_created: Option<String>,
}

impl Message {
    fn created(&self) -> Option<DateTime<Utc>> {
        let date = DateTime::parse_from_rfc2822(self.date_created.as_deref()?).ok()?;
        Some(date.with_timezone(&Utc))
    }

    fn media_count(&self) -> u32 {
        self.num_media.as_deref().and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// None when it does not say when it was made: nothing else of it can be trusted then.
    fn sent(&self) -> Option<SentText> {
        Some(SentText {
            carrier_id: self.sid.clone(),
            status: status(&self.status).unwrap_or(DeliveryStatus::Accepted),
            accepted_at: self.created()?,
        })
    }
}

/// What a word of Twilio's for a status means; none for a word that we do not know.
pub(super) fn status(word: &str) -> Option<DeliveryStatus> {
    Some(match word {
        "accepted" | "scheduled" | "queued" | "sending" => DeliveryStatus::Accepted,
        "sent" | "partially_delivered" => DeliveryStatus::Sent,
        "delivered" | "read" => DeliveryStatus::Delivered,
        "undelivered" | "failed" | "canceled" => DeliveryStatus::Failed,
        _ => return None,
    })
}

pub(super) async fn send(api: &Api, public_url: &str, text: &OutboundText) -> Outcome<SentText, CarrierRefusal> {
    let reference: String = byte_serialize(text.reference.as_bytes()).collect();
    let mut form = vec![
        ("To", text.to.as_e164().to_owned()),
        ("From", text.from.as_e164().to_owned()),
        ("StatusCallback", format!("{public_url}{STATUS_PATH}?message={reference}")),
    ];
    if !text.body.is_empty() {
        form.push(("Body", text.body.clone()));
    }
    form.extend(text.media_urls.iter().map(|url| ("MediaUrl", url.clone())));
    let answer = api.post::<Message>(&api.path("/Messages.json"), &form).await?;
    match answer {
        Answer::Done(message) => {
            let why = || CallError::Ambiguous { why: "Twilio's answer has no date".to_owned() };
            message.sent().map(Answer::Done).ok_or_else(why)
        }
        Answer::Refused(refusal) => Ok(Answer::Refused(refusal)),
    }
}

pub(super) async fn find_sent(
    api: &Api,
    text: &OutboundText,
    since: DateTime<Utc>,
) -> Outcome<Vec<SentText>, CarrierRefusal> {
    let query = [
        ("To", text.to.as_e164().to_owned()),
        ("From", text.from.as_e164().to_owned()),
        ("DateSent>", day(since)),
        ("PageSize", PAGE_SIZE.to_owned()),
    ];
    // Twilio keeps whole seconds: what it accepted in the same second must not be overlooked.
    let since = since.duration_trunc(TimeDelta::seconds(1)).unwrap_or(since);
    let messages = match list(api, &query, since).await? {
        Answer::Done(messages) => messages,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let mut found: Vec<SentText> = messages
        .iter()
        .filter(|message| message.direction.starts_with("outbound"))
        .filter(|message| is_same_body(message.body.as_deref(), &text.body))
        .filter_map(Message::sent)
        .filter(|sent| sent.accepted_at >= since)
        .collect();
    found.sort_by_key(|sent| sent.accepted_at);
    Ok(Answer::Done(found))
}

/// The beginning of a day, in the form that Twilio's specification has for filters.
fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT00:00:00Z").to_string()
}

/// Carriers drop white space at the ends.
fn is_same_body(theirs: Option<&str>, ours: &str) -> bool {
    theirs.unwrap_or_default().trim() == ours.trim()
}

pub(super) async fn list_received(
    api: &Api,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Outcome<Vec<Envelope>, CarrierRefusal> {
    // The list is filtered by the time of sending, which may be a day after the one of receipt.
    let query =
        [("DateSent>", day(since)), ("DateSent<", day(until + TimeDelta::days(2))), ("PageSize", PAGE_SIZE.to_owned())];
    let messages = match list(api, &query, since).await? {
        Answer::Done(messages) => messages,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let mut received = Vec::new();
    for message in messages.iter().filter(|message| message.direction == "inbound") {
        let in_time = message.created().is_some_and(|at| since <= at && at < until);
        if !in_time {
            continue;
        }
        match media(api, message).await? {
            Answer::Done(media) => received.extend(text_received(message, media)),
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        }
    }
    received.sort_by_key(|text: &TextReceived| text.received_at);
    let told = received.into_iter().map(|text| webhooks::received(api.account_sid(), text));
    Ok(Answer::Done(told.collect()))
}

/// A listed message in our words; none when its addressee is not a number of ours.
fn text_received(message: &Message, media: Vec<MediaRef>) -> Option<TextReceived> {
    let from_raw = message.from.clone().unwrap_or_default();
    Some(TextReceived {
        carrier_id: message.sid.clone(),
        from: from_raw.parse().ok(),
        from_raw,
        to: message.to.as_deref()?.parse().ok()?,
        body: message.body.clone().unwrap_or_default(),
        media,
        received_at: message.created(),
    })
}

async fn media(api: &Api, message: &Message) -> Outcome<Vec<MediaRef>, CarrierRefusal> {
    #[derive(Deserialize)]
    struct Page {
        media_list: Vec<Media>,
    }
    #[derive(Deserialize)]
    struct Media {
        sid: String,
        #[serde(default)]
        content_type: String,
    }
    if message.media_count() == 0 || !is_sid(&message.sid) {
        return Ok(Answer::Done(Vec::new()));
    }
    let below = api.path(&format!("/Messages/{}/Media", message.sid));
    Ok(match api.get::<Page>(&format!("{below}.json"), &[]).await? {
        Answer::Refused(refusal) => Answer::Refused(refusal),
        Answer::Done(page) => Answer::Done(
            page.media_list
                .into_iter()
                .filter(|media| is_sid(&media.sid))
                .map(|media| MediaRef {
                    url: api.address(&format!("{below}/{}", media.sid)),
                    content_type: media.content_type,
                })
                .collect(),
        ),
    })
}

/// The pages of a list of messages down to an instant, oldest first. Twilio filters by whole days and shows the newest first, so reading stops
/// at the first page that ends before the instant.
async fn list(api: &Api, query: &[(&str, String)], since: DateTime<Utc>) -> Outcome<Vec<Message>, CarrierRefusal> {
    #[derive(Deserialize)]
    struct Page {
        messages: Vec<Message>,
        #[serde(default)]
        next_page_uri: Option<String>,
    }
    let mut messages = Vec::new();
    let first = api.path("/Messages.json");
    let mut next: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let answer = match &next {
            None => api.get::<Page>(&first, query).await?,
            Some(uri) => api.get::<Page>(uri, &[]).await?,
        };
        let page = match answer {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        let is_far_enough = page.messages.last().and_then(Message::created).is_some_and(|oldest| oldest < since);
        messages.extend(page.messages);
        match page.next_page_uri.filter(|_| !is_far_enough) {
            None => {
                // The newest comes first, and only the order tells texts of the same second apart.
                messages.reverse();
                return Ok(Answer::Done(messages));
            }
            // The rest is read from the server that we were configured with, whatever the answer says.
            Some(uri) if uri.starts_with(&format!("{first}?")) => next = Some(uri),
            Some(_) => return Err(unreadable("Twilio's next page lies outside the list")),
        }
    }
    Err(unreadable("Twilio has more pages than can be right: ask for a shorter stretch"))
}

fn unreadable(why: &str) -> CallError {
    CallError::Unavailable { why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_for_a_status_has_its_place() {
        let words = ["queued", "accepted", "sending", "sent", "delivered", "undelivered", "failed"];

        assert_eq!(
            words.map(status),
            [
                Some(DeliveryStatus::Accepted),
                Some(DeliveryStatus::Accepted),
                Some(DeliveryStatus::Accepted),
                Some(DeliveryStatus::Sent),
                Some(DeliveryStatus::Delivered),
                Some(DeliveryStatus::Failed),
                Some(DeliveryStatus::Failed),
            ]
        );
        assert_eq!(status("pondering"), None);
    }

    #[test]
    fn a_listed_text_from_a_short_code_has_no_number_but_its_sender() {
        let message: Message = serde_json::from_value(serde_json::json!({
            "sid": "SM1", "from": "72273", "to": "+14155550100", "body": " hi ",
            "date_created": "Fri, 24 May 2019 17:44:46 +0000", "new": {},
        }))
        .unwrap();

        let text = text_received(&message, Vec::new()).unwrap();

        assert_eq!((text.from, text.from_raw.as_str(), text.body.as_str()), (None, "72273", " hi "));
        assert_eq!(text.received_at.unwrap().to_rfc3339(), "2019-05-24T17:44:46+00:00");
    }

    #[test]
    fn bodies_are_compared_without_the_white_space_that_carriers_drop() {
        assert!(is_same_body(Some("hello"), "hello \n"));
        assert!(is_same_body(None, ""));
        assert!(!is_same_body(Some("hello"), "hell"));
    }
}
