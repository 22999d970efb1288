//! What goes wrong reads well: typed in the payload when a person can mend it, with a code at the top level when not.

use serde_json::{Value as Json, json};

use super::{
    super::Viewer,
    seed,
    world::{REQUEST_ID, World, codes, nobody},
};

const ERRORS: &str =
    "errors { __typename message path ... on InputError { reason } ... on ConflictError { conflict { __typename id } }
    ... on UsageLimitError { usage { segments { used limit } } suggestedPlan { code } }
    ... on PlanLimitError { plan { code phoneNumberLimit } suggestedPlan { code } }
    ... on MediaTooLargeError { limitCount limitBytes }
    ... on OptedOutError { optOut { contact { number } } } ... on CountryNotEnabledError { country { code name } } }";

/// The first error of a mutation, and whether the payload's object is null.
async fn error(world: &World, viewer: &Viewer, mutation: &str, object: &str) -> Json {
    let data =
        world.data(viewer, &format!("mutation {{ it: {mutation} {{ {object} {{ __typename }} {ERRORS} }} }}")).await;
    assert_eq!(data["it"][object], Json::Null, "{mutation} did something");
    data["it"]["errors"][0].clone()
}

fn send(world: &World, to: &str, body: &str) -> String {
    let (workspace, number) = (world.north.workspace.id, world.north.number.id);
    let input = format!("{{ phoneNumberId: \"{number}\", to: {{ number: \"{to}\" }}, body: \"{body}\" }}");
    format!("messageSend(workspaceId: \"{workspace}\", input: {input})")
}

/// The error about attachments at these addresses.
async fn media_error(world: &World, urls: &[&str], more: &str) -> Json {
    let owner = world.owner(&world.north).await;
    let (workspace, number) = (world.north.workspace.id, world.north.number.id);
    let to = "to: { number: \"+14155552680\" }";
    let input = format!("{{ phoneNumberId: \"{number}\", {to}, mediaUrls: {urls:?} {more} }}");
    error(world, &owner, &format!("messageSend(workspaceId: \"{workspace}\", input: {input})"), "message").await
}

fn claim(world: &World, number: &str) -> String {
    format!("phoneNumberClaim(workspaceId: \"{}\", input: {{ number: \"{number}\" }})", world.north.workspace.id)
}

#[tokio::test]
async fn a_mistyped_number_is_named_by_its_argument() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let found = error(&world, &owner, &send(&world, "+1 415", "Hi"), "message").await;
    assert_eq!(
        (&found["__typename"], &found["path"], &found["reason"]),
        (&json!("InputError"), &json!(["input", "to", "number"]), &json!("INVALID"))
    );
}

#[tokio::test]
async fn what_the_domain_finds_wrong_is_named_in_camel_case() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.workspace.id;
    let ended = format!(
        "apiTokenCreate(workspaceId: \"{id}\", input: {{ name: \"old\", permissions: [WORKSPACE_READ], expiresAt: \"2020-01-01T00:00:00Z\" }})"
    );
    let found = error(&world, &owner, &ended, "apiToken").await;
    assert_eq!((&found["path"], &found["reason"]), (&json!(["input", "expiresAt"]), &json!("TOO_SMALL")));
    let empty = error(&world, &owner, &send(&world, "+14155552680", " "), "message").await;
    assert_eq!((&empty["path"], &empty["reason"]), (&json!(["input", "body"]), &json!("REQUIRED")));
}

#[tokio::test]
async fn a_number_in_a_list_is_named_by_its_place() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.workspace.id;
    let block = format!("doNotDisturbAdd(workspaceId: \"{id}\", input: {{ numbers: [\"+14155552690\", \"nobody\"] }})");
    assert_eq!(error(&world, &owner, &block, "entries").await["path"], json!(["input", "numbers", "1"]));
}

