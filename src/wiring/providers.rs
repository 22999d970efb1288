//! Which providers this installation talks to, and with what. The sandbox is no other kind of provider: it is another base address and other
//! secrets.

use std::sync::Arc;

use anyhow::{Result, bail};
use domain::contracts::{carrier::Carrier, chat::Chat, media::Web};
use providers::{Hook, Rotating, carrier::twilio, chat::slack};
use sandbox::{Credentials, Sandbox};
use secrecy::SecretString;

use crate::config::Config;

/// Who we talk to.
#[derive(Clone)]
pub struct Connected {
    /// Who carries texts.
    pub carrier: Arc<dyn Carrier>,
    /// Where the team talks.
    pub chat: Arc<dyn Chat>,
    /// Where programs have put files.
    pub web: Arc<dyn Web>,
    /// Paths at which they call us, with the code of the vendor.
    pub hooks: Vec<(&'static str, Hook)>,
}

/// Connects to the providers of the configuration; what is not configured is the sandbox's.
///
/// # Errors
/// When a provider is neither configured nor simulated, or its settings cannot work.
pub fn connect(config: &Config, public_url: &str, sandbox: Option<&Sandbox>) -> Result<Connected> {
    let of_carrier = twilio_config(config, public_url, sandbox)?;
    let web = providers::web(&simulated(&of_carrier))?;
    let twilio = twilio::open(of_carrier)?;
    let slack = slack::open(slack_config(config, sandbox)?)?;
    let of_carrier = twilio.hooks.into_iter().map(|hook| (twilio.name, hook));
    let of_chat = slack.hooks.into_iter().map(|hook| (slack.name, hook));
    Ok(Connected { carrier: twilio.calls, chat: slack.calls, web, hooks: of_carrier.chain(of_chat).collect() })
}

/// Addresses that files may come from unencrypted: those of a simulated carrier, which is the only one that is.
fn simulated(carrier: &twilio::Config) -> Vec<(&'static str, &str)> {
    let all = [("twilio.api_url", carrier.api_url.as_str()), ("twilio.media_url", carrier.media_url.as_str())];
    all.into_iter().filter(|(_, url)| url.starts_with("http://")).collect()
}

fn twilio_config(config: &Config, public_url: &str, sandbox: Option<&Sandbox>) -> Result<twilio::Config> {
    let settings = &config.twilio;
    let public_url = public_url.to_owned();
    match (&settings.account_sid, &settings.auth_token, sandbox) {
        (Some(account_sid), Some(token), _) => Ok(twilio::Config {
            account_sid: account_sid.clone(),
            auth_token: Rotating { current: token.clone(), previous: settings.previous_auth_token.clone() },
            api_url: settings.api_url.clone(),
            media_url: settings.media_url.clone(),
            public_url,
        }),
        (_, _, Some(sandbox)) => {
            let Credentials { twilio_account_sid, twilio_auth_token, .. } = sandbox::credentials();
            let auth_token = Rotating::only(SecretString::from(twilio_auth_token));
            Ok(twilio::Config {
                account_sid: twilio_account_sid,
                auth_token,
                api_url: sandbox.twilio_url(),
                media_url: sandbox.media_url(),
                public_url,
            })
        }
        _ => bail!("No carrier: set `twilio.account_sid` and `twilio.auth_token`, or `sandbox.enabled = true`."),
    }
}

fn slack_config(config: &Config, sandbox: Option<&Sandbox>) -> Result<slack::Config> {
    let settings = &config.slack;
    match (&settings.client_id, &settings.client_secret, &settings.signing_secret, sandbox) {
        (Some(client_id), Some(client_secret), Some(signing), _) => Ok(slack::Config {
            client_id: client_id.clone(),
            client_secret: client_secret.clone(),
            signing_secret: Rotating { current: signing.clone(), previous: settings.previous_signing_secret.clone() },
            api_url: settings.api_url.clone(),
            authorize_url: settings.authorize_url.clone(),
        }),
        (_, _, _, Some(sandbox)) => {
            let known = sandbox::credentials();
            Ok(slack::Config {
                client_id: known.slack_client_id,
                client_secret: SecretString::from(known.slack_client_secret),
                signing_secret: Rotating::only(SecretString::from(known.slack_signing_secret)),
                api_url: sandbox.slack_url(),
                authorize_url: sandbox.slack_authorize_url(),
            })
        }
        _ => bail!(
            "No Slack: set `slack.client_id`, `slack.client_secret` and `slack.signing_secret`, or `sandbox.enabled = true`."
        ),
    }
}
