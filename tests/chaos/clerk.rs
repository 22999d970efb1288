//! The processes under test, and Clerk as a client of its API sees it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Balancer, Control, Plan};

/// Longest wait for a process to become ready.
const READY: Duration = Duration::from_secs(30);

/// The processes.
pub(crate) struct Installation {
    binary: PathBuf,
    environment: Vec<(String, String)>,
    ports: Vec<u16>,
    nodes: Vec<Option<Child>>,
    log: PathBuf,
}

impl Installation {
    /// Not running yet.
    pub(crate) fn new(plan: &Plan, scratch: &Path, control: &Control, balancer: &Balancer) -> Self {
        let ports: Vec<u16> = (0..plan.nodes).map(|_| free_port()).collect();
        balancer.set_nodes(ports.clone());
        let environment = environment(plan, control, &balancer.url());
        let nodes = (0..plan.nodes).map(|_| None).collect();
        Self { binary: plan.binary.clone(), environment, ports, nodes, log: scratch.join("clerk.log") }
    }

    /// Starts every process, one after another, because the first migrates.
    pub(crate) async fn start_all(&mut self) {
        for node in 0..self.nodes.len() {
            self.start(&[node]).await;
        }
    }

    /// Starts processes and waits until they are ready.
    pub(crate) async fn start(&mut self, nodes: &[usize]) {
        for node in nodes {
            let log = std::fs::File::options().create(true).append(true).open(&self.log).expect("a log file");
            let mut command = Command::new(&self.binary);
            command
                .arg("run")
                .envs(self.environment.clone())
                .env("CLERK__SERVER__LISTEN", format!("127.0.0.1:{}", self.ports[*node]));
            command.stdin(Stdio::null()).stdout(log.try_clone().expect("a handle")).stderr(log);
            command.current_dir(self.log.parent().expect("a folder"));
            self.nodes[*node] = Some(command.spawn().expect("the binary starts"));
        }
        for node in nodes {
            wait_until_ready(self.ports[*node], &self.log).await;
        }
    }

    /// Kills processes with SIGKILL: they get no chance to say goodbye.
    pub(crate) fn kill(&mut self, nodes: &[usize]) {
        for node in nodes {
            if let Some(mut child) = self.nodes[*node].take() {
                child.kill().expect("it runs");
                child.wait().expect("it ends");
            }
        }
    }

