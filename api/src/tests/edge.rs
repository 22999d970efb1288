//! What every answer has, and the small pages: health, metrics, the root.

use std::sync::Arc;

use futures_util::FutureExt;
use poem::{EndpointExt, IntoResponse, Response, endpoint::make_sync};
use serde_json::Value;

use super::{Counts, Wish, World};
use crate::Probe;

fn probe(result: Result<(), &'static str>) -> Probe {
    let look = move || std::future::ready(result.map_err(str::to_owned)).boxed();
    Probe { name: "migrations", look: Arc::new(look) }
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_guessing_framing_and_leaking() {
    let world = World::start().await;

    let answers = [world.get("/").await, world.get("/nowhere").await, world.get("/healthz").await];

    let has = |answer: &reqwest::Response, name: &str, part: &str| {
        answer.headers()[name].to_str().is_ok_and(|value| value.contains(part))
    };
    assert!(answers.iter().all(|answer| has(answer, "x-content-type-options", "nosniff")));
    assert!(answers.iter().all(|answer| has(answer, "content-security-policy", "frame-ancestors 'none'")));
    assert!(answers.iter().all(|answer| has(answer, "referrer-policy", "no-referrer")));
    assert!(answers.iter().all(|answer| !answer.headers().contains_key("strict-transport-security")));
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let world = World::wished(Wish { public_url: Some("https://clerk.example"), ..Wish::default() }).await;

    let answer = world.get("/healthz").await;

    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
}

#[tokio::test]
async fn every_request_gets_an_id_of_its_own_whatever_it_brings() {
    let world = World::start().await;

    let brought =
        world.client.get(world.at("/healthz")).header("x-request-id", "mine").send().await.expect("an answer");
    let other = world.get("/healthz").await;

    let [first, second] =
        [brought, other].map(|answer| answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned());
    assert!(first.starts_with("req_") && first.len() == 30, "{first}");
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_for_and_the_next_request_is_fine() {
    let broken = make_sync(|_| -> Response { panic!("on purpose") }).boxed();
    let world = World::wished(Wish { extra: vec![("/broken", broken)], ..Wish::default() }).await;

    let answer = world.get("/broken").await;

    assert_eq!(answer.status().as_u16(), 500);
    assert!(answer.headers().contains_key("x-request-id"));
    assert_eq!(world.get("/healthz").await.status().as_u16(), 200);
}

#[tokio::test]
async fn strangers_make_no_series_of_metrics() {
    let (counts, world) = (Counts::default(), World::start().await);
    let _guard = counts.begin();

    world.get("/admin.php").await;
    let dance = reqwest::Method::from_bytes(b"DANCE").expect("a method");
    world.client.request(dance, world.at("/healthz")).send().await.expect("an answer");

    assert_eq!(counts.of("clerk_http_requests_total{route=other,method=GET,status=404}"), 1);
    assert_eq!(counts.of("clerk_http_requests_total{route=/healthz,method=other,status=405}"), 1);
}

#[tokio::test]
async fn it_lives_and_is_ready_while_everything_holds() {
    let world = World::wished(Wish { probes: vec![probe(Ok(()))], ..Wish::default() }).await;

    let (lives, ready) = (world.get("/healthz").await, world.get("/readyz").await);

    assert_eq!(lives.json::<Value>().await.expect("JSON"), serde_json::json!({ "status": "alive" }));
    assert_eq!(ready.status().as_u16(), 200);
}

#[tokio::test]
async fn without_a_database_it_lives_but_is_not_ready_and_says_why() {
    let world = World::start().await;
    world.ctx.database.clone().close().await;

    let (lives, ready) = (world.get("/healthz").await, world.get("/readyz").await);

    assert_eq!((lives.status().as_u16(), ready.status().as_u16()), (200, 503));
    let ready: Value = ready.json().await.expect("JSON");
    assert_eq!(ready["reasons"][0]["what"], "database");
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_named() {
    let why = "1 migration is missing. Run `clerk migrate`.";
    let world = World::wished(Wish { probes: vec![probe(Err(why))], ..Wish::default() }).await;

    let answer = world.get("/readyz").await;

    assert_eq!(answer.status().as_u16(), 503);
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["reasons"], serde_json::json!([{ "what": "migrations", "why": why }]));
}

#[tokio::test]
async fn the_metrics_are_what_the_program_renders() {
    let world = World::start().await;

    let answer = world.get("/metrics").await;

    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.text().await.expect("text"), "clerk_example_total 1\n");
}

#[tokio::test]
async fn the_root_says_what_runs_here_and_links_only_to_what_is_there() {
    let toys = make_sync(|_| "toys".into_response()).boxed();
    let (with, without) =
        (World::wished(Wish { extra: vec![("/toys", toys)], ..Wish::default() }).await, World::start().await);

    let with_toys = with.get("/").await.text().await.expect("a page");
    let without_toys = without.get("/").await.text().await.expect("a page");

    assert!(with_toys.contains("href=\"/toys/\"") && with_toys.contains("href=\"/schema.graphql\""));
    assert!(!without_toys.contains("/toys"));
}

#[tokio::test]
async fn what_is_mounted_answers_below_its_prefix() {
    let toys = make_sync(|request| request.uri().path().to_owned().into_response()).boxed();
    let world = World::wished(Wish { extra: vec![("/toys", toys)], ..Wish::default() }).await;

    let answer = world.get("/toys/box/1").await;

    assert_eq!(answer.text().await.expect("text"), "/box/1");
}

#[tokio::test]
async fn the_schema_can_be_read_without_asking_the_api() {
    let world = World::start().await;

    let answer = world.get("/schema.graphql").await;

    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.text().await.expect("text").contains("type Query"));
}
