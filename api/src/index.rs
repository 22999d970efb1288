//! What stands at the root while there is no dashboard: a page that says what runs here and where to go.

use poem::{Endpoint, IntoResponse, Request, Response, Result, http::StatusCode};

use crate::{install, page::Page};

/// The page at the root.
pub(crate) struct Index {
    /// Paths that the program has mounted besides ours.
    pub(crate) mounted: Vec<&'static str>,
}

impl Endpoint for Index {
    type Output = Response;

    async fn call(&self, _: Request) -> Result<Response> {
        let mounted: Vec<String> = self.mounted.iter().map(|path| format!("{path}/")).collect();
        let mut places: Vec<(&str, &str)> =
            mounted.iter().map(|path| (path.as_str(), "try it out, with simulated providers")).collect();
        places.extend([
            (install::INSTALL_PATH, "connect a team"),
            ("/graphql", "the API: send queries with POST, as application/json"),
            ("/schema.graphql", "what the API understands"),
            ("/healthz", "whether the process lives"),
            ("/readyz", "whether it is ready, and why not"),
            ("/metrics", "measurements, in the text format of Prometheus"),
        ]);
        let page = Page::new(StatusCode::OK, "Clerk is running")
            .paragraph("Clerk lets a team text with its customers from the channels that it works in.")
            .places(&places)
            .note(concat!("Version ", env!("CARGO_PKG_VERSION")));
        Ok(page.into_response())
    }
}
