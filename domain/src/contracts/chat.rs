//! What we ask of the chat system that the team lives in: to post, to mark, and to tell about channels and people.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    Outcome,
    view::{FileRef, Input, View},
};

/// Where a team talks.
#[async_trait::async_trait]
pub trait Chat: Send + Sync {
    /// Stable code of the vendor.
    fn name(&self) -> &'static str;

    /// What the app has to be allowed in a team, for everything that it does.
    fn scopes(&self) -> &'static [&'static str];

    /// Where a person is sent to install the app; `state` comes back with the code.
    fn install_url(&self, state: &str, redirect_uri: &str) -> String;

    /// Exchanges the code of an installation for a token.
    async fn exchange_code(&self, code: &str, redirect_uri: &str) -> Outcome<Installed, ChatRefusal>;

    /// Posts; the post's key travels as metadata so that [`Chat::find_post`] can find it.
    async fn post(&self, access: &ChatAccess, place: &Place, post: &Post) -> Outcome<PostRef, ChatRefusal>;

    /// The app's post with this key at this place since an instant: the read-back after an ambiguous [`Chat::post`].
    async fn find_post(
        &self,
        access: &ChatAccess,
        place: &Place,
        key: &str,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PostRef>, ChatRefusal>;

    /// Replaces the content of a post of the app.
    async fn update(&self, access: &ChatAccess, at: &PostRef, post: &Post) -> Outcome<(), ChatRefusal>;

    /// Removes a post of the app; one that is gone already counts as done.
    async fn delete(&self, access: &ChatAccess, at: &PostRef) -> Outcome<(), ChatRefusal>;

    /// Where a post can be opened.
    async fn link(&self, access: &ChatAccess, at: &PostRef) -> Outcome<String, ChatRefusal>;

    /// Replaces what only one member sees, through the address that came with the member's press; removes it when there is nothing to say.
    /// The address is good for half an hour: after it, [`ChatRefusal::TooLate`].
    async fn answer(&self, url: &str, post: Option<&Post>) -> Outcome<(), ChatRefusal>;

    /// Says something to one member through the address that came with what they did, also where the app is not. The address is good for half an
    /// hour and a few times: after it, [`ChatRefusal::TooLate`].
    async fn respond(&self, url: &str, post: &Post) -> Outcome<(), ChatRefusal>;

    /// Opens a window for a member, within three seconds of what they did; after it, [`ChatRefusal::TooLate`]. The chat's id of it.
    async fn open_view(&self, access: &ChatAccess, trigger: &str, view: &View) -> Outcome<String, ChatRefusal>;

    /// Replaces what a window shows. Refused with [`ChatRefusal::TooLate`] when it has changed since `hash`.
    async fn update_view(
        &self,
        access: &ChatAccess,
        id: &str,
        hash: Option<&str>,
        view: &View,
    ) -> Outcome<(), ChatRefusal>;

    /// Replaces what a member sees as the app's home.
    async fn publish_home(&self, access: &ChatAccess, user: &str, view: &View) -> Outcome<(), ChatRefusal>;

    /// Posts something that only one member sees.
    async fn whisper(&self, access: &ChatAccess, place: &Place, user: &str, post: &Post) -> Outcome<(), ChatRefusal>;

    /// Puts a mark on a post; one that is there already counts as done.
    async fn add_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal>;

    /// Takes a mark off a post; one that is not there counts as done.
    async fn remove_mark(&self, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal>;

    /// Creates a public channel, the app in it. Refused with [`ChatRefusal::NameTaken`] when the name is in use.
    async fn create_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Channel, ChatRefusal>;

    /// Who is in a channel besides the members of the team.
    async fn company(&self, access: &ChatAccess, id: &str) -> Outcome<Company, ChatRefusal>;

    /// A public channel by its exact name; archived ones too.
    async fn find_channel(&self, access: &ChatAccess, name: &str) -> Outcome<Option<Channel>, ChatRefusal>;

    /// A channel by its id.
    async fn channel(&self, access: &ChatAccess, id: &str) -> Outcome<Channel, ChatRefusal>;

    /// Joins a public channel; being in it already counts as done.
    async fn join_channel(&self, access: &ChatAccess, id: &str) -> Outcome<(), ChatRefusal>;

    /// Invites members; those who are in already count as done.
    async fn invite(&self, access: &ChatAccess, id: &str, users: &[String]) -> Outcome<(), ChatRefusal>;

    /// A direct conversation of the app with a member, to post into.
    async fn open_direct(&self, access: &ChatAccess, user: &str) -> Outcome<String, ChatRefusal>;

    /// A member.
    async fn user(&self, access: &ChatAccess, id: &str) -> Outcome<Person, ChatRefusal>;

    /// Puts a file into a channel or thread.
    async fn upload(&self, access: &ChatAccess, place: &Place, file: &Upload) -> Outcome<(), ChatRefusal>;

    /// The bytes of a file. Refused with [`ChatRefusal::Unpostable`] when there are more than `longest`.
    async fn download(&self, access: &ChatAccess, file: &FileRef, longest: u64) -> Outcome<Vec<u8>, ChatRefusal>;

    /// Exchanges a token that is used once for a new pair. A refused one is dead for ever.
    async fn renew(&self, refresh_token: &SecretString) -> Outcome<Renewal, ChatRefusal>;

    /// Verifies the token without any effect.
    async fn check(&self, access: &ChatAccess) -> Outcome<(), ChatRefusal>;
}

/// What opens a team to us.
#[derive(Clone, Debug)]
pub struct ChatAccess {
    /// The team.
    pub team: String,
    /// Token of the app.
    pub token: SecretString,
    /// Team that the app lives in, when it was let in for a whole organisation and a team is known.
    pub home: Option<String>,
}

/// A fresh installation.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The team.
    pub team: String,
    /// Name of the team.
    pub team_name: String,
    /// Organisation above the team.
    pub enterprise: Option<String>,
    /// Our app.
    pub app: String,
    /// The app's own user.
    pub bot_user: String,
    /// Token of the app.
    pub token: SecretString,
    /// How the token is renewed; none for one that lives for ever.
    pub renewal: Option<RenewalTerms>,
    /// What the token may do.
    pub scopes: Vec<String>,
    /// Who installed it.
    pub installer: String,
}