    /// What the command line prints.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.binary)
            .args(arguments)
            .envs(self.environment.clone())
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let all: Vec<usize> = (0..self.nodes.len()).collect();
        self.kill(&all);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

fn environment(plan: &Plan, control: &Control, public_url: &str) -> Vec<(String, String)> {
    let known = sandbox::credentials();
    let twilio_url = control.sandbox.twilio_url();
    let slack_url = control.sandbox.slack_url();
    let authorize_url = control.sandbox.slack_authorize_url();
    let key = "5a".repeat(32);
    let pairs = [
        ("SERVER__PUBLIC_URL", public_url),
        ("DATABASE__URL", &plan.database),
        ("SANDBOX__ENABLED", "false"),
        ("SLACK__CLIENT_ID", &known.slack_client_id),
        ("SLACK__CLIENT_SECRET", &known.slack_client_secret),
        ("SLACK__SIGNING_SECRET", &known.slack_signing_secret),
        ("SLACK__API_URL", &slack_url),
        ("SLACK__AUTHORIZE_URL", &authorize_url),
        ("SLACK__POSTS_PER_SECOND", "0"),
        ("TWILIO__ACCOUNT_SID", &known.twilio_account_sid),
        ("TWILIO__AUTH_TOKEN", &known.twilio_auth_token),
        ("TWILIO__API_URL", &twilio_url),
        ("TWILIO__READ_BACK_SECS", "1,2,3"),
        ("WORKERS__LEASE_SECS", "4"),
        ("WORKERS__HEARTBEAT_SECS", "1"),
        ("RECONCILE__CARRIER_SECS", "2"),
        ("RECONCILE__CHANNELS_SECS", "2"),
        ("CRYPTO__MASTER_KEY", &key),
        ("AUTH__SIGNING_KEYS", &key),
        ("LOG__FILTER", "warn"),
    ];
    pairs.iter().map(|(name, value)| (format!("CLERK__{name}"), (*value).to_owned())).collect()
}

async fn wait_until_ready(port: u16, log: &Path) {
    let end = Instant::now() + READY;
    let url = format!("http://127.0.0.1:{port}/readyz");
    let http = reqwest::Client::new();
    loop {
        let is_ready = http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success());
        if is_ready {
            return;
        }
        assert!(
            Instant::now() < end,
            "not ready after {READY:?}; the log is {}",
            std::fs::read_to_string(log).unwrap_or_default()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Clerk as a client of its API.
pub(crate) struct Clerk {
    http: reqwest::Client,
    url: String,
    operator: String,
    member: String,
    /// Number of the workspace.
    pub(crate) number: String,
    /// Short name of the workspace.
    pub(crate) slug: String,
}

impl Clerk {
    /// Installs the app, makes tokens, gives segments and claims a number.
    pub(crate) async fn set_up(installation: &Installation, control: &Control, url: &str) -> Self {
        install(url).await;
        let operator = token(&installation.command(&["token", "create", "--operator"]));
        let mut clerk = Self {
            http: reqwest::Client::new(),
            url: url.to_owned(),
            operator,
            member: String::new(),
            number: String::new(),
            slug: String::new(),
        };
        let found = clerk.ask(true, "{ platform { workspaces(first: 1) { nodes { id slug } } } }", json!({})).await;
        let workspace = &found["platform"]["workspaces"]["nodes"][0];
        clerk.slug = workspace["slug"].as_str().expect("a slug").to_owned();
        clerk.member = token(&installation.command(&["token", "create", "--workspace", &clerk.slug]));
        let grant = "mutation($id: ID!) { usageGrant(workspaceId: $id, input: {segments: 1000000, reason: \"chaos\"}) { errors { message } } }";
        clerk.ask(true, grant, json!({ "id": workspace["id"] })).await;
        clerk.number = clerk.claim(&workspace["id"]).await;
        clerk.wait_until_quiet(Duration::from_secs(30)).await;
        let state = control.read("state").await;
        assert_eq!(state["carrier"]["numbers"].as_array().map(Vec::len), Some(1), "{state}");
        clerk
    }

    async fn claim(&self, workspace: &Value) -> String {
        let search = "{ availablePhoneNumbers(filter: {country: \"US\"}, first: 1) { number } }";
        let found = self.ask(false, search, json!({})).await;
        let number = &found["availablePhoneNumbers"][0]["number"];
        let claim =
            "mutation($id: ID!, $number: E164!) { phoneNumberClaim(workspaceId: $id, input: {number: $number}) {
            errors { message } phoneNumber { id } } }";
        let claimed = self.ask(false, claim, json!({ "id": workspace, "number": number })).await;
        assert_eq!(claimed["phoneNumberClaim"]["errors"], json!([]), "{claimed}");
        number.as_str().expect("a number").to_owned()
    }

    /// Asks the API; its data.
    pub(crate) async fn ask(&self, as_operator: bool, query: &str, variables: Value) -> Value {
        let token = if as_operator { &self.operator } else { &self.member };
        for _ in 0..100 {
            let request = self.http.post(format!("{}/graphql", self.url)).bearer_auth(token);
            if let Ok(answer) = request.json(&json!({ "query": query, "variables": variables })).send().await {
                let body: Value = answer.json().await.expect("JSON");
                assert!(body["errors"].is_null(), "{query}: {body}");
                return body["data"].clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the API does not answer");
    }

    /// Waits until the carrier's list was compared with ours by a run that began at least so long after now.
    pub(crate) async fn wait_until_compared(&self, after: Duration, at_most: Duration) {
        tokio::time::sleep(after).await;
        // The run under way may have begun too early; the one behind it has not.
        for _ in 0..2 {
            let before = self.last_comparison().await;
            let end = Instant::now() + at_most;
            while self.last_comparison().await == before {
                assert!(Instant::now() < end, "the carrier's list was not compared within {at_most:?}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }

    async fn last_comparison(&self) -> Value {
        let answer = self.ask(true, "{ platform { schedules { name lastRunAt } } }", json!({})).await;
        let schedules = answer["platform"]["schedules"].as_array().cloned().unwrap_or_default();
        let found = schedules.into_iter().find(|schedule| schedule["name"] == "carrier.texts");
        found.map_or(Value::Null, |schedule| schedule["lastRunAt"].clone())
    }

    /// How many tasks wait or run.
    pub(crate) async fn backlog(&self) -> i64 {
        let query = "{ platform { health { queues { kind readyCount runningCount } } } }";
        let answer = self.ask(true, query, json!({})).await;
        let queues = answer["platform"]["health"]["queues"].as_array().cloned().unwrap_or_default();
        queues.iter().map(|queue| count(queue, "readyCount") + count(queue, "runningCount")).sum()
    }

    /// What is open, for whoever looks into it.
    pub(super) async fn open_tasks(&self) -> Value {
        let query = "{ platform {
            waiting: tasks(first: 50, filter: {status: WAITING}) { nodes { kind arguments attemptCount lastError runAt } }
            failed: tasks(first: 50, filter: {status: FAILED}) { nodes { kind arguments attemptCount lastError runAt } } } }";
        self.ask(true, query, json!({})).await["platform"].clone()
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn wait_until_quiet(&self, at_most: Duration) {
        let end = Instant::now() + at_most;
        loop {
            let left = self.backlog().await;
            if left == 0 {
                return;
            }
            if Instant::now() > end {
                panic!("{left} tasks are left after {at_most:?}: {}", self.open_tasks().await);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn count(queue: &Value, name: &str) -> i64 {
    queue[name].as_i64().unwrap_or(0)
}

fn token(printed: &str) -> String {
    let found = printed.split_whitespace().find(|word| word.starts_with("clk_"));
    found.expect("the command prints the token").to_owned()
}

/// Installs the app again, however often processes are killed meanwhile.
pub(super) async fn install_until_it_works(url: &str) {
    while tokio::spawn(try_install(url.to_owned())).await.ok().flatten().is_none() {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Goes through the installation as a browser would, without the person.
async fn install(url: &str) {
    try_install(url.to_owned()).await.expect("the app can be installed");
}

/// None when somebody on the way did not answer.
async fn try_install(url: String) -> Option<()> {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let begun = browser.get(format!("{url}/slack/install")).send().await.ok()?;
    let cookie = header(&begun, "set-cookie")?.split(';').next()?.to_owned();
    let consent = format!("{}&auto=1", header(&begun, "location")?);
    let allowed = browser.get(consent).send().await.ok()?;
    let back = header(&allowed, "location")?;
    let done = browser.get(back).header("cookie", cookie).send().await.ok()?;
    (done.status().is_success() || done.status().is_redirection()).then_some(())
}

fn header(answer: &reqwest::Response, name: &str) -> Option<String> {
    Some(answer.headers().get(name)?.to_str().ok()?.to_owned())
}
