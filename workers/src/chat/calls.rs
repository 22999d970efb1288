//! Every call of the chat, each through the two rules of [`TurnChat`]. The lane of a post is its channel's, as the vendor counts it; that of any
//! other call is the method's, for the team.

use chrono::{DateTime, Utc};
use domain::{
    contracts::{
        Answer, Outcome,
        chat::{
            Channel, Chat, ChatAccess, ChatRefusal, Company, Installed, Mark, Person, Place, Post, PostRef, Renewal,
            Upload,
        },
        view::{FileRef, View},
    },
    outbox::{method_lane, post_lane},
};
use secrecy::SecretString;

use super::TurnChat;

/// Calls a method with a token, and once more with another when that one is refused.
macro_rules! guarded {
    ($self:ident, $lane:expr, $access:ident, $method:ident($($argument:expr),*)) => {{
        let lane = $lane;
        $self.enter(&lane)?;
        let outcome = match $self.inner.$method($access, $($argument),*).await {
            Ok(Answer::Refused(ChatRefusal::AccessLost(code))) => match $self.another_token($access, &code).await {
                Ok(access) => $self.inner.$method(&access, $($argument),*).await,
                Err(ended) => return ended,
            },
            outcome => outcome,
        };
        $self.leave(&lane, outcome).await
    }};
}

#[async_trait::async_trait]
impl Chat for TurnChat {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn scopes(&self) -> &'static [&'static str] {
        self.inner.scopes()
    }

    fn install_url(&self, state: &str, redirect_uri: &str) -> String {
        self.inner.install_url(state, redirect_uri)
    }

    async fn exchange_code(&self, code: &str, redirect_uri: &str) -> Outcome<Installed, ChatRefusal> {
        self.inner.exchange_code(code, redirect_uri).await
    }

    async fn renew(&self, refresh_token: &SecretString) -> Outcome<Renewal, ChatRefusal> {
        self.inner.renew(refresh_token).await
    }

    async fn answer(&self, url: &str, post: Option<&Post>) -> Outcome<(), ChatRefusal> {
        let lane = method_lane(&self.workspace.map(|id| id.to_string()).unwrap_or_default(), "answer");
        self.enter(&lane)?;
        self.leave(&lane, self.inner.answer(url, post).await).await
    }

    async fn respond(&self, url: &str, post: &Post) -> Outcome<(), ChatRefusal> {
        let lane = method_lane(&self.workspace.map(|id| id.to_string()).unwrap_or_default(), "answer");
        self.enter(&lane)?;
        self.leave(&lane, self.inner.respond(url, post).await).await
    }

    async fn post(&self, access: &ChatAccess, place: &Place, post: &Post) -> Outcome<PostRef, ChatRefusal> {
        guarded!(self, post_lane(&access.team, &place.channel), access, post(place, post))
    }

    async fn find_post(
        &self,
        access: &ChatAccess,
        place: &Place,
        key: &str,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PostRef>, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "find_post"), access, find_post(place, key, since))
    }

    async fn update(&self, access: &ChatAccess, at: &PostRef, post: &Post) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "update"), access, update(at, post))
    }

    async fn delete(&self, access: &ChatAccess, at: &PostRef) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "delete"), access, delete(at))
    }

    async fn link(&self, access: &ChatAccess, at: &PostRef) -> Outcome<String, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "link"), access, link(at))
    }

    async fn open_view(&self, access: &ChatAccess, trigger: &str, view: &View) -> Outcome<String, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "open_view"), access, open_view(trigger, view))
    }

    async fn update_view(
        &self,
        access: &ChatAccess,
        id: &str,
        hash: Option<&str>,
        view: &View,
    ) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "update_view"), access, update_view(id, hash, view))
    }

    async fn publish_home(&self, access: &ChatAccess, user: &str, view: &View) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "publish_home"), access, publish_home(user, view))
    }

    async fn whisper(&self, access: &ChatAccess, place: &Place, user: &str, post: &Post) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "whisper"), access, whisper(place, user, post))
    }

    async fn add_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "add_mark"), access, add_mark(at, mark))
    }

    async fn remove_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "remove_mark"), access, remove_mark(at, mark))
    }

    async fn create_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Channel, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "create_channel"), access, create_channel(name))
    }

    async fn company(&self, access: &ChatAccess, id: &str) -> Outcome<Company, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "company"), access, company(id))
    }

    async fn find_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Option<Channel>, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "find_channel"), access, find_channel(name))
    }

    async fn channel(&self, access: &ChatAccess, id: &str) -> Outcome<Channel, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "channel"), access, channel(id))
    }

    async fn join_channel(&self, access: &ChatAccess, id: &str) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "join_channel"), access, join_channel(id))
    }

    async fn invite(&self, access: &ChatAccess, id: &str, users: &[String]) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "invite"), access, invite(id, users))
    }

    async fn open_direct(&self, access: &ChatAccess, user: &str) -> Outcome<String, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "open_direct"), access, open_direct(user))
    }

    async fn user(&self, access: &ChatAccess, id: &str) -> Outcome<Person, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "user"), access, user(id))
    }

    async fn upload(&self, access: &ChatAccess, place: &Place, file: &Upload) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "upload"), access, upload(place, file))
    }

    async fn download(&self, access: &ChatAccess, file: &FileRef, longest: u64) -> Outcome<Vec<u8>, ChatRefusal> {
        guarded!(self, method_lane(&access.team, "download"), access, download(file, longest))
    }

    async fn check(&self, access: &ChatAccess) -> Outcome<(), ChatRefusal> {
        guarded!(self, method_lane(&access.team, "check"), access, check())
    }
}
