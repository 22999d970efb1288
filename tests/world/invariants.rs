//! What must hold at the end of every scenario, whatever it was about. The product's rows are compared with the vendors' own ledger: every
//! event was acted on, every text was shown once, every reply went out once, usage is the sum of its entries, the audit log is whole, and
//! nobody asked a vendor for something that does not exist.

use std::collections::{HashMap, HashSet};

use domain::{
    Ctx,
    audit::{self, Verdict},
    contracts::chat::Place,
    conversations::Conversation,
    ids::ConversationId,
    inbox::{self, EventFilter},
    messages::{self, Direction, HoldReason, Message, MessageFilter, Status},
    outbox::{self, State, TaskFilter, TaskView},
    page::PageRequest,
    usage::{self, Meter},
    workspaces::{self, Workspace, WorkspaceFilter},
};

use super::outside::{Attempt, Ledger, Posted};

/// The sender's own text, not an answer of the network.
const OURS: &str = "outbound-api";

/// Largest page of a list.
const PAGE: u64 = 100;

/// What is wrong, in sentences. `left` are the states in which the scenario expects to leave tasks behind.
pub(super) async fn broken(ctx: &Ctx, ledger: &Ledger, left: &[State]) -> Vec<String> {
    let mut wrong = tasks_left(ctx, left).await;
    wrong.extend(ledger.unexpected.iter().map(|request| format!("a vendor saw a request nobody expects: {request}")));
    wrong.extend(events_left(ctx).await);
    let messages = all_messages(ctx).await;
    wrong.extend(lost(ledger, &messages));
    wrong.extend(wrongly_shown(ledger, &messages, !left.is_empty()));
    wrong.extend(wrongly_placed(ledger, &messages, &all_places(ctx).await));
    wrong.extend(wrongly_ordered(ledger, &messages));
    wrong.extend(wrongly_sent(ledger, &messages));
    wrong.extend(wrongly_counted(ctx).await);
    if let Verdict::Broken { chain, position, .. } = audit::verify(ctx).await.expect("the audit log is read") {
        wrong.push(format!("the audit chain {chain} breaks at {position}"));
    }
    wrong
}

/// Tasks that are not over.
pub(super) async fn open_tasks(ctx: &Ctx) -> Vec<TaskView> {
    let states = vec![State::Ready, State::Running, State::Calling, State::Parked, State::Unknown, State::Dead];
    let filter = TaskFilter { states, ..TaskFilter::default() };
    let page = outbox::list(ctx, &filter, &PageRequest::first(PAGE)).await.expect("tasks are listed");
    page.items.into_iter().map(|(_, task)| task).collect()
}

/// A task in a line.
pub(super) fn line(task: &TaskView) -> String {
    let why = task.last_error.as_deref().unwrap_or("no error");
    format!("{} {} ({} tries, due {}): {why}", task.kind, task.state, task.attempt_count, task.run_at)
}

async fn tasks_left(ctx: &Ctx, left: &[State]) -> Vec<String> {
    let open = open_tasks(ctx).await;
    open.iter()
        .filter(|task| !left.contains(&task.state))
        .map(|task| format!("a task is left: {}", line(task)))
        .collect()
}

async fn events_left(ctx: &Ctx) -> Option<String> {
    let unhandled = EventFilter { is_unhandled: Some(true), ..EventFilter::default() };
    let count = inbox::count(ctx, &unhandled).await.expect("events are counted");
    let tasks = open_tasks(ctx).await.into_iter().filter(|task| task.kind == "event.handle").count();
    (count > tasks as u64).then(|| format!("{count} events were not acted on, and only {tasks} tasks know of it"))
}

/// Every workspace.
pub(super) async fn all_workspaces(ctx: &Ctx) -> Vec<Workspace> {
    let page = workspaces::list(ctx, &WorkspaceFilter::default(), &PageRequest::first(PAGE)).await;
    page.expect("workspaces are listed").items.into_iter().map(|(_, workspace)| workspace).collect()
}

/// Every message, oldest first.
pub(super) async fn all_messages(ctx: &Ctx) -> Vec<Message> {
    let mut all = Vec::new();
    for workspace in all_workspaces(ctx).await {
        let mut request = PageRequest::first(PAGE);
        loop {
            let page = messages::list(ctx, workspace.id, &MessageFilter::default(), &request).await;
            let page = page.expect("messages are listed");
            request.after = page.items.last().map(|(cursor, _)| cursor.clone());
            all.extend(page.items.into_iter().map(|(_, message)| message));
            if !page.has_next {
                break;
            }
        }
    }
    all.sort_by_key(|message| message.id.to_string());
    all
}

/// Posts of the app by the key that they carry.
fn by_key(ledger: &Ledger) -> HashMap<&str, Vec<&Posted>> {
    let mut posts: HashMap<&str, Vec<&Posted>> = HashMap::new();
    for post in &ledger.posts {
        if let Some(key) = post.metadata["event_payload"]["key"].as_str() {
            posts.entry(key).or_default().push(post);
        }
    }
    posts
}

/// A text whose webhook we have acknowledged is kept.
fn lost(ledger: &Ledger, messages: &[Message]) -> Vec<String> {
    let kept: HashSet<&str> = messages.iter().filter_map(|message| message.carrier_id.as_deref()).collect();
    let acknowledged = ledger.webhook_deliveries.iter().filter(|told| told.attempts.iter().any(Attempt::is_good));
    let acknowledged: HashSet<&str> = acknowledged.map(|told| told.key.as_str()).collect();
    let texts = ledger.texts_in.iter().map(|text| text.sid.as_str());
    let lost = texts.filter(|sid| acknowledged.contains(sid) && !kept.contains(sid));
    lost.map(|sid| format!("{sid} was acknowledged and is not kept")).collect()
}

