//! Tokens that do not live for ever, and apps that are let in for a whole organisation.

use domain::contracts::chat::{ChatAccess, ChatRefusal};
use serde_json::json;

use super::{done, each_chat, installed, refused};

#[tokio::test]
async fn a_token_that_does_not_live_for_ever_is_renewed_and_the_old_way_is_used_up() {
    each_chat(async |chat, _, stage| {
        stage.order("slack/settings", json!({ "rotation": true })).await;
        let installed = installed(chat).await;
        let first = installed.renewal.expect("terms");

        let renewal = done(chat.renew(&first.refresh_token).await);
        let access = ChatAccess { team: installed.team, token: renewal.token, home: None };
        done(chat.check(&access).await);
        done(chat.renew(&renewal.terms.refresh_token).await);
        let dead = refused(chat.renew(&"xoxe-1-nobody".into()).await);

        assert!(first.lives_secs > 0 && renewal.terms.lives_secs > 0);
        assert_eq!(dead, ChatRefusal::AccessLost("invalid_refresh_token".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_token_whose_time_is_over_is_told_by_its_own_word() {
    each_chat(async |chat, _, stage| {
        stage.order("slack/settings", json!({ "rotation": true, "token_life_s": 0 })).await;
        let installed = installed(chat).await;

        let refusal =
            refused(chat.check(&ChatAccess { team: installed.team, token: installed.token, home: None }).await);

        assert_eq!(refusal, ChatRefusal::AccessLost("token_expired".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_token_that_lives_for_ever_has_nothing_to_renew() {
    each_chat(async |chat, _, _| assert!(installed(chat).await.renewal.is_none())).await;
}

#[tokio::test]
async fn an_organisation_lets_the_app_in_as_a_whole() {
    each_chat(async |chat, _, stage| {
        stage.order("slack/org", json!({ "name": "Acme Group", "org_wide": true })).await;

        let installed = installed(chat).await;

        assert_eq!(
            (installed.enterprise.as_ref(), installed.team_name.as_str()),
            (Some(&installed.team), "Acme Group")
        );
        done(chat.check(&ChatAccess { team: installed.team, token: installed.token, home: None }).await);
    })
    .await;
}
