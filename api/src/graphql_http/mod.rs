//! GraphQL over HTTP, as the working draft of its specification says: JSON only, mutations by POST only, media types negotiated, statuses that
//! tell the truth. Whatever a stranger sends is bounded before it costs something: bytes, words, nesting, size, and time.

mod answer;
mod bearer;
mod precheck;
mod request;
mod words;

use std::time::Duration;

use async_graphql::{Executor, Variables, parser::types::OperationType};
use domain::Ctx;
use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode},
};
use serde_json::Value;
use tokio::time::timeout;

use crate::request_id::RequestId;
use answer::{Code, Media, Refusal};
use request::Params;

#[cfg(test)]
mod attack_tests;
#[cfg(test)]
mod tests;

/// How long a request may take, who asks included.
const DEADLINE: Duration = Duration::from_secs(5);

/// The endpoint of a schema.
pub(crate) struct GraphqlHttp<S> {
    ctx: Ctx,
    schema: S,
    deadline: Duration,
}

impl<S: Executor> GraphqlHttp<S> {
    pub(crate) fn new(ctx: Ctx, schema: S) -> Self {
        Self { ctx, schema, deadline: DEADLINE }
    }

    async fn execute(&self, request: &mut Request, id: &RequestId) -> Result<async_graphql::Response, Refusal> {
        if !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(Refusal::method("GET, POST", "Send operations with POST, or queries with GET."));
        }
        let operation = checked(request::read(request).await?, request.method())?;
        let work = async {
            let viewer = bearer::viewer(&self.ctx, request, id).await?;
            let operation = if viewer.is_signed_in() { operation } else { operation.disable_introspection() };
            Ok(self.schema.execute(operation.data(viewer).data(id.clone())).await)
        };
        match timeout(self.deadline, work).await {
            Ok(done) => done,
            Err(_) => {
                tracing::warn!("A GraphQL request took too long and was given up.");
                let sentence = "This took too long and was given up. If it was to change something, look whether it did before you send it again.";
                Err(Refusal::new(StatusCode::GATEWAY_TIMEOUT, Code::Timeout, sentence))
            }
        }
    }
}

impl<S: Executor> Endpoint for GraphqlHttp<S> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = RequestId::of(&request);
        let Some(media) = Media::wanted(&request) else {
            let sentence = "Accept application/graphql-response+json or application/json.";
            let refusal = Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, sentence);
            return Ok(answer::refused(&refusal, Media::Json, &id));
        };
        Ok(match self.execute(&mut request, &id).await {
            Ok(response) => answer::executed(response, media, &id),
            Err(refusal) => answer::refused(&refusal, media, &id),
        })
    }
}

/// The operation, once it is known to be of bearable size and allowed by this method.
fn checked(params: Params, method: &Method) -> Result<async_graphql::Request, Refusal> {
    words::check(&params.query)?;
    let variables = Variables::from_json(Value::Object(params.variables.unwrap_or_default()));
    let mut request = async_graphql::Request::new(params.query).variables(variables);
    request.operation_name = params.operation_name;
    let name = request.operation_name.clone();
    let document = request.parsed_query().map_err(|error| Refusal::document(error.message.clone()))?;
    let kind = precheck::check(document, name.as_deref())?;
    if method == Method::GET && kind != OperationType::Query {
        return Err(Refusal::method("POST", "Only queries may be sent with GET. Send this operation with POST."));
    }
    Ok(request)
}
