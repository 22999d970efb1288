//! A world for a test: simulated vendors over real HTTP, a front, one or more nodes, a database of its own and a clock that only the test
//! turns. A scenario is written once and played on SQLite and on PostgreSQL. When it ends, the invariants are checked: nothing may be left
//! to do, and the vendors' ledger must agree with what the product believes.

mod asking;
mod broadcasting;
mod clinic;
mod database;
mod front;
mod invariants;
mod node;
mod outside;
mod people;
mod pg;
mod pictures;
mod signatures;
mod slack;
mod stage;
mod timed;
mod waiting;

pub(crate) use broadcasting::TAG;
pub(crate) use clinic::{TOM, Team};
pub(crate) use database::{Fresh, Kind};
pub(crate) use outside::{Asked, Text, Vendor};
pub(crate) use people::{Member, Phone, Written};
pub(crate) use pictures::{file, picture};
pub(crate) use slack::{Notice, Post, Thread, button_labels};
pub(crate) use stage::{Stage, is_offered, play, sized};
pub(crate) use waiting::until;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    By, Ctx,
    clock::Clock,
    contracts::carrier::Carrier,
    ctx::Actor,
    inbox::{self, EventFilter},
    messages::Message,
    outbox::State,
    schedules, usage,
    workspaces::{self, Workspace},
};
use reqwest::redirect::Policy;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::contract::wire::lint::lint_blocks;

use self::{
    front::{Front, Seen},
    node::{Node, Program},
    outside::{Ledger, Outside},
    slack::Slack,
};

/// Plays each scenario on both databases, as `sqlite::name` and `postgres::name`.
macro_rules! both {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    $crate::world::play($crate::world::Kind::Sqlite, stringify!($scenario), super::$scenario).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    $crate::world::play($crate::world::Kind::Postgres, stringify!($scenario), super::$scenario).await;
                }
            )+
        }
    };
}
pub(crate) use both;

/// Looks in a row at which a world must be at rest.
const CALM_LOOKS: u32 = 3;

/// A world.
pub(crate) struct World {
    /// The vendors.
    pub(crate) outside: Arc<Outside>,
    /// What stands before the nodes.
    pub(crate) front: Front,
    /// The world's time.
    pub(crate) clock: Clock,
    /// Which database it is.
    pub(crate) kind: Kind,
    nodes: Vec<Node>,
    /// What the nodes are configured with.
    settings: Vec<(String, String)>,
    /// The test's own look into the database.
    watch: Ctx,
    fresh: Fresh,
    team: Option<Team>,
    left: Vec<State>,
}

impl World {
    /// What operations of the domain are given: a node's own, so that what they promise is done at once.
    pub(crate) fn ctx(&self) -> Ctx {
        self.nodes.iter().find_map(Node::ctx).unwrap_or_else(|| self.watch.clone())
    }

    /// What operations are given on each node.
    pub(crate) fn ctxs(&self) -> Vec<Ctx> {
        self.nodes.iter().filter_map(Node::ctx).collect()
    }

    /// The program at a position, for a world of programs.
    pub(crate) fn program(&self, position: usize) -> &Program {
        match &self.nodes[position] {
            Node::Program(program) => program,
            Node::Inside(_) => panic!("this node is no program"),
        }
    }

    /// Starts one more node of the kind that the world has.
    pub(crate) async fn starts_node(&mut self) {
        let node = Node::inside(self.settings.clone(), self.clock.clone()).await;
        self.front.add(node.address());
        self.nodes.push(node);
    }

    /// Starts the real program in a process of its own, with these roles.
    pub(crate) async fn starts_program(&mut self, roles: &str) {
        let log = self.fresh.folder.path().join(format!("{}.log", domain::vault::random_hex(4)));
        let program = Program::start(self.settings.clone(), roles, log).await;
        let node = Node::Program(Box::new(program));
        self.front.add(node.address());
        self.nodes.push(node);
    }

    /// Ends the oldest node at once, wherever it is.
    pub(crate) async fn kills_node(&mut self) {
        let node = self.nodes.remove(0);
        self.front.remove(node.address());
        node.kill().await;
    }

    /// Ends the oldest node in order.
    pub(crate) async fn stops_node(&mut self) {
        let node = self.nodes.remove(0);
        self.front.remove(node.address());
        node.stop().await;
    }

