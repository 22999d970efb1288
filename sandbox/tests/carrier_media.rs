//! Pictures both ways: where the carrier keeps them, how they misbehave, and that it fetches ours.

use poem::{Route, get, handler, http::StatusCode};
use serde_json::{Value, json};

use crate::bench::{Bench, serve, texts, until};

const MARIA: &str = "+14155550101";
const OFFICE: &str = "+12125550110";

async fn picture(bench: &Bench, medium: Value) -> reqwest::Response {
    bench.buy(OFFICE).await;
    bench.order("phone/text", json!({ "from": MARIA, "to": OFFICE, "body": "Look", "media": [medium] })).await;
    let seen = bench.clerk.wait(1, texts).await.remove(0);
    let ask = bench.http.get(seen.field("MediaUrl0"));
    ask.basic_auth(&bench.keys.twilio_account_sid, Some(&bench.keys.twilio_auth_token)).send().await.unwrap()
}

async fn stored(bench: &Bench, medium: Value) -> reqwest::Response {
    let there = picture(bench, medium).await.headers()["location"].to_str().unwrap().to_owned();
    bench.http.get(there).send().await.unwrap()
}

async fn counts(bench: &Bench) -> Value {
    bench.read("carrier/counts").await
}

async fn status_of(bench: &Bench, media_url: &str) -> Value {
    bench.buy(OFFICE).await;
    let form = [("To", MARIA), ("From", OFFICE), ("Body", "See"), ("MediaUrl", media_url)];
    bench.carrier_post("Messages.json", &form).await;
    let last = async || bench.read("ledger").await["texts_out"][0].clone();
    until(async || ["failed", "delivered"].map(Value::from).contains(&last().await["status"])).await;
    last().await
}

#[handler]
fn small() -> poem::Response {
    poem::Response::builder().content_type("image/png").body("png")
}

#[handler]
fn page() -> poem::Response {
    poem::Response::builder().content_type("text/html").body("<html>")
}

#[handler]
fn large() -> poem::Response {
    poem::Response::builder().content_type("image/jpeg").body(vec![0; 6 * 1024 * 1024])
}

#[handler]
fn gone() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn our_files() -> String {
    serve(Route::new().at("/small", get(small)).at("/page", get(page)).at("/large", get(large)).at("/gone", get(gone)))
        .await
}

#[tokio::test]
async fn a_picture_lies_on_another_host_than_the_api() {
    let bench = Bench::new().await;

    let asked = picture(&bench, json!({ "content_type": "image/jpeg", "size": 300_000 })).await;
    let there = url::Url::parse(asked.headers()["location"].to_str().unwrap()).unwrap();
    let got = bench.http.get(there.clone()).send().await.unwrap();

    assert_eq!(asked.status(), 302);
    assert_ne!(there.port(), url::Url::parse(&bench.sandbox.twilio_url()).unwrap().port());
    assert_eq!(got.headers()["content-type"], "image/jpeg");
    let bytes = got.bytes().await.unwrap();
    assert!(bytes.len() >= 300_000 && bytes.starts_with(&[0xff, 0xd8]));
}

#[tokio::test]
async fn the_api_wants_credentials_and_the_storage_none() {
    let bench = Bench::new().await;
    let asked = picture(&bench, json!({ "content_type": "image/png" })).await;
    let there = asked.headers()["location"].to_str().unwrap().to_owned();

    let naked = bench.http.get(asked.url().clone()).send().await.unwrap();
    let leaked = bench.http.get(&there).basic_auth("AC1", Some("secret")).send().await.unwrap();

    let counts = counts(&bench).await;
    assert_eq!((naked.status().as_u16(), leaked.status().as_u16()), (401, 400));
    assert_eq!((&counts["api_unauthenticated"], &counts["cdn_with_authorization"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn media_misbehave_as_ordered() {
    let order = |behaviour: &str| json!({ "content_type": "image/jpeg", "size": 2_000_000, "behaviour": behaviour });
    let get = async |behaviour: &str| {
        let bench = Bench::new().await;
        let got = stored(&bench, order(behaviour)).await;
        let kind = got.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
        (got.status().as_u16(), kind, got.content_length(), got.bytes().await.unwrap())
    };

    let missing = get("missing").await;
    let wrong = get("wrong_type").await;
    let huge = get("huge").await;
    let bomb = get("bomb").await;

    assert_eq!((missing.0, wrong.1.as_str()), (404, "text/html"));
    assert_eq!((huge.0, huge.2, huge.3.len()), (200, None, 2_000_000));
    assert!(bomb.3.starts_with(b"\x89PNG") && bomb.3.len() < 400_000);
    assert_eq!(bomb.3[16..20], 20_000_u32.to_be_bytes());
}

#[tokio::test]
async fn a_slow_medium_trickles() {
    let bench = Bench::new().await;
    let began = std::time::Instant::now();

    let order = json!({ "content_type": "text/plain", "size": 3_000, "behaviour": "slow", "bytes_per_second": 10_000 });
    let got = stored(&bench, order).await.bytes().await.unwrap();

    assert_eq!(got.len(), 3_000);
    assert!(began.elapsed().as_millis() >= 200);
}

#[tokio::test]
async fn who_follows_into_the_network_is_counted() {
    let bench = Bench::new().await;
    let asked = picture(&bench, json!({ "content_type": "image/jpeg", "behaviour": "redirect_private" })).await;
    let before = counts(&bench).await["trap_connections"].clone();

    let trapped = bench.http.get(asked.headers()["location"].to_str().unwrap()).send().await;

    until(async || counts(&bench).await["trap_connections"] != json!(0)).await;
    assert_eq!(before, 0);
    assert!(trapped.is_err());
}

#[tokio::test]
async fn the_carrier_fetches_what_we_send() {
    let bench = Bench::new().await;
    let url = our_files().await;

    let text = status_of(&bench, &format!("{url}/small")).await;

    let kept = text["media_kept"][0].clone();
    let bytes = bench.http.get(format!("{}/api/carrier/media?sid={}", bench.control, kept["sid"].as_str().unwrap()));
    assert_eq!(
        (&text["status"], &kept["content_type"], &kept["size"]),
        (&json!("delivered"), &json!("image/png"), &json!(3))
    );
    assert_eq!(bytes.send().await.unwrap().text().await.unwrap(), "png");
}

#[tokio::test]
async fn what_the_carrier_cannot_take_fails_the_text() {
    let url = our_files().await;
    let mut ends = Vec::new();
    for name in ["gone", "page", "large"] {
        let bench = Bench::new().await;
        let text = status_of(&bench, &format!("{url}/{name}")).await;
        ends.push((text["status"].clone(), text["error_code"].clone()));
    }

    assert_eq!(ends, [11200, 12300, 30019].map(|code| (json!("failed"), json!(code))));
}
