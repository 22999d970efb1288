//! A running sandbox: its start, its addresses, its end.

use std::{io, sync::Arc, time::Duration};

use poem::{Endpoint, Response, Server as HttpServer};

use crate::{
    control::Page,
    hooks::Clients,
    options::Options,
    state::{Data, Vendor, kept},
    twilio,
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
    let urls = [twilio_port.url(), slack_port.url()];
    let mut data = Data::new(options.clerk_url, options.pace);
    if let Some(path) = &options.state_file
        && let Some(kept) = kept::read(path).await?
    {
        data.restore(kept);
    }
    let world = World::new(data, Clients::new()?, connections, urls);
    serve(&world, Vendor::Twilio, twilio_port);
    serve(&world, Vendor::Slack, slack_port);
    if let Some(path) = options.state_file {
        world.tasks.spawn(kept::run(world.clone(), path));
    }
    twilio::delivery::resume(&world);
    Ok(Sandbox { world })
}

fn serve(world: &Arc<World>, vendor: Vendor, port: Port) {
    let server = Server { world: world.clone(), vendor };
    let stopping = world.stopping.clone().cancelled_owned();
    let served = HttpServer::new_with_acceptor(port).run_with_graceful_shutdown(server, stopping, Some(GRACE));
    world.tasks.spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, ?vendor, "a simulated vendor stopped");
        }
    });
}

impl Sandbox {
    /// The carrier's address, without a slash at the end; it serves `/2010-04-01/…`.
    pub fn twilio_url(&self) -> String {
        self.world.twilio_url.clone()
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
