//! The page's stream of events, as server-sent events.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use poem::{
    IntoResponse, Response,
    web::sse::{Event, SSE},
};
use tokio::sync::broadcast::error::RecvError;

use crate::world::World;

/// A comment that keeps the connection open this often.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a reader comes back, in milliseconds.
const RETRY_MS: u64 = 1_000;

/// A stream that lasts until the reader leaves or the sandbox stops.
pub(crate) fn response(world: &Arc<World>) -> Response {
    let receiver = world.feed.listen();
    let events = stream::unfold(receiver, |mut receiver| async move {
        match receiver.recv().await {
            Ok((number, data)) => Some((Event::message(&*data).id(number.to_string()), receiver)),
            // What was missed cannot be told again: the reader comes back and reads the state.
            Err(RecvError::Lagged(_) | RecvError::Closed) => None,
        }
    });
    let first = stream::iter([Event::retry(RETRY_MS)]);
    let stopped = world.stopping.clone().cancelled_owned();
    SSE::new(first.chain(events).take_until(Box::pin(stopped))).keep_alive(KEEP_ALIVE).into_response()
}
