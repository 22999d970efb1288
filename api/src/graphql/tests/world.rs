//! A database in a temporary folder, the schema over it, and two workspaces that know nothing of each other.

use std::{sync::Arc, time::Duration};

use async_graphql::{EmptySubscription, Request, Schema};
use chrono::{DateTime, Utc};
use domain::{
    Ctx, Database,
    clock::Clock,
    contracts::{
        Answer, Outcome,
        carrier::{
            AvailableNumber, Capabilities, Carrier, CarrierRefusal, HeldKind, HeldNumber, NumberWish, OutboundText,
            SentText,
        },
        inbound::Envelope,
        media::{FetchLimits, MediaRefusal},
    },
    ids::{Ids, WorkspaceId},
    members::{self, NewToken, Permission},
    phone::PhoneNumber,
    vault::Vault,
};
use migrations::{Migrator, MigratorTrait};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{
    super::{Mutation, Query, Viewer, schema},
    seed::{self, Seeded},
};
use crate::{
    ApiState, Schedule, Settings, Webhooks,
    tests::{FakeChat, FakeWeb},
};

/// Id of every request here.
pub(super) const REQUEST_ID: &str = "req_of_a_test";

/// A world with two workspaces.
pub(super) struct World {
    pub(super) ctx: Ctx,
    pub(super) north: Seeded,
    pub(super) south: Seeded,
    schema: Schema<Query, Mutation, EmptySubscription>,
    _folder: TempDir,
}

impl World {
    /// A fresh world; its clock stands in the middle of November 2026.
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("world.db").display());
        let database = Database::open(&url, 4).await.expect("a database");
        Migrator::up(database.writer(), None).await.expect("tables");
        let clock = Clock::standing_at("2026-11-16T12:00:00Z".parse().expect("a time"));
        let ctx = Ctx {
            database,
            clock,
            ids: Ids::default(),
            vault: Vault::new(&[7; 32]),
            public_url: "https://clerk.example".into(),
        };
        let north = seed::workspace(&ctx, "North", 1).await;
        let south = seed::workspace(&ctx, "South", 2).await;
        let schema = schema(state(&ctx));
        Self { ctx, north, south, schema, _folder: folder }
    }

    /// A program with a token of a workspace.
    pub(super) async fn program(&self, of: &Seeded, permissions: &[Permission]) -> Viewer {
        self.with_token(Some(of.workspace.id), permissions).await
    }

    /// A program that may everything in its workspace.
    pub(super) async fn owner(&self, of: &Seeded) -> Viewer {
        self.program(of, members::Role::Owner.permissions()).await
    }

    /// A program of the operators that may everything that operators may.
    pub(super) async fn operator(&self) -> Viewer {
        self.with_token(None, &members::operator_permissions()).await
    }

    /// A program with a token.
    pub(super) async fn with_token(&self, workspace: Option<WorkspaceId>, permissions: &[Permission]) -> Viewer {
        let new = NewToken { workspace, name: "test".to_owned(), permissions: permissions.to_vec(), expires_at: None };
        let (token, _) = members::create_token(&self.ctx, &domain::By::default(), new).await.expect("a token");
        nobody().with_token(&token)
    }

    /// The answer to a document.
    pub(super) async fn ask(&self, viewer: &Viewer, document: &str) -> Json {
        let response = self.schema.execute(Request::new(document).data(viewer.clone())).await;
        serde_json::to_value(response).expect("an answer is JSON")
    }

    /// The data of an answer without errors.
    pub(super) async fn data(&self, viewer: &Viewer, document: &str) -> Json {
        let mut answer = self.ask(viewer, document).await;
        assert!(answer.get("errors").is_none(), "{document} failed: {}", answer["errors"]);
        answer["data"].take()
    }
}

/// Who has no token.
pub(super) fn nobody() -> Viewer {
    Viewer::anonymous(REQUEST_ID, Some("192.0.2.1".to_owned()))
}

/// Codes of the errors of an answer.
pub(super) fn codes(answer: &Json) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned()).collect()
}

fn state(ctx: &Ctx) -> ApiState {
    ApiState {
        ctx: ctx.clone(),
        carrier: Arc::new(OneNumber),
        chat: Arc::new(FakeChat::default()),
        web: Arc::new(FakeWeb),
        webhooks: Webhooks::default(),
        settings: Settings {
            public_url: "https://clerk.example".to_owned(),
            webhook_timeout: Duration::from_secs(1),
            metrics: Arc::new(String::new),
            probes: Vec::new(),
            schedules: vec![Schedule {
                name: seed::SCHEDULE.to_owned(),
                description: "Does something.".to_owned(),
                every: Duration::from_secs(60),
            }],
            chat_scopes: vec!["chat:write".to_owned(), "pins:write".to_owned()],
        },
    }
}

/// A carrier that has one number for sale, and is asked for nothing else.
struct OneNumber;

fn unasked() -> ! {
    panic!("only workers ask the carrier for this")
}

#[async_trait::async_trait]
impl Carrier for OneNumber {
    fn name(&self) -> &'static str {
        "example"
    }

    async fn send(&self, _: &OutboundText) -> Outcome<SentText, CarrierRefusal> {
        unasked()
    }

    async fn find_sent(&self, _: &OutboundText, _: DateTime<Utc>) -> Outcome<Vec<SentText>, CarrierRefusal> {
        unasked()
    }

    async fn list_received(&self, _: DateTime<Utc>, _: DateTime<Utc>) -> Outcome<Vec<Envelope>, CarrierRefusal> {
        unasked()
    }

    async fn fetch_media(&self, _: &str, _: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        unasked()
    }

    async fn search_numbers(&self, _: &NumberWish) -> Outcome<Vec<AvailableNumber>, CarrierRefusal> {
        Ok(Answer::Done(vec![AvailableNumber {
            number: seed::phone("+14155552699"),
            kind: HeldKind::Local,
            locality: Some("Oakland, CA".to_owned()),
            capabilities: Capabilities { sms: true, mms: true, voice: false },
        }]))
    }

    async fn buy_number(&self, _: &PhoneNumber) -> Outcome<HeldNumber, CarrierRefusal> {
        unasked()
    }

    async fn find_number(&self, _: &PhoneNumber) -> Outcome<Option<HeldNumber>, CarrierRefusal> {
        unasked()
    }

    async fn release_number(&self, _: &str) -> Outcome<(), CarrierRefusal> {
        unasked()
    }

    async fn check(&self) -> Outcome<(), CarrierRefusal> {
        unasked()
    }
}
