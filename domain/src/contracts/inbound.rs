//! What the outside tells us, in our own words. Adapters translate a vendor's webhook into an [`Envelope`]; the inbox
//! accepts each once, by its business key, and dispatches it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ProviderKind,
    carrier::{CarrierRefusal, DeliveryStatus},
    chat::{Person, Place, PostRef},
    view::{Entries, FileRef, ViewRef},
};
use crate::phone::PhoneNumber;

/// One thing that a provider told us, verified and understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// What the provider does for us.
    pub kind: ProviderKind,
    /// Stable code of the vendor.
    pub provider: String,
    /// Account or team there that it is about.
    pub account: String,
    /// Business key: the same thing told again has the same key, whatever the delivery's own id.
    pub key: String,
    /// The vendor's word for the type of event.
    pub event_type: String,
    /// Things with the same key are handled one after another; none when order does not matter.
    pub ordering_key: Option<String>,
    /// What was told.
    pub event: Inbound,
}

/// What can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Inbound {
    /// Someone texted a number of ours.
    TextReceived(TextReceived),
    /// The carrier reports on a text of ours.
    DeliveryReported(DeliveryReport),
    /// A person wrote something new in a channel that the app is in.
    PostWritten(PostWritten),
    /// A person changed a post.
    PostEdited(PostChanged),
    /// A person deleted a post.
    PostDeleted(PostChanged),
    /// A member pressed a button of ours.
    ButtonPressed(ButtonPressed),
    /// A member gave our command.
    CommandGiven(CommandGiven),
    /// A member used a shortcut of ours.
    ShortcutUsed(ShortcutUsed),
    /// A member submitted a window of ours.
    ViewSubmitted(ViewSubmitted),
    /// A member looked at the app's home.
    HomeOpened(HomeOpened),
    /// A channel has another name.
    ChannelRenamed(ChannelRenamed),
    /// A channel has another id.
    ChannelMoved(ChannelMoved),
    /// Someone came into a channel, or the channel was shared: other people may read it now.
    CompanyChanged(ChannelEvent),
    /// A member has another name or picture.
    PersonChanged(PersonChanged),
    /// A channel was archived or deleted, or the app was removed from it.
    ChannelLost(ChannelEvent),
    /// A channel was unarchived, or the app was added to it.
    ChannelBack(ChannelEvent),
    /// The app was removed from the team, or its token was revoked.
    AccessLost(AccessLost),
    /// An organisation that has let the app in has put it into one of its teams.
    TeamJoined(TeamJoined),
    /// Understood, and of no interest: why.
    Ignored {
        /// Why it is of no interest.
        why: String,
    },
    /// Verified but not understood; kept for a person to look at.
    NotUnderstood {
        /// What came.
        payload: serde_json::Value,
    },
}

impl Inbound {
    /// Team of the chat that it is about; none for what a carrier says.
    pub fn team(&self) -> Option<&str> {
        match self {
            Self::PostWritten(post) => Some(&post.team),
            Self::PostEdited(change) | Self::PostDeleted(change) => Some(&change.team),
            Self::ButtonPressed(press) => Some(&press.team),
            Self::CommandGiven(given) => Some(&given.team),
            Self::ShortcutUsed(used) => Some(&used.team),
            Self::ViewSubmitted(submitted) => Some(&submitted.team),
            Self::HomeOpened(opened) => Some(&opened.team),
            Self::ChannelRenamed(renamed) => Some(&renamed.team),
            Self::ChannelMoved(moved) => Some(&moved.team),
            Self::CompanyChanged(change) | Self::ChannelLost(change) | Self::ChannelBack(change) => Some(&change.team),
            Self::PersonChanged(change) => Some(&change.team),
            Self::AccessLost(lost) => Some(&lost.team),
            Self::TeamJoined(joined) => Some(&joined.team),
            Self::TextReceived(_) | Self::DeliveryReported(_) | Self::Ignored { .. } | Self::NotUnderstood { .. } => {
                None
            }
        }
    }

    /// Where whoever did it can be answered, as it is kept.
    pub(crate) fn answer_url_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::ButtonPressed(press) => press.answer_url.as_mut(),
            Self::CommandGiven(given) => given.answer_url.as_mut(),
            _ => None,
        }
    }

    /// Members and channels that its text names.
    pub fn mentions(&self) -> &[Mention] {
        match self {
            Self::PostWritten(post) => &post.mentions,
            Self::PostEdited(change) => &change.mentions,
            Self::ShortcutUsed(used) => &used.mentions,
            _ => &[],
        }
    }

    /// Member who did it, when a member did something new.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::PostWritten(post) => Some(&post.user),
            Self::ButtonPressed(press) => Some(&press.user),
            Self::CommandGiven(given) => Some(&given.user),
            Self::ShortcutUsed(used) => Some(&used.user),
            Self::ViewSubmitted(submitted) => Some(&submitted.user),
            _ => None,
        }
    }
}

/// A text to one of our numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextReceived {
    /// The carrier's id of it.
    pub carrier_id: String,
    /// Who wrote. None when the sender is not a phone number (a short code or a name).
    pub from: Option<PhoneNumber>,
    /// The sender exactly as the carrier gave it.
    pub from_raw: String,
    /// Our number.
    pub to: PhoneNumber,
    /// What was written.
    pub body: String,
    /// What came with it.
    pub media: Vec<MediaRef>,
    /// When the carrier received it; none when it does not say (then: now).
    pub received_at: Option<DateTime<Utc>>,
}

/// A file that came with a text, still at the carrier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaRef {
    /// Where it lies.
    pub url: String,
    /// Media type as the carrier says.
    pub content_type: String,
}

