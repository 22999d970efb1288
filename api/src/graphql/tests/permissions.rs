//! Permissions, by walking the schema: every field that says `@auth` is refused to who holds everything else, and open to who holds it. A new
//! field comes under test by having the directive.

use domain::members::{self, Permission};
use serde_json::Value as Json;

use super::{
    super::Viewer,
    document::{Document, permission},
    world::{World, codes, nobody},
};

/// Permissions that fields are reached with, besides the one that each needs.
fn way_to(object: &str) -> Vec<Permission> {
    match object {
        "Contact" => vec![Permission::ContactsManage],
        "Conversation" | "Message" => vec![Permission::MessagesSend],
        _ => vec![],
    }
}

/// A document that selects a field of an object, on a way that does not need the field's own permission.
fn reaching(world: &World, object: &str, call: &str) -> String {
    let (slug, id) = (&world.north.workspace.slug, world.north.workspace.id);
    let send = |selection: &str| {
        let (from, to) = (world.north.number.id, world.north.contact.id);
        let input = format!("{{ phoneNumberId: \"{from}\", to: {{ contactId: \"{to}\" }}, body: \"Hi\" }}");
        format!("mutation {{ messageSend(workspaceId: \"{id}\", input: {input}) {{ message {{ {selection} }} }} }}")
    };
    match object {
        "Mutation" => format!("mutation {{ {call} }}"),
        "Query" => format!("{{ {call} }}"),
        "Workspace" => format!("{{ workspace(slug: \"{slug}\") {{ {call} }} }}"),
        "Contact" => format!("{{ workspace(slug: \"{slug}\") {{ optOuts {{ nodes {{ contact {{ {call} }} }} }} }} }}"),
        "Message" => send(call),
        "Conversation" => send(&format!("conversation {{ {call} }}")),
        other => panic!("say how a guarded field of {other} is reached without its permission"),
    }
}

async fn holding(world: &World, needed: Permission, held: &[Permission]) -> Viewer {
    let of_operator = needed == Permission::PlatformOperate;
    world.with_token((!of_operator).then_some(world.north.workspace.id), held).await
}

/// Whether an answer says that this permission is missing.
fn lacks(answer: &Json, needed: Permission) -> bool {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().any(|error| {
        let names_it = error["message"].as_str().is_some_and(|message| message.contains(needed.code()));
        names_it && error["extensions"]["code"] == "FORBIDDEN"
    })
}

async fn roomy_world() -> World {
    let world = World::new().await;
    let by = domain::By::default();
    domain::usage::grant(&world.ctx, &by, world.north.workspace.id, 1_000, "tests send many texts")
        .await
        .expect("room");
    world
}

#[tokio::test]
async fn every_guarded_field_is_refused_to_who_holds_everything_else() {
    let (world, document) = (roomy_world().await, Document::new());
    let mut open = Vec::new();
    for (object, field, needed) in document.guarded() {
        let needed: Permission = needed.parse().expect("a permission");
        let others: Vec<_> = Permission::all().iter().copied().filter(|held| *held != needed).collect();
        let viewer = holding(&world, needed, &others).await;
        let answer = world.ask(&viewer, &reaching(&world, object, &document.call(field, &world.north))).await;
        if !lacks(&answer, needed) {
            open.push(format!("{object}.{}: {answer}", field.name.node));
        }
    }
    assert!(open.is_empty(), "open without the permission: {open:#?}");
}

#[tokio::test]
async fn every_guarded_field_is_open_to_who_holds_its_permission() {
    let (world, document) = (roomy_world().await, Document::new());
    let mut closed = Vec::new();
    for (object, field, needed) in document.guarded() {
        let needed: Permission = needed.parse().expect("a permission");
        let mut held = way_to(object);
        held.extend([needed, Permission::WorkspaceRead]);
        let viewer = holding(&world, needed, &held).await;
        let answer = world.ask(&viewer, &reaching(&world, object, &document.call(field, &world.north))).await;
        if answer.get("errors").is_some() {
            closed.push(format!("{object}.{}: {answer}", field.name.node));
        }
    }
    assert!(closed.is_empty(), "closed in spite of the permission: {closed:#?}");
}