/// How a token is renewed.
#[derive(Clone, Debug)]
pub struct RenewalTerms {
    /// Token that is exchanged, once.
    pub refresh_token: SecretString,
    /// How long the token of the app lives, in seconds.
    pub lives_secs: u32,
}

/// A renewed token.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Token of the app.
    pub token: SecretString,
    /// How it is renewed next.
    pub terms: RenewalTerms,
}

/// Who is in a channel besides the members of the team.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// Guests of the team.
    pub has_guests: bool,
    /// People of other companies.
    pub is_shared: bool,
    /// Apps other than this one.
    pub has_other_apps: bool,
}

/// Where something is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Id of the channel.
    pub channel: String,
    /// Post whose thread it is; none for the channel itself.
    pub thread: Option<String>,
}

/// A post that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostRef {
    /// Id of the channel.
    pub channel: String,
    /// The chat system's time stamp of it, unique in the channel.
    pub ts: String,
}

/// Something to post. Text from outside stands in [`Span::Text`] only, which can never ping anyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Unique key, for the read-back; empty when nothing has to be found again.
    pub key: String,
    /// Name shown instead of the app's, such as the contact's.
    pub author: Option<String>,
    /// What it says, from top to bottom.
    pub parts: Vec<Part>,
}

/// A part of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A paragraph.
    Text(Vec<Span>),
    /// Small print.
    Note(Vec<Span>),
    /// Buttons in a row.
    Buttons(Vec<Button>),
    /// A heading.
    Heading(String),
    /// A line across.
    Divider,
    /// Something to fill in; in a window only.
    Input(Input),
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// As it stands; markup in it has no effect.
    Text(String),
    /// Emphasised.
    Bold(String),
    /// A member, who is not notified by it more than the chat system does for names.
    User(String),
    /// A channel.
    Channel(String),
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// What to show.
        label: String,
    },
    /// An instant, shown in the reader's time zone.
    Time(DateTime<Utc>),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it does, such as `message.retry`.
    pub action: String,
    /// What it does it to: an id of ours.
    pub value: String,
    /// What stands on it.
    pub label: String,
    /// How it looks.
    pub style: ButtonStyle,
    /// Question asked before it acts.
    pub confirm: Option<Question>,
}