#[tokio::test]
async fn a_conflict_shows_what_stands_in_the_way() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.number.id.to_string();
    let release = format!("phoneNumberRelease(id: \"{id}\")");
    world.data(&owner, &format!("mutation {{ {release} {{ errors {{ message }} }} }}")).await;
    let found = error(&world, &owner, &release, "phoneNumber").await;
    assert_eq!(
        (&found["__typename"], &found["conflict"]),
        (&json!("ConflictError"), &json!({ "__typename": "PhoneNumber", "id": id }))
    );
}

#[tokio::test]
async fn a_used_up_allowance_shows_what_was_used() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let long = "a".repeat(1_600);
    let found = error(&world, &owner, &send(&world, "+14155552680", &long), "message").await;
    assert_eq!((&found["__typename"], &found["usage"]["segments"]["limit"]), (&json!("UsageLimitError"), &json!(10)));
    assert_eq!(found["suggestedPlan"], Json::Null);
}

#[tokio::test]
async fn a_second_number_is_more_than_the_free_plan_includes() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let found = error(&world, &owner, &claim(&world, "+14155552699"), "phoneNumber").await;
    assert_eq!(
        (&found["__typename"], &found["plan"]),
        (&json!("PlanLimitError"), &json!({ "code": "free", "phoneNumberLimit": 1 }))
    );
}

#[tokio::test]
async fn a_text_to_who_opted_out_shows_the_opt_out() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let found = error(&world, &owner, &send(&world, "+14155552641", "Hi"), "message").await;
    assert_eq!(
        (&found["__typename"], &found["optOut"]["contact"]["number"]),
        (&json!("OptedOutError"), &json!("+14155552641"))
    );
}

#[tokio::test]
async fn too_many_attachments_show_how_many_there_may_be() {
    let world = World::new().await;
    let found = media_error(&world, &["https://example.com/a.png"; 11], "").await;
    assert_eq!((&found["__typename"], &found["path"]), (&json!("MediaTooLargeError"), &json!(["input", "mediaUrls"])));
    assert_eq!((&found["limitCount"], &found["limitBytes"]), (&json!(10), &json!(25_000_000)));
    assert_eq!(found["message"], "A text can have 10 files; this one has 11. Send them in parts.");
}

#[tokio::test]
async fn an_attachment_that_is_too_large_shows_how_large_it_may_be() {
    let world = World::new().await;
    let urls = ["https://example.com/a.png", "https://example.com/huge.mp4"];
    let now = media_error(&world, &urls, "").await;
    let tomorrow = world.ctx.now() + chrono::TimeDelta::days(1);
    let later = media_error(&world, &urls, &format!("sendAt: \"{}\"", tomorrow.to_rfc3339())).await;
    assert_eq!((&now["__typename"], &now["limitBytes"]), (&json!("MediaTooLargeError"), &json!(25_000_000)));
    assert_eq!(now["message"], "huge.mp4 has 26.0 MB; a file can have 25 MB at most.");
    assert_eq!(later, now);
}

#[tokio::test]
async fn a_country_that_is_not_enabled_is_named() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let found = error(&world, &owner, &send(&world, "+4915112345678", "Hallo"), "message").await;
    assert_eq!(
        (&found["__typename"], &found["country"]),
        (&json!("CountryNotEnabledError"), &json!({ "code": "DE", "name": "Germany" }))
    );
}

#[tokio::test]
async fn the_number_of_a_contact_is_required_once_and_cannot_be_changed() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let create =
        format!("contactCreate(workspaceId: \"{}\", input: {{ name: \"Nameless\" }})", world.north.workspace.id);
    assert_eq!(error(&world, &owner, &create, "contact").await["reason"], "REQUIRED");
    let change = format!("contactUpdate(id: \"{}\", input: {{ number: \"+14155552690\" }})", world.north.contact.id);
    assert_eq!(error(&world, &owner, &change, "contact").await["path"], json!(["input", "number"]));
    let again = format!(
        "contactCreate(workspaceId: \"{}\", input: {{ number: \"{}\" }})",
        world.north.workspace.id, world.north.contact.address
    );
    assert_eq!(error(&world, &owner, &again, "contact").await["reason"], "TAKEN");
}

