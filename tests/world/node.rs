//! A node of the installation: server and workers, inside the test's process with the world's clock, or as the real program in a process
//! of its own that can be killed, stopped and continued. Both are configured through the same keys as an operator's.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Stdio,
    sync::{Arc, OnceLock},
    time::Duration,
};

use clerk::{
    config::{Config, Keys, Sources},
    telemetry::Metrics,
    wiring::{self, Connected, Role, Running},
};
use domain::{Ctx, clock::Clock, contracts::carrier::Carrier, outbox::Pacing};
use tokio::process::{Child, Command};
use workers::Workers;

use super::outside::Outside;

/// Keys of a test installation, of 64 hexadecimal digits; they guard nothing.
pub(super) const MASTER_KEY: &str = "7e57000000000000000000000000000000000000000000000000000000000001";
const SIGNING_KEY: &str = "7e57000000000000000000000000000000000000000000000000000000000002";

/// The configuration of a node, as variables of the environment.
pub(super) fn settings(outside: &Outside, database: &str, public_url: &str) -> Vec<(String, String)> {
    let vendors = outside.vendors();
    let known = sandbox::credentials();
    let twilio = vendors.twilio_url();
    let keys = [
        ("SERVER__LISTEN", "127.0.0.1:0"),
        ("SERVER__PUBLIC_URL", public_url),
        ("SERVER__DRAIN_SECS", "5"),
        ("DATABASE__URL", database),
        ("DATABASE__MAX_CONNECTIONS", "6"),
        ("SANDBOX__ENABLED", "false"),
        ("SLACK__CLIENT_ID", &known.slack_client_id),
        ("SLACK__CLIENT_SECRET", &known.slack_client_secret),
        ("SLACK__SIGNING_SECRET", &known.slack_signing_secret),
        ("SLACK__API_URL", &vendors.slack_url()),
        ("SLACK__AUTHORIZE_URL", &vendors.slack_authorize_url()),
        ("SLACK__POSTS_PER_SECOND", "0"),
        ("TWILIO__ACCOUNT_SID", &known.twilio_account_sid),
        ("TWILIO__AUTH_TOKEN", &known.twilio_auth_token),
        ("TWILIO__API_URL", &twilio),
        ("TWILIO__MEDIA_URL", &vendors.media_url()),
        ("TWILIO__MESSAGING_URL", &twilio),
        ("TWILIO__NUMBERS_URL", &twilio),
        ("AUTH__SIGNING_KEYS", SIGNING_KEY),
        ("CRYPTO__MASTER_KEY", MASTER_KEY),
    ];
    keys.map(|(key, value)| (format!("CLERK__{key}"), value.to_owned())).to_vec()
}

fn config(settings: Vec<(String, String)>) -> Config {
    let sources = Sources { file: Some(PathBuf::from("/dev/null")), environment: settings };
    Config::load(&sources).expect("the configuration is sound")
}

/// The carrier as a node reaches it.
pub(super) fn carrier(settings: &[(String, String)]) -> Arc<dyn Carrier> {
    connect(&config(settings.to_vec())).carrier
}

fn connect(config: &Config) -> Connected {
    let public_url = config.server.public_url.clone().expect("it is set");
    wiring::connect(config, &public_url, None).expect("the settings are sound")
}

/// Runs what is due by the clock at once, as a node does within a second.
pub(super) async fn runs_what_is_due(settings: &[(String, String)], ctx: Ctx) {
    let config = config(settings.to_vec());
    let Connected { carrier, chat, web, .. } = connect(&config);
    let settings = workers::Settings {
        node: "the test itself".to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        concurrency: 1,
        lease: Duration::from_secs(config.workers.lease_secs),
        heartbeat: Duration::from_secs(config.workers.heartbeat_secs),
        pacing: Pacing { gap: Duration::ZERO, burst: 1 },
        send_read_backs: Vec::new(),
        carrier_every: Duration::from_secs(config.reconcile.carrier_secs),
        carrier_window: Duration::from_secs(config.reconcile.carrier_window_hours * 3_600),
        installations_every: Duration::from_secs(config.reconcile.installations_secs),
        channels_every: Duration::from_secs(config.reconcile.channels_secs),
        install_path: api::INSTALL_PATH,
        drain: Duration::ZERO,
    };
    workers::reconcile(&Workers { ctx, carrier, chat, web, settings }).await;
}

