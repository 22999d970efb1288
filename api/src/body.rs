//! The body of a request, read by limit: a declared length may be wrong or missing (chunked), and a slow sender may never end. So bytes
//! are counted as they come, and the whole body has one deadline.

use std::time::Duration;

use poem::{Request, error::ReadBodyError, http::StatusCode};
use tokio::time::timeout;

/// Time in which the whole body has to be there.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why a body could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than the limit, in bytes.
    TooLarge(usize),
    /// It did not come in time.
    TooSlow,
    /// It is compressed, or otherwise not as it is.
    Encoded,
    /// It ended early.
    Broken,
}

impl Unread {
    /// The status that says so.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    /// What the sender has to change.
    pub(crate) fn sentence(self) -> String {
        match self {
            Self::TooLarge(limit) => format!("The body of the request is longer than {} KiB.", limit / 1024),
            Self::TooSlow => format!("The body of the request did not arrive within {} s.", DEADLINE.as_secs()),
            Self::Encoded => "Send the body of the request as it is, without a content encoding.".to_owned(),
            Self::Broken => "The body of the request ended early.".to_owned(),
        }
    }
}

/// Reads the whole body, at most `limit` bytes.
///
/// # Errors
/// [`Unread`]; nothing is known of the body then.
pub(crate) async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>, Unread> {
    read_within(request, limit, DEADLINE).await
}

async fn read_within(request: &mut Request, limit: usize, deadline: Duration) -> Result<Vec<u8>, Unread> {
    let is_plain = |encoding: &str| encoding.trim().eq_ignore_ascii_case("identity");
    if request.headers().contains_key("content-encoding") && !request.header("content-encoding").is_some_and(is_plain) {
        return Err(Unread::Encoded);
    }
    let declared = request.header("content-length").and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|declared| declared > limit) {
        return Err(Unread::TooLarge(limit));
    }
    match timeout(deadline, request.take_body().into_bytes_limit(limit)).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(Unread::TooLarge(limit)),
        Ok(Err(_)) => Err(Unread::Broken),
        Err(_) => Err(Unread::TooSlow),
    }
}

/// The media type without its parameters, in lower case; none when the header is missing, stands there twice or is not ASCII.
pub(crate) fn media_type(request: &Request) -> Option<String> {
    let mut types = request.headers().get_all("content-type").iter();
    let only = types.next().filter(|_| types.next().is_none())?;
    let media = only.to_str().ok()?.split(';').next().unwrap_or_default();
    Some(media.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use poem::Body;

    use super::*;

    fn chunked(chunks: usize) -> Request {
        let chunks = (0..chunks).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 1024]));
        Request::builder().body(Body::from_bytes_stream(stream::iter(chunks)))
    }

    #[tokio::test]
    async fn a_body_of_the_limit_is_read() {
        assert_eq!(read(&mut chunked(4), 4096).await.map(|body| body.len()), Ok(4096));
    }

    #[tokio::test]
    async fn a_longer_body_without_a_declared_length_is_refused() {
        assert_eq!(read(&mut chunked(5), 4096).await, Err(Unread::TooLarge(4096)));
    }

    #[tokio::test]
    async fn a_body_that_declares_too_much_is_refused_before_it_is_read() {
        let endless = Body::from_bytes_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let mut request = Request::builder().header("content-length", "4097").body(endless);
        assert_eq!(read(&mut request, 4096).await, Err(Unread::TooLarge(4096)));
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_given_up() {
        let endless = Body::from_bytes_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let mut request = Request::builder().body(endless);
        assert_eq!(read_within(&mut request, 4096, Duration::from_millis(10)).await, Err(Unread::TooSlow));
    }

    #[tokio::test]
    async fn a_compressed_body_is_refused() {
        let mut request = Request::builder().header("content-encoding", "gzip").body("x");
        assert_eq!(read(&mut request, 4096).await, Err(Unread::Encoded));
    }
}