/// What the carrier reports on a text of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The carrier's id of it.
    pub carrier_id: String,
    /// Our id of the message, when it travelled with the request.
    pub reference: Option<String>,
    /// How far it is.
    pub status: DeliveryStatus,
    /// Why it did not arrive.
    pub failure: Option<CarrierRefusal>,
}

/// Something that a person wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostWritten {
    /// The team.
    pub team: String,
    /// Which post it is.
    pub post: PostRef,
    /// First post of the thread that it is in; none when it is in no thread.
    pub thread: Option<String>,
    /// Who wrote.
    pub user: String,
    /// What was written, as plain text: names and links resolved, emoji real, markup gone.
    pub text: String,
    /// Ids of members and channels that the text names and that have to be looked up: `(placeholder, id)`.
    pub mentions: Vec<Mention>,
    /// The client's own id of the post; the same when a client repeats itself.
    pub client_id: Option<String>,
    /// Files that came with it.
    #[serde(default)]
    pub files: Vec<FileRef>,
    /// Whether it begins by naming the app; the name is not part of the text then.
    #[serde(default)]
    pub is_to_app: bool,
    /// Whether it was written to the app alone, in their direct conversation.
    #[serde(default)]
    pub is_direct: bool,
}

/// A text with the names of those whom it mentions.
pub fn with_names(text: &str, mentions: &[Mention], names: &HashMap<String, String>) -> String {
    mentions.iter().fold(text.to_owned(), |text, mention| {
        let name = names.get(&mention.user).map_or("someone", String::as_str);
        text.replace(&mention.placeholder, &format!("@{name}"))
    })
}

/// A member or channel that a text names. The text holds `placeholder` where the name belongs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// What stands in the text.
    pub placeholder: String,
    /// Id of the member.
    pub user: String,
}

/// A post that was changed or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostChanged {
    /// The team.
    pub team: String,
    /// Which post.
    pub post: PostRef,
    /// First post of the thread that it is in.
    pub thread: Option<String>,
    /// Who wrote it.
    pub user: Option<String>,
    /// What stands there now, as plain text; none when it is gone.
    pub text: Option<String>,
    /// Members that the text names and that have to be looked up.
    #[serde(default)]
    pub mentions: Vec<Mention>,
    /// Whether it begins by naming the app; the name is not part of the text then.
    #[serde(default)]
    pub is_to_app: bool,
}

/// A button of ours that was pressed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ButtonPressed {
    /// The team.
    pub team: String,
    /// Who pressed.
    pub user: String,
    /// Post that has the button.
    pub post: Option<PostRef>,
    /// Where to answer; none in the home and in a window.
    pub place: Option<Place>,
    /// What it does.
    pub action: String,
    /// What it does it to.
    pub value: String,
    /// Opens a window for the member, for three seconds.
    #[serde(default)]
    pub trigger: Option<String>,
    /// Where what only the member sees can be replaced, for half an hour.
    #[serde(default)]
    pub answer_url: Option<String>,
    /// The view that has the button.
    #[serde(default)]
    pub view: Option<ViewRef>,
    /// What is entered in that view so far.
    #[serde(default)]
    pub entries: Entries,
}

/// Our command, with what stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandGiven {
    /// The team.
    pub team: String,
    /// Who gave it.
    pub user: String,
    /// In which channel.
    pub channel: String,
    /// What stands behind it, as plain text.
    pub text: String,
    /// Opens a window for the member, for three seconds.
    pub trigger: String,
    /// Where the member can be answered, for half an hour, also where the app is not.
    #[serde(default)]
    pub answer_url: Option<String>,
}

/// A shortcut of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShortcutUsed {
    /// The team.
    pub team: String,
    /// Who used it.
    pub user: String,
    /// Which one.
    pub shortcut: String,
    /// Opens a window for the member, for three seconds.
    pub trigger: String,
    /// The post that it was used on; none for one that is used anywhere.
    pub post: Option<PostRef>,
    /// First post of the thread that the post is in.
    pub thread: Option<String>,
    /// What the post says, as plain text.
    pub text: Option<String>,
    /// Members that the text names and that have to be looked up.
    #[serde(default)]
    pub mentions: Vec<Mention>,
}

/// A window of ours that was submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewSubmitted {
    /// The team.
    pub team: String,
    /// Who submitted it.
    pub user: String,
    /// Which one.
    pub view: ViewRef,
    /// What was entered.
    pub entries: Entries,
}

/// The app's home was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HomeOpened {
    /// The team.
    pub team: String,
    /// Who looked.
    pub user: String,
}

/// A channel has another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelRenamed {
    /// The team.
    pub team: String,
    /// The channel.
    pub channel: String,
    /// Its name now.
    pub name: String,
}

/// A channel has another id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelMoved {
    /// The team.
    pub team: String,
    /// Its id until now.
    pub from: String,
    /// Its id from now on.
    pub to: String,
}

/// A member has another name or picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonChanged {
    /// The team.
    pub team: String,
    /// What the chat says of them now.
    pub person: Person,
}

/// Something happened to a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelEvent {
    /// The team.
    pub team: String,
    /// The channel.
    pub channel: String,
    /// The vendor's word for what happened.
    pub what: String,
}

/// The app was put into one more team of an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamJoined {
    /// The organisation, which stands for the team.
    pub team: String,
}

/// The app lost its access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessLost {
    /// The team.
    pub team: String,
    /// When it happened, by the vendor's clock.
    pub at: DateTime<Utc>,
    /// Whether the whole app was removed.
    pub is_uninstall: bool,
}
