//! Starts a node: database, sandbox, providers, server, workers; and stops it in the reverse order.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use clap::ValueEnum;
use domain::{Ctx, clock::Clock, outbox::Pacing};
use futures_util::future::BoxFuture;
use sandbox::{Pace, Sandbox};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use workers::Workers;

use super::{Connected, connect, database};
use crate::{
    config::{Config, Keys},
    telemetry::Metrics,
};

/// A part of the program that can run on a node of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Answers requests and webhooks.
    Api,
    /// Does what was promised, and reconciles.
    Workers,
}

/// A program that runs.
pub struct Running {
    /// Address that the server is bound to; none when this node has no server.
    pub bound: Option<SocketAddr>,
    /// What people may open, as name and address, in the order to print.
    pub places: Vec<(&'static str, String)>,
    /// What the domain works with.
    pub ctx: Ctx,
    parts: JoinSet<Result<()>>,
    stop: CancellationToken,
    sandbox: Option<Sandbox>,
}

impl Running {
    /// Returns only when a part that should run for ever has ended by itself, with what it said.
    pub async fn failed(&mut self) -> anyhow::Error {
        match self.parts.join_next().await {
            None => std::future::pending().await,
            Some(Ok(Ok(()))) => anyhow::anyhow!("A part of the program ended by itself."),
            Some(Ok(Err(error))) => error,
            Some(Err(error)) => anyhow::anyhow!("A part of the program broke down: {error}"),
        }
    }

    /// Takes no new work, lets running work finish within `server.drain_secs`, and closes the database.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.parts.join_next().await.is_some() {}
        if let Some(sandbox) = self.sandbox.take() {
            sandbox.stop().await;
        }
        self.ctx.database.close().await;
    }
}

/// Starts everything that the configuration and the roles ask for: migrates the database, starts the sandbox when it is on and points
/// the providers at it, then the server and the workers.
///
/// # Errors
/// When the database does not open or migrate, or the address is taken.
pub async fn start(config: &Config, keys: &Keys, roles: &[Role], metrics: &Metrics) -> Result<Running> {
    start_at(config, keys, roles, metrics, Clock::default()).await
}

/// The same by another clock, for worlds whose time is turned by hand.
///
/// # Errors
/// When the database does not open or migrate, or the address is taken.
pub async fn start_at(
    config: &Config,
    keys: &Keys,
    roles: &[Role],
    metrics: &Metrics,
    clock: Clock,
) -> Result<Running> {
    let ctx = database::context(config, keys, clock).await?;
    if config.database.migrate {
        for name in database::bring_up(&ctx.database).await? {
            tracing::info!("Applied the migration {name}.");
        }
    }
    let listener = if roles.contains(&Role::Api) { Some(bind(config).await?) } else { None };
    let bound = listener.as_ref().map(TcpListener::local_addr).transpose()?;
    let public_url = config.server.public_url_at(bound.unwrap_or(config.server.listen));
    let ctx = Ctx { public_url: public_url.as_str().into(), ..ctx };
    let sandbox = start_sandbox(config, &public_url).await?;
    let connected = connect(config, &public_url, sandbox.as_ref())?;
    let stop = CancellationToken::new();
    let mut parts = JoinSet::new();
    if let Some(listener) = listener {
        let app = api::app(api_state(config, &ctx, &connected, &public_url, metrics), mounted(sandbox.as_ref()));
        let drain = Duration::from_secs(config.server.drain_secs);
        let stop = stop.clone();
        parts.spawn(async move {
            Ok(api::serve(listener, app, stop.cancelled_owned(), drain, api::Limits::default()).await?)
        });
    }
    if roles.contains(&Role::Workers) {
        let workers = Workers {
            ctx: ctx.clone(),
            carrier: connected.carrier,
            chat: connected.chat,
            web: connected.web,
            settings: settings(config),
        };
        let stop = stop.clone();
        parts.spawn(async move {
            workers::run(workers, stop).await;
            Ok(())
        });
    }
    let places = places(&public_url, bound.is_some(), sandbox.as_ref());
    Ok(Running { bound, places, ctx, parts, stop, sandbox })
}

async fn bind(config: &Config) -> Result<TcpListener> {
    let address = config.server.listen;
    TcpListener::bind(address).await.with_context(|| {
        format!("The address {address} cannot be listened on. Is another Clerk running? `CLERK__SERVER__LISTEN=127.0.0.1:0` picks a free port.")
    })
}