/// A text stands in a place of its own conversation and nowhere else.
fn wrongly_placed(ledger: &Ledger, messages: &[Message], places: &[(ConversationId, Place)]) -> Vec<String> {
    let posts = by_key(ledger);
    let mut wrong = Vec::new();
    for message in messages {
        let is_own = |post: &Posted| {
            let own = places.iter().filter(|(conversation, _)| *conversation == message.conversation_id);
            own.clone().any(|(_, place)| place.channel == post.channel && place.thread == post.thread_ts)
        };
        for post in posts.get(message.id.to_string().as_str()).into_iter().flatten() {
            if !is_own(post) {
                wrong.push(format!("{} stands in another thread than its conversation's", message.id));
            }
        }
    }
    wrong
}

/// A text that came in stands in the chat once, unless it is held; one that is held may be announced once.
fn wrongly_shown(ledger: &Ledger, messages: &[Message], may_lack: bool) -> Vec<String> {
    let posts = by_key(ledger);
    let count = |key: String| posts.get(key.as_str()).map_or(0, Vec::len);
    let mut wrong = Vec::new();
    for message in messages.iter().filter(|message| message.direction == Direction::Inbound) {
        let (shown, announced) = (count(message.id.to_string()), count(format!("{}:held", message.id)));
        let allowed = match (message.status, message.hold_reason) {
            (Status::Held, Some(HoldReason::DoNotDisturb)) => shown == 0 && announced == 0,
            (Status::Held, _) => shown == 0 && announced <= 1,
            _ => shown == 1 || (shown == 0 && may_lack),
        };
        if !allowed {
            wrong.push(format!(
                "{} ({}) was shown {shown} times and announced {announced} times",
                message.id, message.status
            ));
        }
    }
    wrong
}

/// In each conversation posts stand in the order of the texts. One that was held or found late comes when it can.
fn wrongly_ordered(ledger: &Ledger, messages: &[Message]) -> Vec<String> {
    let posts = by_key(ledger);
    let mut latest: HashMap<String, String> = HashMap::new();
    let mut wrong = Vec::new();
    for message in messages.iter().filter(|message| message.direction == Direction::Inbound && !message.is_late) {
        let was_held = posts.contains_key(format!("{}:held", message.id).as_str());
        let Some(post) = posts.get(message.id.to_string().as_str()).and_then(|posts| posts.first()) else { continue };
        let before = latest.entry(message.conversation_id.to_string()).or_default();
        if !was_held && *before > post.ts {
            wrong.push(format!("{} stands before a text that came earlier", message.id));
        }
        before.clone_from(&post.ts);
    }
    wrong
}

/// What the carrier sent is what we know to have sent, each once; what nobody could confirm may be there too.
fn wrongly_sent(ledger: &Ledger, messages: &[Message]) -> Vec<String> {
    let sent: HashSet<&str> =
        ledger.texts_out.iter().filter(|text| text.direction == OURS).map(|text| text.sid.as_str()).collect();
    let outbound = || messages.iter().filter(|message| message.direction == Direction::Outbound);
    let known: Vec<&str> = outbound().filter_map(|message| message.carrier_id.as_deref()).collect();
    let distinct: HashSet<&str> = known.iter().copied().collect();
    let doubtful =
        outbound().filter(|message| message.carrier_id.is_none() && message.status == Status::Unconfirmed).count();
    let mut wrong = Vec::new();
    if distinct.len() != known.len() {
        wrong.push("two messages have the same id at the carrier".to_owned());
    }
    wrong.extend(distinct.difference(&sent).map(|sid| format!("we know of {sid}, the carrier does not")));
    let unknown: Vec<_> = sent.difference(&distinct).collect();
    if unknown.len() > doubtful {
        wrong.push(format!("the carrier sent {unknown:?}, and only {doubtful} messages are in doubt"));
    }
    wrong
}

/// The counter of each month is the sum of its entries, and never above its limit.
async fn wrongly_counted(ctx: &Ctx) -> Vec<String> {
    let mut wrong = Vec::new();
    for workspace in all_workspaces(ctx).await {
        let months = usage::periods(ctx, workspace.id, &PageRequest::first(PAGE)).await.expect("months are listed");
        for (_, month) in months.items {
            let sums = usage::sums(ctx, &workspace, &month).await.expect("entries are summed up");
            let used: i64 = sums.iter().filter(|sum| sum.meter == Meter::Segments).map(|sum| sum.used).sum();
            if used != month.used || used > month.limit() {
                wrong.push(format!("{}: {} used of {}, entries say {used}", month.month, month.used, month.limit()));
            }
        }
    }
    wrong
}

/// Every place that a conversation has or had.
async fn all_places(ctx: &Ctx) -> Vec<(ConversationId, Place)> {
    let now = all_conversations(ctx).await;
    let mut places: Vec<_> = now.iter().filter_map(|one| one.thread().map(|place| (one.id, place))).collect();
    for workspace in all_workspaces(ctx).await {
        places.extend(domain::conversations::places(ctx, workspace.id).await.expect("places are listed"));
    }
    places
}

/// Conversations of all workspaces, for a test that counts them.
pub(super) async fn all_conversations(ctx: &Ctx) -> Vec<Conversation> {
    let mut all = Vec::new();
    for workspace in all_workspaces(ctx).await {
        let filter = domain::conversations::ConversationFilter::default();
        let page = domain::conversations::list(ctx, workspace.id, &filter, &PageRequest::first(PAGE)).await;
        all.extend(page.expect("conversations are listed").items.into_iter().map(|(_, conversation)| conversation));
    }
    all
}
