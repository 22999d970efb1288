//! Every list that can grow keeps the same rules, by walking the schema: 1 to 100 items, pages that follow each other without gap or repetition, and a
//! total that is counted when it is asked for.

use domain::contacts::{self, ContactChange};
use serde_json::Value as Json;

use super::{
    super::Viewer,
    document::{Document, named},
    seed,
    world::{World, codes},
};

/// A connection: who may read it, and the document around it with `%` where it stands.
struct Place {
    is_platform: bool,
    around: String,
    field: String,
}

fn places(world: &World, document: &Document) -> Vec<Place> {
    let found = document.fields().into_iter().filter(|(_, field)| named(&field.ty.node).ends_with("Connection"));
    found
        .map(|(object, field)| {
            let around = match object {
                "Workspace" => "workspace(slug: \"north\") { % }".to_owned(),
                "Platform" => "platform { % }".to_owned(),
                "Conversation" => {
                    format!("node(id: \"{}\") {{ ... on Conversation {{ % }} }}", world.north.inbound.conversation_id)
                }
                "Contact" => {
                    format!("node(id: \"{}\") {{ ... on Contact {{ % }} }}", world.north.opt_out.contact_id)
                }
                "PhoneNumber" => format!("node(id: \"{}\") {{ ... on PhoneNumber {{ % }} }}", world.north.number.id),
                "UsagePeriod" => "workspace(slug: \"north\") { usage { % } }".to_owned(),
                other => panic!("say where the connections of {other} are found"),
            };
            Place { is_platform: object == "Platform", around, field: field.name.node.to_string() }
        })
        .collect()
}

/// The connection somewhere in an answer.
fn connection(value: &Json) -> Option<&Json> {
    match value {
        Json::Object(map) if map.contains_key("pageInfo") => Some(value),
        Json::Object(map) => map.values().find_map(connection),
        _ => None,
    }
}

async fn page(world: &World, viewer: &Viewer, place: &Place, arguments: &str) -> Json {
    let selection = "{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } nodes { __typename } }";
    let call = format!("{}({arguments}) {selection}", place.field);
    let data = world.data(viewer, &format!("{{ {} }}", place.around.replace('%', &call))).await;
    connection(&data).expect("a connection").clone()
}

fn cursors(page: &Json) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["cursor"].as_str().expect("a cursor").to_owned()).collect()
}

/// Cursors of a list, page by page.
async fn walked(world: &World, viewer: &Viewer, place: &Place, first: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut arguments = format!("first: {first}");
    loop {
        let next = page(world, viewer, place, &arguments).await;
        seen.extend(cursors(&next));
        assert_eq!(next["pageInfo"]["hasPreviousPage"], arguments.contains("after"), "{}", place.field);
        if next["pageInfo"]["hasNextPage"] == false {
            return seen;
        }
        arguments = format!("first: {first}, after: {}", next["pageInfo"]["endCursor"]);
    }
}

#[tokio::test]
async fn every_connection_pages_through_all_of_its_items_and_counts_them() {
    let (world, document) = (World::new().await, Document::new());
    seed::text_from(&world.ctx, &world.north.number, &world.north.contact, "again").await;
    seed::channel(&world.ctx, &world.north.number).await;
    let (owner, operator) = (world.owner(&world.north).await, world.operator().await);
    for place in places(&world, &document) {
        let viewer = if place.is_platform { &operator } else { &owner };
        let all = page(&world, viewer, &place, "first: 100").await;
        let one_by_one = walked(&world, viewer, &place, 1).await;
        assert!(!one_by_one.is_empty(), "{} is empty, so nothing is tested", place.field);
        assert_eq!(one_by_one, cursors(&all), "{}", place.field);
        assert_eq!(all["totalCount"], one_by_one.len(), "{}", place.field);
        assert_eq!(all["nodes"].as_array().map(Vec::len), Some(one_by_one.len()), "{}", place.field);
        assert_eq!(all["pageInfo"]["startCursor"], Json::from(one_by_one[0].as_str()), "{}", place.field);
    }
}

#[tokio::test]
async fn no_connection_gives_less_than_one_or_more_than_a_hundred_items() {
    let (world, document) = (World::new().await, Document::new());
    let (owner, operator) = (world.owner(&world.north).await, world.operator().await);
    for place in places(&world, &document) {
        let viewer = if place.is_platform { &operator } else { &owner };
        for first in ["0", "101", "-1", "2147483647"] {
            let call = format!("{}(first: {first}) {{ nodes {{ __typename }} }}", place.field);
            let answer = world.ask(viewer, &format!("{{ {} }}", place.around.replace('%', &call))).await;
            assert_eq!(codes(&answer), ["BAD_REQUEST"], "{} with {first}", place.field);
        }
    }
}

async fn add_contacts(world: &World, names: impl Iterator<Item = String>) {
    for (n, name) in names.enumerate() {
        let change = ContactChange { name: Some(Some(name.clone())), ..ContactChange::default() };
        let digits = name.bytes().map(u32::from).sum::<u32>() % 10;
        let number = seed::phone(&format!("+1415555{digits}{n:03}"));
        contacts::create(&world.ctx, &domain::By::default(), world.north.workspace.id, &number, change)
            .await
            .expect("a contact");
    }
}

fn contacts_place() -> Place {
    Place { is_platform: false, around: "workspace(slug: \"north\") { % }".to_owned(), field: "contacts".to_owned() }
}

#[tokio::test]
async fn a_hundred_items_fit_on_a_page_and_the_next_one_does_not() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    add_contacts(&world, (0..101).map(|n| format!("Customer {n:03}"))).await;
    let full = page(&world, &owner, &contacts_place(), "first: 100").await;
    assert_eq!((cursors(&full).len(), &full["pageInfo"]["hasNextPage"]), (100, &Json::Bool(true)));
    assert_eq!(walked(&world, &owner, &contacts_place(), 7).await.len(), 103);
}

#[tokio::test]
async fn what_is_added_before_a_page_does_not_move_it() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    add_contacts(&world, ["Dora", "Emil", "Fritz"].into_iter().map(str::to_owned)).await;
    let first = page(&world, &owner, &contacts_place(), "first: 3").await;
    let arguments = format!("first: 3, after: {}", first["pageInfo"]["endCursor"]);
    let before = page(&world, &owner, &contacts_place(), &arguments).await;

    add_contacts(&world, ["Anna", "Berta"].into_iter().map(str::to_owned)).await;

    let after = page(&world, &owner, &contacts_place(), &arguments).await;
    assert_eq!(cursors(&after), cursors(&before));
}

#[tokio::test]
async fn contacts_come_by_name_and_those_without_one_by_number() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    add_contacts(&world, ["Zoe", "Anna"].into_iter().map(str::to_owned)).await;
    let data = world.data(&owner, "{ workspace(slug: \"north\") { contacts { nodes { name } } } }").await;
    let names: Vec<_> = data["workspace"]["contacts"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["name"].as_str())
        .collect();
    assert_eq!(names, [None, Some("Anna"), Some("Person 1"), Some("Zoe")]);
}

#[tokio::test]
async fn numbers_that_are_gone_come_last() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.number.id;
    world.data(&owner, &format!("mutation {{ phoneNumberRelease(id: \"{id}\") {{ errors {{ message }} }} }}")).await;
    let data = world.data(&world.operator().await, "{ platform { phoneNumbers { nodes { id status } } } }").await;
    let statuses: Vec<_> = data["platform"]["phoneNumbers"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["status"].as_str())
        .collect();
    assert_eq!(statuses, [Some("ACTIVE"), Some("RELEASED")]);
}