/// A node.
pub(crate) enum Node {
    /// In this process.
    Inside(Box<Running>),
    /// The real program.
    Program(Box<Program>),
}

impl Node {
    /// Starts a node in this process, by the world's clock.
    pub(super) async fn inside(settings: Vec<(String, String)>, clock: Clock) -> Self {
        static METRICS: OnceLock<Metrics> = OnceLock::new();
        let metrics = METRICS.get_or_init(Metrics::install);
        let config = config(settings);
        let keys = Keys::resolve(&config).expect("both keys are given");
        let roles = [Role::Api, Role::Workers];
        let running = wiring::start_at(&config, &keys, &roles, metrics, clock).await.expect("the node starts");
        Self::Inside(Box::new(running))
    }

    /// Where it is reached.
    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Inside(running) => running.bound.expect("the node has a server"),
            Self::Program(program) => program.address,
        }
    }

    /// What its domain works with; none for a program.
    pub(super) fn ctx(&self) -> Option<Ctx> {
        match self {
            Self::Inside(running) => Some(running.ctx.clone()),
            Self::Program(_) => None,
        }
    }

    /// Ends it in order.
    pub(super) async fn stop(self) {
        match self {
            Self::Inside(running) => running.stop().await,
            Self::Program(program) => program.kill().await,
        }
    }

    /// Ends it at once, wherever it is.
    pub(super) async fn kill(self) {
        match self {
            Self::Inside(running) => drop(running),
            Self::Program(program) => program.kill().await,
        }
    }
}

/// The real program in a process of its own.
pub(crate) struct Program {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Program {
    /// Starts it and waits until it takes requests. It ends with the test.
    pub(super) async fn start(mut settings: Vec<(String, String)>, roles: &str, log: PathBuf) -> Self {
        let address = free_address();
        settings.push(("CLERK__SERVER__LISTEN".to_owned(), address.to_string()));
        let file = std::fs::File::create(&log).expect("a log file");
        let child = Command::new(env!("CARGO_BIN_EXE_clerk"))
            .args(["--config", "/dev/null", "run", "--role", roles])
            .env_clear()
            .envs(settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut program = Self { child, address, log };
        program.is_up().await;
        program
    }

    async fn is_up(&mut self) {
        let address = self.address;
        let answers = || async move { tokio::net::TcpStream::connect(address).await.is_ok() };
        super::waiting::until("the program listens", answers).await;
        assert!(self.child.try_wait().expect("a child").is_none(), "the program ended: {}", self.log());
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How many bytes of memory it has now; from now on the most is noted anew.
    pub(crate) fn forgets_peak_of_memory(&self) -> u64 {
        std::fs::write(self.about("clear_refs"), "5").expect("Linux lets its owner do so");
        self.memory("VmRSS:")
    }

    /// The most memory that it has had since, in bytes.
    pub(crate) fn peak_of_memory(&self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(self.about("status")).expect("Linux tells of its processes");
        let found = status.lines().find_map(|known| known.strip_prefix(line)).expect("a line of it");
        let kilobytes: u64 = found.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1_024
    }

    fn about(&self, what: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{what}", self.child.id().expect("it runs")))
    }

    /// SIGSTOP: it does nothing until it is continued, and does not notice.
    pub(crate) async fn is_suspended(&self) {
        self.signal("STOP").await;
    }

    /// SIGCONT.
    pub(crate) async fn is_continued(&self) {
        self.signal("CONT").await;
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.expect("kill is there");
        assert!(sent.success(), "SIG{name} could not be sent");
    }

    /// SIGKILL.
    async fn kill(mut self) {
        self.child.kill().await.expect("a child can be killed");
    }
}

/// Runs a command of the program with the configuration of a node.
pub(super) async fn command(settings: &[(String, String)], words: &[&str]) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_clerk"));
    program.args(["--config", "/dev/null"]).args(words).env_clear().envs(settings.iter().cloned());
    let output = program.output().await.expect("the program runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port has an address")
}
