//! The page and both vendors without Clerk, to look at: `cargo run -p sandbox --example page -- <port> <url of Clerk>`.
//!
//! The page is on the given port, the carrier on the next, Slack on the one after.

use std::net::{IpAddr, Ipv4Addr};

use poem::{Route, Server, listener::TcpAcceptor};
use sandbox::{Options, Pace};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut given = std::env::args().skip(1);
    let port: u16 = given.next().and_then(|port| port.parse().ok()).unwrap_or(8090);
    let listen = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let options = Options {
        listen,
        twilio_port: port + 1,
        slack_port: port + 2,
        clerk_url: given.next().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned()),
        state_file: None,
        pace: Pace::demo(),
    };
    let sandbox = sandbox::start(options).await?;
    let listener = tokio::net::TcpListener::bind((listen, port)).await?;
    let page = Route::new().nest("/sandbox", sandbox.page());
    Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?).run(page).await
}