#[tokio::test]
async fn a_token_may_do_no_more_than_who_makes_it() {
    let world = World::new().await;
    let clerk = world
        .program(
            &world.north,
            &[domain::members::Permission::WorkspaceRead, domain::members::Permission::SettingsManage],
        )
        .await;
    let create = |permission: &str| {
        format!(
            "apiTokenCreate(workspaceId: \"{}\", input: {{ name: \"x\", permissions: [WORKSPACE_READ, {permission}] }})",
            world.north.workspace.id
        )
    };
    for permission in ["CONVERSATIONS_READ", "PLATFORM_OPERATE"] {
        assert_eq!(
            error(&world, &clerk, &create(permission), "apiToken").await["path"],
            json!(["input", "permissions", "1"])
        );
    }
    let greedy = error(&world, &world.operator().await, &create("PLATFORM_OPERATE"), "apiToken").await;
    assert_eq!(greedy["reason"], "INVALID");
}

#[tokio::test]
async fn every_top_level_error_has_a_code_and_the_id_of_the_request() {
    let world = World::new().await;
    let answers = [
        world.ask(&nobody(), "{ nothing }").await,
        world.ask(&nobody(), "{ viewer ").await,
        world.ask(&nobody(), "{ smsPreview { unitCount } }").await,
        world.ask(&nobody(), "{ availablePhoneNumbers(filter: { country: \"US\" }) { number } }").await,
        world.ask(&nobody(), "{ availablePhoneNumbers(filter: { country: \"Utopia\" }) { number } }").await,
    ];
    assert_eq!(
        answers.iter().flat_map(codes).collect::<Vec<_>>(),
        ["BAD_REQUEST", "BAD_REQUEST", "BAD_REQUEST", "UNAUTHENTICATED", "BAD_REQUEST"]
    );
    assert!(answers.iter().all(|answer| answer["errors"][0]["extensions"]["requestId"] == REQUEST_ID));
    assert!(!answers[0].to_string().contains("Did you mean"));
}

#[tokio::test]
async fn what_broke_inside_stays_inside() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    world.ctx.database.clone().close().await;
    let answer = world.ask(&owner, "{ workspace(slug: \"north\") { id } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["requestId"], REQUEST_ID);
    assert!(["UNAVAILABLE", "INTERNAL"].contains(&codes(&answer)[0].as_str()), "{answer}");
    assert!(!answer.to_string().to_lowercase().contains("sql") && !answer.to_string().contains("pool"), "{answer}");
}

#[tokio::test]
async fn documents_that_are_too_deep_or_too_dear_are_refused() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let deep = "{ workspace(slug: \"north\") { usage { workspace { usage { workspace { usage { workspace { usage { workspace { usage { workspace { usage { id } } } } } } } } } } } } }";
    let dear = "{ workspace(slug: \"north\") { phoneNumbers(first: 100) { nodes { workspace { phoneNumbers(first: 100) { nodes { id } } } } } } }";
    let aliases: String = (0..31).map(|n| format!("a{n}: plans {{ id }} ")).collect();
    let refused = [
        world.ask(&owner, deep).await,
        world.ask(&owner, dear).await,
        world.ask(&owner, &format!("{{ {aliases} }}")).await,
    ];
    assert!(
        refused.iter().all(|answer| codes(answer) == ["BAD_REQUEST"] && answer["data"] == Json::Null),
        "{refused:#?}"
    );
}

#[tokio::test]
async fn a_full_month_still_answers_reads() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    for _ in 0..9 {
        seed::text_from(&world.ctx, &world.north.number, &world.north.contact, "one more").await;
    }
    let data = world
        .data(&owner, "{ workspace(slug: \"north\") { usage { segments { used limit remaining overage } } } }")
        .await;
    assert_eq!(
        data["workspace"]["usage"]["segments"],
        json!({ "used": 10, "limit": 10, "remaining": 0, "overage": 0 })
    );
}
