//! Serves the application on a port, for strangers: whoever opens a connection has to say what it wants within a deadline, has to take the
//! answer, and gets no more connections than its share. poem's own server has none of these limits, so the connections are driven here
//! by hyper and only the requests go to poem. HTTP/1.1 only: TLS and HTTP/2 end at the proxy in front.

mod connection;
mod patience;
mod places;

use std::{io, sync::Arc, time::Duration};

use poem::{EndpointExt, IntoEndpoint, Response, endpoint::BoxEndpoint};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use connection::Connection;
use places::Places;

/// How long the port rests after it could not accept, as when the process has too many open files.
const REST: Duration = Duration::from_millis(100);

/// What strangers may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time; later ones wait to be accepted.
    pub connections: usize,
    /// Connections of one address at the same time; more are closed at once. The machine itself, where a proxy would be, has no such limit.
    pub connections_per_address: usize,
    /// Time in which the head of a request has to be there; also the time that a connection may be idle.
    pub head_deadline: Duration,
    /// Size of the head of a request, in bytes.
    pub head_bytes: usize,
    /// Time in which whoever asked has to take a piece of the answer.
    pub write_deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 200,
            head_deadline: Duration::from_secs(5),
            head_bytes: 16 * 1024,
            write_deadline: Duration::from_secs(10),
        }
    }
}

/// The application as the connections see it.
type App = Arc<BoxEndpoint<'static, Response>>;

/// Answers requests until `stop` is ready. Then no connection is accepted any more, and the requests that are being answered have `drain`
/// to end; streams that never end are closed at once.
///
/// # Errors
/// When the port is none.
pub async fn serve<E>(
    listener: TcpListener,
    app: E,
    stop: impl Future<Output = ()>,
    drain: Duration,
    limits: Limits,
) -> io::Result<()>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    let app: App = Arc::new(app.into_endpoint().map_to_response().boxed());
    let local = listener.local_addr()?;
    let places = Places::new(&limits);
    let (stopping, is_stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (accepted, place) = accept(&listener, &places) => match accepted {
                Ok((stream, peer)) => if let Some(seat) = places.seat(place, peer.ip()) {
                    let connection = Connection { stream, peer, local, limits, _seat: seat };
                    connections.spawn(connection.serve(app.clone(), is_stopping.clone()));
                },
                Err(error) => {
                    tracing::warn!(%error, "A connection could not be accepted.");
                    sleep(REST).await;
                }
            },
        }
    }
    drop(listener);
    stopping.send_replace(true);
    if timeout(drain, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!("{} requests were not answered in time and are cut off.", connections.len());
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Places,
) -> (io::Result<(tokio::net::TcpStream, std::net::SocketAddr)>, places::Place) {
    let place = places.free().await;
    (listener.accept().await, place)
}
