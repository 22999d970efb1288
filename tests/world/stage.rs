//! Where a scenario is played: the world is set up as the scenario asks, and whatever it did, the end is checked.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{Ctx, Database, clock::Clock, ids::Ids, vault::Vault};

use super::{Kind, World, database::Fresh, front::Front, node, outside::Outside, pg};

/// Where time stands in most worlds: an afternoon in the middle of a month, far from its ends, and long past, so that nothing that the
/// vendors date today can be taken for older than it is.
const AFTERNOON: &str = "2026-03-10T15:04:05.678901Z";

/// How much a scenario does: a little with every change, and all that its text says when `CLERK_TESTS=full`.
#[expect(clippy::disallowed_methods, reason = "a choice of whoever runs the tests, not of the program")]
pub(crate) fn sized<T>(little: T, full: T) -> T {
    if std::env::var("CLERK_TESTS").is_ok_and(|size| size == "full") { full } else { little }
}

/// A stage.
pub(crate) struct Stage {
    kind: Kind,
    node_count: usize,
    clock: Clock,
    settings: Vec<(String, String)>,
    world: Option<World>,
}

impl Stage {
    fn new(kind: Kind) -> Self {
        let afternoon: DateTime<Utc> = AFTERNOON.parse().expect("a time");
        Self { kind, node_count: 1, clock: Clock::standing_at(afternoon), settings: Vec::new(), world: None }
    }

    /// With so many nodes instead of one; with none they are started later.
    pub(crate) fn nodes(&mut self, count: usize) -> &mut Self {
        self.node_count = count;
        self
    }

    /// Time stands where the vendors' time is at the beginning, for scenarios in which we ask them what happened when.
    pub(crate) fn in_present_time(&mut self) -> &mut Self {
        self.clock = Clock::standing_at(Clock::default().now());
        self
    }

    /// Time stands at an instant.
    pub(crate) fn at(&mut self, instant: &str) -> &mut Self {
        self.clock = Clock::standing_at(instant.parse().expect("a time"));
        self
    }

    /// Time runs as it does, for programs in processes of their own.
    pub(crate) fn in_running_time(&mut self) -> &mut Self {
        self.clock = Clock::default();
        self
    }

    /// With a key of the configuration, such as `SLACK__BURST`.
    pub(crate) fn with(&mut self, key: &str, value: &str) -> &mut Self {
        self.settings.push((format!("CLERK__{key}"), value.to_owned()));
        self
    }

    /// A world in which nobody has installed Clerk yet.
    pub(crate) async fn world(&mut self) -> &mut World {
        let fresh = Fresh::new(self.kind).await;
        let front = Front::open(self.clock.clone()).await;
        let outside = Arc::new(Outside::start(front.url()).await);
        let mut settings = node::settings(&outside, &fresh.url, &front.url());
        settings.extend(self.settings.iter().cloned());
        let watch = watch(&fresh.url, self.clock.clone()).await;
        let clock = self.clock.clone();
        let (nodes, left) = (Vec::new(), Vec::new());
        let mut world =
            World { outside, front, clock, kind: self.kind, nodes, settings, watch, fresh, team: None, left };
        for _ in 0..self.node_count {
            world.starts_node().await;
        }
        self.world.insert(world)
    }

    /// The clinic, served by the real program in a process of its own, whose silence is noticed after three seconds.
    pub(crate) async fn clinic_with_program(&mut self) -> &mut World {
        self.nodes(0).in_running_time().with("WORKERS__LEASE_SECS", "3").with("WORKERS__HEARTBEAT_SECS", "1");
        let world = self.world().await;
        world.starts_program("api,workers").await;
        world.installs().await;
        world.claims_number().await;
        world
    }

    /// A world in which a dental clinic has installed Clerk and has a number.
    pub(crate) async fn clinic(&mut self) -> &mut World {
        let world = self.world().await;
        world.installs().await;
        world.claims_number().await;
        world
    }
}

async fn watch(url: &str, clock: Clock) -> Ctx {
    let database = Database::open(url, 2).await.expect("the database opens");
    let key: [u8; 32] = hex::decode(node::MASTER_KEY).expect("digits").try_into().expect("32 bytes");
    Ctx { database, clock, ids: Ids::default(), vault: Vault::new(&key), public_url: "http://clerk.example".into() }
}

/// Whether the machine has such a database.
pub(crate) fn is_offered(kind: Kind) -> bool {
    kind == Kind::Sqlite || pg::server().is_some()
}

/// Plays a scenario on a kind of database.
pub(crate) async fn play(kind: Kind, name: &str, scenario: impl AsyncFnOnce(&mut Stage)) {
    if !is_offered(kind) {
        pg::say(&format!("skipped, because there is no PostgreSQL: {name}"));
        return;
    }
    let mut stage = Stage::new(kind);
    scenario(&mut stage).await;
    stage.world.expect("a scenario opens a world").finish().await;
}
