//! The way of a person through an installation, and the ways on which nothing must be installed.

use chrono::TimeDelta;
use domain::{
    contracts::{Answer, chat::ChatRefusal},
    workspaces::{self, WorkspaceFilter},
};
use reqwest::{Response, header};

use crate::tests::{TEAM, Wish, World, providers::away};

const HTTPS: &str = "https://clerk.example";

/// What a browser has after it began: its cookie, and the state that the chat sends back.
struct Begun {
    cookie: String,
    state: String,
}

async fn begin(world: &World) -> Begun {
    let answer = world.get("/slack/install").await;
    assert_eq!(answer.status().as_u16(), 303);
    let address = header_of(&answer, header::LOCATION);
    let state = address.split(['?', '&']).find_map(|part| part.strip_prefix("state=")).expect("a state");
    Begun { cookie: given(&answer).remove(0), state: state.to_owned() }
}

async fn come_back(world: &World, cookie: &str, query: &str) -> Response {
    let address = world.at(&format!("/slack/oauth/callback?{query}"));
    world.client.get(address).header(header::COOKIE, cookie).send().await.expect("an answer")
}

fn header_of(answer: &Response, name: header::HeaderName) -> String {
    answer.headers()[name].to_str().expect("ASCII").to_owned()
}

/// Cookies that an answer gives, as `name=value`.
fn given(answer: &Response) -> Vec<String> {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("ASCII"));
    cookies.map(|cookie| cookie.split(';').next().expect("a pair").to_owned()).collect()
}

async fn workspace_count(world: &World) -> u64 {
    workspaces::count(&world.ctx, &WorkspaceFilter::default()).await.expect("a count")
}

/// Status and page of a return that must install nothing.
async fn refused(world: &World, cookie: &str, query: &str) -> (u16, String) {
    let answer = come_back(world, cookie, query).await;
    assert_eq!(workspace_count(world).await, 0);
    (answer.status().as_u16(), answer.text().await.expect("a page"))
}

