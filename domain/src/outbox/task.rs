//! What can be promised. A task without a runner does not compile: `workers` matches on this enum without a wildcard.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Signpost,
    particulars::{Adopted, ImportFile, LateListener},
};
use crate::{
    contracts::{
        carrier::NumberWish,
        chat::{Mark, Place, Post, PostRef},
        view::View,
    },
    ids::{AttachmentId, BroadcastId, ContactId, ConversationId, EventId, MessageId, NumberId, WorkspaceId},
};

/// A promised effect. The tag is the stable kind that tables, metrics and the API show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Task {
    /// Act on something that a provider told us.
    #[serde(rename = "event.handle")]
    HandleEvent {
        /// What was told.
        event: EventId,
    },
    /// Open the thread of a conversation in the shared channel.
    #[serde(rename = "thread.open")]
    OpenThread {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Show in the first post of a conversation how it stands now.
    #[serde(rename = "parent.update")]
    UpdateParent {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Show in the first post of a thread or channel that its conversation goes on elsewhere.
    #[serde(rename = "thread.leave")]
    LeaveThread {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Count anew until when those who wait for an answer are to have one.
    #[serde(rename = "replies.recount")]
    RecountWaiting {
        /// Whose contacts.
        workspace: WorkspaceId,
    },
    /// Tell that a contact waits longer than the reply target allows, unless they wait no more.
    #[serde(rename = "reply.late")]
    TellLate {
        /// The conversation.
        conversation: ConversationId,
        /// Since when the contact waits.
        since: DateTime<Utc>,
        /// Where it is told.
        to: LateListener,
    },
    /// Show in a post about a late answer how the conversation stands now.
    #[serde(rename = "reply.update_late")]
    UpdateLate {
        /// The conversation.
        conversation: ConversationId,
        /// The post.
        at: PostRef,
    },
    /// Announce a text at the bottom of the channel.
    #[serde(rename = "notification.post")]
    Announce {
        /// The conversation.
        conversation: ConversationId,
        /// The text.
        message: MessageId,
    },
    /// Show in an announcement who takes care of the conversation now.
    #[serde(rename = "notification.update")]
    UpdateAnnouncement {
        /// The conversation.
        conversation: ConversationId,
        /// The announcement.
        at: PostRef,
    },
    /// Show a message in its thread.
    #[serde(rename = "message.post")]
    PostMessage {
        /// The message.
        message: MessageId,
    },
    /// Hand a message to the carrier.
    #[serde(rename = "message.send")]
    SendMessage {
        /// The message.
        message: MessageId,
    },
    /// Answer a message automatically, when an answer is due.
    #[serde(rename = "message.answer")]
    AnswerText {
        /// The message that came in.
        message: MessageId,
    },
    /// The time of a scheduled message has come.
    #[serde(rename = "message.due")]
    SendScheduled {
        /// The message.
        message: MessageId,
    },
    /// Show in its thread how a scheduled message stands.
    #[serde(rename = "message.announce")]
    AnnounceScheduled {
        /// The message.
        message: MessageId,
    },
    /// Send the next texts of a broadcast.
    #[serde(rename = "broadcast.send")]
    SendBroadcast {
        /// The broadcast.
        broadcast: BroadcastId,
        /// Which of its rounds: a step of an earlier one does nothing.
        round: i32,
    },
    /// Show how far a broadcast is.
    #[serde(rename = "broadcast.show")]
    ShowBroadcast {
        /// The broadcast.
        broadcast: BroadcastId,
    },
    /// Withdraw what waits to be sent to a contact who does not want it any more.
    #[serde(rename = "texts.withdraw")]
    WithdrawTexts {
        /// The contact.
        contact: ContactId,
    },
    /// Show a file that came with a message.
    #[serde(rename = "media.fetch")]
    FetchMedia {
        /// The file.
        attachment: AttachmentId,
    },
    /// Take over a file that goes out with a message.
    #[serde(rename = "media.take")]
    TakeFile {
        /// The file.
        attachment: AttachmentId,
    },
    /// Fetch a file of contacts, and look at it or import it.
    #[serde(rename = "contacts.import")]
    ImportContacts {
        /// The file.
        file: ImportFile,
    },
    /// Show on the member's post how far the message is.
    #[serde(rename = "message.mark")]
    MarkMessage {
        /// The message.
        message: MessageId,
    },
    /// Show a message in its post as it stands now.
    #[serde(rename = "message.redraw")]
    RedrawMessage {
        /// The message.
        message: MessageId,
    },
    /// Put a mark on a post that no message has come of.
    #[serde(rename = "post.mark")]
    MarkPost {
        /// The post.
        at: PostRef,
        /// The mark.
        mark: Mark,
    },
    /// Post a signpost.
    #[serde(rename = "signpost.put")]
    PutSignpost {
        /// What it asks.
        signpost: Signpost,
        /// Where.
        place: Place,
        /// What it says.
        post: Post,
    },
    /// Replace what a post of the app says.
    #[serde(rename = "post.replace")]
    Replace {
        /// Which.
        at: PostRef,
        /// What it says from now on.
        post: Post,
    },
    /// Post something to the team.
    #[serde(rename = "post.publish")]
    Publish {
        /// Where.
        place: Place,
        /// What.
        post: Post,
    },
    /// Post something into the thread of a conversation.
    #[serde(rename = "thread.publish")]
    PublishInThread {
        /// The conversation.
        conversation: ConversationId,
        /// What.
        post: Post,
    },
    /// Tell one member something that nobody else sees.
    #[serde(rename = "post.whisper")]
    Whisper {
        /// Where.
        place: Place,
        /// Whom.
        user: String,
        /// What.
        post: Post,
        /// Sealed address that came with what they did, which is tried first.
        #[serde(default)]
        answer_url: Option<String>,
    },
    /// Tell one member something, in their direct conversation with the app.
    #[serde(rename = "post.tell_member")]
    TellMember {
        /// Whom.
        user: String,
        /// What.
        post: Post,
    },
    /// Replace or remove what only one member sees, after they pressed something on it.
    #[serde(rename = "post.answer")]
    Answer {
        /// Sealed address that came with the press.
        #[serde(rename = "answer_url", alias = "url")]
        url: String,
        /// What stands there from now on; none removes it.
        post: Option<Post>,
    },
    /// Remove a post of the app.
    #[serde(rename = "post.remove")]
    Remove {
        /// Which.
        at: PostRef,
    },
    /// Open a window for a member.
    #[serde(rename = "view.open")]
    OpenView {
        /// What the member did, as the chat wants it.
        trigger: String,
        /// The member, who is told when it was too late.
        user: String,
        /// Where the member is; none in the home and in a window.
        place: Option<Place>,
        /// The window.
        view: View,
    },
    /// Replace what a window shows.
    #[serde(rename = "view.update")]
    UpdateView {
        /// The chat's id of it.
        id: String,
        /// How it was when this was decided.
        hash: Option<String>,
        /// The window.
        view: View,
    },
    /// Draw the app's home for a member.
    #[serde(rename = "home.publish")]
    PublishHome {
        /// The member.
        user: String,
    },
    /// Tell whoever installed the app, in a direct conversation.
    #[serde(rename = "post.tell_installer")]
    TellInstaller {
        /// What.
        post: Post,
    },
    /// Make sure that the workspace has its shared channel, with the app in it.
    #[serde(rename = "channel.prepare")]
    PrepareChannel {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Give a conversation a channel of its own.
    #[serde(rename = "channel.create_direct")]
    CreateDirect {
        /// The conversation.
        conversation: ConversationId,
        /// Member who asked for it.
        asked_by: Option<String>,
    },
    /// Look who is in a channel besides the members of the team.
    #[serde(rename = "channel.inspect")]
    InspectChannel {
        /// The channel.
        channel: String,
    },
    /// Let texts go to another channel.
    #[serde(rename = "channel.adopt")]
    AdoptChannel {
        /// The channel.
        channel: String,
        /// Whose texts.
        whose: Adopted,
        /// Member who chose it, when it was chosen in the chat.
        user: Option<String>,
    },
    /// Find a number for sale and claim it for a workspace.
    #[serde(rename = "number.find")]
    FindNumber {
        /// The workspace.
        workspace: WorkspaceId,
        /// What is wished for.
        wish: NumberWish,
        /// Member who asked in the chat, and where to answer.
        asked: Option<(String, Option<Place>)>,
    },
    /// Buy a claimed number from the carrier.
    #[serde(rename = "number.claim")]
    ClaimNumber {
        /// The number.
        number: NumberId,
    },
    /// Give a number back to the carrier.
    #[serde(rename = "number.release")]
    ReleaseNumber {
        /// The number.
        number: NumberId,
    },
}

impl Task {
    /// The stable kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::HandleEvent { .. } => "event.handle",
            Self::OpenThread { .. } => "thread.open",
            Self::LeaveThread { .. } => "thread.leave",
            Self::UpdateParent { .. } => "parent.update",
            Self::RecountWaiting { .. } => "replies.recount",
            Self::TellLate { .. } => "reply.late",
            Self::UpdateLate { .. } => "reply.update_late",
            Self::Announce { .. } => "notification.post",
            Self::UpdateAnnouncement { .. } => "notification.update",
            Self::PostMessage { .. } => "message.post",
            Self::SendMessage { .. } => "message.send",
            Self::AnswerText { .. } => "message.answer",
            Self::SendScheduled { .. } => "message.due",
            Self::AnnounceScheduled { .. } => "message.announce",
            Self::SendBroadcast { .. } => "broadcast.send",
            Self::ShowBroadcast { .. } => "broadcast.show",
            Self::WithdrawTexts { .. } => "texts.withdraw",
            Self::FetchMedia { .. } => "media.fetch",
            Self::TakeFile { .. } => "media.take",
            Self::ImportContacts { .. } => "contacts.import",
            Self::MarkMessage { .. } => "message.mark",
            Self::RedrawMessage { .. } => "message.redraw",
            Self::MarkPost { .. } => "post.mark",
            Self::PutSignpost { .. } => "signpost.put",
            Self::Replace { .. } => "post.replace",
            Self::Publish { .. } => "post.publish",
            Self::PublishInThread { .. } => "thread.publish",
            Self::Whisper { .. } => "post.whisper",
            Self::TellMember { .. } => "post.tell_member",
            Self::Answer { .. } => "post.answer",
            Self::Remove { .. } => "post.remove",
            Self::OpenView { .. } => "view.open",
            Self::UpdateView { .. } => "view.update",
            Self::PublishHome { .. } => "home.publish",
            Self::TellInstaller { .. } => "post.tell_installer",
            Self::PrepareChannel { .. } => "channel.prepare",
            Self::CreateDirect { .. } => "channel.create_direct",
            Self::InspectChannel { .. } => "channel.inspect",
            Self::AdoptChannel { .. } => "channel.adopt",
            Self::FindNumber { .. } => "number.find",
            Self::ClaimNumber { .. } => "number.claim",
            Self::ReleaseNumber { .. } => "number.release",
        }
    }

    /// What it is about, when that has an id.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::HandleEvent { event } => Some(event.to_string()),
            Self::ImportContacts { file } => Some(file.event.to_string()),
            Self::OpenThread { conversation }
            | Self::LeaveThread { conversation }
            | Self::UpdateParent { conversation }
            | Self::TellLate { conversation, .. }
            | Self::UpdateLate { conversation, .. }
            | Self::Announce { conversation, .. }
            | Self::UpdateAnnouncement { conversation, .. }
            | Self::PublishInThread { conversation, .. }
            | Self::CreateDirect { conversation, .. } => Some(conversation.to_string()),
            Self::PostMessage { message }
            | Self::SendMessage { message }
            | Self::AnswerText { message }
            | Self::SendScheduled { message }
            | Self::AnnounceScheduled { message }
            | Self::MarkMessage { message }
            | Self::RedrawMessage { message } => Some(message.to_string()),
            Self::PutSignpost { signpost, .. } => Some(signpost.conversation.to_string()),
            Self::SendBroadcast { broadcast, .. } | Self::ShowBroadcast { broadcast } => Some(broadcast.to_string()),
            Self::WithdrawTexts { contact } => Some(contact.to_string()),
            Self::FetchMedia { attachment } | Self::TakeFile { attachment } => Some(attachment.to_string()),
            Self::MarkPost { .. }
            | Self::Replace { .. }
            | Self::Publish { .. }
            | Self::InspectChannel { .. }
            | Self::AdoptChannel { .. }
            | Self::Whisper { .. }
            | Self::TellMember { .. }
            | Self::Answer { .. }
            | Self::Remove { .. }
            | Self::OpenView { .. }
            | Self::UpdateView { .. }
            | Self::PublishHome { .. }
            | Self::TellInstaller { .. } => None,
            Self::PrepareChannel { workspace }
            | Self::FindNumber { workspace, .. }
            | Self::RecountWaiting { workspace } => Some(workspace.to_string()),
            Self::ClaimNumber { number } | Self::ReleaseNumber { number } => Some(number.to_string()),
        }
    }
}
