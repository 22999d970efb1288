//! Files that are slow, huge, missing, disguised, or that lead somewhere else: the text never waits for them, and nobody is sent where nobody may be.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::world::{Stage, both, until};

both!(
    ten_files_of_which_most_are_hostile_delay_nothing,
    files_of_100_mb_are_cut_off_long_before_their_end,
    ten_files_of_100_mb_take_little_memory,
    an_address_of_a_closed_network_is_never_asked,
);

const MESSAGES: &str = "/webhooks/twilio/messages";

/// Most bytes on their way in a connection: what the system keeps for the sender and for the receiver.
const BUFFERED: u64 = 11_000_000;

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

/// S16: of one file at most 10 MB are taken, of all files of a text 25 MB. What stands in the buffers of the connections has left the carrier too.
async fn files_of_100_mb_are_cut_off_long_before_their_end(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.sends_media("One", huge(1)).await;
    world.settle().await;
    let of_one = world.outside.counts().await.cdn_bytes;
    maria.sends_media("Five", huge(5)).await;
    world.settle().await;
    let of_five = world.outside.counts().await.cdn_bytes - of_one;

    assert!((10_000_000..10_000_000 + BUFFERED).contains(&of_one), "{of_one} bytes of one file");
    assert!((25_000_000..25_000_000 + 3 * BUFFERED).contains(&of_five), "{of_five} bytes of five files");
    let (large, many) = ("it is too large", "the files of this text are too many or too large together");
    let lines = [large, large, large, large, many, many].map(|why| format!("A picture could not be shown: {why}."));
    assert_eq!(world.thread_with(&maria).await.notes(), lines);
}

/// S16, in the program itself.
async fn ten_files_of_100_mb_take_little_memory(stage: &mut Stage) {
    let world = stage.clinic_with_program().await;
    let maria = world.maria();
    maria.sends_media("See?", json!([{ "content_type": "image/jpeg" }])).await;
    world.settle().await;
    let before = world.program(0).forgets_peak_of_memory();

    maria.sends_media("Ten", huge(10)).await;
    world.settle().await;

    let grown = world.program(0).peak_of_memory().saturating_sub(before);
    assert!(grown < 64_000_000, "{grown} bytes");
    assert_eq!(world.thread_with(&maria).await.notes().len(), 10);
}

/// So many files of 100 MB that do not say how large they are.
fn huge(count: usize) -> serde_json::Value {
    json!(vec![json!({ "content_type": "image/jpeg", "behaviour": "huge", "size": 100_000_000 }); count])
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
