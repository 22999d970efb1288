//! `clerk slack manifest`: what the program prints is the app that the program needs, at the address under which it is reached.

use std::process::{Command, Output};

use providers::chat::slack::BOT_SCOPES;
use serde_json::{Value, json};

fn printed(environment: &[(&str, &str)]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_clerk"));
    program.args(["--config", "/dev/null", "slack", "manifest"]).env_clear().envs(environment.iter().copied());
    program.output().expect("the program runs")
}

fn manifest(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("the manifest is all that stands on standard output")
}

#[test]
fn the_manifest_names_the_configured_address_and_every_permission_that_is_needed() {
    let output = printed(&[("CLERK__SERVER__PUBLIC_URL", "https://clerk.example")]);

    let manifest = manifest(&output);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(manifest["oauth_config"]["scopes"]["bot"], json!(BOT_SCOPES));
    let urls = [
        &manifest["settings"]["event_subscriptions"]["request_url"],
        &manifest["settings"]["interactivity"]["request_url"],
        &manifest["features"]["slash_commands"][0]["url"],
        &manifest["oauth_config"]["redirect_urls"][0],
    ];
    assert_eq!(
        urls.map(|url| url.as_str().unwrap_or_default()),
        [
            "https://clerk.example/webhooks/slack/events",
            "https://clerk.example/webhooks/slack/interactions",
            "https://clerk.example/webhooks/slack/commands",
            "https://clerk.example/slack/oauth/callback",
        ]
    );
}

#[test]
fn without_an_address_it_warns_that_nobody_can_reach_it() {
    let output = printed(&[]);

    assert!(output.status.success() && manifest(&output).is_object());
    let warning = String::from_utf8(output.stderr).expect("text");
    assert!(warning.contains("server.public_url is not set"), "{warning}");
}
