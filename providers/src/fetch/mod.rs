//! Fetches files from addresses that others name, so that nobody can send us anywhere: a name is looked up once, every address that it has must be
//! one of the open internet, and the connection goes to exactly those. Redirects are followed by hand, three at most, each judged like the first
//! address; credentials never follow them. What comes is not unpacked, and is cut off when it is too much or too slow.

mod addresses;
mod body;
mod places;
mod web;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::contracts::{
    Answer, CallError, Outcome,
    media::{FetchLimits, Head, MediaRefusal},
};
use futures_util::future::BoxFuture;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, LOCATION};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Semaphore, time::Instant};
use url::{Host, Url};

pub(crate) use places::Places;
pub use web::web;

use crate::{Misconfigured, retry_after, wire};

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 3;

/// Files that this process fetches at the same time: each is held in memory whole.
const MOST_AT_ONCE: usize = 4;

static TURNS: Semaphore = Semaphore::const_new(MOST_AT_ONCE);

/// Looks a name up. A function, so that a test can give a name any addresses.
type LookUp = Arc<dyn Fn(String, u16) -> BoxFuture<'static, std::io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Who may be asked with which credentials.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// Name of the account.
    pub(crate) user: String,
    /// What proves it.
    pub(crate) secret: SecretString,
}

/// Fetches files.
pub(crate) struct Fetcher {
    places: Places,
    credentials: Option<Credentials>,
    look_up: LookUp,
}

/// What a fetch may take, and what it has taken so far.
struct Spending {
    limits: FetchLimits,
    began: Instant,
    read: AtomicU64,
}

impl Spending {
    fn new(limits: FetchLimits) -> Self {
        Self { limits, began: Instant::now(), read: AtomicU64::new(0) }
    }

    fn add(&self, bytes: usize) {
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    fn too_slow(&self) -> MediaRefusal {
        MediaRefusal::TooSlow { read: self.read() }
    }
}

/// How one step ended that is not the last.
enum Step {
    /// The file.
    File(Vec<u8>),
    /// It is somewhere else.
    Elsewhere(Url),
}

impl Fetcher {
    /// Fetches from these places; `credentials` go only where [`Places::is_trusted`] says so.
    pub(crate) fn new(places: Places, credentials: Option<Credentials>) -> Self {
        let look_up: LookUp = Arc::new(|name, port| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.collect::<Vec<_>>()) })
        });
        Self { places, credentials, look_up }
    }

    /// The bytes at an address.
    pub(crate) async fn fetch(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        let Some(url) = Url::parse(url).ok() else { return Ok(Answer::Refused(MediaRefusal::Forbidden)) };
        let _turn = TURNS.acquire().await.expect("nobody closes the semaphore");
        let spending = Spending::new(limits);
        let fetched = tokio::time::timeout(limits.within, self.follow(url, &spending)).await;
        fetched.unwrap_or_else(|_| Ok(Answer::Refused(spending.too_slow())))
    }

    async fn follow(&self, first: Url, spending: &Spending) -> Outcome<Vec<u8>, MediaRefusal> {
        let mut here = first;
        for hop in 0..=MOST_REDIRECTS {
            match self.step(&here, hop == 0, spending).await? {
                Answer::Done(Step::File(bytes)) => return Ok(Answer::Done(bytes)),
                Answer::Done(Step::Elsewhere(there)) => here = there,
                Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
            }
        }
        Ok(Answer::Refused(MediaRefusal::Denied))
    }

    /// What lies at an address, as its server says; nothing of it is taken.
    pub(crate) async fn head(&self, url: &str, within: Duration) -> Head {
        let Ok(url) = Url::parse(url) else { return Head::default() };
        let announced = tokio::time::timeout(within, self.announced(url, within)).await;
        announced.ok().flatten().unwrap_or_default()
    }

    async fn announced(&self, first: Url, within: Duration) -> Option<Head> {
        let mut here = first;
        for hop in 0..=MOST_REDIRECTS {
            let Ok(Answer::Done(response)) = self.ask(&here, hop == 0, within).await else { return None };
            match response.status().as_u16() {
                200..=299 => {
                    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
                    let content_type = content_type.map(str::to_owned);
                    return Some(Head { byte_count: response.content_length(), content_type });
                }
                300..=399 => here = elsewhere(&here, &response)?,
                _ => return None,
            }
        }
        None
    }

    async fn step(&self, url: &Url, is_first: bool, spending: &Spending) -> Outcome<Step, MediaRefusal> {
        match self.ask(url, is_first, spending.limits.within).await? {
            Answer::Done(response) => understand(url, response, spending).await,
            Answer::Refused(refusal) => Ok(Answer::Refused(refusal)),
        }
    }

    /// What the server at an address answers, before anything of the file is read.
    async fn ask(&self, url: &Url, is_first: bool, within: Duration) -> Outcome<reqwest::Response, MediaRefusal> {
        if !self.places.allow(url, is_first) {
            return Ok(Answer::Refused(MediaRefusal::Forbidden));
        }
        let pinned = match self.pin(url).await? {
            Answer::Done(pinned) => pinned,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        let client = client(url, &pinned, within).map_err(|error| away(&error.to_string()))?;
        let mut request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(credentials) = self.credentials.as_ref().filter(|_| is_first && self.places.is_trusted(url)) {
            request = request.basic_auth(&credentials.user, Some(credentials.secret.expose_secret()));
        }
        match request.send().await {
            Ok(response) => Ok(Answer::Done(response)),
            Err(error) if error.is_timeout() && !error.is_connect() => {
                Ok(Answer::Refused(MediaRefusal::TooSlow { read: 0 }))
            }
            Err(_) => Err(away("the server that has the file could not be reached")),
        }
    }

    /// The addresses that the connection may go to: those that the name has now, all of them on the open internet. None for a place that the
    /// operator has configured, which may be anywhere.
    async fn pin(&self, url: &Url) -> Outcome<Vec<SocketAddr>, MediaRefusal> {
        if self.places.is_configured(url) {
            return Ok(Answer::Done(Vec::new()));
        }
        let port = url.port_or_known_default().unwrap_or(443);
        let found = match url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::from((address, port))],
            Some(Host::Ipv6(address)) => vec![SocketAddr::from((address, port))],
            Some(Host::Domain(name)) => (self.look_up)(name.to_owned(), port)
                .await
                .map_err(|_| away("the name of the server that has the file is not known"))?,
            None => Vec::new(),
        };
        let is_open = !found.is_empty() && found.iter().all(|address| addresses::is_open(address.ip()));
        Ok(if is_open { Answer::Done(found) } else { Answer::Refused(MediaRefusal::Forbidden) })
    }
}

