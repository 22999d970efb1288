//! One connection: its requests go to the application one after another, until it is closed, falls silent, or the server stops.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{
    Endpoint, Request,
    http::{self, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{net::TcpStream, sync::watch};

use super::{App, Limits, patience::Patience, places::Seat};

/// A connection that was accepted.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    pub(super) limits: Limits,
    pub(super) _seat: Seat,
}

impl Connection {
    /// Answers its requests. At a stop the one that is being answered ends; a stream of events, which would never end, is cut.
    pub(super) async fn serve(self, app: App, mut is_stopping: watch::Receiver<bool>) {
        if let Err(error) = self.stream.set_nodelay(true) {
            tracing::debug!(%error, "answers to a connection may be delayed");
        }
        let (local, remote) = (LocalAddr(self.local.into()), RemoteAddr(self.peer.into()));
        let is_streaming = Arc::new(AtomicBool::new(false));
        let streams = is_streaming.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (app, streams) = (app.clone(), streams.clone());
            let request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
            async move {
                let answer = http::Response::from(app.get_response(request).await);
                streams.store(is_event_stream(&answer), Ordering::Relaxed);
                Ok::<_, Infallible>(answer)
            }
        });
        let stream = TokioIo::new(Patience::new(self.stream, self.limits.write_deadline));
        let connection = builder(&self.limits).serve_connection(stream, service).with_upgrades();
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = stopped(&mut is_stopping) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None if is_streaming.load(Ordering::Relaxed) => return,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// Returns when the server stops, or is gone.
async fn stopped(is_stopping: &mut watch::Receiver<bool>) {
    while !*is_stopping.borrow_and_update() && is_stopping.changed().await.is_ok() {}
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head_deadline).max_header_size(limits.head_bytes);
    builder
}

fn is_event_stream<B>(answer: &http::Response<B>) -> bool {
    let media = answer.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    media.is_some_and(|media| media.starts_with("text/event-stream"))
}
