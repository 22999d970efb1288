//! Fetches from the open web what a program names.

use std::{sync::Arc, time::Duration};

use domain::contracts::{
    Outcome,
    media::{FetchLimits, Head, MediaRefusal, Web},
};
use futures_util::future::join_all;

use super::{Fetcher, Places};
use crate::{Misconfigured, wire};

struct OpenWeb(Fetcher);

#[async_trait::async_trait]
impl Web for OpenWeb {
    async fn fetch(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        self.0.fetch(url, limits).await
    }

    async fn heads(&self, urls: &[String], within: Duration) -> Vec<Head> {
        join_all(urls.iter().map(|url| self.0.head(url, within))).await
    }
}

/// The open web, encrypted and nothing else; `configured` are addresses that may be neither, as a simulation needs it, with the keys that set them.
///
/// # Errors
/// [`Misconfigured`] when one of them is no address.
pub fn web(configured: &[(&'static str, &str)]) -> Result<Arc<dyn Web>, Misconfigured> {
    let places = configured.iter().map(|(setting, url)| wire::own(setting, url)).collect::<Result<_, _>>()?;
    Ok(Arc::new(OpenWeb(Fetcher::new(Places::anywhere(places), None))))
}
