//! Fetches files from addresses that others name, so that nobody can send us anywhere: a name is looked up once, every address that it has must be
//! one of the open internet, and the connection goes to exactly those. Redirects are followed by hand, three at most, each judged like the first
//! address; credentials never follow them. What comes is not unpacked, and is cut off when it is too much or too slow.

mod addresses;
mod body;
mod places;
mod web;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use domain::contracts::{
    Answer, CallError, Outcome,
    media::{FetchLimits, MediaRefusal},
};
use futures_util::future::BoxFuture;
use reqwest::header::{ACCEPT_ENCODING, LOCATION};
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
        let fetching = self.follow(url, limits);
        tokio::time::timeout(limits.within, fetching).await.unwrap_or(Ok(Answer::Refused(MediaRefusal::TooSlow)))
    }

    async fn follow(&self, first: Url, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        let began = Instant::now();
        let mut here = first;
        for hop in 0..=MOST_REDIRECTS {
            match self.step(&here, hop == 0, limits, began).await? {
                Answer::Done(Step::File(bytes)) => return Ok(Answer::Done(bytes)),
                Answer::Done(Step::Elsewhere(there)) => here = there,
                Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
            }
        }
        Ok(Answer::Refused(MediaRefusal::Denied))
    }

    async fn step(
        &self,
        url: &Url,
        is_first: bool,
        limits: FetchLimits,
        began: Instant,
    ) -> Outcome<Step, MediaRefusal> {
        if !self.places.allow(url, is_first) {
            return Ok(Answer::Refused(MediaRefusal::Forbidden));
        }
        let pinned = match self.pin(url).await? {
            Answer::Done(pinned) => pinned,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        let client = client(url, &pinned, limits.within).map_err(|error| away(&error.to_string()))?;
        let mut request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(credentials) = self.credentials.as_ref().filter(|_| is_first && self.places.is_trusted(url)) {
            request = request.basic_auth(&credentials.user, Some(credentials.secret.expose_secret()));
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() && !error.is_connect() => {
                return Ok(Answer::Refused(MediaRefusal::TooSlow));
            }
            Err(_) => return Err(away("the server that has the file could not be reached")),
        };
        understand(url, response, limits, began).await
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

async fn understand(
    url: &Url,
    response: reqwest::Response,
    limits: FetchLimits,
    began: Instant,
) -> Outcome<Step, MediaRefusal> {
    let refused = |refusal| Ok(Answer::Refused(refusal));
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    match response.status().as_u16() {
        200..=299 => Ok(match body::read(response, limits.longest, began).await? {
            Answer::Done(bytes) => Answer::Done(Step::File(bytes)),
            Answer::Refused(refusal) => Answer::Refused(refusal),
        }),
        301 | 302 | 303 | 307 | 308 => match header(LOCATION).and_then(|there| url.join(there).ok()) {
            Some(there) => Ok(Answer::Done(Step::Elsewhere(there))),
            None => refused(MediaRefusal::Denied),
        },
        404 | 410 => refused(MediaRefusal::NotFound),
        429 => Err(CallError::Throttled { wait: retry_after::wait(header(reqwest::header::RETRY_AFTER), None) }),
        500..=599 => Err(away("the server that has the file has a fault")),
        _ => refused(MediaRefusal::Denied),
    }
}

fn away(why: &str) -> CallError {
    CallError::Unavailable { why: why.to_owned() }
}

#[cfg(test)]
mod tests;
