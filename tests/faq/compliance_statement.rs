//! “Are you HIPAA or PHIPA certified?”
//!
//! No, and we say so before anybody has to ask: the API tells it to everyone, also to who is not signed in, with what it means for you.

use serde_json::{Value, json};

use crate::world::{Stage, World, both};

both!(anyone_can_read_that_we_are_neither_hipaa_nor_phipa_compliant, the_statement_says_what_not_to_do,);

async fn statements(world: &World) -> Vec<Value> {
    let answer = world.asks("{ compliance { standard isCompliant statement } }").await;
    assert_eq!(answer.get("errors"), None);
    answer["data"]["compliance"].as_array().expect("a list").clone()
}

async fn anyone_can_read_that_we_are_neither_hipaa_nor_phipa_compliant(stage: &mut Stage) {
    let world = stage.world().await;

    let statements = statements(world).await;

    let said: Vec<_> = statements.iter().map(|one| json!([one["standard"], one["isCompliant"]])).collect();
    assert_eq!(said, [json!(["HIPAA", false]), json!(["PHIPA", false])]);
}

async fn the_statement_says_what_not_to_do(stage: &mut Stage) {
    let world = stage.world().await;

    let statements = statements(world).await;

    assert!(statements.iter().all(|one| one["statement"].to_string().contains("do not send health information")));
}
