//! Files that are slow, huge, missing, disguised, or that lead somewhere else: the text never waits for them, and nobody is sent where nobody may be.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::world::{Stage, both, until};

both!(ten_files_of_which_most_are_hostile_delay_nothing, an_address_of_a_closed_network_is_never_asked,);

const MESSAGES: &str = "/webhooks/twilio/messages";

/// S16.
async fn ten_files_of_which_most_are_hostile_delay_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let jpeg = |behaviour: &str| json!({ "content_type": "image/jpeg", "behaviour": behaviour });
    let bomb = json!({ "content_type": "image/png", "behaviour": "bomb" });
    let media = json!([
        jpeg("normal"),
        jpeg("missing"),
        jpeg("huge"),
        jpeg("slow"),
        jpeg("wrong_type"),
        bomb,
        jpeg("redirect_private"),
        jpeg("normal"),
        jpeg("normal"),
        jpeg("normal"),
    ]);
    let began = Instant::now();

    maria.sends_media("See?", media).await;
    until("the text is shown", async || {
        world.slack().await.threads_with(&maria.number).iter().any(|thread| !thread.texts_of_contact().is_empty())
    })
    .await;
    let shown_after = began.elapsed();
    world.settle().await;

    assert!(shown_after < Duration::from_secs(3), "{shown_after:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let thread = world.thread_with(&maria).await;
    let shown = ["picture-1.jpg", "picture-6.png", "picture-8.jpg", "picture-9.jpg", "picture-10.jpg"];
    assert_eq!(thread.files(), shown);
    let sorry = [
        "it is not there any more",
        "it is too large",
        "it came too slowly",
        "it is not the picture that it claims to be",
    ];
    let sorry = sorry.iter().chain(&["its address leads to a place that is not allowed"]);
    let lines: Vec<String> = sorry.map(|why| format!("A picture could not be shown: {why}.")).collect();
    assert_eq!(thread.notes(), lines);
    let counts = world.outside.counts().await;
    assert_eq!((counts.trap_connections, counts.cdn_with_authorization), (0, 0));
}

/// S17. A name with a public and a private address is a test of the fetcher itself, where names can be given any addresses.
async fn an_address_of_a_closed_network_is_never_asked(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let trap = world.outside.counts().await.trap_url;
    let port = trap.rsplit(':').next().expect("a port").trim_end_matches('/').to_owned();
    let urls = [
        format!("{trap}/a.jpg"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("https://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "https://[::ffff:10.0.0.1]/".to_owned(),
    ];
    let account = sandbox::credentials().twilio_account_sid;
    let sid = format!("MM{}", "7".repeat(32));
    let mut fields = vec![
        ("MessageSid".to_owned(), sid),
        ("AccountSid".to_owned(), account),
        ("From".to_owned(), maria.number.clone()),
        ("To".to_owned(), maria.ours.clone()),
        ("Body".to_owned(), "See?".to_owned()),
        ("NumMedia".to_owned(), urls.len().to_string()),
    ];
    fields.extend(urls.iter().enumerate().flat_map(|(at, url)| {
        [(format!("MediaUrl{at}"), url.clone()), (format!("MediaContentType{at}"), "image/jpeg".to_owned())]
    }));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();

    assert_eq!(world.carrier_calls(MESSAGES, &fields).await, 200);
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    let line = "A picture could not be shown: its address leads to a place that is not allowed.";
    assert_eq!(thread.notes(), vec![line; urls.len()]);
    assert_eq!(thread.files(), Vec::<&str>::new());
    assert_eq!(world.outside.counts().await.trap_connections, 0);
}
