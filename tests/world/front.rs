//! What stands between the vendors and the nodes, as a load balancer does: requests go to the nodes in turn. It can do what networks do:
//! send a request to everyone at once, lose it, hold an answer back until somebody was killed, or bring a request again that came before.
//! Each connection carries one request, so that every request has its own fate. Vendors live in real time and a world's clock may be
//! turned, so the stamps of rightly signed requests are carried over into the world's time here, and nowhere in the product.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use domain::clock::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use super::signatures;

/// Headers of Slack's signature.
const STAMP: &str = "x-slack-request-timestamp";
const SIGNATURE: &str = "x-slack-signature";

/// How long a request waits for a node.
const HOLD_LIMIT: Duration = Duration::from_secs(12);

/// The front.
#[derive(Clone)]
pub(crate) struct Front {
    state: Arc<State>,
    address: SocketAddr,
}

struct State {
    inner: Mutex<Inner>,
    clock: Clock,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    nodes: Vec<SocketAddr>,
    turn: usize,
    to_everyone: bool,
    drops: u32,
    waits_for_node: bool,
    withheld: Withheld,
    seen: Vec<Seen>,
}

/// What becomes of the next answer.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Withheld {
    #[default]
    No,
    /// The next answer is not passed on.
    Next,
    /// An answer is there and is not passed on.
    Now,
}

/// A request that came by.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Path and query.
    pub(crate) path: String,
    head: String,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The same request of Slack with another body, signed anew.
    pub(crate) fn saying(&self, body: Vec<u8>) -> Self {
        let stamp = self.header(STAMP).expect("Slack stamps its requests");
        Self { body, ..self.clone() }.signed_at(&stamp)
    }

    /// The request once more, with further header lines, for one connection only.
    fn bytes(&self, extra: &str) -> Vec<u8> {
        let mut bytes = format!("{}\r\nconnection: close\r\n{extra}\r\n", self.head).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The request as a Slack of the world's time would have signed it; as it is when it was not signed rightly.
    fn in_time_of(self, clock: &Clock) -> Self {
        match (self.header(STAMP), self.header(SIGNATURE)) {
            (Some(stamp), Some(signature)) if signature == signatures::slack(&stamp, &self.body) => {
                self.signed_at(&clock.now().timestamp().to_string())
            }
            _ => self,
        }
    }

    fn header(&self, wanted: &str) -> Option<String> {
        let mut lines = self.head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    }

    fn signed_at(self, stamp: &str) -> Self {
        let is_kept = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default();
            ![STAMP, SIGNATURE, "content-length"].iter().any(|other| name.eq_ignore_ascii_case(other))
        };
        let kept: Vec<&str> = self.head.split("\r\n").filter(is_kept).collect();
        let (length, right) = (self.body.len(), signatures::slack(stamp, &self.body));
        let head =
            format!("{}\r\ncontent-length: {length}\r\n{STAMP}: {stamp}\r\n{SIGNATURE}: {right}", kept.join("\r\n"));
        Self { head, ..self }
    }
}

