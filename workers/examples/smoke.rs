//! temporary
use std::{sync::Arc, time::Duration};
use domain::{Ctx, Database, clock::Clock, ids::Ids, vault::Vault, contracts::{webhook::*, Answer, chat::Installed}};
use poem::{EndpointExt, Route, Server, handler, web::Data, Request as Req, Body, listener::TcpListener};
use providers::Hook;
use migrations::MigratorTrait;

#[derive(Clone)]
struct S { ctx: Ctx, hooks: Vec<Hook> }

#[handler]
async fn hook(req: &Req, body: Body, s: Data<&S>) -> poem::Response {
    let bytes = body.into_bytes_limit(1<<20).await.unwrap();
    let path = req.original_uri().path_and_query().unwrap().to_string();
    let hook = s.hooks.iter().find(|h| h.path == req.original_uri().path()).unwrap();
    let header = |n: &str| req.headers().get(n).and_then(|v| v.to_str().ok());
    let r = Request { path_and_query: &path, header: &header, body: &bytes, received_at: s.ctx.now() };
    let v = match hook.webhook.verify(&r) { Ok(v) => v, Err(e) => { println!("REFUSED {e} {path}"); return poem::Response::builder().status(poem::http::StatusCode::FORBIDDEN).finish(); } };
    let p = hook.webhook.parse(&v).unwrap();
    match domain::inbox::accept(&s.ctx, &p.envelopes).await { Ok(_) => poem::Response::builder().body(p.reply.body), Err(e) => { println!("ACCEPT {}", e.cause()); poem::Response::builder().status(poem::http::StatusCode::SERVICE_UNAVAILABLE).finish() } }
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().with_env_filter("info,sqlx=warn").init();
    let url = std::env::args().nth(1).unwrap();
    let database = Database::open(&url, 16).await.unwrap();
    migrations::Migrator::up(database.writer(), None).await.unwrap();
    let ctx = Ctx { database, clock: Clock::default(), ids: Ids::default(), vault: Vault::new(&[7;32]) };
    let sb = sandbox::start(sandbox::Options { listen: [127,0,0,1].into(), twilio_port: 0, slack_port: 0, clerk_url: "http://127.0.0.1:18080".into(), state_file: None, pace: sandbox::Pace::brisk() }).await.unwrap();
    let c = sandbox::credentials();
    let tw = providers::carrier::twilio::open(providers::carrier::twilio::Config { account_sid: c.twilio_account_sid, auth_token: providers::Rotating::only(c.twilio_auth_token.into()), api_url: sb.twilio_url(), public_url: "http://127.0.0.1:18080".into() }).unwrap();
    let sl = providers::chat::slack::open(providers::chat::slack::Config { client_id: c.slack_client_id, client_secret: c.slack_client_secret.into(), signing_secret: providers::Rotating::only(c.slack_signing_secret.into()), api_url: sb.slack_url(), authorize_url: sb.slack_authorize_url() }).unwrap();
    let s = S { ctx: ctx.clone(), hooks: tw.hooks.iter().chain(&sl.hooks).cloned().collect() };
    let app = Route::new().at("/webhooks/*p", poem::post(hook)).nest("/sandbox", sb.page()).data(s);
    tokio::spawn(Server::new(TcpListener::bind("127.0.0.1:18080")).run(app));
    let w = workers::Workers { ctx: ctx.clone(), carrier: tw.calls.clone(), chat: sl.calls.clone(), settings: workers::Settings { node: "n1".into(), version: "x", concurrency: 16, lease: Duration::from_secs(30), heartbeat: Duration::from_secs(10), pacing: domain::outbox::Pacing { gap: Duration::ZERO, burst: 5 }, send_read_backs: vec![Duration::from_secs(1), Duration::from_secs(2)], carrier_every: Duration::from_secs(60), carrier_window: Duration::from_secs(172800), drain: Duration::from_secs(5) } };
    tokio::spawn(workers::run(w, tokio_util::sync::CancellationToken::new()));
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let state = "x".repeat(64);
    let u = format!("{}&auto=1", sl.calls.install_url(&state, "http://127.0.0.1:18080/slack/oauth/callback"));
    let r = http.get(&u).send().await.unwrap();
    let loc = r.headers().get("location").unwrap().to_str().unwrap().to_owned();
    println!("{loc}");
    let code = reqwest::Url::parse(&loc).unwrap().query_pairs().find(|(k,_)| k=="code").unwrap().1.to_string();
    let inst: Installed = match sl.calls.exchange_code(&code, "http://127.0.0.1:18080/slack/oauth/callback").await { Ok(Answer::Done(i)) => i, o => panic!("{o:?}") };
    let ws = domain::workspaces::install(&ctx, &inst).await.unwrap();
    domain::usage::grant(&ctx, &Default::default(), ws.id, 100000, "x").await.unwrap();
    println!("installed {}", ws.slug);
    let _keep: Arc<()> = Arc::new(());
    tokio::time::sleep(Duration::from_secs(600)).await;
    drop(sb);
}
