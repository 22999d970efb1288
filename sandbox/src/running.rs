//! A running sandbox: its start, its addresses, its end.

use std::{io, sync::Arc, time::Duration};

use poem::{Endpoint, Response, Server as HttpServer};
use tokio::net::TcpListener;

use crate::{
    control::{self, Page},
    hooks::Clients,
    options::Options,
    state::{Data, Vendor, kept},
    twilio::{
        self,
        cdn::{self, Cdn},
    },
    wire::{
        listener::{Connections, Port},
        pipeline::Server,
    },
    world::World,
};

/// How long open requests may take to end when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);

/// A running sandbox. It stops when [`stop`](Self::stop) is called or when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    world: Arc<World>,
}

/// Starts both vendors.
///
/// # Errors
/// When a port cannot be opened, or the state file cannot be read or understood.
pub async fn start(options: Options) -> io::Result<Sandbox> {
    let connections = Connections::default();
    let twilio_port = Port::open(options.listen, options.twilio_port, connections.clone()).await?;
    let slack_port = Port::open(options.listen, options.slack_port, connections.clone()).await?;
    let cdn_port = Port::open(options.listen, 0, connections.clone()).await?;
    let trap = TcpListener::bind((options.listen, 0)).await?;
    let trap_url = format!("http://{}", trap.local_addr()?);
    let urls = [twilio_port.url(), slack_port.url(), cdn_port.url(), trap_url];
    let mut data = Data::new(options.clerk_url, options.pace);
    if let Some(path) = &options.state_file
        && let Some(kept) = kept::read(path).await?
    {
        data.restore(kept);
    }
    data.slack.address.clone_from(&urls[1]);
    let world = World::new(data, Clients::new()?, connections, urls);
    serve(&world, Server { world: world.clone(), vendor: Vendor::Twilio }, twilio_port);
    serve(&world, Server { world: world.clone(), vendor: Vendor::Slack }, slack_port);
    serve(&world, Cdn { world: world.clone() }, cdn_port);
    world.tasks.spawn(cdn::trap(world.clone(), trap));
    if let Some(path) = options.state_file {
        world.tasks.spawn(kept::run(world.clone(), path));
    }
    twilio::delivery::resume(&world);
    Ok(Sandbox { world })
}

fn serve(world: &Arc<World>, server: impl Endpoint + 'static, port: Port) {
    let stopping = world.stopping.clone().cancelled_owned();
    let served = HttpServer::new_with_acceptor(port).run_with_graceful_shutdown(server, stopping, Some(GRACE));
    world.tasks.spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "a simulated vendor stopped");
        }
    });
}

impl Sandbox {
    /// The carrier's address, without a slash at the end; it serves `/2010-04-01/…`.
    pub fn twilio_url(&self) -> String {
        self.world.twilio_url.clone()
    }

    /// Where the carrier keeps the files of texts, without a slash at the end.
    pub fn media_url(&self) -> String {
        self.world.cdn_url.clone()
    }

    /// The address of Slack's Web API, with `/api/` at the end.
    pub fn slack_url(&self) -> String {
        format!("{}/api/", self.world.slack_url)
    }

    /// The address of Slack's consent page.
    pub fn slack_authorize_url(&self) -> String {
        format!("{}/oauth/v2/authorize", self.world.slack_url)
    }

    /// Where webhooks go from now on, without a slash at the end.
    pub fn set_clerk_url(&self, url: String) {
        self.world.data().clerk_url = url;
    }

    /// Registers an app's manifest: its commands and shortcuts are in Slack's menus from now on.
    pub fn register(&self, manifest: &serde_json::Value) {
        if let Some(manifest) = manifest.as_object() {
            control::team::register(&self.world, manifest);
        }
    }

    /// The page and the control API, to be nested at `/sandbox` or served by itself.
    pub fn page(&self) -> impl Endpoint<Output = Response> + 'static {
        Page { world: self.world.clone() }
    }

    /// Stops both vendors, waits for what is under way, and saves the state a last time.
    pub async fn stop(self) {
        self.world.stopping.cancel();
        self.world.tasks.close();
        self.world.tasks.wait().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.world.stopping.cancel();
    }
}
