//! How the process says that it lives, whether it should get requests, and its metrics. Living and being ready differ: a process whose
//! database is away must not be killed for it, only left alone until the database is back.

use std::time::Duration;

use domain::Ctx;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result, endpoint::make_sync, handler, http::StatusCode, web::Json,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::state::{ApiState, Probe, Settings};

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the process lives.
#[handler]
pub(crate) fn lives() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// Says whether requests should be sent here, and why not.
pub(crate) struct Readiness {
    ctx: Ctx,
    probes: Vec<Probe>,
}

impl Readiness {
    pub(crate) fn new(state: &ApiState) -> Self {
        Self { ctx: state.ctx.clone(), probes: state.settings.probes.clone() }
    }

    async fn reasons(&self) -> Vec<Value> {
        let mut reasons = Vec::new();
        match timeout(PATIENCE, self.ctx.database.ping()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = error.cause(), "The database does not answer.");
                reasons.push(reason("database", "The database does not answer."));
            }
            Err(_) => reasons.push(reason("database", "The database does not answer in time.")),
        }
        for probe in &self.probes {
            match timeout(PATIENCE, (probe.look)()).await {
                Ok(Ok(())) => {}
                Ok(Err(why)) => reasons.push(reason(probe.name, &why)),
                Err(_) => reasons.push(reason(probe.name, "It did not answer in time.")),
            }
        }
        reasons
    }
}

fn reason(what: &str, why: &str) -> Value {
    json!({ "what": what, "why": why })
}

impl Endpoint for Readiness {
    type Output = Response;

    async fn call(&self, _: Request) -> Result<Response> {
        let reasons = self.reasons().await;
        let (status, word) = match reasons.is_empty() {
            true => (StatusCode::OK, "ready"),
            false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
        };
        Ok(Json(json!({ "status": word, "reasons": reasons })).with_status(status).into_response())
    }
}

/// The metrics.
pub(crate) fn metrics(settings: &Settings) -> impl Endpoint<Output = Response> + 'static {
    let render = settings.metrics.clone();
    make_sync(move |_| render().with_content_type("text/plain; version=0.0.4; charset=utf-8").into_response())
}
