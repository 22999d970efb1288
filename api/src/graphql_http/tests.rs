//! GraphQL over HTTP as clients see it, over a small schema of its own: the same rules hold whatever the schema.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_graphql::{Context, EmptySubscription, Object, Schema};
use chrono::TimeDelta;
use domain::{
    By,
    members::{self, NewToken, Permission},
};
use poem::http::header;
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::{graphql::Viewer, tests::World};

pub(super) struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "hi"
    }

    async fn word(&self, word: String) -> String {
        word
    }

    async fn echo(&self, n: Option<i32>) -> Option<i32> {
        n
    }

    async fn itself(&self) -> Query {
        Query
    }

    async fn is_signed_in(&self, ctx: &Context<'_>) -> bool {
        ctx.data_unchecked::<Viewer>().is_signed_in()
    }

    async fn broken(&self) -> async_graphql::Result<i32> {
        Err("It is broken.".into())
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }

    async fn long(&self) -> String {
        "a".repeat(6 * 1024 * 1024)
    }
}

#[derive(Default)]
pub(super) struct Mutation(Arc<AtomicU32>);

#[Object]
impl Mutation {
    async fn add(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

pub(super) type Api = GraphqlHttp<Schema<Query, Mutation, EmptySubscription>>;

/// An answer, taken apart.
pub(super) struct Told {
    pub(super) status: u16,
    headers: header::HeaderMap,
    body: Value,
}

impl Told {
    fn media(&self) -> &str {
        self.headers["content-type"].to_str().expect("ASCII")
    }

    fn code(&self) -> &Value {
        &self.body["errors"][0]["extensions"]["code"]
    }
}

/// The API, and how often its mutation ran.
pub(super) fn api(world: &World) -> (Api, Arc<AtomicU32>) {
    let mutation = Mutation::default();
    let count = mutation.0.clone();
    (GraphqlHttp::new(world.ctx.clone(), Schema::new(Query, mutation, EmptySubscription)), count)
}

pub(super) async fn ask(api: &Api, request: Request) -> Told {
    let answer = api.call(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = body.into_bytes().await.expect("a body");
    let body = serde_json::from_slice(&body).expect("JSON");
    Told { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// One after another.
async fn ask_each(api: &Api, requests: impl IntoIterator<Item = Request>) -> Vec<Told> {
    let mut told = Vec::new();
    for request in requests {
        told.push(ask(api, request).await);
    }
    told
}

fn request(accept: &str, body: &Value) -> Request {
    Request::builder()
        .method(Method::POST)
        .content_type("application/json")
        .header("accept", accept)
        .body(body.to_string())
}

fn query(text: &str) -> Request {
    request("application/graphql-response+json", &json!({ "query": text }))
}

fn get(parameters: &str) -> Request {
    let uri = format!("/graphql?{parameters}").parse().expect("a path");
    Request::builder().method(Method::GET).uri(uri).header("accept", "application/graphql-response+json").finish()
}

fn of_type(media: &str) -> Request {
    Request::builder().method(Method::POST).header("content-type", media).body(r#"{"query":"mutation { add }"}"#)
}

fn with_token(text: &str, authorization: &str) -> Request {
    let mut request = query(text);
    request.headers_mut().insert("authorization", authorization.parse().expect("ASCII"));
    request
}

async fn token(world: &World, expires_in: Option<TimeDelta>) -> (members::ApiToken, String) {
    let expires_at = expires_in.map(|time| world.ctx.now() + time);
    let new = NewToken {
        workspace: None,
        name: "test".to_owned(),
        permissions: vec![Permission::PlatformOperate],
        expires_at,
    };
    let (token, secret) = members::create_token(&world.ctx, &By::default(), new).await.expect("a token");
    (token, format!("Bearer {}", secret.expose_secret()))
}

#[tokio::test]
async fn an_operation_is_answered_in_the_media_type_that_the_client_prefers() {
    let (api, _) = api(&World::start().await);
    let asked = json!({ "query": "{ hello }" });

    let accepts = [
        "application/json",
        "application/graphql-response+json",
        "*/*",
        "application/json;q=0.5, application/graphql-response+json",
    ];
    let answers = ask_each(&api, accepts.map(|accept| request(accept, &asked))).await;

    let medias: Vec<_> = answers.iter().map(Told::media).collect();
    let [json, graphql] = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"];
    assert_eq!(medias, [json, graphql, json, graphql]);
    assert!(answers.iter().all(|told| told.status == 200 && told.body == json!({ "data": { "hello": "hi" } })));
}

#[tokio::test]
async fn a_client_that_says_nothing_gets_json_and_one_that_wants_something_else_nothing() {
    let (api, _) = api(&World::start().await);
    let body = r#"{"query":"{ hello }"}"#;

    let silent = ask(&api, Request::builder().method(Method::POST).content_type("application/json").body(body)).await;
    let picky = ask(&api, request("text/html, application/json;q=0", &json!({ "query": "{ hello }" }))).await;

    assert_eq!((silent.status, silent.media()), (200, "application/json; charset=utf-8"));
    assert_eq!(picky.status, 406);
}

#[tokio::test]
async fn what_a_browser_sends_across_sites_without_asking_is_not_read() {
    let (api, count) = api(&World::start().await);

    let medias = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/json; charset=iso-8859-1",
        "",
    ];
    let answers = ask_each(&api, medias.map(of_type)).await;

    assert!(
        answers.iter().all(|told| told.status == 415),
        "{:?}",
        answers.iter().map(|told| told.status).collect::<Vec<_>>()
    );
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn json_may_say_that_it_is_utf_8() {
    let (api, count) = api(&World::start().await);

    let answer = ask(&api, of_type("Application/JSON; Charset=\"UTF-8\"")).await;

    assert_eq!((answer.status, count.load(Ordering::Relaxed)), (200, 1));
}

#[tokio::test]
async fn a_query_may_be_sent_with_get_and_a_mutation_may_not() {
    let (api, count) = api(&World::start().await);

    let query = ask(&api, get("query=query($n:Int){echo(n:$n)}&variables=%7B%22n%22:7%7D")).await;
    let mutation = ask(&api, get("query=mutation{add}")).await;
    let hidden = ask(&api, get("query=query+A{hello}mutation+B{add}&operationName=B")).await;

    assert_eq!((query.status, query.body), (200, json!({ "data": { "echo": 7 } })));
    assert_eq!((mutation.status, hidden.status), (405, 405));
    assert_eq!(mutation.headers["allow"], "POST");
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_character_zero_is_left_out_of_variables() {
    let (api, _) = api(&World::start().await);

    let body = json!({ "query": "query($word: String!) { word(word: $word) }", "variables": { "word": "a\0b" } });
    let answer = ask(&api, request("application/json", &body)).await;

    assert_eq!(answer.body, json!({ "data": { "word": "ab" } }));
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let (api, _) = api(&World::start().await);

    let answer = ask(&api, Request::builder().method(Method::DELETE).finish()).await;

    assert_eq!((answer.status, &answer.headers["allow"]), (405, &"GET, POST".parse().expect("ASCII")));
}

#[tokio::test]
async fn what_is_no_request_is_a_bad_one_in_either_media_type() {
    let (api, _) = api(&World::start().await);

    let bodies = [
        "",
        "nonsense",
        "{}",
        r#"{"query":1}"#,
        r#"{"query":"  "}"#,
        r#"{"query":"{hello}","variables":[]}"#,
        r#"["{hello}"]"#,
        r#"{"query":"{hello}","query":"{hello}"}"#,
        r#"{"query":"{word(word:\"a\\u0000b\")}"}"#,
    ];
    let asked = bodies.map(|body| {
        let post = |accept: &str| {
            Request::builder().method(Method::POST).content_type("application/json").header("accept", accept).body(body)
        };
        [post("application/json"), post("application/graphql-response+json")]
    });
    let answers = ask_each(&api, asked.into_iter().flatten()).await;

    assert!(
        answers
            .iter()
            .all(|told| told.status == 400 && *told.code() == "BAD_REQUEST" && told.body.get("data").is_none())
    );
}

#[tokio::test]
async fn a_batch_is_refused_with_a_sentence_and_none_of_it_runs() {
    let (api, count) = api(&World::start().await);

    let batch = json!([{ "query": "mutation { add }" }, { "query": "mutation { add }" }]);
    let answer = ask(&api, request("application/json", &batch)).await;

    assert_eq!(answer.status, 400);
    assert!(answer.body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("one operation at a time")));
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_document_that_cannot_be_executed_has_no_data_and_the_status_of_its_media_type() {
    let (api, _) = api(&World::start().await);

    let texts =
        ["{ hello", "{ nothing }", "query A { hello } query B { hello }", "query A { hello } query A { hello }"];
    let asked = texts.map(|text| {
        let body = json!({ "query": text });
        [request("application/graphql-response+json", &body), request("application/json", &body)]
    });
    let answers = ask_each(&api, asked.into_iter().flatten()).await;

    assert_eq!(answers.iter().map(|told| told.status).collect::<Vec<_>>(), [400, 200].repeat(4));
    assert!(answers.iter().all(|told| told.body.get("data").is_none() && *told.code() == "BAD_REQUEST"));
}

#[tokio::test]
async fn an_operation_is_chosen_by_its_name() {
    let (api, _) = api(&World::start().await);
    let body = |name| json!({ "query": "query A { hello } query B { echo(n: 1) }", "operationName": name });

    let known = ask(&api, request("application/graphql-response+json", &body("B"))).await;
    let unknown = ask(&api, request("application/graphql-response+json", &body("C"))).await;

    assert_eq!(known.body, json!({ "data": { "echo": 1 } }));
    assert_eq!(unknown.status, 400);
}

#[tokio::test]
async fn an_error_while_executing_keeps_data_and_the_status_of_success() {
    let (api, _) = api(&World::start().await);

    let answer = ask(&api, query("{ broken }")).await;

    assert_eq!((answer.status, &answer.body["data"]), (200, &Value::Null));
    assert!(answer.body.as_object().is_some_and(|body| body.contains_key("data")));
}

#[tokio::test]
async fn an_error_names_the_request_that_the_log_and_the_header_name() {
    let world = World::start().await;

    let request = world.client.post(world.at("/graphql")).header("content-type", "application/json");
    let answer = request.body(r#"{"query":"{"}"#).send().await.expect("an answer");

    let id = answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    let body: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
    assert_eq!(body["errors"][0]["extensions"]["requestId"], id);
}

#[tokio::test]
async fn sixty_four_kibibytes_are_read_and_one_byte_more_is_not() {
    let (api, _) = api(&World::start().await);
    let padded = |length: usize| {
        let query = r#"{"query":"{ hello }"}"#;
        let body = format!("{query}{}", " ".repeat(length - query.len()));
        Request::builder().method(Method::POST).content_type("application/json").body(body)
    };

    let (fits, does_not) = (ask(&api, padded(64 * 1024)).await, ask(&api, padded(64 * 1024 + 1)).await);

    assert_eq!((fits.status, does_not.status), (200, 413));
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let (mut api, _) = api(&World::start().await);
    api.deadline = Duration::from_millis(20);

    let answer = ask(&api, query("{ never }")).await;

    assert_eq!((answer.status, answer.code()), (504, &json!("TIMEOUT")));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_sent() {
    let (api, _) = api(&World::start().await);

    let answer = ask(&api, query("{ long }")).await;

    assert_eq!((answer.status, &answer.body["data"]), (200, &Value::Null));
    assert!(answer.body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("5 MiB")));
}

#[tokio::test]
async fn who_brings_no_token_is_nobody_and_who_brings_a_valid_one_is_known() {
    let world = World::start().await;
    let (api, _) = api(&world);
    let (_, valid) = token(&world, None).await;

    let nobody = ask(&api, query("{ isSignedIn }")).await;
    let known = ask(&api, with_token("{ isSignedIn }", &valid)).await;

    assert_eq!(nobody.body, json!({ "data": { "isSignedIn": false } }));
    assert_eq!(known.body, json!({ "data": { "isSignedIn": true } }));
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_refused_instead_of_being_nobodys() {
    let world = World::standing().await;
    let (api, _) = api(&world);
    let (_, expired) = token(&world, Some(TimeDelta::minutes(1))).await;
    let (revoked_token, revoked) = token(&world, None).await;
    members::revoke_token(&world.ctx, &By::default(), revoked_token.id).await.expect("revoked");
    world.ctx.clock.turn(TimeDelta::minutes(2));

    let brought = [expired.as_str(), revoked.as_str(), "Bearer clk_0", "Bearer", "Basic YTpi", "clk_0"];
    let answers = ask_each(&api, brought.map(|brought| with_token("{ hello }", brought))).await;

    assert!(answers.iter().all(|told| told.status == 401 && *told.code() == "UNAUTHENTICATED"));
    let challenge = "Bearer realm=\"clerk\", error=\"invalid_token\"";
    assert!(answers.iter().all(|told| told.headers["www-authenticate"] == challenge));
}

#[tokio::test]
async fn of_two_tokens_none_is_believed() {
    let world = World::start().await;
    let (api, _) = api(&world);
    let (_, valid) = token(&world, None).await;
    let mut request = with_token("{ hello }", &valid);
    request.headers_mut().append("authorization", valid.parse().expect("ASCII"));

    assert_eq!(ask(&api, request).await.status, 401);
}

#[tokio::test]
async fn a_token_that_cannot_be_looked_up_is_not_a_wrong_one() {
    let world = World::start().await;
    let (api, _) = api(&world);
    let (_, valid) = token(&world, None).await;
    world.ctx.database.clone().close().await;

    let answer = ask(&api, with_token("{ hello }", &valid)).await;

    assert_eq!((answer.status, answer.code()), (503, &json!("UNAVAILABLE")));
}

#[tokio::test]
async fn only_who_is_known_may_ask_what_the_schema_is() {
    let world = World::start().await;
    let (api, _) = api(&world);
    let (_, valid) = token(&world, None).await;
    let text = "{ __schema { queryType { name } } }";

    let nobody = ask(&api, query(text)).await;
    let known = ask(&api, with_token(text, &valid)).await;

    assert!(!nobody.body.to_string().contains("\"Query\""), "{}", nobody.body);
    assert_eq!(known.body["data"]["__schema"]["queryType"]["name"], "Query");
}