async fn start_sandbox(config: &Config, public_url: &str) -> Result<Option<Sandbox>> {
    if !config.is_sandbox() {
        return Ok(None);
    }
    let options = sandbox::Options {
        listen: config.server.listen.ip(),
        twilio_port: config.sandbox.twilio_port,
        slack_port: config.sandbox.slack_port,
        clerk_url: public_url.to_owned(),
        state_file: config.sqlite_path().map(|database| database.with_extension("sandbox.json")),
        pace: Pace { enforce_limits: config.sandbox.enforce_limits, ..Pace::demo() },
    };
    let started = sandbox::start(options).await.context("The sandbox's servers could not be started")?;
    started.register(&providers::chat::slack::manifest(public_url));
    Ok(Some(started))
}

fn mounted(sandbox: Option<&Sandbox>) -> Vec<(&'static str, poem::endpoint::BoxEndpoint<'static>)> {
    use poem::EndpointExt;
    sandbox.map(|sandbox| ("/sandbox", sandbox.page().map_to_response().boxed())).into_iter().collect()
}

fn api_state(config: &Config, ctx: &Ctx, connected: &Connected, public_url: &str, metrics: &Metrics) -> api::ApiState {
    let metrics = metrics.clone();
    let hooks = connected.hooks.iter();
    api::ApiState {
        ctx: ctx.clone(),
        carrier: connected.carrier.clone(),
        chat: connected.chat.clone(),
        web: connected.web.clone(),
        webhooks: hooks
            .fold(api::Webhooks::default(), |all, (name, hook)| all.with(name, hook.path, hook.webhook.clone())),
        settings: api::Settings {
            public_url: public_url.to_owned(),
            webhook_timeout: Duration::from_millis(config.server.webhook_timeout_ms),
            metrics: Arc::new(move || metrics.render()),
            probes: vec![migrated(ctx)],
            schedules: schedules(config),
            chat_scopes: providers::chat::slack::BOT_SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
        },
    }
}

/// Ready means also that the database has every migration of this program.
fn migrated(ctx: &Ctx) -> api::Probe {
    let database = ctx.database.clone();
    let look = move || -> BoxFuture<'static, Result<(), String>> {
        let database = database.clone();
        Box::pin(async move {
            match database::missing(&database).await {
                Ok(0) => Ok(()),
                Ok(count) => Err(format!("{count} migrations are missing; run `clerk migrate`")),
                Err(_) => Err("the migrations cannot be listed".to_owned()),
            }
        })
    };
    api::Probe { name: "migrations", look: Arc::new(look) }
}

fn schedules(config: &Config) -> Vec<api::state::Schedule> {
    let settings = settings(config);
    let schedule = |(name, description): &(&str, &str)| api::state::Schedule {
        name: (*name).to_owned(),
        description: (*description).to_owned(),
        every: workers::every(&settings, name),
    };
    workers::RECONCILERS.iter().map(schedule).collect()
}

fn settings(config: &Config) -> workers::Settings {
    workers::Settings {
        node: node_name(),
        version: env!("CARGO_PKG_VERSION"),
        concurrency: config.workers.concurrency,
        lease: Duration::from_secs(config.workers.lease_secs),
        heartbeat: Duration::from_secs(config.workers.heartbeat_secs),
        pacing: pacing(config),
        send_read_backs: config.twilio.read_back_secs.iter().copied().map(Duration::from_secs).collect(),
        carrier_every: Duration::from_secs(config.reconcile.carrier_secs),
        carrier_window: Duration::from_secs(config.reconcile.carrier_window_hours * 3_600),
        installations_every: Duration::from_secs(config.reconcile.installations_secs),
        channels_every: Duration::from_secs(config.reconcile.channels_secs),
        install_path: api::INSTALL_PATH,
        drain: Duration::from_secs(config.server.drain_secs),
    }
}

fn pacing(config: &Config) -> Pacing {
    let rate = config.slack.posts_per_second;
    let gap = if rate > 0.0 { Duration::from_secs_f64(1.0 / rate) } else { Duration::ZERO };
    Pacing { gap, burst: config.slack.burst }
}

/// Machine, process and a random part, because a restarted process may get the number of the one before.
fn node_name() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = if machine.trim().is_empty() { "node" } else { machine.trim() };
    format!("{machine}:{}:{}", std::process::id(), domain::vault::random_hex(3))
}

fn places(public_url: &str, has_server: bool, sandbox: Option<&Sandbox>) -> Vec<(&'static str, String)> {
    let mut places = Vec::new();
    if has_server {
        places.push(("API", format!("{public_url}/graphql")));
        places.push(("Install", format!("{public_url}/slack/install")));
        places.push(("Health", format!("{public_url}/readyz")));
    }
    if let Some(sandbox) = sandbox {
        places.insert(0, ("Sandbox", format!("{public_url}/sandbox/")));
        places.push(("Twilio", format!("{} (simulated)", sandbox.twilio_url())));
        places.push(("Slack", format!("{} (simulated)", sandbox.slack_url())));
    }
    places
}
