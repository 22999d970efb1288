//! The carrier's storage for media, on a port of its own, and a trap on another.
//!
//! The storage is another host than the API: who sends it the account's credentials has leaked them, so it refuses and
//! counts such requests. The trap stands for an address inside somebody's network: nobody should ever connect to it.

use std::{sync::Arc, time::Duration};

use futures_util::stream;
use poem::{Body, Endpoint, Request, Response};
use serde::Serialize;
use tokio::net::TcpListener;

use super::{media, pictures};
use crate::{
    state::carrier::{Behaviour, Media},
    wire::{call::Call, pipeline::trickle, reply::Reply},
    world::World,
};

/// Bytes of a huge medium when the order does not say.
const HUGE: usize = 50 * 1024 * 1024;
/// Bytes of one piece of a huge medium.
const PIECE: usize = 64 * 1024;

/// Who asked for media, and how.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Counts {
    /// Requests for media at the API.
    pub(crate) api_requests: u64,
    /// Those of them without the account's credentials.
    pub(crate) api_unauthenticated: u64,
    /// Requests to the storage.
    pub(crate) cdn_requests: u64,
    /// Those of them that brought credentials along.
    pub(crate) cdn_with_authorization: u64,
    /// Connections to the trap.
    pub(crate) trap_connections: u64,
    /// Bytes of the storage's answers that were taken by clients.
    pub(crate) cdn_bytes: u64,
}

/// The storage as an HTTP endpoint.
#[derive(Clone)]
pub(crate) struct Cdn {
    pub(crate) world: Arc<World>,
}

impl Endpoint for Cdn {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let Ok(call) = Call::read(request).await else { return Ok(Reply::empty(413).into_response()) };
        let found = {
            let mut data = self.world.data();
            data.media_counts.cdn_requests += 1;
            if call.header("authorization").is_some() {
                data.media_counts.cdn_with_authorization += 1;
                None
            } else {
                let sid = call.path.rsplit('/').next().unwrap_or_default();
                Some(data.carrier.medium(sid).cloned())
            }
        };
        Ok(match found {
            None => Reply::bytes("text/plain", "Only one auth mechanism allowed").with_status(400).into_response(),
            Some(None) => Reply::empty(404).into_response(),
            Some(Some(medium)) => self.answer(&medium),
        })
    }
}

impl Cdn {
    fn answer(&self, medium: &Media) -> Response {
        let reply = |bytes: Vec<u8>| Reply::bytes(&medium.content_type, bytes);
        match medium.behaviour {
            Behaviour::Missing => Reply::bytes("application/xml", "<Error><Code>NoSuchKey</Code></Error>")
                .with_status(404)
                .into_response(),
            Behaviour::Slow => trickle(&reply(media::bytes(medium)), medium.bytes_per_second.unwrap_or(1)),
            Behaviour::Huge => self.endless(medium),
            Behaviour::WrongType => Reply::bytes("text/html", "<html><script>alert(1)</script></html>").into_response(),
            Behaviour::Bomb => Reply::bytes("image/png", pictures::bomb()).into_response(),
            Behaviour::Normal | Behaviour::RedirectPrivate => reply(media::bytes(medium)).into_response(),
        }
    }

    /// Much content without saying how much; what the client has taken is counted.
    fn endless(&self, medium: &Media) -> Response {
        let world = self.world.clone();
        let most = medium.size.unwrap_or(HUGE);
        let pieces = stream::unfold(0_usize, move |sent| {
            let world = world.clone();
            async move {
                if sent >= most {
                    return None;
                }
                let length = PIECE.min(most - sent);
                world.data().media_counts.cdn_bytes += u64::try_from(length).unwrap_or_default();
                tokio::time::sleep(Duration::from_micros(200)).await;
                Some((Ok::<_, std::io::Error>(pictures::piece(length)), sent + length))
            }
        });
        Reply::empty(200).head(&medium.content_type).body(Body::from_bytes_stream(pieces))
    }
}

/// Counts whoever connects to the trap, and hangs up.
pub(crate) async fn trap(world: Arc<World>, listener: TcpListener) {
    let stopping = world.stopping.clone();
    while let Some(accepted) = stopping.run_until_cancelled(listener.accept()).await {
        if accepted.is_ok() {
            world.data().media_counts.trap_connections += 1;
        }
    }
}
