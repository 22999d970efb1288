//! Fetches from the open web what a program names.

use std::sync::Arc;

use domain::contracts::{
    Outcome,
    media::{FetchLimits, MediaRefusal, Web},
};

use super::{Fetcher, Places};
use crate::{Misconfigured, wire};

struct OpenWeb(Fetcher);

#[async_trait::async_trait]
impl Web for OpenWeb {
    async fn fetch(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        self.0.fetch(url, limits).await
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
