//! The port among strangers: who says nothing is sent away, who says too much too, and a stop lets answers end.

use std::time::{Duration, Instant};

use poem::{Endpoint, EndpointExt, IntoResponse, Response, endpoint::make, endpoint::make_sync};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::mpsc};

use super::{DRAIN, Wish, World};
use crate::Limits;

fn hasty() -> Limits {
    Limits {
        head_deadline: Duration::from_millis(200),
        write_deadline: Duration::from_millis(200),
        ..Limits::default()
    }
}

fn stream_of_events() -> impl Endpoint<Output = Response> {
    let events = || poem::web::sse::SSE::new(futures_util::stream::pending());
    make_sync(move |_| events().into_response())
}

/// Answers with what comes through the channel, and says when it was asked.
fn patient(asked: mpsc::Sender<mpsc::Sender<&'static str>>) -> impl Endpoint<Output = Response> {
    make(move |_| {
        let asked = asked.clone();
        async move {
            let (answer, mut answers) = mpsc::channel(1);
            asked.send(answer).await.expect("the test listens");
            answers.recv().await.expect("the test answers").into_response()
        }
    })
}

#[tokio::test]
async fn who_connects_and_says_nothing_is_sent_away() {
    let world = World::wished(Wish { limits: hasty(), ..Wish::default() }).await;

    let asked = Instant::now();
    let answer = world.raw(b"").await;

    assert_eq!(answer, "");
    assert!(asked.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn who_begins_a_request_and_never_ends_it_is_sent_away() {
    let world = World::wished(Wish { limits: hasty(), ..Wish::default() }).await;

    let asked = Instant::now();
    world.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;

    assert!(asked.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn who_asks_and_never_reads_is_sent_away() {
    let long = make_sync(|_| "a".repeat(64 * 1024 * 1024).into_response()).boxed();
    let wish = Wish { limits: hasty(), extra: vec![("/long", long)], ..Wish::default() };
    let mut world = World::wished(wish).await;
    let mut stream = TcpStream::connect(world.address).await.expect("a connection");
    stream.write_all(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("asked");
    stream.readable().await.expect("the answer begins");

    let asked = Instant::now();
    world.ask_to_stop();
    world.ended().await;

    assert!(asked.elapsed() < DRAIN / 2, "the answer that nobody reads held up the stop");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let world = World::start().await;

    let answer =
        world.raw(format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "a".repeat(17_000)).as_bytes()).await;

    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_the_answer_end_that_was_begun() {
    let (asked, mut askers) = mpsc::channel(1);
    let mut world = World::wished(Wish { extra: vec![("/patient", patient(asked).boxed())], ..Wish::default() }).await;
    let answer = tokio::spawn(world.client.get(world.at("/patient")).send());
    let waiting = askers.recv().await.expect("asked");

    world.ask_to_stop();
    waiting.send("in the end").await.expect("somebody waits for it");

    let answer = answer.await.expect("no panic").expect("an answer");
    assert_eq!(answer.text().await.expect("a body"), "in the end");
    world.ended().await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_stream_of_events() {
    let wish = Wish { extra: vec![("/events", stream_of_events().boxed())], ..Wish::default() };
    let mut world = World::wished(wish).await;
    let stream = world.get("/events").await;

    let asked = Instant::now();
    world.ask_to_stop();
    world.ended().await;

    assert!(asked.elapsed() < Duration::from_secs(1));
    assert!(stream.bytes().await.is_err(), "the stream was cut");
}
