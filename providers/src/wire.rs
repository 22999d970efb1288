//! The one HTTP client of all adapters: no redirects (a vendor's API never redirects, and credentials must not follow
//! one), a limit on time and on the size of an answer, and the certificate authorities of Mozilla compiled in, so that
//! it works on a machine that has none.

use std::{sync::Arc, time::Duration};

use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};

use crate::{Misconfigured, retry_after};

/// No answer that we ask for is longer: a page of 1,000 texts has about 2 MB.
const LONGEST_ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A client whose calls take at most `total`.
pub(crate) fn client(total: Duration) -> Result<reqwest::Client, Misconfigured> {
    builder(total)?.build().map_err(|error| Misconfigured::new("tls", error.without_url().to_string()))
}

/// The same before it is built, for what one adapter needs besides.
pub(crate) fn builder(total: Duration) -> Result<reqwest::ClientBuilder, Misconfigured> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls()?)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(total)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("clerk/", env!("CARGO_PKG_VERSION"))))
}

fn tls() -> Result<rustls::ClientConfig, Misconfigured> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Misconfigured::new("tls", error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// A base address of a vendor, without a slash at the end.
pub(crate) fn base(setting: &'static str, text: &str) -> Result<String, Misconfigured> {
    let parsed =
        url::Url::parse(text).map_err(|error| Misconfigured::new(setting, format!("is not an address: {error}")))?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return Err(Misconfigured::new(setting, "must begin with https:// or http://"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The same as an address that others can be compared with.
pub(crate) fn own(setting: &'static str, text: &str) -> Result<url::Url, Misconfigured> {
    let base = base(setting, text)?;
    url::Url::parse(&base).map_err(|error| Misconfigured::new(setting, format!("is not an address: {error}")))
}

/// What came back.
pub(crate) struct Spoken {
    /// Status of HTTP.
    pub(crate) status: u16,
    /// The wait that was asked for; a sane one also when none was.
    pub(crate) wait: Duration,
    /// Media type, as it was said.
    pub(crate) content_type: String,
    /// The whole body.
    pub(crate) body: Vec<u8>,
}

/// Why nothing whole came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Silence {
    /// No connection was made, so nothing can have happened there.
    #[error("no connection")]
    NeverLeft,
    /// The request may have left: what it did is not known.
    #[error("no answer in time")]
    TooLate,
    /// The connection ended before the answer was whole.
    #[error("the connection broke before the answer was whole")]
    Broken,
    /// More came than any right answer holds.
    #[error("the answer was far too long")]
    TooLong,
}

/// Sends a request and takes the whole answer.
pub(crate) async fn speak(request: reqwest::RequestBuilder) -> Result<Spoken, Silence> {
    speak_within(request, LONGEST_ANSWER_BYTES).await
}

/// The same with a limit of its own on the size of the answer, in bytes.
pub(crate) async fn speak_within(request: reqwest::RequestBuilder, longest: usize) -> Result<Spoken, Silence> {
    let mut response = request.send().await.map_err(silence)?;
    let status = response.status().as_u16();
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let wait = retry_after::wait(header(RETRY_AFTER), header(DATE));
    let content_type = header(CONTENT_TYPE).unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(silence)? {
        if body.len() + chunk.len() > longest {
            return Err(Silence::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Spoken { status, wait, content_type, body })
}

fn silence(error: reqwest::Error) -> Silence {
    if error.is_builder() || error.is_connect() {
        Silence::NeverLeft
    } else if error.is_timeout() {
        Silence::TooLate
    } else {
        Silence::Broken
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn a_base_address_loses_its_last_slash_and_must_be_one_of_the_web() {
        assert_eq!(base("a", "http://127.0.0.1:1/api/").as_deref(), Ok("http://127.0.0.1:1/api"));
        assert!(base("a", "ftp://example.org").is_err());
        assert!(base("a", "slack.com/api").is_err());
    }

    #[tokio::test]
    async fn a_port_where_nobody_listens_means_that_nothing_left() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);

        let answer = speak(client(Duration::from_secs(2)).unwrap().post(address)).await;

        assert_eq!(answer.err(), Some(Silence::NeverLeft));
    }

    #[tokio::test]
    async fn a_connection_that_ends_before_the_answer_is_not_taken_for_one_that_never_began() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { drop(listener.accept().await) });

        let answer = speak(client(Duration::from_secs(2)).unwrap().post(address)).await;

        assert_eq!(answer.err(), Some(Silence::Broken));
    }

    #[tokio::test]
    async fn an_answer_that_never_comes_is_too_late() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());

        let answer = speak(client(Duration::from_millis(100)).unwrap().post(address)).await;

        drop(listener);
        assert_eq!(answer.err(), Some(Silence::TooLate));
    }

    #[tokio::test]
    async fn a_secure_connection_that_cannot_be_made_means_that_nothing_left() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        });

        let answer = speak(client(Duration::from_secs(2)).unwrap().post(address)).await;

        assert_eq!(answer.err(), Some(Silence::NeverLeft));
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut_off() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 1_024]).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
            while stream.write_all(&[b'a'; 65_536]).await.is_ok() {}
        });

        let answer = speak(client(Duration::from_secs(10)).unwrap().post(address)).await;

        assert_eq!(answer.err(), Some(Silence::TooLong));
    }
}
