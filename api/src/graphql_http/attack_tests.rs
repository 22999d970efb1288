//! Documents that are cheap to write and dear to read. Each has to be refused, and so soon that nobody else notices: the limit of 150 ms
//! holds for what is shipped; a build for debugging is slower by an order.

use std::time::{Duration, Instant};

use poem::{Request, http::Method};
use serde_json::json;

use super::{
    request::BODY_LIMIT,
    tests::{Api, api, ask},
};
use crate::tests::World;

const SOON: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_500 } else { 150 });

/// Fragments of which each uses the next one so many times.
fn bomb(levels: usize, width: usize) -> String {
    let level = |n: usize| format!("fragment F{n} on Query {{ {} }} ", format!("...F{} ", n + 1).repeat(width));
    let levels_text: String = (0..levels).map(level).collect();
    format!("{levels_text}fragment F{levels} on Query {{ hello }} ")
}

fn request_of(body: String) -> Request {
    assert!(body.len() <= BODY_LIMIT, "the attack has {} bytes and would be refused for that", body.len());
    let builder = Request::builder().method(Method::POST).content_type("application/json");
    builder.header("accept", "application/graphql-response+json").body(body)
}

/// What is wrong with how an attack was answered.
async fn complaint(api: &Api, name: &str, body: String) -> Option<String> {
    let request = request_of(body);
    let begun = Instant::now();
    let status = ask(api, request).await.status;
    let took = begun.elapsed();
    (status != 400 || took > SOON).then(|| format!("{name}: {status} after {took:?}"))
}

async fn complaints(attacks: Vec<(&str, String)>) -> Vec<String> {
    let (api, _) = api(&World::start().await);
    let bodies = attacks.into_iter().map(|(name, text)| (name, json!({ "query": text }).to_string()));
    let mut found = Vec::new();
    for (name, body) in bodies {
        found.extend(complaint(&api, name, body).await);
    }
    found
}

#[tokio::test]
async fn fragments_that_use_each_other_do_not_multiply() {
    let attack = |levels, width| format!("{{ ...F0 }} {}", bomb(levels, width));
    let unused = format!("{{ hello }} {}", bomb(8, 10));
    let attacks = vec![
        ("20 levels of 2", attack(20, 2)),
        ("22 levels of 2", attack(22, 2)),
        ("6 levels of 10", attack(6, 10)),
        ("8 levels of 10", attack(8, 10)),
        ("30 levels of 50", attack(30, 50)),
        ("8 levels of 10 that nobody uses", unused),
    ];

    assert_eq!(complaints(attacks).await, [""; 0]);
}

#[tokio::test]
async fn fragments_that_use_themselves_are_refused() {
    let chain: String = (0..600).map(|n| format!("fragment F{n} on Query{{...F{}}}", n + 1)).collect();
    let attacks = vec![
        ("itself", "{ ...A } fragment A on Query { ...A }".to_owned()),
        ("each other", "{ ...A } fragment A on Query { itself { ...B } } fragment B on Query { ...A }".to_owned()),
        ("each other, unused", "{ hello } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned()),
        ("a chain of 600", format!("{{...F0}}{chain}")),
    ];

    assert_eq!(complaints(attacks).await, [""; 0]);
}

#[tokio::test]
async fn nesting_does_not_reach_the_stack() {
    let attacks = vec![
        ("lists", format!("{{ echo(n: {}", "[".repeat(30_000))),
        ("closed lists", format!("{{ echo(n: {}{}) }}", "[".repeat(15_000), "]".repeat(15_000))),
        ("objects", format!("{{ echo(n: {}", "{a:".repeat(15_000))),
        ("selections", "{itself".repeat(5_700)),
        ("inline fragments", "{...".repeat(10_000)),
        ("types", format!("query($a: {}Int{}) {{ hello }}", "[".repeat(15_000), "]".repeat(15_000))),
        ("defaults", format!("query($a: Int = {}", "[".repeat(30_000))),
        ("just too deep", format!("{}{}", "{ itself ".repeat(33), "{ hello }".to_owned() + &"}".repeat(33))),
        ("hidden behind a text without end", format!("{{ echo(n: \"\"\" {}", "[".repeat(30_000))),
    ];

    assert_eq!(complaints(attacks).await, [""; 0]);
}

#[tokio::test]
async fn quantity_is_refused_before_it_is_looked_at() {
    let numbered = |count: usize, write: &dyn Fn(usize) -> String| (0..count).map(write).collect::<String>();
    let attacks = vec![
        ("5,000 arguments", format!("{{ echo({}) }}", numbered(5_000, &|n| format!("a{n}:1 ")))),
        ("600 arguments", format!("{{ echo({}) }}", numbered(600, &|n| format!("a{n}:1 ")))),
        ("4,000 variables", format!("query({}) {{ hello }}", numbered(4_000, &|n| format!("$v{n}:Int ")))),
        ("51 variables", format!("query({}) {{ hello }}", numbered(51, &|n| format!("$v{n}:Int ")))),
        ("10,000 directives", format!("{{ hello {} }}", "@a ".repeat(10_000))),
        ("600 directives", format!("{{ hello {} }}", "@a ".repeat(600))),
        ("2,500 operations", numbered(2_500, &|n| format!("query Q{n}{{hello}} "))),
        ("5,000 aliases", format!("{{ {} }}", numbered(5_000, &|n| format!("a{n}:hello ")))),
        ("501 aliases", format!("{{ {} }}", numbered(501, &|n| format!("a{n}:hello ")))),
        ("501 items of a list", format!("{{ echo(n: [{}]) }}", "1 ".repeat(501))),
    ];

    assert_eq!(complaints(attacks).await, [""; 0]);
}

#[tokio::test]
async fn long_words_and_gaps_cost_nothing() {
    let attacks = vec![
        ("a name", format!("{{ {} }}", "a".repeat(60_000))),
        ("a number", format!("{{ echo(n: {}) }}", "9".repeat(60_000))),
        ("a text", format!("{{ echo(n: \"{}\") }}", "a".repeat(60_000))),
        ("a block of text", format!("{{ echo(n: \"\"\"{}\"\"\") }}", "a ".repeat(30_000))),
        ("marks of a text", "\"".repeat(30_000)),
        ("gaps", format!("{{{}", " ,\t".repeat(15_000))),
        ("remarks", format!("{{{}", "#\n".repeat(20_000))),
        ("byte order marks", format!("{{{}", "\u{feff}".repeat(20_000))),
        ("other signs", "€".repeat(20_000)),
    ];

    assert_eq!(complaints(attacks).await, [""; 0]);
}

#[tokio::test]
async fn variables_do_not_reach_the_stack() {
    let (api, _) = api(&World::start().await);
    let body = format!("{{\"query\":\"{{hello}}\",\"variables\":{{\"a\":{}", "[".repeat(60_000));

    assert_eq!(complaint(&api, "lists", body).await, None);
}

#[tokio::test]
async fn an_honest_document_of_the_largest_size_is_answered() {
    let (api, _) = api(&World::start().await);
    let fields: String = (0..super::precheck::LARGEST).map(|n| format!("a{n}:hello ")).collect();
    let body = json!({ "query": format!("{{ {fields} }}") }).to_string();

    assert_eq!(ask(&api, request_of(body)).await.status, 200);
}
