//! What a provider that calls us sees, and what is stored of it.

use std::time::{Duration, Instant};

use poem::http::StatusCode;
use reqwest::Response;

use crate::tests::{Counts, HOOK, World};

async fn tell(world: &World, signature: &str, body: impl Into<reqwest::Body>) -> Response {
    world.client.post(world.at(HOOK)).header("X-Signature", signature).body(body).send().await.expect("an answer")
}

/// A request as raw bytes, which the server answers and closes.
fn raw(headers: &str, body: &str) -> Vec<u8> {
    format!("POST {HOOK} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_webhook_is_stored_and_answered_as_its_provider_wants() {
    let world = World::start().await;

    let answer = tell(&world, "right", "m1").await;

    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.text().await.expect("a body"), "noted");
    assert_eq!(world.event_count().await, 1);
}

#[tokio::test]
async fn a_webhook_that_comes_again_is_answered_the_same_and_stored_once() {
    let (counts, world) = (Counts::default(), World::start().await);
    let _guard = counts.begin();

    let answers =
        [tell(&world, "right", "m1").await, tell(&world, "right", "m1").await, tell(&world, "right", "m1").await];

    assert_eq!(answers.map(|answer| answer.status()), [StatusCode::OK; 3]);
    assert_eq!(world.event_count().await, 1);
    assert_eq!(counts.of("clerk_webhooks_total{provider=example,outcome=accepted}"), 1);
    assert_eq!(counts.of("clerk_webhooks_total{provider=example,outcome=repeated}"), 2);
    assert_eq!(counts.of("clerk_webhook_seconds{provider=example}"), 3);
}

#[tokio::test]
async fn each_refusal_has_its_status_says_no_more_and_stores_nothing() {
    let (counts, world) = (Counts::default(), World::start().await);
    let _guard = counts.begin();

    let answers = [
        tell(&world, "wrong", "m1").await,
        tell(&world, "old", "m1").await,
        tell(&world, "right", "of somebody else").await,
        tell(&world, "right", vec![0xff]).await,
    ];

    let statuses = answers.each_ref().map(|answer| answer.status().as_u16());
    assert_eq!(statuses, [403, 401, 403, 400]);
    let bodies = futures_util::future::join_all(answers.map(Response::text)).await;
    assert!(bodies.iter().all(|body| body.as_ref().is_ok_and(String::is_empty)), "{bodies:?}");
    assert_eq!(world.event_count().await, 0);
    let counted = ["signature", "stale", "account", "malformed"]
        .map(|reason| counts.of(&format!("clerk_webhooks_refused_total{{provider=example,reason={reason}}}")));
    assert_eq!(counted, [1; 4]);
}

#[tokio::test]
async fn the_names_of_headers_may_be_written_in_any_case() {
    let world = World::start().await;

    let answer = world.raw(&raw("X-SIGNATURE: right\r\nContent-Length: 2\r\n", "m1")).await;

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn of_two_signatures_none_is_believed() {
    let world = World::start().await;

    let answer = world.raw(&raw("X-Signature: right\r\nx-signature: right\r\nContent-Length: 2\r\n", "m1")).await;

    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(world.event_count().await, 0);
}

#[tokio::test]
async fn the_path_reaches_the_verification_exactly_as_it_was_sent() {
    let world = World::start().await;
    let path = format!("{HOOK}?a=%2F+b&a=&c");

    let request = world.client.post(world.at(&path)).header("X-Signature", "right").body("where?");
    let answer = request.send().await.expect("an answer").text().await.expect("a body");

    assert_eq!(answer, path);
}

#[tokio::test]
async fn a_mebibyte_is_taken_and_one_byte_more_is_not() {
    let world = World::start().await;

    let fits = tell(&world, "right", "m".repeat(1024 * 1024)).await;
    let does_not = tell(&world, "right", "m".repeat(1024 * 1024 + 1)).await;

    assert_eq!((fits.status(), does_not.status()), (StatusCode::OK, StatusCode::PAYLOAD_TOO_LARGE));
    assert_eq!(world.event_count().await, 1);
}

#[tokio::test]
async fn a_body_in_chunks_is_read_and_counted_like_any_other() {
    let world = World::start().await;
    let headers = "X-Signature: right\r\nTransfer-Encoding: chunked\r\n";
    let chunk = format!("10000\r\n{}\r\n", "m".repeat(0x10000));

    let fits = world.raw(&raw(headers, "2\r\nm1\r\n0\r\n\r\n")).await;
    let does_not = world.raw(&raw(headers, &format!("{}0\r\n\r\n", chunk.repeat(17)))).await;

    assert!(fits.starts_with("HTTP/1.1 200"), "{fits}");
    assert!(does_not.starts_with("HTTP/1.1 413"), "{does_not}");
    assert_eq!(world.event_count().await, 1);
}

#[tokio::test]
async fn a_compressed_body_is_not_understood() {
    let world = World::start().await;

    let request = world.client.post(world.at(HOOK)).header("X-Signature", "right").header("Content-Encoding", "gzip");
    let answer = request.body("m1").send().await.expect("an answer");

    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(world.event_count().await, 0);
}

#[tokio::test]
async fn a_webhook_by_another_method_is_told_which_one_to_use() {
    let world = World::start().await;

    let answer = world.get(HOOK).await;

    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers()["allow"], "POST");
}

#[tokio::test]
async fn while_the_database_cannot_be_written_the_sender_is_soon_told_to_come_again_and_then_it_is_stored_once() {
    let (counts, world) = (Counts::default(), World::start().await);
    let _guard = counts.begin();
    let other = world.other_process().await;
    let blocking = other.begin().await.expect("a transaction that nobody else can write beside");

    let asked = Instant::now();
    let refused = tell(&world, "right", "m1").await;
    let waited = asked.elapsed();
    drop(blocking);
    let accepted = tell(&world, "right", "m1").await;

    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "5");
    assert!(waited < Duration::from_millis(2500), "{waited:?}");
    assert_eq!(accepted.status(), StatusCode::OK);
    assert_eq!(world.event_count().await, 1);
    assert_eq!(counts.of("clerk_webhooks_total{provider=example,outcome=late}"), 1);
}

#[tokio::test]
async fn a_database_that_is_gone_means_come_again_too() {
    let world = World::start().await;
    world.ctx.database.clone().close().await;

    let answer = tell(&world, "right", "m1").await;

    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "5");
}
