//! The vendors' ports, and connections that can be cut.
//!
//! A dropped connection must be one for the client: no status, no byte. So the listener wraps each stream in a
//! [`Severable`], and a handler that is told to drop it throws a switch: the next write fails and the socket is
//! closed at once with a reset (linger of zero).

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// The switches of all open connections, by the client's address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<HashMap<SocketAddr, Switch>>>);

type Switch = Arc<AtomicBool>;

impl Connections {
    /// Cuts the connection from this client, as soon as something would be written to it.
    pub(crate) fn cut(&self, client: &RemoteAddr) {
        let Some(address) = client.as_socket_addr() else { return };
        if let Some(switch) = self.table().get(address) {
            switch.store(true, Ordering::Release);
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<SocketAddr, Switch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port that accepts connections which can be cut.
#[derive(Debug)]
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
    connections: Connections,
}

impl Port {
    /// Opens a port; 0 picks a free one.
    pub(crate) async fn open(ip: IpAddr, port: u16, connections: Connections) -> io::Result<Self> {
        let listener = TcpListener::bind((ip, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, connections })
    }

    /// `http://ip:port`, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Acceptor for Port {
    type Io = Severable;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(self.address.into())]
    }

    async fn accept(&mut self) -> io::Result<(Severable, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, client) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        let switch = Switch::default();
        self.connections.table().insert(client, switch.clone());
        let io = Severable { stream, client, switch, connections: self.connections.clone() };
        Ok((io, LocalAddr(self.address.into()), RemoteAddr(client.into()), Scheme::HTTP))
    }
}

/// A connection with a switch.
#[derive(Debug)]
pub(crate) struct Severable {
    stream: TcpStream,
    client: SocketAddr,
    switch: Switch,
    connections: Connections,
}

impl Severable {
    fn check(&self) -> io::Result<()> {
        if self.switch.load(Ordering::Acquire) {
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl Drop for Severable {
    fn drop(&mut self) {
        self.connections.table().remove(&self.client);
    }
}

impl AsyncRead for Severable {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Severable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
