//! A person's text to a number: stored, then handed to Clerk by a signed webhook.

use std::sync::Arc;

use super::{BASE, delivery, geography, messages, opt_outs, segments};
use crate::{
    hooks::{self, Hook, Outcome},
    ids,
    options::ACCOUNT_SID,
    state::{
        Data,
        carrier::{Direction, Media, Message},
    },
    world::World,
};

/// Where inbound texts go when the number has no address of its own.
const DEFAULT_PATH: &str = "/webhooks/twilio/messages";

/// Media of a text at most.
const MEDIA_MAX: usize = 10;

/// What a person sends.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media_urls: Vec<String>,
    /// Media that are more than an address; they come after the addresses.
    pub(crate) media: Vec<Media>,
}

/// Stores a text and prepares its webhook; a sentence when the number is not Clerk's.
pub(crate) fn receive(world: &Arc<World>, text: Text) -> Result<(String, Hook), String> {
    let mut data = world.data();
    let Some(number) = data.carrier.numbers.get(&text.to) else {
        return Err(format!("{} is not a number that Clerk has bought", text.to));
    };
    let url = match number.settings.get("SmsUrl").filter(|url| !url.is_empty()) {
        Some(url) => url.clone(),
        None => format!("{}{DEFAULT_PATH}", data.clerk_url.trim_end_matches('/')),
    };
    let message = store(&mut data, text);
    messages::announce(world, &message);
    let answer = opt_outs::listen(&mut data, &message.from, &message.to, &message.body);
    if let Some(answer) = answer {
        let sid = messages::send(world, &mut data, (&message.to, &message.from), answer.words());
        delivery::begin(world, sid);
    }
    let fields = fields(world, &message);
    Ok((message.sid.clone(), delivery::hook(message.sid, &url, &fields)))
}

/// Delivers the webhook of an inbound text; texts in the TwiML that comes back are sent.
pub(crate) async fn hand_over(world: &Arc<World>, hook: Hook) -> Option<Outcome> {
    let key = hook.key.clone();
    let outcome = hooks::deliver(world, hook).await;
    if let Some(Ok(answer)) = &outcome
        && (200..300).contains(&answer.status)
    {
        reply_with(world, &key, &answer.body);
    }
    outcome
}

fn store(data: &mut Data, text: Text) -> Message {
    let now = data.serial.next();
    let mut media: Vec<Media> =
        text.media_urls.into_iter().map(|url| messages::media(data.serial.next(), url)).collect();
    for medium in text.media {
        media.push(Media { sid: ids::sid("ME", data.serial.next()), ..medium });
    }
    media.truncate(MEDIA_MAX);
    let prefix = if media.is_empty() { "SM" } else { "MM" };
    let message = Message {
        sid: ids::sid(prefix, now),
        direction: Direction::Inbound,
        segments: segments::count(&text.body),
        from: text.from,
        to: text.to,
        body: text.body,
        status: "received".to_owned(),
        error_code: None,
        media,
        created: now,
        sent: Some(now),
        updated: now,
        status_callback: None,
        deleted: false,
        redacted: false,
    };
    data.carrier.add(message.clone());
    message
}

fn fields(world: &World, message: &Message) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("SmsMessageSid", message.sid.clone()),
        ("SmsSid", message.sid.clone()),
        ("MessageSid", message.sid.clone()),
        ("AccountSid", ACCOUNT_SID.to_owned()),
        ("From", message.from.clone()),
        ("To", message.to.clone()),
        ("Body", message.body.clone()),
        ("NumMedia", message.media.len().to_string()),
        ("NumSegments", message.segments.to_string()),
        ("SmsStatus", "received".to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ];
    fields.extend(place_fields(&message.from, ["FromCity", "FromState", "FromZip", "FromCountry"]));
    fields.extend(place_fields(&message.to, ["ToCity", "ToState", "ToZip", "ToCountry"]));
    const MEDIA: [(&str, &str); 10] = [
        ("MediaContentType0", "MediaUrl0"),
        ("MediaContentType1", "MediaUrl1"),
        ("MediaContentType2", "MediaUrl2"),
        ("MediaContentType3", "MediaUrl3"),
        ("MediaContentType4", "MediaUrl4"),
        ("MediaContentType5", "MediaUrl5"),
        ("MediaContentType6", "MediaUrl6"),
        ("MediaContentType7", "MediaUrl7"),
        ("MediaContentType8", "MediaUrl8"),
        ("MediaContentType9", "MediaUrl9"),
    ];
    for (media, (kind, url)) in message.media.iter().zip(MEDIA) {
        let address = format!("{}{BASE}/{ACCOUNT_SID}/Messages/{}/Media/{}", world.twilio_url, message.sid, media.sid);
        fields.push((kind, media.content_type.clone()));
        fields.push((url, address));
    }
    fields
}

fn place_fields(number: &str, names: [&'static str; 4]) -> [(&'static str, String); 4] {
    let (city, state, _) = geography::place(number).unwrap_or_default();
    let country = geography::country(number).unwrap_or_default();
    [
        (names[0], city.to_uppercase()),
        (names[1], state.to_owned()),
        (names[2], String::new()),
        (names[3], country.to_owned()),
    ]
}

fn reply_with(world: &Arc<World>, sid: &str, twiml: &str) {
    let mut rest = twiml;
    while let Some((body, after)) = next_message(rest) {
        rest = after;
        let sent = {
            let mut data = world.data();
            let pair = data.carrier.message(sid).map(|row| (row.to.clone(), row.from.clone()));
            pair.map(|(from, to)| messages::send(world, &mut data, (&from, &to), &body))
        };
        if let Some(sid) = sent {
            delivery::begin(world, sid);
        }
    }
}

/// The text of the first `<Message>` and what follows it.
fn next_message(twiml: &str) -> Option<(String, &str)> {
    let (_, inside) = twiml.split_once("<Message")?;
    let (_, inside) = inside.split_once('>')?;
    let (content, after) = inside.split_once("</Message>")?;
    let body = match content.split_once("<Body>") {
        Some((_, body)) => body.split("</Body>").next().unwrap_or_default(),
        None => content,
    };
    let plain = body
        .trim()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    Some((plain, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_the_answer_to_a_webhook() {
        let twiml =
            "<Response><Message>Tea &amp; cake</Message><Message to=\"x\"><Body>Two</Body></Message></Response>";

        let (first, rest) = next_message(twiml).unwrap();
        let (second, rest) = next_message(rest).unwrap();

        assert_eq!((first.as_str(), second.as_str()), ("Tea & cake", "Two"));
        assert!(next_message(rest).is_none());
    }
}
