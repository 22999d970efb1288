//! Files of members: they come with their posts and windows, their bytes are got with the token and no further than allowed, and a page of login
//! is never taken for one.

use domain::contracts::{
    CallError,
    chat::{Chat, ChatAccess, ChatRefusal},
    inbound::{Inbound, PostWritten},
    view::FileRef,
};
use serde_json::json;

use super::{
    Stage, done,
    door::{Door, Scene, each_chat},
    refused,
};

const CAT: &str = "data:image/png;base64,iVBORw0KGgo=";
const CAT_BYTES: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A member writes with a file.
async fn written(stage: &Stage, door: &Door, scene: &Scene, must_ask: bool) -> PostWritten {
    let file = json!({ "name": "cat.png", "data_url": CAT, "content_type": "image/png", "must_ask": must_ask });
    let order = json!({ "user": scene.member, "channel": scene.channel, "text": "look", "files": [file] });
    stage.order("slack/post", order).await;
    door.waits_for(|envelope| match &envelope.event {
        Inbound::PostWritten(post) => Some(post.clone()),
        _ => None,
    })
    .await
}

async fn got(chat: &dyn Chat, access: &ChatAccess, file: &FileRef) -> Vec<u8> {
    done(chat.download(access, file, 1_000).await)
}

#[tokio::test]
async fn a_file_comes_with_its_post_and_its_bytes_can_be_got() {
    each_chat(async |chat, stage, door, scene| {
        let post = written(stage, door, scene, false).await;

        let file = &post.files[0];
        assert_eq!(
            (post.text.as_str(), file.name.as_str(), file.content_type.as_str()),
            ("look", "cat.png", "image/png")
        );
        assert_eq!(file.byte_count, CAT_BYTES.len() as u64);
        assert_eq!(got(chat, &scene.access, file).await, CAT_BYTES);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_which_little_is_told_is_asked_for() {
    each_chat(async |chat, stage, door, scene| {
        let post = written(stage, door, scene, true).await;

        assert_eq!(post.files[0].url, "");
        assert_eq!(got(chat, &scene.access, &post.files[0]).await, CAT_BYTES);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_got_whatever_was_said_of_it() {
    each_chat(async |chat, stage, door, scene| {
        let said = written(stage, door, scene, false).await.files.remove(0);
        let unsaid = FileRef { byte_count: 0, ..said.clone() };

        let refusals = [
            refused(chat.download(&scene.access, &said, 7).await),
            refused(chat.download(&scene.access, &unsaid, 7).await),
        ];

        let too_large = ChatRefusal::Unpostable("file_too_large".to_owned());
        assert_eq!(refusals, [too_large.clone(), too_large]);
    })
    .await;
}

#[tokio::test]
async fn a_file_behind_a_page_of_login_or_elsewhere_is_not_allowed() {
    each_chat(async |chat, stage, door, scene| {
        let file = written(stage, door, scene, false).await.files.remove(0);
        let stranger = ChatAccess { team: scene.access.team.clone(), token: "xoxb-nobody".into(), home: None };
        let elsewhere = FileRef { url: "https://files.slack.com.example.org/cat.png".to_owned(), ..file.clone() };

        let behind = refused(chat.download(&stranger, &file, 1_000).await);
        let elsewhere = refused(chat.download(&scene.access, &elsewhere, 1_000).await);

        for refusal in [behind, elsewhere] {
            assert!(matches!(refusal, ChatRefusal::NotAllowed { .. } | ChatRefusal::AccessLost(_)), "{refusal:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_gone_and_one_that_breaks_off_are_told_apart() {
    each_chat(async |chat, stage, door, scene| {
        let file = written(stage, door, scene, false).await.files.remove(0);
        let meets = async |fault| {
            stage.fault(chat.name(), "files.content", fault).await;
            chat.download(&scene.access, &file, 1_000).await
        };

        let gone = refused(meets(json!({ "effect": "status", "status": 404 })).await);
        let broken = meets(json!({ "effect": "truncate" })).await;
        let busy = meets(json!({ "effect": "status", "status": 500 })).await;

        assert!(matches!(gone, ChatRefusal::NotFound(_)), "{gone:?}");
        assert!(matches!(broken, Err(CallError::Unavailable { .. })), "{broken:?}");
        assert!(matches!(busy, Err(CallError::Unavailable { .. })), "{busy:?}");
    })
    .await;
}
