//! The walls between workspaces: what belongs to another one, what was never there and what is no id at all read exactly the same.

use serde_json::Value as Json;

use super::{
    document::{Document, id},
    world::World,
};

/// An id of the same kind that nothing has.
fn nowhere(id: &str) -> String {
    let (prefix, _) = id.split_once('_').expect("ids have a prefix");
    format!("{prefix}_00000000000000000000000009")
}

/// Calls of a mutation by a member of the north: with what belongs to the south, and with what nothing has, in each argument in turn.
fn pairs(world: &World, document: &Document) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (object, field) in document.fields() {
        if object != "Mutation" || field.name.node == "scheduleRun" {
            continue;
        }
        let call = document.call(field, &world.north);
        let name = field.name.node.as_str();
        let arguments = ["id", "workspaceId", "phoneNumberId"]
            .into_iter()
            .filter(|argument| call.contains(&format!("{argument}: \"")));
        for argument in arguments {
            let (own, foreign) = (id(name, argument, &world.north), id(name, argument, &world.south));
            if own != foreign {
                let with =
                    |other: &str| call.replace(&format!("{argument}: \"{own}\""), &format!("{argument}: \"{other}\""));
                pairs.push((with(&foreign), with(&nowhere(&own))));
            }
        }
        let (own, foreign) = (world.north.contact.id.to_string(), world.south.contact.id.to_string());
        if call.contains(&format!("contactId: \"{own}\"")) {
            pairs.push((call.replace(&own, &foreign), call.replace(&own, &nowhere(&own))));
        }
    }
    pairs
}

#[tokio::test]
async fn a_mutation_says_the_same_of_what_is_foreign_and_of_what_is_not_there() {
    let (world, document) = (World::new().await, Document::new());
    let viewer = world.owner(&world.north).await;
    let pairs = pairs(&world, &document);
    assert!(pairs.len() > 12, "the walk found only {} calls", pairs.len());
    let mut different = Vec::new();
    for (foreign, missing) in pairs {
        let ask = |call: String| {
            let selected = call.replace(
                "{ __typename }",
                "{ __typename errors { __typename message path ... on InputError { reason } } }",
            );
            let (world, viewer) = (&world, &viewer);
            async move { world.ask(viewer, &format!("mutation {{ {selected} }}")).await }
        };
        let (one, other) = (ask(foreign.clone()).await, ask(missing).await);
        let is_refused = one.to_string().contains("NOT_FOUND") || one.to_string().contains("FORBIDDEN");
        if one != other || !is_refused {
            different.push(format!("{foreign}: {one} but {other}"));
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

#[tokio::test]
async fn nothing_is_changed_in_a_foreign_workspace() {
    let (world, document) = (World::new().await, Document::new());
    let viewer = world.owner(&world.north).await;
    let count = |world: &World| {
        let (ctx, filter) = (
            world.ctx.clone(),
            domain::audit::AuditFilter { workspace: Some(world.south.workspace.id), ..Default::default() },
        );
        async move { domain::audit::count(&ctx, &filter).await.expect("a count") }
    };
    let before = count(&world).await;
    for (_, field) in document.fields().into_iter().filter(|(object, _)| *object == "Mutation") {
        world.ask(&viewer, &format!("mutation {{ {} }}", document.call(field, &world.south))).await;
    }
    assert_eq!(count(&world).await, before);
}

#[tokio::test]
async fn a_foreign_workspace_reads_as_one_that_is_not_there() {
    let world = World::new().await;
    let viewer = world.owner(&world.north).await;
    let data = world.data(&viewer, "{ own: workspace(slug: \"north\") { id } foreign: workspace(slug: \"south\") { id } none: workspace(slug: \"west\") { id } }").await;
    assert_eq!(data["own"]["id"], world.north.workspace.id.to_string());
    assert_eq!((&data["foreign"], &data["none"]), (&Json::Null, &Json::Null));
}

#[tokio::test]
async fn a_filter_by_a_foreign_number_finds_nothing() {
    let world = World::new().await;
    let viewer = world.owner(&world.north).await;
    let filter = format!("(filter: {{ phoneNumberId: \"{}\" }})", world.south.number.id);
    let data = world.data(&viewer, &format!("{{ workspace(slug: \"north\") {{ messages{filter} {{ totalCount nodes {{ id }} }} conversations{filter} {{ totalCount }} }} }}")).await;
    assert_eq!(
        (&data["workspace"]["messages"]["totalCount"], &data["workspace"]["conversations"]["totalCount"]),
        (&Json::from(0), &Json::from(0))
    );
}

#[tokio::test]
async fn a_cursor_of_a_foreign_list_opens_nothing() {
    let world = World::new().await;
    let viewer = world.owner(&world.north).await;
    let cursor = world.south.contact.id;
    let data = world
        .data(
            &viewer,
            &format!(
                "{{ workspace(slug: \"north\") {{ contacts(after: \"{cursor}\") {{ nodes {{ id number }} }} }} }}"
            ),
        )
        .await;
    assert!(!data.to_string().contains(&world.south.contact.address));
}