    /// Lets time pass: the clock moves, what runs by the clock runs, and the world comes to rest.
    pub(crate) async fn turn(&mut self, by: TimeDelta) {
        self.clock.turn(by);
        self.ctxs().iter().for_each(|ctx| ctx.database.wake());
        if !self.nodes.is_empty() {
            self.runs_what_is_due().await;
            self.settle().await;
        }
    }

    /// Lets time pass until an instant.
    pub(crate) async fn turn_to(&mut self, instant: DateTime<Utc>) {
        self.turn(instant - self.clock.now()).await;
    }

    async fn runs_what_is_due(&self) {
        let (ctx, now) = (self.ctx(), self.clock.now());
        let schedules = schedules::list(&ctx).await.expect("schedules are listed");
        let due: Vec<String> = schedules.into_iter().filter(|row| row.next_run_at <= now).map(|row| row.name).collect();
        let have_run = async || {
            let rows = schedules::list(&ctx).await.expect("schedules are listed");
            let of_due = rows.iter().filter(|row| due.contains(&row.name));
            of_due.clone().all(|row| row.last_run_at == Some(now) || row.last_error.is_some())
        };
        node::runs_what_is_due(&self.settings, ctx.clone()).await;
        // A node may have begun something before us.
        until("what runs by the clock has run", have_run).await;
    }

    /// Waits until nothing is left to do now: no task is due or under way, no text and no webhook is on its way.
    pub(crate) async fn settle(&self) {
        let ctx = self.ctx();
        let look = async || match busy_count(&ctx).await {
            0 => match self.outside.quiet().await {
                (true, told) => Ok(told),
                (false, _) => Err("the vendors have more to tell".to_owned()),
            },
            busy => Err(format!("{busy} tasks are due or under way")),
        };
        if let Err(why) = waiting::until_calm(CALM_LOOKS, look).await {
            let tasks: Vec<String> = invariants::open_tasks(&ctx).await.iter().map(invariants::line).collect();
            panic!("the world did not come to rest: {why}\n{}", tasks.join("\n"));
        }
    }

    /// What really happened, as the vendors saw it.
    pub(crate) async fn ledger(&self) -> Ledger {
        self.outside.ledger().await
    }

    /// What the team's Slack shows.
    pub(crate) async fn slack(&self) -> Slack {
        self.outside.slack(&self.team().id).await
    }

    /// The one thread with a contact.
    pub(crate) async fn thread_with(&self, phone: &Phone) -> Thread {
        self.slack().await.thread_with(&phone.number)
    }

    /// The conversation with a contact's own channel.
    pub(crate) async fn own_channel_of(&self, phone: &Phone) -> slack::Channel {
        let contacts = domain::contacts::find;
        for conversation in self.conversations().await {
            let contact = contacts(&self.ctx(), &[conversation.contact_id]).await.expect("contacts are read").remove(0);
            if contact.address == phone.number {
                let id = conversation.own_channel_id.expect("the conversation has a channel of its own");
                return self.slack().await.channel_by_id(&id).clone();
            }
        }
        panic!("there is no conversation with {}", phone.number)
    }

    /// A member gives the conversation with a contact a channel of its own.
    pub(crate) async fn moves_to_own_channel(&self, member: &people::Member, phone: &Phone) -> slack::Channel {
        let thread = self.thread_with(phone).await;
        member.presses("Create channel", &thread.parent).await;
        self.settle().await;
        self.own_channel_of(phone).await
    }

    /// The workspace of the team.
    pub(crate) async fn workspace(&self) -> Workspace {
        self.workspace_of(self.team()).await
    }

    /// The workspace of another team.
    pub(crate) async fn workspace_of(&self, team: &Team) -> Workspace {
        workspaces::by_team(&self.ctx(), &team.id)
            .await
            .expect("it is looked for")
            .expect("the team has installed Clerk")
    }

    /// Segments used of this month's limit.
    pub(crate) async fn usage(&self) -> (i64, i64) {
        let workspace = self.workspace().await;
        let month = usage::current(&self.ctx(), &workspace).await.expect("the month is read");
        (month.used, month.limit())
    }

    /// An operator gives the workspace more segments.
    pub(crate) async fn grants(&self, segments: i64) {
        let workspace = self.workspace().await;
        let done = usage::grant(&self.ctx(), &operator(), workspace.id, segments, "for a test").await;
        done.expect("a grant is possible");
    }

    /// Every message, oldest first.
    pub(crate) async fn messages(&self) -> Vec<Message> {
        invariants::all_messages(&self.ctx()).await
    }