/// A client for one address and nothing else: no redirects, no proxy, no cookies, no other address than the pinned ones.
fn client(url: &Url, pinned: &[SocketAddr], within: Duration) -> Result<reqwest::Client, Misconfigured> {
    let builder = wire::builder(within)?.no_proxy().pool_max_idle_per_host(0);
    let builder = match url.domain() {
        Some(name) if !pinned.is_empty() => builder.resolve_to_addrs(name, pinned),
        _ => builder,
    };
    builder.build().map_err(|error| Misconfigured::new("tls", error.without_url().to_string()))
}

async fn understand(url: &Url, response: reqwest::Response, spending: &Spending) -> Outcome<Step, MediaRefusal> {
    let refused = |refusal| Ok(Answer::Refused(refusal));
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    match response.status().as_u16() {
        200..=299 => Ok(match body::read(response, spending).await? {
            Answer::Done(bytes) => Answer::Done(Step::File(bytes)),
            Answer::Refused(refusal) => Answer::Refused(refusal),
        }),
        301 | 302 | 303 | 307 | 308 => match elsewhere(url, &response) {
            Some(there) => Ok(Answer::Done(Step::Elsewhere(there))),
            None => refused(MediaRefusal::Denied),
        },
        404 | 410 => refused(MediaRefusal::NotFound),
        429 => Err(CallError::Throttled { wait: retry_after::wait(header(reqwest::header::RETRY_AFTER), None) }),
        500..=599 => Err(away("the server that has the file has a fault")),
        _ => refused(MediaRefusal::Denied),
    }
}

/// Where a redirect leads.
fn elsewhere(url: &Url, response: &reqwest::Response) -> Option<Url> {
    let there = response.headers().get(LOCATION)?.to_str().ok()?;
    url.join(there).ok()
}

fn away(why: &str) -> CallError {
    CallError::Unavailable { why: why.to_owned() }
}

#[cfg(test)]
mod tests;