impl Front {
    /// Opens a port; `clock` is the world's.
    pub(crate) async fn open(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let state = Arc::new(State { inner: Mutex::default(), clock, changed: Notify::new() });
        let front = Self { state: state.clone(), address };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let own = state.clone();
                tokio::spawn(async move { own.serve(client).await });
            }
        });
        front
    }

    /// Its address, which is the public one of the installation.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A node takes requests from now on.
    pub(crate) fn add(&self, node: SocketAddr) {
        self.inner().nodes.push(node);
        self.state.changed.notify_waiters();
    }

    /// A node takes none any more.
    pub(crate) fn remove(&self, node: SocketAddr) {
        self.inner().nodes.retain(|known| *known != node);
    }

    /// Requests that come while there is no node wait for one, instead of being turned away.
    pub(crate) fn waits_for_node(&self) {
        self.inner().waits_for_node = true;
    }

    /// Each request goes to every node at the same time; the first node's answer is passed on.
    pub(crate) fn sends_to_everyone(&self) {
        self.inner().to_everyone = true;
    }

    /// The next so many requests are lost: the connection breaks and no node hears of them.
    pub(crate) fn loses(&self, count: u32) {
        self.inner().drops = count;
    }

    /// The next answer stays here: the node has done its part, and the sender has not heard of it.
    pub(crate) fn withholds_next_answer(&self) {
        self.inner().withheld = Withheld::Next;
    }

    /// Waits until an answer is held back.
    pub(crate) async fn has_answer_withheld(&self) {
        self.state.until(|inner| inner.withheld == Withheld::Now).await;
    }

    /// Breaks the connection whose answer is held back: the sender never hears it.
    pub(crate) fn breaks_withheld_connection(&self) {
        self.inner().withheld = Withheld::No;
        self.state.changed.notify_waiters();
    }

    /// Requests that came to a path, oldest first.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.inner().seen.iter().filter(|seen| seen.path.split('?').next() == Some(path)).cloned().collect()
    }

    /// Brings a request again, byte for byte, with further headers; the status of the answer.
    pub(crate) async fn brings_again(&self, seen: &Seen, headers: &[(&str, &str)]) -> u16 {
        let extra: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let node = self.inner().next().expect("a node runs");
        let request = seen.clone().in_time_of(&self.state.clock).bytes(&extra);
        status_of(&exchange(node, &request).await.expect("the node answers"))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.inner()
    }
}

impl Inner {
    /// The node whose turn it is.
    fn next(&mut self) -> Option<SocketAddr> {
        self.turn += 1;
        self.nodes.get(self.turn % self.nodes.len().max(1)).copied()
    }
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }

    async fn until(&self, mut is_so: impl FnMut(&Inner) -> bool) {
        loop {
            let changed = self.changed.notified();
            if is_so(&self.inner()) {
                return;
            }
            changed.await;
        }
    }

    /// A broken connection is an answer too: whoever sent the request sees it.
    async fn serve(&self, mut client: TcpStream) -> Option<()> {
        let request = read_request(&mut client).await?;
        {
            let mut inner = self.inner();
            inner.seen.push(request.clone());
            if inner.drops > 0 {
                inner.drops -= 1;
                return None;
            }
        }
        let wait = self.until(|inner| !inner.nodes.is_empty() || !inner.waits_for_node);
        tokio::time::timeout(HOLD_LIMIT, wait).await.ok()?;
        let answer = self.pass_on(&request.in_time_of(&self.clock).bytes("")).await?;
        if self.withholds() {
            self.until(|inner| inner.withheld == Withheld::No).await;
            return None;
        }
        client.write_all(&answer).await.ok()
    }

    async fn pass_on(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (first, others) = {
            let mut inner = self.inner();
            let first = inner.next()?;
            let others: Vec<_> = inner.nodes.iter().copied().filter(|node| *node != first).collect();
            (first, if inner.to_everyone { others } else { Vec::new() })
        };
        let copies = others.into_iter().map(|node| exchange(node, bytes));
        let (answer, _) = tokio::join!(exchange(first, bytes), futures_util::future::join_all(copies));
        answer
    }

    fn withholds(&self) -> bool {
        let mut inner = self.inner();
        let is_withheld = inner.withheld == Withheld::Next;
        if is_withheld {
            inner.withheld = Withheld::Now;
            self.changed.notify_waiters();
        }
        is_withheld
    }
}

/// One request over one connection: the whole answer.
async fn exchange(node: SocketAddr, request: &[u8]) -> Option<Vec<u8>> {
    let mut connection = TcpStream::connect(node).await.ok()?;
    connection.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.ok()?;
    (!answer.is_empty()).then_some(answer)
}

/// Status of an answer; the first line is `HTTP/1.1 200 OK`.
fn status_of(answer: &[u8]) -> u16 {
    let line = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer of HTTP")
}

async fn read_request(client: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let lines = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let is_own = |line: &str| !line.to_ascii_lowercase().starts_with("connection:");
    let head = lines.split("\r\n").filter(|line| is_own(line)).collect::<Vec<_>>().join("\r\n");
    let length = content_length(&head);
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if client.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Seen { path, head, body })
}

fn content_length(head: &str) -> usize {
    let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let length = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.filter_map(|(_, value)| value.trim().parse().ok()).next().unwrap_or(0)
}
