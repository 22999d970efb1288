//! Requests that the vendors' own libraries signed (`tests/oracles/signatures.py` made them) against our verifiers.

use chrono::DateTime;
use domain::contracts::webhook::{Refused, Request};
use secrecy::SecretString;
use serde::Deserialize;

use crate::{Hook, Rotating, carrier, chat};

#[derive(Deserialize)]
struct Fixture {
    twilio: Twilio,
    slack: Slack,
}

#[derive(Deserialize)]
struct Twilio {
    token: String,
    requests: Vec<FromTwilio>,
}

#[derive(Deserialize)]
struct FromTwilio {
    name: String,
    public_url: String,
    path_and_query: String,
    body: String,
    signature: String,
}

#[derive(Deserialize)]
struct Slack {
    secret: String,
    requests: Vec<FromSlack>,
}

#[derive(Deserialize)]
struct FromSlack {
    name: String,
    timestamp: String,
    body: String,
    signature: String,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../tests/oracles/signatures.json")).unwrap()
}

fn refused<'a>(hook: &Hook, request: &'a Request<'a>) -> Option<Refused> {
    hook.webhook.verify(request).err()
}

fn twilio_refuses(token: &str, sent: &FromTwilio, body: &str) -> Option<Refused> {
    let config = carrier::twilio::Config {
        account_sid: "AC00000000000000000000000000000000".to_owned(),
        auth_token: Rotating::only(token.to_owned().into()),
        api_url: carrier::twilio::API_URL.to_owned(),
        media_url: carrier::twilio::MEDIA_URL.to_owned(),
        public_url: sent.public_url.clone(),
    };
    let twilio = carrier::open(carrier::Settings::Twilio(config)).unwrap();
    let request = Request {
        path_and_query: &sent.path_and_query,
        header: &|name| (name == "x-twilio-signature").then_some(sent.signature.as_str()),
        body: body.as_bytes(),
        received_at: DateTime::UNIX_EPOCH,
    };
    refused(&twilio.hooks[0], &request)
}

fn slack_refuses(secret: &str, sent: &FromSlack, body: &str) -> Option<Refused> {
    let config = chat::slack::Config {
        client_id: "1.2".to_owned(),
        client_secret: SecretString::from("x"),
        signing_secret: Rotating::only(secret.to_owned().into()),
        api_url: chat::slack::API_URL.to_owned(),
        authorize_url: chat::slack::AUTHORIZE_URL.to_owned(),
    };
    let slack = chat::open(chat::Settings::Slack(config)).unwrap();
    let request = Request {
        path_and_query: "/webhooks/slack/events",
        header: &|name| match name {
            "x-slack-signature" => Some(sent.signature.as_str()),
            "x-slack-request-timestamp" => Some(sent.timestamp.as_str()),
            _ => None,
        },
        body: body.as_bytes(),
        received_at: DateTime::from_timestamp(sent.timestamp.parse().unwrap(), 0).unwrap(),
    };
    refused(&slack.hooks[0], &request)
}

#[test]
fn every_request_that_twilios_library_signed_is_let_in() {
    let Twilio { token, requests } = fixture().twilio;

    let refused = requests.iter().filter(|sent| twilio_refuses(&token, sent, &sent.body).is_some());

    assert_eq!(refused.map(|sent| &sent.name).collect::<Vec<_>>(), [] as [&String; 0]);
    assert_eq!(requests.len(), 16);
}

#[test]
fn none_of_twilios_is_let_in_with_another_token_or_body() {
    let Twilio { token, requests } = fixture().twilio;

    let wrong = Some(Refused::BadSignature);
    assert!(requests.iter().all(|sent| twilio_refuses("another", sent, &sent.body) == wrong));
    assert!(requests.iter().all(|sent| twilio_refuses(&token, sent, &format!("{}&x=y", sent.body)) == wrong));
}

#[test]
fn every_request_that_slacks_library_signed_is_let_in() {
    let Slack { secret, requests } = fixture().slack;

    let refused = requests.iter().filter(|sent| slack_refuses(&secret, sent, &sent.body).is_some());

    assert_eq!(refused.map(|sent| &sent.name).collect::<Vec<_>>(), [] as [&String; 0]);
    assert_eq!(requests.len(), 5);
}

#[test]
fn none_of_slacks_is_let_in_with_another_secret_or_body() {
    let Slack { secret, requests } = fixture().slack;

    let wrong = Some(Refused::BadSignature);
    assert!(requests.iter().all(|sent| slack_refuses("another", sent, &sent.body) == wrong));
    assert!(requests.iter().all(|sent| slack_refuses(&secret, sent, &format!("{} ", sent.body)) == wrong));
}
