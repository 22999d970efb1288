//! Where files may be fetched from. A carrier's files come from the carrier and from those who keep files for it; a program that names files may name
//! any host of the web. Only the address that the operator has configured may be unencrypted or on a closed network: that is how a simulated
//! carrier works.

use url::{Host, Url};

/// Where files may be fetched from.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// What the operator has configured and credentials go to.
    own: Option<Url>,
    /// What the operator has configured besides.
    keepers: Vec<Url>,
    /// Ends of names to which credentials may go, each beginning with a dot.
    trusted: &'static [&'static str],
    /// Ends of names to which a redirect may lead, besides; none for anywhere.
    beyond: Option<&'static [&'static str]>,
}

impl Places {
    /// A vendor at its configured address and at names with these ends; redirects may also lead to where it keeps files, and to names with the ends
    /// `beyond`.
    pub(crate) fn of_vendor(
        own: Url,
        keeper: Url,
        trusted: &'static [&'static str],
        beyond: &'static [&'static str],
    ) -> Self {
        Self { own: Some(own), keepers: vec![keeper], trusted, beyond: Some(beyond) }
    }

    /// Anywhere in the web, and at some configured addresses.
    pub(crate) fn anywhere(keepers: Vec<Url>) -> Self {
        Self { own: None, keepers, trusted: &[], beyond: None }
    }

    /// Whether this is a place that the operator has configured: the same scheme, host and port.
    pub(crate) fn is_configured(&self, url: &Url) -> bool {
        self.own.iter().chain(&self.keepers).any(|own| own.origin() == url.origin())
    }

    /// Whether credentials may go there.
    pub(crate) fn is_trusted(&self, url: &Url) -> bool {
        let is_own = self.own.as_ref().is_some_and(|own| own.origin() == url.origin());
        is_own || (is_plain(url) && ends(url, self.trusted))
    }

    /// Whether an address may be asked at all; `is_first` is false for the target of a redirect.
    pub(crate) fn allow(&self, url: &Url, is_first: bool) -> bool {
        if has_user(url) {
            return false;
        }
        match self.beyond {
            _ if self.is_trusted(url) => true,
            None => self.is_configured(url) || is_plain(url),
            Some(beyond) => !is_first && (self.is_configured(url) || (is_plain(url) && ends(url, beyond))),
        }
    }
}

/// Encrypted, at the usual port.
fn is_plain(url: &Url) -> bool {
    url.scheme() == "https" && url.port_or_known_default() == Some(443) && !has_user(url) && is_public(url)
}

/// Names of the web have several parts; those that end so belong to a machine or a house (RFC 6761, 6762, 8375, 9476).
fn is_public(url: &Url) -> bool {
    const AT_HOME: &[&str] = &[".localhost", ".local", ".internal", ".home.arpa", ".alt", "."];
    match url.host() {
        Some(Host::Domain(name)) => name.contains('.') && !AT_HOME.iter().any(|end| name.ends_with(end)),
        Some(_) => true,
        None => false,
    }
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn ends(url: &Url, ends: &[&str]) -> bool {
    matches!(url.host(), Some(Host::Domain(name)) if ends.iter().any(|end| name.ends_with(end)))
}
