//! How a team lets the app in: a person begins here, consents at the chat, and comes back with a code. The return counts only in the browser
//! that began it (a cookie holds the fingerprint of the state), once, and within ten minutes; nobody can be led into a team that they did
//! not choose. Nobody is sent anywhere but to the chat's page of consent and to pages of ours.

mod cookie;
mod pages;

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    Ctx,
    contracts::{
        Answer,
        chat::{Chat, ChatRefusal, Installed},
    },
    vault::fingerprint,
    workspaces,
};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{StatusCode, header},
};
use secrecy::ExposeSecret;
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use crate::{page::Page, state::ApiState};
use cookie::Cookie;
use pages::Failure;

#[cfg(test)]
mod tests;

/// Where a person begins.
pub const INSTALL_PATH: &str = "/slack/install";
/// Where the chat sends the person back to.
pub(crate) const CALLBACK_PATH: &str = "/slack/oauth/callback";
/// Where the person ends: an address without the code, which can be opened again.
pub(crate) const INSTALLED_PATH: &str = "/slack/installed";

/// How long the database may take; and how long the chat may take with the code.
const STORE_DEADLINE: Duration = Duration::from_secs(5);
const CHAT_DEADLINE: Duration = Duration::from_secs(10);

/// Longest code and state that are looked at, in bytes.
const LONGEST: usize = 1024;

/// Binds the return to the browser that began.
const BEGUN: Cookie = Cookie { name: "clerk_install", lasts: TimeDelta::minutes(10) };
/// Tells the last page what the team is called, which only who installed it should read.
const NAMED: Cookie = Cookie { name: "clerk_installed", lasts: TimeDelta::minutes(10) };

/// The three steps of an installation.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Begin,
    Return,
    End,
}

/// The endpoint of a step.
pub(crate) struct Install {
    step: Step,
    ctx: Ctx,
    chat: std::sync::Arc<dyn Chat>,
    public_url: String,
    is_https: bool,
    /// Where the person can try it, when there is such a place.
    playground: Option<&'static str>,
}

impl Install {
    pub(crate) fn new(step: Step, state: &ApiState, playground: Option<&'static str>) -> Self {
        Self {
            step,
            ctx: state.ctx.clone(),
            chat: state.chat.clone(),
            public_url: state.settings.public_url.clone(),
            is_https: state.settings.is_https(),
            playground,
        }
    }

    async fn begin(&self, request: &Request) -> Result<Response, Failure> {
        if let Some(address) = self.address_of_the_same_machine(request) {
            return Ok(go_to(&address).into_response());
        }
        let state = within(workspaces::begin_install(&self.ctx)).await?;
        let state = state.expose_secret();
        let address = self.chat.install_url(state, &self.redirect_uri());
        Ok(go_to(&address)
            .with_header(header::SET_COOKIE, BEGUN.set(&fingerprint(state), self.is_https))
            .into_response())
    }

    async fn come_back(&self, request: &Request) -> Result<Response, Failure> {
        let told = Told::read(request.uri().query().unwrap_or_default())?;
        // Fingerprints are compared, so that how long it takes tells nothing about the state.
        let is_bound = BEGUN.of(request, self.is_https).is_some_and(|bound| bound == fingerprint(&told.state));
        if !is_bound {
            return Err(Failure::OtherBrowser);
        }
        if !within(workspaces::check_attempt(&self.ctx, &told.state)).await? {
            return Err(Failure::UsedUp);
        }
        let installed = self.exchange(&told.code).await?;
        let workspace = within(workspaces::install(&self.ctx, &installed)).await?;
        tracing::info!(workspace = %workspace.id, "The app was installed.");
        let name: String = form_urlencoded::byte_serialize(workspace.name.as_bytes()).collect();
        let mut answer = go_to(&format!("{}{INSTALLED_PATH}", self.public_url)).into_response();
        answer.headers_mut().append(header::SET_COOKIE, cookie::value(NAMED.set(&name, self.is_https)));
        Ok(answer)
    }

