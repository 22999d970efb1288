//! A small balancer in front of the nodes: each connection goes to the next node that takes it. When none does, the connection is dropped, as a real
//! one would be.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// A running balancer.
pub(crate) struct Balancer {
    port: u16,
    nodes: Arc<Mutex<Vec<u16>>>,
}

impl Balancer {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let nodes = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(accept(listener, nodes.clone()));
        Self { port, nodes }
    }

    /// Where clients go.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ports of the nodes, dead or alive.
    pub(crate) fn set_nodes(&self, ports: Vec<u16>) {
        *self.nodes.lock().expect("nobody panics here") = ports;
    }
}

async fn accept(listener: TcpListener, nodes: Arc<Mutex<Vec<u16>>>) {
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok((client, _)) = listener.accept().await {
        let ports = nodes.lock().expect("nobody panics here").clone();
        tokio::spawn(forward(client, ports, turn.fetch_add(1, Ordering::Relaxed)));
    }
}

async fn forward(mut client: TcpStream, ports: Vec<u16>, turn: usize) {
    for step in 0..ports.len() {
        let port = ports[(turn + step) % ports.len()];
        if let Ok(mut node) = TcpStream::connect(("127.0.0.1", port)).await {
            let _ = copy_bidirectional(&mut client, &mut node).await;
            return;
        }
    }
}
