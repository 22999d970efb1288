//! What a program asks of the API with a token that may do certain things, and what stands in the database.

use std::time::Duration;

use domain::{
    ids::WorkspaceId,
    members::{self, NewToken, Permission},
};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{World, client, operator, signatures};

/// How long the API may take.
const PATIENCE: Duration = Duration::from_secs(15);

impl World {
    /// What the API answers to a program that may do what the owner of the workspace may.
    pub(crate) async fn asks_as_owner(&self, query: &str) -> Value {
        let workspace = self.workspace().await.id;
        self.asks_holding(Some(workspace), members::Role::Owner.permissions(), query).await
    }

    /// What the API answers to a program that may do this and nothing else in the workspace.
    pub(crate) async fn asks_with(&self, permissions: &[Permission], query: &str) -> Value {
        let workspace = self.workspace().await.id;
        self.asks_holding(Some(workspace), permissions, query).await
    }

    /// What the API answers to a program of whoever operates the installation.
    pub(crate) async fn asks_as_operator(&self, query: &str) -> Value {
        self.asks_holding(None, &members::operator_permissions(), query).await
    }

    async fn asks_holding(&self, workspace: Option<WorkspaceId>, permissions: &[Permission], query: &str) -> Value {
        let new = NewToken { workspace, name: "test".to_owned(), permissions: permissions.to_vec(), expires_at: None };
        let (_, secret) = members::create_token(&self.ctx(), &operator(), new).await.expect("a token");
        let asked = client(PATIENCE).post(format!("{}/graphql", self.front.url()));
        let asked = asked.bearer_auth(secret.expose_secret()).json(&json!({ "query": query }));
        asked.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// A form as Slack sends it, rightly signed; the status of our answer.
    pub(crate) async fn slack_calls(&self, path: &str, fields: &[(&str, String)]) -> u16 {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let stamp = self.clock.now().timestamp().to_string();
        let signature = signatures::slack(&stamp, body.as_bytes());
        let request = client(PATIENCE).post(format!("{}{path}", self.front.url())).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("x-slack-request-timestamp", stamp).header("x-slack-signature", signature);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// The texts of one column of the database, one in a line.
    pub(crate) async fn texts_in(&self, table: &str, column: &str) -> String {
        let db = self.watch.database.reader();
        let sql = format!("SELECT CAST({column} AS text) AS found FROM {table}");
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("it is read");
        let texts = rows.iter().map(|row| row.try_get::<String>("", "found").unwrap_or_default());
        texts.collect::<Vec<_>>().join("\n")
    }
}
