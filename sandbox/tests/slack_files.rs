//! Files of members and of the app, and who may read them.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

const PIXEL: &str = "iVBORw0KGgo=";

async fn shared(bench: &Bench, file: Value) -> (String, Value) {
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "See", "files": [file] })).await;
    let event = bench.clerk.wait(1, event("message.file_share")).await[0].json()["event"].clone();
    (token, event)
}

#[tokio::test]
async fn a_members_file_comes_with_the_post_that_shows_it() {
    let bench = Bench::new().await;

    let (token, told) = shared(&bench, json!({ "name": "x-ray.png", "content_base64": PIXEL })).await;

    let file = &told["files"][0];
    assert_eq!(
        (&file["name"], &file["mimetype"], &file["filetype"]),
        (&json!("x-ray.png"), &json!("image/png"), &json!("png"))
    );
    assert_eq!((&file["size"], &file["mode"], &told["text"]), (&json!(8), &json!("hosted"), &json!("See")));
    bench.clerk.wait(1, event("file_shared")).await;
    for name in ["url_private", "url_private_download"] {
        let got = bench.http.get(file[name].as_str().unwrap()).bearer_auth(&token).send().await.unwrap();
        assert_eq!((got.status().as_u16(), got.bytes().await.unwrap().len()), (200, 8), "{name}");
    }
}

#[tokio::test]
async fn without_the_token_there_is_only_a_login_page() {
    let bench = Bench::new().await;
    let (_, told) = shared(&bench, json!({ "name": "x-ray.png", "content_base64": PIXEL })).await;

    let refused = bench.http.get(told["files"][0]["url_private"].as_str().unwrap()).send().await.unwrap();
    let login = bench.http.get(refused.headers()["location"].to_str().unwrap()).send().await.unwrap();

    assert_eq!((refused.status().as_u16(), login.status().as_u16()), (302, 200));
    assert!(login.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn some_files_must_be_asked_for() {
    let bench = Bench::new().await;

    let (token, told) = shared(&bench, json!({ "name": "a.pdf", "content_base64": PIXEL, "must_ask": true })).await;

    let stub = &told["files"][0];
    let info = bench.slack(&token, "files.info", json!({ "file": stub["id"] })).await;
    assert_eq!((&stub["file_access"], &stub["url_private"]), (&json!("check_file_info"), &Value::Null));
    assert_eq!(
        (&info["file"]["name"], &info["file"]["shares"]["public"][told["channel"].as_str().unwrap()][0]["ts"]),
        (&json!("a.pdf"), &told["ts"])
    );
}

#[tokio::test]
async fn the_apps_file_is_shown_in_a_thread_with_a_comment() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let root = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Maria" })).await;
    let wanted = bench.slack(&token, "files.getUploadURLExternal", json!({ "filename": "x.png", "length": 3 })).await;
    bench.http.post(wanted["upload_url"].as_str().unwrap()).body("png").send().await.unwrap();

    let order = json!({ "files": [{ "id": wanted["file_id"] }], "channel_id": channel, "thread_ts": root["ts"], "initial_comment": "From Maria" });
    let done = bench.slack(&token, "files.completeUploadExternal", order).await;

    let thread = bench.slack(&token, "conversations.replies", json!({ "channel": channel, "ts": root["ts"] })).await;
    let post = &thread["messages"][1];
    let share = &done["files"][0]["shares"]["public"][&channel][0];
    assert_eq!((&post["text"], &post["files"][0]["id"]), (&json!("From Maria"), &wanted["file_id"]));
    assert_eq!((&share["ts"], &share["thread_ts"]), (&post["ts"], &root["ts"]));
    assert!(post["bot_id"].is_string() && post["files"][0]["thumb_360"].is_string());
}

#[tokio::test]
async fn a_download_can_be_slow_cut_short_or_gone() {
    let bench = Bench::new().await;
    let content = "QUFB".repeat(1_000);
    let (token, told) = shared(&bench, json!({ "name": "a.bin", "content_base64": content })).await;
    let fault = async |mut order: Value| {
        order["vendor"] = json!("slack");
        order["method"] = json!("files.content");
        order["times"] = json!(1);
        bench.order("faults", order).await;
        let url = told["files"][0]["url_private"].as_str().unwrap();
        let got = bench.http.get(url).bearer_auth(&token).send().await.unwrap();
        (got.status().as_u16(), got.bytes().await.map(|bytes| bytes.len()).ok())
    };

    let began = std::time::Instant::now();
    let slow = fault(json!({ "effect": "slow", "bytes_per_second": 10_000 })).await;
    let took = began.elapsed();
    let cut = fault(json!({ "effect": "truncate" })).await;
    let gone = fault(json!({ "effect": "status", "status": 404 })).await;

    assert_eq!((slow, cut.1, gone.0), ((200, Some(3_000)), None, 404));
    assert!(took.as_millis() >= 200, "{took:?}");
}