    async fn exchange(&self, code: &str) -> Result<Installed, Failure> {
        let answered = timeout(CHAT_DEADLINE, self.chat.exchange_code(code, &self.redirect_uri())).await;
        match answered {
            // Whoever installs becomes the owner of a new workspace: without a name it would belong to the next person who comes.
            Ok(Ok(Answer::Done(installed))) if installed.installer.is_empty() => {
                Err(Failure::Refused(ChatRefusal::Other("installer_unknown".to_owned())))
            }
            Ok(Ok(Answer::Done(installed))) => Ok(installed),
            Ok(Ok(Answer::Refused(refusal))) => Err(Failure::Refused(refusal)),
            Ok(Err(error)) => Err(Failure::ChatAway(error.to_string())),
            Err(_) => Err(Failure::ChatAway("no answer in time".to_owned())),
        }
    }

    fn end(&self, request: &Request) -> Page {
        let encoded = format!("name={}", NAMED.of(request, self.is_https).unwrap_or_default());
        let name = form_urlencoded::parse(encoded.as_bytes()).next().map(|(_, name)| name.into_owned());
        pages::installed(&name.unwrap_or_default(), self.playground)
    }

    fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK_PATH}", self.public_url)
    }

    /// A browser that came by another name of this machine would not send its cookie to the name that the chat returns it to.
    fn address_of_the_same_machine(&self, request: &Request) -> Option<String> {
        let host = request.header(header::HOST)?;
        let public = Url::parse(&self.public_url).ok()?;
        let asked = Url::parse(&format!("http://{host}")).ok()?;
        let is_loopback = |host: Option<&str>| matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_other_name =
            is_loopback(public.host_str()) && is_loopback(asked.host_str()) && public.host() != asked.host();
        is_other_name.then(|| format!("{}{INSTALL_PATH}", self.public_url))
    }
}

impl Endpoint for Install {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let answer = match self.step {
            Step::Begin => self.begin(&request).await,
            Step::Return => self.come_back(&request).await.map(|answer| self.forget_the_attempt(answer)),
            Step::End => Ok(self.end(&request).into_response()),
        };
        let mut answer = match (answer, self.step) {
            (Ok(answer), _) => answer,
            (Err(failure), Step::Return) => self.forget_the_attempt(pages::failed(&failure, INSTALL_PATH)),
            (Err(failure), _) => pages::failed(&failure, INSTALL_PATH),
        };
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
        Ok(answer)
    }
}

impl Install {
    fn forget_the_attempt(&self, mut answer: Response) -> Response {
        answer.headers_mut().append(header::SET_COOKIE, cookie::value(BEGUN.forget(self.is_https)));
        answer
    }
}

fn go_to(address: &str) -> impl IntoResponse {
    StatusCode::SEE_OTHER.with_header(header::LOCATION, address)
}

/// An operation of the domain, as long as a person waits for it.
async fn within<T>(work: impl Future<Output = domain::Result<T>>) -> Result<T, Failure> {
    match timeout(STORE_DEADLINE, work).await {
        Ok(done) => done.map_err(|error| Failure::StoreAway(error.cause())),
        Err(_) => Err(Failure::StoreAway("no answer in time".to_owned())),
    }
}

/// What the chat says in the address of the return.
struct Told {
    state: String,
    code: String,
}

impl Told {
    /// An error is believed from anywhere: it installs nothing.
    fn read(query: &str) -> Result<Self, Failure> {
        let only = |name: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            value.filter(|value| values.next().is_none() && !value.is_empty() && value.len() <= LONGEST)
        };
        match (only("state"), only("code"), only("error")) {
            (_, _, Some(error)) if error == "access_denied" => Err(Failure::Declined),
            (_, _, Some(error)) => Err(Failure::ChatSays(error)),
            (Some(state), Some(code), None) => Ok(Self { state, code }),
            _ => Err(Failure::Incomplete),
        }
    }
}
