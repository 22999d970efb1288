//! Top-level errors: for the caller's program and for us, never for the person. Every one leaves with a code of a closed list and the id of the
//! request; what caused it goes to the log alone. What a person can mend is in the payloads instead (see `errors`).

use std::{
    any::TypeId,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    Error, ErrorExtensionValues, Request, Response, ServerError, ServerResult,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest, NextRequest},
};
use domain::Error as Cause;

use super::{auth::Viewer, loaders};
use crate::ApiState;

/// Key of the code in the extensions of an error.
const CODE: &str = "code";

/// Sentence for what is our own fault.
const OUR_FAULT: &str = "Something went wrong on our side.";

/// Code and sentence of a failure of the domain.
fn told(cause: &Cause) -> (&'static str, String) {
    let code = match cause {
        Cause::NotFound { .. } => "NOT_FOUND",
        Cause::Forbidden { .. } => "FORBIDDEN",
        Cause::Unavailable { .. } => "UNAVAILABLE",
        Cause::Internal(_) | Cause::LeaseLost => "INTERNAL",
        Cause::Invalid { .. }
        | Cause::Conflict { .. }
        | Cause::LimitReached(_)
        | Cause::OptedOut { .. }
        | Cause::CountryNotEnabled { .. }
        | Cause::TooMuchMedia { .. }
        | Cause::PlanLimit { .. } => "BAD_REQUEST",
    };
    (code, cause.to_string())
}

/// Nobody is signed in, and somebody has to be.
pub(super) fn unauthenticated() -> Error {
    let mut error = Error::new("Send a valid API token to see this.");
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(CODE, "UNAUTHENTICATED");
    error
}

/// Prepares each request, and gives each error its code. There is a new one for each request.
#[derive(Default)]
pub(super) struct Report {
    request_id: OnceLock<String>,
}

/// Makes a [`Report`] for each request.
pub(super) struct Reports;

impl ExtensionFactory for Reports {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Report::default())
    }
}

#[async_trait::async_trait]
impl Extension for Report {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let batches = loaders::batches(&ctx.data_unchecked::<ApiState>().ctx);
        let viewer = request.data.get(&TypeId::of::<Viewer>()).and_then(|viewer| viewer.downcast_ref::<Viewer>());
        let is_signed_in = viewer.is_some_and(Viewer::is_signed_in);
        let request_id = viewer.map(|viewer| viewer.by().request_id.clone()).unwrap_or_default();
        self.request_id.get_or_init(|| request_id);
        let request = request.data(batches);
        next.run(ctx, if is_signed_in { request } else { request.disable_introspection() }).await
    }

    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        let request_id = self.request_id.get().map_or("", String::as_str);
        for error in &mut response.errors {
            code(error, request_id);
        }
        response
    }
}

/// Gives an error its code, and takes away what is for the log alone.
fn code(error: &mut ServerError, request_id: &str) {
    let known = error.extensions.as_ref().and_then(|values| values.get(CODE)).is_some();
    let found = {
        let cause = error.source::<Cause>();
        cause.or_else(|| error.source::<Arc<Cause>>().map(|shared| &**shared)).map(|cause| (told(cause), cause.cause()))
    };
    let code = match found {
        Some(((code, message), cause)) => {
            log(code, &cause, request_id);
            error.message = message;
            code
        }
        // A failure of some library, whose words are not for the outside.
        None if error.source.is_some() => {
            log("INTERNAL", &error.message, request_id);
            OUR_FAULT.clone_into(&mut error.message);
            "INTERNAL"
        }
        // The document or its variables are wrong; the words are the validation's.
        None => "BAD_REQUEST",
    };
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if !known {
        extensions.set(CODE, code);
    }
    extensions.set("requestId", request_id);
    error.source = None;
}

fn log(code: &str, cause: &str, request_id: &str) {
    match code {
        "INTERNAL" => tracing::error!(cause, request_id, "a field of the API failed"),
        "UNAVAILABLE" => tracing::warn!(cause, request_id, "a field of the API could not be answered"),
        _ => {}
    }
}