/// A question that is asked before a button acts. Its words are its own: beside a question, the label of the button may mean the opposite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked, at most 100 characters.
    pub asked: String,
    /// What follows from it, at most 300 characters.
    pub meaning: String,
    /// What stands on the button that goes on, at most 30 characters.
    pub agree: String,
    /// What stands on the button that does nothing, at most 30 characters.
    pub deny: String,
}

impl Question {
    /// A question with its words.
    pub fn new(asked: impl Into<String>, meaning: impl Into<String>, [agree, deny]: [&str; 2]) -> Self {
        Self { asked: asked.into(), meaning: meaning.into(), agree: agree.to_owned(), deny: deny.to_owned() }
    }
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ButtonStyle {
    /// Like the others.
    #[default]
    Plain,
    /// The thing to do.
    Primary,
    /// Careful.
    Danger,
}

/// What a member sees on the own post about the text that became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Waits for the carrier.
    Queued,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// It did not arrive.
    Failed,
    /// Nobody knows whether it was sent.
    Unknown,
    /// It never goes out: its author discarded it, or something forbids it.
    NotSent,
}

crate::codes!(Mark {
    Queued = "queued",
    Sent = "sent",
    Delivered = "delivered",
    Failed = "failed",
    Unknown = "unknown",
    NotSent = "not_sent",
});

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Id of it.
    pub id: String,
    /// Name without the sign in front.
    pub name: String,
    /// Whether it is archived.
    pub is_archived: bool,
    /// Whether the app is in it.
    pub is_member: bool,
    /// Whether only those who were invited see it.
    pub is_private: bool,
    /// Id of who made it, when the chat tells.
    pub creator: Option<String>,
    /// Team that it is in, when the chat tells.
    pub team: Option<String>,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id of the member.
    pub id: String,
    /// Name to show.
    pub display_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Whether it is a program.
    pub is_bot: bool,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// A file to put into a channel.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why the chat system refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatRefusal {
    /// The channel is archived, deleted, or the app is not in it; the vendor's word for which.
    ChannelGone(String),
    /// The token is dead: revoked, expired, account inactive; the vendor's word for which.
    AccessLost(String),
    /// The app may not do it; the vendor's word, and the scope that is missing when known.
    NotAllowed {
        /// The vendor's word.
        code: String,
        /// The scope that is missing.
        needed: Option<String>,
    },
    /// Too long or malformed for the chat system: say it more simply.
    Unpostable(String),
    /// The name of the channel is in use.
    NameTaken,
    /// The moment for it has passed: the window can no longer be opened, or has changed meanwhile.
    TooLate(String),
    /// The thing itself does not exist: post, thread or member gone.
    NotFound(String),
    /// Anything else, as the vendor calls it.
    Other(String),
}

impl ChatRefusal {
    /// The vendor's word, for logs and the list of failed work.
    pub fn code(&self) -> &str {
        match self {
            Self::ChannelGone(code)
            | Self::AccessLost(code)
            | Self::Unpostable(code)
            | Self::TooLate(code)
            | Self::NotFound(code)
            | Self::Other(code) => code,
            Self::NotAllowed { code, .. } => code,
            Self::NameTaken => "name_taken",
        }
    }
}
