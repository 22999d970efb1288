//! Every method of the Web API that this adapter calls, and no other can be called: [`super::Slack`] takes a [`Method`], not a
//! name. The scopes are checked against this list, so that the app asks for what it uses and no more.

macro_rules! methods {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A method of the Web API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Method {
            $(
                #[doc = $name]
                $variant
            ),+
        }

        impl Method {
            /// Slack's name of it.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Every method.
            #[cfg(test)]
            pub(super) fn all() -> &'static [Self] {
                &[$(Self::$variant),+]
            }
        }
    };
}

methods! {
    AuthTeamsList = "auth.teams.list",
    AuthTest = "auth.test",
    ChatDelete = "chat.delete",
    ChatGetPermalink = "chat.getPermalink",
    ChatPostEphemeral = "chat.postEphemeral",
    ChatPostMessage = "chat.postMessage",
    ChatUpdate = "chat.update",
    ConversationsCreate = "conversations.create",
    ConversationsHistory = "conversations.history",
    ConversationsInfo = "conversations.info",
    ConversationsInvite = "conversations.invite",
    ConversationsJoin = "conversations.join",
    ConversationsList = "conversations.list",
    ConversationsMembers = "conversations.members",
    ConversationsOpen = "conversations.open",
    ConversationsReplies = "conversations.replies",
    FilesCompleteUploadExternal = "files.completeUploadExternal",
    FilesGetUploadUrlExternal = "files.getUploadURLExternal",
    FilesInfo = "files.info",
    OauthV2Access = "oauth.v2.access",
    ReactionsAdd = "reactions.add",
    ReactionsRemove = "reactions.remove",
    UsersInfo = "users.info",
    UsersList = "users.list",
    ViewsOpen = "views.open",
    ViewsPublish = "views.publish",
    ViewsUpdate = "views.update",
}
