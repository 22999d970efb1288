//! Working on conversations: what is changed is there, what cannot be is named by its argument, and lists find what is to be done.

use serde_json::{Value as Json, json};

use super::{super::Viewer, seed, world::World};

/// Changes the conversation of the north; the payload.
async fn change(world: &World, viewer: &Viewer, input: &str) -> Json {
    let id = world.north.inbound.conversation_id;
    let fields = "conversation { status priority subject tags notes assignee { id } } errors { message path ... on InputError { reason } }";
    let document = format!("mutation {{ conversationUpdate(id: \"{id}\", input: {input}) {{ {fields} }} }}");
    world.data(viewer, &document).await["conversationUpdate"].clone()
}

/// How many conversations of the north a filter finds.
async fn found(world: &World, viewer: &Viewer, filter: &str) -> Json {
    let document = format!("{{ workspace(slug: \"north\") {{ conversations(filter: {filter}) {{ totalCount }} }} }}");
    world.data(viewer, &document).await["workspace"]["conversations"]["totalCount"].clone()
}

#[tokio::test]
async fn a_conversation_keeps_what_it_is_given_and_what_is_left_out() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let user = world.north.membership.user_id;
    let all = format!(
        "{{ status: PENDING, priority: HIGH, subject: \" Crown \", tags: [\"B\", \"a\", \"b\"], notes: \"call first\", assigneeId: \"{user}\" }}"
    );
    change(&world, &owner, &all).await;
    let after = change(&world, &owner, "{ status: SOLVED, notes: null }").await;
    assert_eq!(
        after,
        json!({
            "conversation": {
                "status": "SOLVED", "priority": "HIGH", "subject": "Crown", "tags": ["a", "b"], "notes": null,
                "assignee": { "id": user.to_string() }
            },
            "errors": []
        })
    );
}

#[tokio::test]
async fn a_conversation_is_open_as_soon_as_somebody_takes_care_of_it() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    change(&world, &owner, "{ status: NEW }").await;
    let taken = format!("{{ assigneeId: \"{}\" }}", world.north.membership.user_id);
    assert_eq!(change(&world, &owner, &taken).await["conversation"]["status"], "OPEN");
    assert_eq!(change(&world, &owner, "{ assigneeId: null }").await["conversation"]["assignee"], Json::Null);
}

#[tokio::test]
async fn only_members_of_the_workspace_take_care_of_its_conversations() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let stranger = world.south.membership.user_id.to_string();
    for id in [stranger.as_str(), "nobody"] {
        let refused = change(&world, &owner, &format!("{{ assigneeId: \"{id}\" }}")).await;
        assert_eq!(refused["conversation"], Json::Null);
        assert_eq!(
            (&refused["errors"][0]["path"], &refused["errors"][0]["reason"]),
            (&json!(["input", "assigneeId"]), &json!("NOT_FOUND"))
        );
    }
}

#[tokio::test]
async fn what_is_too_long_is_named_by_its_argument_and_changes_nothing() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let long = format!("{{ status: CLOSED, subject: \"{}\" }}", "a".repeat(201));
    let refused = change(&world, &owner, &long).await;
    assert_eq!(
        (&refused["errors"][0]["path"], &refused["errors"][0]["reason"]),
        (&json!(["input", "subject"]), &json!("TOO_LARGE"))
    );
    assert_eq!(found(&world, &owner, "{ status: CLOSED }").await, 0);
}

#[tokio::test]
async fn conversations_are_found_by_who_takes_care_of_them() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let user = world.north.membership.user_id;
    assert_eq!(found(&world, &owner, "{ isAssigned: false }").await, 1);
    change(&world, &owner, &format!("{{ assigneeId: \"{user}\" }}")).await;
    assert_eq!(found(&world, &owner, "{ isAssigned: false }").await, 0);
    assert_eq!(found(&world, &owner, &format!("{{ assigneeId: \"{user}\", isAssigned: true }}")).await, 1);
    let other = world.south.membership.user_id;
    assert_eq!(found(&world, &owner, &format!("{{ assigneeId: \"{other}\" }}")).await, 0);
    assert_eq!(found(&world, &owner, "{ assigneeId: \"nobody\" }").await, 0);
}

#[tokio::test]
async fn conversations_are_found_by_whether_the_contact_waits() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    assert_eq!(found(&world, &owner, "{ isWaiting: true }").await, 0);
    seed::text_from(&world.ctx, &world.north.number, &world.north.contact, "again").await;
    assert_eq!(found(&world, &owner, "{ isWaiting: true }").await, 1);
    change(&world, &owner, "{ status: SOLVED }").await;
    assert_eq!(found(&world, &owner, "{ isWaiting: false }").await, 1);
}

#[tokio::test]
async fn a_change_is_recorded_without_its_words() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    change(&world, &owner, "{ status: PENDING, subject: \"Crown\", notes: \"call first\" }").await;
    let data = world
        .data(
            &owner,
            "{ workspace(slug: \"north\") { auditLog(first: 1) { nodes { action changes subject { __typename } } } } }",
        )
        .await;
    let entry = &data["workspace"]["auditLog"]["nodes"][0];
    assert_eq!(
        (&entry["action"], &entry["subject"]["__typename"]),
        (&json!("conversationUpdate"), &json!("Conversation"))
    );
    assert_eq!(
        entry["changes"],
        json!({ "status": { "before": "open", "after": "pending" }, "rewritten": ["subject", "notes"] })
    );
}

#[tokio::test]
async fn a_conversation_is_moved_once_and_one_that_is_there_stays() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let to = |placement: &str| {
        let id = world.north.inbound.conversation_id;
        format!(
            "mutation {{ conversationMove(id: \"{id}\", placement: {placement}) {{ conversation {{ placement }} errors {{ message }} }} }}"
        )
    };
    let stays = world.data(&owner, &to("SHARED_THREAD")).await;
    assert_eq!(stays["conversationMove"], json!({ "conversation": { "placement": "SHARED_THREAD" }, "errors": [] }));
    assert_eq!(world.data(&owner, &to("DIRECT_CHANNEL")).await["conversationMove"]["errors"], json!([]));
    let log =
        "{ workspace(slug: \"north\") { auditLog(filter: { action: \"conversationMove\" }) { nodes { changes } } } }";
    assert_eq!(
        world.data(&owner, log).await["workspace"]["auditLog"]["nodes"],
        json!([{ "changes": { "placement": { "before": "shared_thread", "after": "direct_channel" } } }])
    );
}