#[tokio::test]
async fn a_person_is_sent_to_the_chat_with_a_state_that_only_this_browser_holds() {
    let world = World::start().await;

    let answer = world.get("/slack/install").await;

    let address = header_of(&answer, header::LOCATION);
    assert!(address.starts_with("https://chat.example/authorize?state="), "{address}");
    assert!(address.ends_with(&format!("redirect_uri={}/slack/oauth/callback", world.public_url)), "{address}");
    let cookie = header_of(&answer, header::SET_COOKIE);
    assert!(cookie.starts_with("clerk_install="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(header_of(&answer, header::REFERRER_POLICY), "no-referrer");
    assert_eq!(header_of(&answer, header::CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn behind_tls_the_cookie_is_of_this_host_and_never_sent_without_tls() {
    let world = World::wished(Wish { public_url: Some(HTTPS), ..Wish::default() }).await;

    let cookie = header_of(&world.get("/slack/install").await, header::SET_COOKIE);

    assert!(cookie.starts_with("__Host-clerk_install="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_return_installs_and_ends_at_an_address_without_the_code() {
    let world = World::start().await;
    let begun = begin(&world).await;

    let answer = come_back(&world, &begun.cookie, &format!("code=c1&state={}", begun.state)).await;

    assert_eq!(answer.status().as_u16(), 303);
    assert_eq!(header_of(&answer, header::LOCATION), format!("{}/slack/installed", world.public_url));
    assert_eq!(header_of(&answer, header::REFERRER_POLICY), "no-referrer");
    let workspace = workspaces::by_team(&world.ctx, TEAM).await.expect("an answer").expect("a workspace");
    assert_eq!(workspace.name, "Bäckerei <Süß> & Söhne");
    let exchanged = world.chat.exchanged.lock().expect("nobody panicked").clone();
    assert_eq!(exchanged, [("c1".to_owned(), format!("{}/slack/oauth/callback", world.public_url))]);
}

#[tokio::test]
async fn the_last_page_names_the_team_and_only_as_text() {
    let world = World::start().await;
    let begun = begin(&world).await;
    let answer = come_back(&world, &begun.cookie, &format!("code=c1&state={}", begun.state)).await;
    let cookies = given(&answer).join("; ");

    let page =
        world.client.get(world.at("/slack/installed")).header(header::COOKIE, cookies).send().await.expect("a page");

    let policy = header_of(&page, header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = page.text().await.expect("a page");
    assert!(page.contains("<h1>Clerk is connected to Bäckerei &lt;Süß&gt; &amp; Söhne</h1>"), "{page}");
    assert!(!page.contains("/sandbox/"), "{page}");
}

#[tokio::test]
async fn the_last_page_leads_to_the_sandbox_where_there_is_one() {
    use poem::{EndpointExt, IntoResponse, endpoint::make_sync};
    let sandbox = make_sync(|_| "sandbox".into_response()).boxed();
    let world = World::wished(Wish { extra: vec![("/sandbox", sandbox)], ..Wish::default() }).await;

    let page = world.get("/slack/installed").await.text().await.expect("a page");

    assert!(page.contains("href=\"/sandbox/\""), "{page}");
}

#[tokio::test]
async fn a_state_works_once() {
    let world = World::start().await;
    let begun = begin(&world).await;
    let query = format!("code=c1&state={}", begun.state);
    come_back(&world, &begun.cookie, &query).await;

    let again = come_back(&world, &begun.cookie, &query).await;

    assert_eq!(again.status().as_u16(), 410);
    assert_eq!(world.chat.exchange_count(), 1);
}

#[tokio::test]
async fn a_state_works_for_ten_minutes() {
    let world = World::standing().await;
    let (in_time, too_late) = (begin(&world).await, begin(&world).await);

    world.ctx.clock.turn(TimeDelta::minutes(9));
    let first = come_back(&world, &in_time.cookie, &format!("code=c1&state={}", in_time.state)).await;
    world.ctx.clock.turn(TimeDelta::minutes(2));
    let second = come_back(&world, &too_late.cookie, &format!("code=c2&state={}", too_late.state)).await;

    assert_eq!((first.status().as_u16(), second.status().as_u16()), (303, 410));
}

#[tokio::test]
async fn a_return_in_another_browser_installs_nothing_and_leaves_the_right_one_its_chance() {
    let world = World::start().await;
    let (mine, theirs) = (begin(&world).await, begin(&world).await);
    let query = format!("code=c1&state={}", mine.state);

    let without_cookie = refused(&world, "", &query).await;
    let with_another = refused(&world, &theirs.cookie, &query).await;
    let with_two = refused(&world, &format!("{}; {}", mine.cookie, theirs.cookie), &query).await;

    assert_eq!([without_cookie.0, with_another.0, with_two.0], [403; 3]);
    assert_eq!(world.chat.exchange_count(), 0);
    assert_eq!(come_back(&world, &mine.cookie, &query).await.status().as_u16(), 303);
}

#[tokio::test]
async fn a_state_that_was_never_given_out_is_refused_even_with_its_cookie() {
    let world = World::start().await;
    let cookie = format!("clerk_install={}", domain::vault::fingerprint("made-up"));

    let (status, _) = refused(&world, &cookie, "code=c1&state=made-up").await;

    assert_eq!((status, world.chat.exchange_count()), (410, 0));
}

#[tokio::test]
async fn who_declines_is_told_that_nothing_was_installed() {
    let world = World::start().await;
    let begun = begin(&world).await;

    let (status, page) = refused(&world, &begun.cookie, &format!("error=access_denied&state={}", begun.state)).await;

    assert_eq!(status, 200);
    assert!(page.contains("Nothing was installed") && page.contains("href=\"/slack/install\""), "{page}");
}

#[tokio::test]
async fn an_error_of_the_chat_is_shown_when_it_is_a_word() {
    let world = World::start().await;

    let (status, page) = refused(&world, "", "error=invalid_scope").await;
    let (_, forged) = refused(&world, "", "error=Call+0900+now&error_description=x").await;

    assert_eq!(status, 400);
    assert!(page.contains("“invalid_scope”"), "{page}");
    assert!(!forged.contains("0900"), "{forged}");
}

#[tokio::test]
async fn an_address_with_something_missing_or_doubled_is_not_complete() {
    let world = World::start().await;
    let Begun { cookie, state } = begin(&world).await;

    let queries = [
        String::new(),
        "code=c1".to_owned(),
        format!("state={state}"),
        format!("code=&state={state}"),
        format!("code=c1&code=c2&state={state}"),
        format!("code={}&state={state}", "c".repeat(1025)),
    ];
    let statuses = [
        refused(&world, &cookie, &queries[0]).await.0,
        refused(&world, &cookie, &queries[1]).await.0,
        refused(&world, &cookie, &queries[2]).await.0,
        refused(&world, &cookie, &queries[3]).await.0,
        refused(&world, &cookie, &queries[4]).await.0,
        refused(&world, &cookie, &queries[5]).await.0,
    ];

    assert_eq!(statuses, [400; 6]);
}

#[tokio::test]
async fn missing_permissions_are_named() {
    let world = World::start().await;
    let begun = begin(&world).await;
    let needed = Some("channels:join,files:write".to_owned());
    world.chat.answers(Ok(Answer::Refused(ChatRefusal::NotAllowed { code: "missing_scope".to_owned(), needed })));

    let (status, page) = refused(&world, &begun.cookie, &format!("code=c1&state={}", begun.state)).await;

    assert_eq!(status, 403);
    assert!(page.contains("channels:join,files:write"), "{page}");
}

#[tokio::test]
async fn a_code_that_the_chat_does_not_accept_is_told_with_its_reason() {
    let world = World::start().await;
    let begun = begin(&world).await;
    world.chat.answers(Ok(Answer::Refused(ChatRefusal::Other("invalid_code".to_owned()))));

    let (status, page) = refused(&world, &begun.cookie, &format!("code=c1&state={}", begun.state)).await;

    assert_eq!(status, 400);
    assert!(page.contains("“invalid_code”"), "{page}");
}

#[tokio::test]
async fn a_chat_that_does_not_answer_means_try_again() {
    let world = World::start().await;
    let begun = begin(&world).await;
    world.chat.answers(away());

    let (status, page) = refused(&world, &begun.cookie, &format!("code=c1&state={}", begun.state)).await;

    assert_eq!(status, 503);
    assert!(page.contains("start again"), "{page}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_means_try_again() {
    let world = World::start().await;
    world.ctx.database.clone().close().await;

    let answer = world.get("/slack/install").await;

    assert_eq!(answer.status().as_u16(), 503);
    assert!(answer.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_from_the_request() {
    let world = World::start().await;

    let asked =
        world.client.get(world.at("/slack/install?next=https://evil.example&redirect_uri=https://evil.example"));
    let answer = asked.header(header::HOST, "evil.example").send().await.expect("an answer");

    assert!(!header_of(&answer, header::LOCATION).contains("evil"));
}

#[tokio::test]
async fn who_comes_by_another_name_of_the_machine_is_first_sent_to_the_public_one() {
    let world = World::wished(Wish { public_url: Some("http://localhost:8080"), ..Wish::default() }).await;

    let by_number = world.get("/slack/install").await;
    let by_name = world
        .client
        .get(world.at("/slack/install"))
        .header(header::HOST, "localhost:8080")
        .send()
        .await
        .expect("an answer");

    assert_eq!(header_of(&by_number, header::LOCATION), "http://localhost:8080/slack/install");
    assert!(header_of(&by_name, header::LOCATION).starts_with("https://chat.example/"));
}
