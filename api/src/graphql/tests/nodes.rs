//! Anything by its id: one of each kind is found by who may see it, and by nobody else.

use domain::{audit, contacts, inbox, outbox, page::PageRequest, usage};
use serde_json::Value as Json;

use super::{
    document::Document,
    seed::Seeded,
    world::{World, nobody},
};

/// One id of each kind, with the name of its type, that members of the workspace may see.
async fn of_members(world: &World, of: &Seeded) -> Vec<(&'static str, String)> {
    let entries = usage::entries(&world.ctx, &of.period, None, &PageRequest::first(1)).await.expect("entries");
    let filter = audit::AuditFilter { workspace: Some(of.workspace.id), ..Default::default() };
    let audited = audit::list(&world.ctx, &filter, &PageRequest::first(1)).await.expect("entries");
    let consents = contacts::list_consents(&world.ctx, of.opt_out.contact_id, &PageRequest::first(1)).await;
    let consents = consents.expect("entries");
    vec![
        ("Workspace", of.workspace.id.to_string()),
        ("User", of.membership.user_id.to_string()),
        ("Membership", of.membership.id.to_string()),
        ("ApiToken", of.token.id.to_string()),
        ("PhoneNumber", of.number.id.to_string()),
        ("Contact", of.contact.id.to_string()),
        ("Conversation", of.inbound.conversation_id.to_string()),
        ("Message", of.inbound.id.to_string()),
        ("Template", of.template.id.to_string()),
        ("Broadcast", of.broadcast.id.to_string()),
        ("DoNotDisturbEntry", of.blocked.id.to_string()),
        ("OptOut", of.opt_out.id.to_string()),
        ("ContactConsent", consents.items[0].1.id.to_string()),
        ("UsagePeriod", of.period.id.to_string()),
        ("UsageEntry", entries.items[0].1.id.to_string()),
        ("AuditEntry", audited.items[0].1.id.to_string()),
    ]
}

/// What operators alone may see.
async fn of_operators(world: &World) -> Vec<(&'static str, String)> {
    let tasks = outbox::list(&world.ctx, &outbox::TaskFilter::default(), &PageRequest::first(1)).await.expect("tasks");
    let events = inbox::list(&world.ctx, &inbox::EventFilter::default(), &PageRequest::first(1)).await.expect("events");
    vec![("Task", tasks.items[0].1.id.to_string()), ("ProviderEvent", events.items[0].1.id.to_string())]
}

fn asking(ids: &[(&str, String)]) -> String {
    let fields = ids.iter().enumerate().map(|(n, (_, id))| format!("n{n}: node(id: \"{id}\") {{ __typename id }}"));
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
}

/// Names of the types that were found, in the order of the question.
fn found(data: &Json, count: usize) -> Vec<Option<String>> {
    (0..count).map(|n| data[format!("n{n}")]["__typename"].as_str().map(str::to_owned)).collect()
}

fn names(ids: &[(&str, String)]) -> Vec<Option<String>> {
    ids.iter().map(|(name, _)| Some((*name).to_owned())).collect()
}

#[tokio::test]
async fn one_of_each_kind_is_found_by_its_id() {
    let world = World::new().await;
    let (own, platform) = (of_members(&world, &world.north).await, of_operators(&world).await);
    let plan = domain::catalog::free().id;

    let seen = world.data(&world.owner(&world.north).await, &asking(&own)).await;
    let operated = world.data(&world.operator().await, &asking(&platform)).await;
    let sold = world.data(&nobody(), &format!("{{ node(id: \"{plan}\") {{ __typename }} }}")).await;

    assert_eq!(found(&seen, own.len()), names(&own));
    assert_eq!(found(&operated, platform.len()), names(&platform));
    assert_eq!(sold["node"]["__typename"], "Plan");
}

#[tokio::test]
async fn every_type_with_an_id_is_asked_for_here() {
    let (world, document) = (World::new().await, Document::new());
    let mut asked: Vec<_> = of_members(&world, &world.north).await.into_iter().map(|(name, _)| name).collect();
    asked.extend(["Task", "ProviderEvent", "Plan"]);
    let implements = |found: &&async_graphql::parser::types::TypeDefinition| match &found.kind {
        async_graphql::parser::types::TypeKind::Object(object) => {
            object.implements.iter().any(|one| one.node == "Node")
        }
        _ => false,
    };
    let missing: Vec<_> = document
        .types()
        .iter()
        .filter(implements)
        .map(|found| found.name.node.as_str())
        .filter(|name| !asked.contains(name))
        .collect();
    assert!(missing.is_empty(), "not asked for: {missing:?}");
}

#[tokio::test]
async fn what_is_foreign_or_not_there_is_null() {
    let world = World::new().await;
    let viewer = world.owner(&world.north).await;
    let mut hidden = of_members(&world, &world.south).await;
    hidden.extend(of_operators(&world).await);
    let missing: Vec<_> = hidden.iter().map(|(name, id)| (*name, id[..id.len() - 2].to_owned() + "zz")).collect();
    let nonsense =
        vec![("", "num_".to_owned()), ("", "no id".to_owned()), ("", String::new()), ("", "NUM_0".to_owned())];

    let answers = [
        world.ask(&viewer, &asking(&hidden)).await,
        world.ask(&viewer, &asking(&missing)).await,
        world.ask(&viewer, &asking(&nonsense)).await,
        world.ask(&nobody(), &asking(&of_members(&world, &world.north).await)).await,
    ];

    let is_hidden =
        |answer: &Json| answer.get("errors").is_none() && found(&answer["data"], 20).iter().all(Option::is_none);
    assert!(answers.iter().all(is_hidden), "{answers:#?}");
}

#[tokio::test]
async fn what_was_deleted_is_null() {
    let world = World::new().await;
    let viewer = world.owner(&world.north).await;
    let id = world.north.blocked.id;
    world.data(&viewer, &format!("mutation {{ doNotDisturbRemove(id: \"{id}\") {{ deletedId }} }}")).await;
    assert_eq!(world.data(&viewer, &format!("{{ node(id: \"{id}\") {{ id }} }}")).await["node"], Json::Null);
}