#[tokio::test]
async fn every_mutation_needs_a_permission_and_somebody_to_hold_it() {
    let (world, document) = (World::new().await, Document::new());
    let mutations: Vec<_> = document.fields().into_iter().filter(|(object, _)| *object == "Mutation").collect();
    let mut open = Vec::new();
    for (_, field) in mutations {
        let answer = world.ask(&nobody(), &format!("mutation {{ {} }}", document.call(field, &world.north))).await;
        if permission(field).is_none() || codes(&answer) != ["UNAUTHENTICATED"] {
            open.push(field.name.node.to_string());
        }
    }
    assert!(open.is_empty(), "open to everybody: {open:?}");
}

#[tokio::test]
async fn an_operator_reads_no_text_on_any_way() {
    let world = World::new().await;
    let operator = world.operator().await;
    let slug = &world.north.workspace.slug;
    let ways = [
        format!("{{ workspace(slug: \"{slug}\") {{ messages {{ nodes {{ body }} }} }} }}"),
        format!("{{ workspace(slug: \"{slug}\") {{ conversations {{ nodes {{ id }} }} }} }}"),
        format!(
            "{{ workspace(slug: \"{slug}\") {{ optOuts {{ nodes {{ contact {{ conversations {{ id }} }} }} }} }} }}"
        ),
        format!("{{ node(id: \"{}\") {{ id }} }}", world.north.inbound.id),
        format!("{{ node(id: \"{}\") {{ id }} }}", world.north.inbound.conversation_id),
        format!("{{ workspace(slug: \"{slug}\") {{ usage {{ entries {{ nodes {{ source {{ id }} }} }} }} }} }}"),
        "{ platform { tasks(first: 100) { nodes { arguments subject { __typename } lastError } } } }".to_owned(),
        "{ platform { providerEvents(first: 100) { nodes { payload error } } } }".to_owned(),
        "{ platform { auditLog(first: 100) { nodes { summary changes subject { __typename } } } } }".to_owned(),
    ];
    let mut told = Vec::new();
    for way in ways {
        let answer = world.ask(&operator, &way).await.to_string();
        if answer.contains(super::seed::SECRET)
            || answer.contains("\"Message\"")
            || answer.contains("msg_") && way.contains("node(")
        {
            told.push(format!("{way}: {answer}"));
        }
    }
    assert!(told.is_empty(), "texts are told: {told:#?}");
}

#[tokio::test]
async fn a_token_of_a_workspace_never_operates_the_platform() {
    let world = World::new().await;
    let greedy = world.program(&world.north, Permission::all()).await;
    let data = world.data(&greedy, "{ platform { health { status } } viewer { isOperator } }").await;
    assert_eq!((&data["platform"], &data["viewer"]["isOperator"]), (&Json::Null, &Json::Bool(false)));
}

#[tokio::test]
async fn a_token_of_an_operator_reads_no_texts_whatever_it_says() {
    let world = World::new().await;
    let greedy = world.with_token(None, Permission::all()).await;
    let slug = &world.north.workspace.slug;
    let data = world.data(&greedy, &format!("{{ workspace(slug: \"{slug}\") {{ viewerPermissions }} }}")).await;
    let held = data["workspace"]["viewerPermissions"].to_string();
    assert!(!held.contains("CONVERSATIONS_READ") && !held.contains("MESSAGES_SEND"), "{held}");
}

#[tokio::test]
async fn a_person_may_what_the_role_gives_in_each_workspace_and_nothing_elsewhere() {
    let world = World::new().await;
    let user = members::user(&world.ctx, &[world.north.membership.user_id]).await.expect("users").remove(0);
    let viewer = nobody().with_user(&user, std::slice::from_ref(&world.north.membership));
    let data = world.data(&viewer, "{ north: workspace(slug: \"north\") { viewerPermissions } south: workspace(slug: \"south\") { id } viewer { memberships { role workspace { slug } } } }").await;
    assert_eq!(data["north"]["viewerPermissions"].as_array().map(Vec::len), Some(9));
    assert_eq!(data["south"], Json::Null);
    assert_eq!(data["viewer"]["memberships"][0]["workspace"]["slug"], "north");
}