    /// Every conversation.
    pub(crate) async fn conversations(&self) -> Vec<domain::conversations::Conversation> {
        invariants::all_conversations(&self.ctx()).await
    }

    /// States of the tasks that are not over.
    pub(crate) async fn open_tasks(&self) -> Vec<(String, State)> {
        invariants::open_tasks(&self.ctx()).await.into_iter().map(|task| (task.kind, task.state)).collect()
    }

    /// A form as the carrier sends it, rightly signed; the status of our answer.
    pub(crate) async fn carrier_calls(&self, path: &str, fields: &[(&str, &str)]) -> u16 {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = format!("{}{path}", self.front.url());
        let client = client(Duration::from_secs(15));
        let signature = signatures::twilio(&url, &fields);
        let sent = client.post(url).form(&fields).header("x-twilio-signature", signature).send().await;
        sent.expect("an answer").status().as_u16()
    }

    /// Brings a request of a vendor again and again, so much later each time; the statuses of our answers.
    pub(crate) async fn hears_again(&mut self, seen: &Seen, count: usize, later: TimeDelta) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..count {
            self.turn(later).await;
            statuses.push(self.front.brings_again(seen, &[]).await);
        }
        self.settle().await;
        statuses
    }

    /// What the last run of something that runs by the clock has reported.
    pub(crate) async fn report_of(&self, schedule: &str) -> String {
        let rows = schedules::list(&self.ctx()).await.expect("schedules are listed");
        let row = rows.into_iter().find(|row| row.name == schedule);
        row.and_then(|row| row.last_report).unwrap_or_default()
    }

    /// Events that we accepted from a provider, by the vendor's word for their type.
    pub(crate) async fn event_count(&self, event_type: &str) -> u64 {
        let filter = EventFilter { event_type: Some(event_type.to_owned()), ..EventFilter::default() };
        inbox::count(&self.ctx(), &filter).await.expect("events are counted")
    }

    /// The carrier tells of a text while it tells nothing else.
    pub(crate) async fn carrier_tells_of_text(&self, from: &Phone, body: &str) {
        let sid = format!("SM{}", domain::vault::random_hex(16));
        let account = sandbox::credentials().twilio_account_sid;
        let fields = [
            ("MessageSid", sid.as_str()),
            ("AccountSid", &account),
            ("From", &from.number),
            ("To", &from.ours),
            ("Body", body),
        ];
        assert_eq!(self.carrier_calls("/webhooks/twilio/messages", &fields).await, 200);
        self.settle().await;
    }

    /// The carrier takes the clinic's number back, and tells nobody.
    pub(crate) async fn releases_number_at_carrier(&self) {
        let vendors = self.outside.vendors();
        let known = sandbox::credentials();
        let account = format!("{}/2010-04-01/Accounts/{}", vendors.twilio_url(), known.twilio_account_sid);
        let client = client(Duration::from_secs(15));
        let ask = |request: reqwest::RequestBuilder| {
            request.basic_auth(&known.twilio_account_sid, Some(&known.twilio_auth_token)).send()
        };
        let list = ask(client.get(format!("{account}/IncomingPhoneNumbers.json"))).await.expect("an answer");
        let list: serde_json::Value = list.json().await.expect("JSON");
        let mut numbers = list["incoming_phone_numbers"].as_array().expect("a list").iter();
        let own = numbers.find(|number| number["phone_number"] == self.number()).expect("the carrier has it");
        let sid = own["sid"].as_str().expect("a sid");
        let gone = ask(client.delete(format!("{account}/IncomingPhoneNumbers/{sid}.json"))).await.expect("an answer");
        assert!(gone.status().is_success());
    }

    /// Waits until a task of a kind is being done.
    pub(crate) async fn task_is_under_way(&self, kind: &str) {
        self.task_is(kind, State::Calling).await;
    }

    /// Waits until a task of a kind is promised and not begun.
    pub(crate) async fn task_waits(&self, kind: &str) {
        self.task_is(kind, State::Ready).await;
    }

    async fn task_is(&self, kind: &str, state: State) {
        let wanted = (kind.to_owned(), state);
        until(&format!("{kind} is {state}"), async || self.open_tasks().await.contains(&wanted)).await;
    }

    /// What was shown to members and breaks Slack's limits or types: every post and window of every scenario is judged.
    async fn badly_drawn(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (method, field) in DRAWING {
            for asked in self.outside.requests(Vendor::Slack, method).await {
                let drawn = match &asked.json[field] {
                    serde_json::Value::String(json) => serde_json::from_str(json).unwrap_or_default(),
                    drawn => drawn.clone(),
                };
                if !drawn.is_null() {
                    wrong.extend(lint_blocks(&drawn).into_iter().map(|fault| format!("{method}: {fault}")));
                }
            }
        }
        wrong
    }

    /// What operations are given that a person waits for.
    pub(crate) fn carrier(&self) -> Arc<dyn Carrier> {
        node::carrier(&self.settings)
    }

    /// What the API answers to a query of somebody who is not signed in.
    pub(crate) async fn asks(&self, query: &str) -> serde_json::Value {
        let asked = client(Duration::from_secs(15)).post(format!("{}/graphql", self.front.url()));
        let answer = asked.json(&serde_json::json!({ "query": query })).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Runs a command of the program, as an operator does; whether it ended well, and what it said.
    pub(crate) async fn runs_command(&self, words: &[&str]) -> (bool, String) {
        node::command(&self.settings, words).await
    }

    /// What whoever follows a link of ours gets.
    pub(crate) async fn opens(&self, url: &str) -> Opened {
        let answer = client(Duration::from_secs(15)).get(url).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Opened { status, headers, bytes: answer.bytes().await.expect("a body").to_vec() }
    }

    /// Runs SQL past the product, with `$1` for its first value.
    pub(crate) async fn tampers(&self, sql: &str, values: Vec<Value>) -> u64 {
        let db = self.watch.database.writer();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.expect("the statement runs").rows_affected()
    }

    /// Keeps everybody else from writing until it is dropped.
    pub(crate) async fn blocks_writers(&self) -> domain::Tx {
        let tx = self.watch.database.begin().await.expect("a transaction");
        if self.kind == Kind::Postgres {
            tx.execute_unprepared("LOCK TABLE provider_events, tasks IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
        }
        tx
    }

    /// The scenario leaves tasks in this state behind, and means it.
    pub(crate) fn leaves(&mut self, state: State) {
        self.left.push(state);
    }

    /// Ends the world: nodes stop in order, then everything that must always hold is checked.
    async fn finish(mut self) {
        for node in self.nodes.drain(..) {
            node.stop().await;
        }
        let ledger = self.outside.ledger().await;
        let mut wrong = invariants::broken(&self.watch, &ledger, &self.left).await;
        wrong.extend(self.badly_drawn().await);
        assert!(wrong.is_empty(), "at the end of the scenario:\n{}", wrong.join("\n"));
        self.watch.database.close().await;
        self.fresh.drop_it().await;
    }
}

/// Methods of Slack that take blocks, and in which field.
const DRAWING: [(&str, &str); 7] = [
    ("chat.postMessage", "blocks"),
    ("chat.postEphemeral", "blocks"),
    ("chat.update", "blocks"),
    ("response_url", "blocks"),
    ("views.open", "view"),
    ("views.update", "view"),
    ("views.publish", "view"),
];

/// What whoever follows a link of ours gets.
pub(crate) struct Opened {
    /// Status of HTTP.
    pub(crate) status: u16,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
    headers: reqwest::header::HeaderMap,
}

impl Opened {
    /// A header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A client for addresses of this machine: without proxies, redirects and certificates, which take a while to read.
fn client(patience: Duration) -> reqwest::Client {
    let plain = reqwest::Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([]);
    plain.timeout(patience).build().expect("a client")
}

/// On behalf of someone at the console.
pub(crate) fn operator() -> By {
    By { actor: Actor::Console, ..By::default() }
}

/// Tasks under way, and tasks that are due and whose turn it is.
async fn busy_count(ctx: &Ctx) -> i64 {
    let db = ctx.database.reader();
    let sql = "SELECT count(*) AS count FROM tasks t WHERE t.state IN ('running', 'calling')
        OR (t.state = 'ready' AND t.run_at <= $1 AND (t.ordering_key IS NULL OR NOT EXISTS (SELECT 1 FROM tasks e
            WHERE e.ordering_key = t.ordering_key AND e.seq < t.seq AND e.state IN ('ready', 'running', 'calling', 'parked'))))";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [Value::from(ctx.now())]);
    let row = db.query_one_raw(statement).await.expect("tasks are counted").expect("a count has a row");
    row.try_get("", "count").expect("a number")
}
