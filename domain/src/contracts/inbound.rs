//! What the outside tells us, in our own words. Adapters translate a vendor's webhook into an [`Envelope`]; the inbox
//! accepts each once, by its business key, and dispatches it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ProviderKind, carrier::CarrierRefusal, carrier::DeliveryStatus, chat::Place, chat::PostRef};
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
    /// A channel was archived or deleted, or the app was removed from it.
    ChannelLost(ChannelEvent),
    /// A channel was unarchived, or the app was added to it.
    ChannelBack(ChannelEvent),
    /// The app was removed from the team, or its token was revoked.
    AccessLost(AccessLost),
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
    pub file_count: u32,
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
    /// Where to answer.
    pub place: Place,
    /// What it does.
    pub action: String,
    /// What it does it to.
    pub value: String,
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
