//! Hostile addresses, hostile names, hostile redirects and hostile servers. A trap listens where nobody may be sent; it counts who comes.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::contracts::{
    Answer, CallError, Outcome,
    media::{FetchLimits, Head, MediaRefusal},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use super::{Credentials, Fetcher, Places};

const HOSTILE: &str = include_str!("hostile.txt");

const LIMITS: FetchLimits = FetchLimits { longest: 100_000, within: Duration::from_secs(6) };

/// A server that answers each connection with the next of its answers, and remembers what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = vec![0; 4_096];
                let length = stream.read(&mut bytes).await.unwrap();
                heard.lock().unwrap().push(String::from_utf8_lossy(&bytes[..length]).into_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn credentials() -> Option<Credentials> {
    Some(Credentials { user: "AC1".to_owned(), secret: "s3cret".into() })
}

/// A vendor that is simulated at this server.
fn vendor(server: &Server) -> Fetcher {
    let own = Url::parse(&server.url("/")).unwrap();
    let keeper = Url::parse("https://keeper.test").unwrap();
    Fetcher::new(Places::of_vendor(own, keeper, &[".vendor.test"], &[".keeper.test"]), credentials())
}

/// Anywhere, where every name has these addresses.
fn anywhere(addresses: &[&str]) -> (Fetcher, Arc<AtomicUsize>) {
    let looked_up = Arc::new(AtomicUsize::new(0));
    let count = looked_up.clone();
    let known: Vec<SocketAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let look_up: super::LookUp = Arc::new(move |_, _| {
        count.fetch_add(1, Ordering::Relaxed);
        let known = known.clone();
        Box::pin(async move { Ok(known) })
    });
    (Fetcher { look_up, ..Fetcher::new(Places::anywhere(Vec::new()), None) }, looked_up)
}

fn refused(outcome: &Outcome<Vec<u8>, MediaRefusal>) -> Option<MediaRefusal> {
    match outcome {
        Ok(Answer::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

fn hostile() -> impl Iterator<Item = &'static str> {
    HOSTILE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[tokio::test]
async fn no_hostile_address_is_asked_by_the_open_web() {
    let fetcher = Fetcher::new(Places::anywhere(Vec::new()), None);
    let mut wrong = Vec::new();
    for url in hostile() {
        if refused(&fetcher.fetch(url, LIMITS).await) != Some(MediaRefusal::Forbidden) {
            wrong.push(url);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(hostile().count() >= 60);
}

#[tokio::test]
async fn no_hostile_address_is_asked_on_behalf_of_a_vendor() {
    let [own, keeper] = ["https://api.twilio.com", "https://media.twiliocdn.com"].map(|url| Url::parse(url).unwrap());
    let places = Places::of_vendor(own, keeper, &[".twilio.com"], &[".twiliocdn.com"]);
    let fetcher = Fetcher::new(places, credentials());
    let elsewhere =
        ["https://api.twilio.com.evil.test/", "https://eviltwilio.com/", "https://evil.test/api.twilio.com"];
    let keepers_first = ["https://mms.twiliocdn.com/x", "https://media.twiliocdn.com:8443/x"];
    let mut wrong = Vec::new();
    for url in hostile().chain(elsewhere).chain(keepers_first) {
        if refused(&fetcher.fetch(url, LIMITS).await) != Some(MediaRefusal::Forbidden) {
            wrong.push(url);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn a_name_with_one_closed_address_is_not_asked_at_all() {
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = trap.local_addr().unwrap().to_string();
    let (fetcher, looked_up) = anywhere(&["8.8.8.8:443", &closed]);

    let outcome = fetcher.fetch("https://pictures.test/cat.jpg", LIMITS).await;

    assert_eq!(refused(&outcome), Some(MediaRefusal::Forbidden));
    assert_eq!(looked_up.load(Ordering::Relaxed), 1);
    let came = tokio::time::timeout(Duration::from_millis(50), trap.accept()).await;
    assert!(came.is_err(), "somebody came");
}

#[tokio::test]
async fn a_name_is_looked_up_once_so_that_its_second_answer_does_no_harm() {
    let (fetcher, looked_up) = anywhere(&["8.8.8.8:443", "[2001:4860:4860::8888]:443"]);

    let pinned = fetcher.pin(&Url::parse("https://rebinding.test/").unwrap()).await;

    let expected = ["8.8.8.8:443", "[2001:4860:4860::8888]:443"].map(|address| address.parse().unwrap());
    assert_eq!(pinned, Ok(Answer::Done(expected.to_vec())));
    assert_eq!(looked_up.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn credentials_go_to_the_vendor_and_are_not_taken_along() {
    let server = Server::answering(vec![redirect("/kept/cat.jpg"), ok("meow")]).await;

    let outcome = vendor(&server).fetch(&server.url("/Media/ME1"), LIMITS).await;

    assert_eq!(outcome, Ok(Answer::Done(b"meow".to_vec())));
    let asked = server.asked();
    assert!(asked[0].contains("authorization: Basic"), "{}", asked[0]);
    assert!(!asked[1].to_lowercase().contains("authorization"), "{}", asked[1]);
    assert!(asked[1].starts_with("GET /kept/cat.jpg"), "{}", asked[1]);
}

#[tokio::test]
async fn credentials_do_not_go_to_where_files_are_kept() {
    let keeper = Server::answering(vec![ok("meow")]).await;
    let server = Server::answering(vec![redirect(&keeper.url("/kept"))]).await;
    let [own, kept] = [server.url("/"), keeper.url("/")].map(|url| Url::parse(&url).unwrap());
    let fetcher = Fetcher::new(Places::of_vendor(own, kept, &[], &[]), credentials());

    let outcome = fetcher.fetch(&server.url("/Media/ME1"), LIMITS).await;

    assert_eq!(outcome, Ok(Answer::Done(b"meow".to_vec())));
    assert!(!keeper.asked()[0].to_lowercase().contains("authorization"), "{}", keeper.asked()[0]);
    let direct = fetcher.fetch(&keeper.url("/kept"), LIMITS).await;
    assert_eq!(refused(&direct), Some(MediaRefusal::Forbidden), "nobody is sent there but by the vendor");
}

#[tokio::test]
async fn a_redirect_to_another_program_of_this_machine_is_not_followed() {
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = format!("http://{}/admin", trap.local_addr().unwrap());
    let server = Server::answering(vec![redirect(&there)]).await;

    let outcome = vendor(&server).fetch(&server.url("/Media/ME1"), LIMITS).await;

    assert_eq!(refused(&outcome), Some(MediaRefusal::Forbidden));
    assert!(tokio::time::timeout(Duration::from_millis(50), trap.accept()).await.is_err(), "somebody came");
}

#[tokio::test]
async fn three_redirects_are_followed_and_not_one_more() {
    let around = || redirect("/again");
    let three = Server::answering(vec![around(), around(), around(), ok("at last")]).await;
    let four = Server::answering(vec![around(), around(), around(), around(), ok("never")]).await;

    let outcomes =
        [vendor(&three).fetch(&three.url("/a"), LIMITS).await, vendor(&four).fetch(&four.url("/a"), LIMITS).await];

    assert_eq!(outcomes[0], Ok(Answer::Done(b"at last".to_vec())));
    assert_eq!(refused(&outcomes[1]), Some(MediaRefusal::Denied));
    assert_eq!(four.asked().len(), 4);
}

#[tokio::test]
async fn what_announces_too_much_or_sends_too_much_is_cut_off() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n".to_owned();
    let endless = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(200_000));
    let server = Server::answering(vec![announced, endless]).await;
    let fetcher = vendor(&server);

    let outcomes =
        [fetcher.fetch(&server.url("/large"), LIMITS).await, fetcher.fetch(&server.url("/endless"), LIMITS).await];

    assert_eq!(refused(&outcomes[0]), Some(MediaRefusal::TooLarge { read: 0 }));
    let Some(MediaRefusal::TooLarge { read }) = refused(&outcomes[1]) else { panic!("{outcomes:?}") };
    assert!((LIMITS.longest + 1..200_000).contains(&read), "{read} bytes were read");
}

#[tokio::test]
async fn what_something_is_can_be_asked_behind_a_redirect_too() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\ncontent-type: video/mp4\r\n\r\n".to_owned();
    let silent = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nxyz".to_owned();
    let there = "HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned();
    let server = Server::answering(vec![there, announced, silent]).await;
    let fetcher = vendor(&server);

    let heads =
        [fetcher.head(&server.url("/here"), LIMITS.within).await, fetcher.head(&server.url("/b"), LIMITS.within).await];

    let film = Head { byte_count: Some(52_428_800), content_type: Some("video/mp4".to_owned()) };
    assert_eq!(heads, [film, Head::default()]);
    assert_eq!(fetcher.head("http://127.0.0.1:1/", LIMITS.within).await, Head::default(), "where nobody may be sent");
}

#[tokio::test]
async fn what_is_packed_is_left_packed() {
    let packed = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\nconnection: close\r\n\r\n\u{1f}abc";
    let server = Server::answering(vec![packed.to_owned()]).await;

    let outcome = vendor(&server).fetch(&server.url("/bomb"), LIMITS).await;

    assert_eq!(outcome, Ok(Answer::Done(b"\x1fabc".to_vec())));
}

#[tokio::test]
async fn a_server_that_drips_is_cut_off_long_before_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap(), asked: Arc::default() };
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1_024]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n").await.unwrap();
        let mut drips = tokio::time::interval(Duration::from_millis(500));
        while stream.write_all(b"x").await.is_ok() {
            drips.tick().await;
        }
    });
    let began = std::time::Instant::now();
    let patient = FetchLimits { within: Duration::from_secs(30), ..LIMITS };

    let outcome = vendor(&server).fetch(&server.url("/drip"), patient).await;

    assert!(matches!(refused(&outcome), Some(MediaRefusal::TooSlow { read: 1..20 })), "{outcome:?}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap(), asked: Arc::default() };
    let hasty = FetchLimits { within: Duration::from_millis(200), ..LIMITS };

    let outcome = vendor(&server).fetch(&server.url("/"), hasty).await;

    drop(listener);
    assert_eq!(refused(&outcome), Some(MediaRefusal::TooSlow { read: 0 }));
}

#[tokio::test]
async fn what_may_pass_is_tried_later_and_what_may_not_is_final() {
    let line = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let answers = ["404 Not Found", "403 Forbidden", "503 Away"].map(line).to_vec();
    let server = Server::answering(answers).await;
    let fetcher = vendor(&server);

    let gone = fetcher.fetch(&server.url("/1"), LIMITS).await;
    let denied = fetcher.fetch(&server.url("/2"), LIMITS).await;
    let away = fetcher.fetch(&server.url("/3"), LIMITS).await;

    assert_eq!((refused(&gone), refused(&denied)), (Some(MediaRefusal::NotFound), Some(MediaRefusal::Denied)));
    assert!(matches!(away, Err(CallError::Unavailable { .. })));
}
