//! Slack: posts, marks, channels and members through its Web API, and its events, buttons and commands.
//!
//! slack-morphism gives the sessions, the requests and the blocks; the transport below it is ours ([`connector`] says
//! why), and so are the answers where Slack's are wider than what the crate insists on.

mod answers;
mod channels;
mod company;
mod connector;
mod downloads;
mod drawing;
mod emoji;
mod holds;
mod inputs;
mod marks;
mod markup;
mod methods;
mod oauth;
mod people;
mod posts;
mod render;
mod replies;
mod scopes;
mod signature;
mod small_print;
mod teams;
mod uploads;
mod views;
mod webhooks;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::contracts::{
    Outcome,
    chat::{
        Channel, Chat, ChatAccess, ChatRefusal, Company, Installed, Mark, Person, Place, Post, PostRef, Renewal, Upload,
    },
    view::{FileRef, View},
    webhook::Webhook,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use slack_morphism::{ClientResult, SlackClient};

use self::{
    answers::{Repeat, map, settle},
    connector::Connector,
    holds::Holds,
    methods::Method,
};
use crate::{Adapter, Hook, Misconfigured, Rotating, wire};

pub use scopes::{BOT_SCOPES, manifest};

/// Stable code of the vendor.
pub const NAME: &str = "slack";
/// Slack's own address.
pub const API_URL: &str = "https://slack.com/api/";
/// Slack's own page of consent.
pub const AUTHORIZE_URL: &str = "https://slack.com/oauth/v2/authorize";

pub(crate) const EVENTS_PATH: &str = "/webhooks/slack/events";
pub(crate) const COMMANDS_PATH: &str = "/webhooks/slack/commands";
pub(crate) const INTERACTIONS_PATH: &str = "/webhooks/slack/interactions";

/// How Slack is reached, and how it proves that it is Slack.
#[derive(Clone, Debug)]
pub struct Config {
    /// The app's id in OAuth.
    pub client_id: String,
    /// The app's secret in OAuth.
    pub client_secret: SecretString,
    /// Signs what Slack sends us.
    pub signing_secret: Rotating,
    /// Where the Web API is, normally [`API_URL`].
    pub api_url: String,
    /// The page of consent, normally [`AUTHORIZE_URL`].
    pub authorize_url: String,
}

/// Both halves of Slack.
///
/// # Errors
/// [`Misconfigured`] names the setting that cannot work.
pub fn open(config: Config) -> Result<Adapter<dyn Chat>, Misconfigured> {
    let signing_secret = config.signing_secret.clone().checked("slack.signing_secret")?;
    let webhooks: Arc<dyn Webhook> = Arc::new(webhooks::Webhooks::new(signing_secret));
    let hooks =
        [EVENTS_PATH, COMMANDS_PATH, INTERACTIONS_PATH].map(|path| Hook { path, webhook: Arc::clone(&webhooks) });
    Ok(Adapter { name: NAME, calls: Arc::new(Slack::new(config)?), hooks: hooks.into() })
}

/// The calls that go out.
pub struct Slack {
    client: SlackClient<Connector>,
    client_id: String,
    client_secret: SecretString,
    authorize_url: String,
    holds: Holds,
}

impl Slack {
    /// Checks the configuration and prepares the client; calls nobody.
    ///
    /// # Errors
    /// [`Misconfigured`] names the setting that cannot work.
    pub fn new(config: Config) -> Result<Self, Misconfigured> {
        if config.client_id.trim().is_empty() {
            return Err(Misconfigured::new("slack.client_id", "must not be empty"));
        }
        if config.client_secret.expose_secret().trim().is_empty() {
            return Err(Misconfigured::new("slack.client_secret", "must not be empty"));
        }
        let base = wire::base("slack.api_url", &config.api_url)?;
        Ok(Self {
            client: SlackClient::new(Connector::new(base)?),
            client_id: config.client_id,
            client_secret: config.client_secret,
            authorize_url: wire::base("slack.authorize_url", &config.authorize_url)?,
            holds: Holds::default(),
        })
    }

    fn connector(&self) -> &Connector {
        &self.client.http_api.connector
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn client_secret(&self) -> &str {
        self.client_secret.expose_secret()
    }

    fn authorize_url(&self) -> &str {
        &self.authorize_url
    }

    /// Calls a method that changes something.
    async fn call<T: DeserializeOwned + Send>(
        &self,
        access: &ChatAccess,
        method: Method,
        request: &(impl Serialize + Send + Sync),
    ) -> ClientResult<T> {
        let token = connector::token(access);
        let session = self.client.open_session(&token);
        let call = session.http_session_api.http_post(method.name(), request, None);
        self.holds.keep(&access.team, method, call).await
    }

    /// Calls a method that only asks and that Slack wants posted.
    async fn ask_by_form<T: DeserializeOwned + Send>(
        &self,
        access: &ChatAccess,
        method: Method,
        form: Vec<(&str, Option<String>)>,
    ) -> ClientResult<T> {
        let token = connector::token(access);
        let session = self.client.open_session(&token);
        let call = session.http_session_api.http_post_multipart_form(method.name(), None, &form, None);
        self.holds.keep(&access.team, method, call).await
    }

    /// Calls a method that only asks.
    async fn ask<T: DeserializeOwned + Send>(
        &self,
        access: &ChatAccess,
        method: Method,
        query: Vec<(&str, Option<String>)>,
    ) -> ClientResult<T> {
        let token = connector::token(access);
        let session = self.client.open_session(&token);
        let call = session.http_session_api.http_get(method.name(), &query, None);
        self.holds.keep(&access.team, method, call).await
    }
}

#[async_trait::async_trait]
impl Chat for Slack {
    fn name(&self) -> &'static str {
        NAME
    }

