//! Where the files of texts lie: at Twilio, who redirects to where it keeps them. The credentials go to Twilio's own hosts and are never taken along.

use crate::{
    Misconfigured,
    fetch::{Credentials, Fetcher, Places},
    wire,
};

use super::Config;

/// Hosts of Twilio that take the credentials.
const HOSTS: &[&str] = &[".twilio.com"];

/// Hosts that keep files for Twilio; they get no credentials.
const KEEPERS: &[&str] = &[".twiliocdn.com"];

/// Fetches files of texts.
pub(super) fn fetcher(config: &Config) -> Result<Fetcher, Misconfigured> {
    let own = wire::own("twilio.api_url", &config.api_url)?;
    let keeper = wire::own("twilio.media_url", &config.media_url)?;
    let secret = config.auth_token.clone().checked("twilio.auth_token")?.current;
    let credentials = Credentials { user: config.account_sid.clone(), secret };
    Ok(Fetcher::new(Places::of_vendor(own, keeper, HOSTS, KEEPERS), Some(credentials)))
}