    fn scopes(&self) -> &'static [&'static str] {
        BOT_SCOPES
    }

    fn install_url(&self, state: &str, redirect_uri: &str) -> String {
        oauth::install_url(self, state, redirect_uri)
    }

    async fn exchange_code(&self, code: &str, redirect_uri: &str) -> Outcome<Installed, ChatRefusal> {
        oauth::exchange_code(self, code, redirect_uri).await
    }

    async fn post(&self, access: &ChatAccess, place: &Place, post: &Post) -> Outcome<PostRef, ChatRefusal> {
        posts::post(self, access, place, post).await
    }

    async fn find_post(
        &self,
        access: &ChatAccess,
        place: &Place,
        key: &str,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PostRef>, ChatRefusal> {
        posts::find_post(self, access, place, key, since).await
    }

    async fn update(&self, access: &ChatAccess, at: &PostRef, post: &Post) -> Outcome<(), ChatRefusal> {
        posts::update(self, access, at, post).await
    }

    async fn delete(&self, access: &ChatAccess, at: &PostRef) -> Outcome<(), ChatRefusal> {
        posts::delete(self, access, at).await
    }

    async fn link(&self, access: &ChatAccess, at: &PostRef) -> Outcome<String, ChatRefusal> {
        posts::link(self, access, at).await
    }

    async fn answer(&self, url: &str, post: Option<&Post>) -> Outcome<(), ChatRefusal> {
        replies::answer(self, url, post).await
    }

    async fn respond(&self, url: &str, post: &Post) -> Outcome<(), ChatRefusal> {
        replies::respond(self, url, post).await
    }

    async fn open_view(&self, access: &ChatAccess, trigger: &str, view: &View) -> Outcome<String, ChatRefusal> {
        views::open(self, access, trigger, view).await
    }

    async fn update_view(
        &self,
        access: &ChatAccess,
        id: &str,
        hash: Option<&str>,
        view: &View,
    ) -> Outcome<(), ChatRefusal> {
        views::update(self, access, id, hash, view).await
    }

    async fn publish_home(&self, access: &ChatAccess, user: &str, view: &View) -> Outcome<(), ChatRefusal> {
        views::publish_home(self, access, user, view).await
    }

    async fn whisper(&self, access: &ChatAccess, place: &Place, user: &str, post: &Post) -> Outcome<(), ChatRefusal> {
        posts::whisper(self, access, place, user, post).await
    }

    async fn add_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
        marks::add(self, access, at, mark).await
    }

    async fn remove_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
        marks::remove(self, access, at, mark).await
    }

    async fn create_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Channel, ChatRefusal> {
        channels::create(self, access, name).await
    }

    async fn company(&self, access: &ChatAccess, id: &str) -> Outcome<Company, ChatRefusal> {
        company::company(self, access, id).await
    }

    async fn find_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Option<Channel>, ChatRefusal> {
        channels::find(self, access, name).await
    }

    async fn channel(&self, access: &ChatAccess, id: &str) -> Outcome<Channel, ChatRefusal> {
        channels::info(self, access, id).await
    }

    async fn join_channel(&self, access: &ChatAccess, id: &str) -> Outcome<(), ChatRefusal> {
        channels::join(self, access, id).await
    }

    async fn invite(&self, access: &ChatAccess, id: &str, users: &[String]) -> Outcome<(), ChatRefusal> {
        channels::invite(self, access, id, users).await
    }

    async fn open_direct(&self, access: &ChatAccess, user: &str) -> Outcome<String, ChatRefusal> {
        channels::open_direct(self, access, user).await
    }

    async fn user(&self, access: &ChatAccess, id: &str) -> Outcome<Person, ChatRefusal> {
        people::user(self, access, id).await
    }

    async fn upload(&self, access: &ChatAccess, place: &Place, file: &Upload) -> Outcome<(), ChatRefusal> {
        uploads::upload(self, access, place, file).await
    }

    async fn download(&self, access: &ChatAccess, file: &FileRef, longest: u64) -> Outcome<Vec<u8>, ChatRefusal> {
        downloads::download(self, access, file, longest).await
    }

    async fn renew(&self, refresh_token: &SecretString) -> Outcome<Renewal, ChatRefusal> {
        oauth::renew(self, refresh_token).await
    }

    async fn check(&self, access: &ChatAccess) -> Outcome<(), ChatRefusal> {
        let known = self.ask_by_form::<serde_json::Value>(access, Method::AuthTest, Vec::new()).await;
        map(settle(known, Repeat::Harmless), |_| ())
    }
}
