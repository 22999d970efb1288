//! The checker: what was acknowledged against what really happened, by the vendors' own ledger and by Clerk's.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Clerk, Control, say, traffic::Sent};

/// What the checker found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Texts sent, and acknowledged.
    pub(crate) texts: (usize, usize),
    /// Replies written, and acknowledged at once.
    pub(crate) replies: (usize, usize),
    /// Replies that nobody could confirm; a person decides.
    pub(crate) unconfirmed: usize,
    /// Everything that must not be.
    pub(crate) findings: Vec<String>,
}

impl Report {
    /// Prints it, and tells whether nothing was found.
    pub(crate) fn print(&self) -> bool {
        say(&format!(
            "texts {} ({} acknowledged) · replies {} ({} acknowledged) · unconfirmed {}",
            self.texts.0, self.texts.1, self.replies.0, self.replies.1, self.unconfirmed
        ));
        for finding in self.findings.iter().take(30) {
            say(&format!("FOUND {finding}"));
        }
        say(if self.findings.is_empty() { "nothing lost, nothing doubled, order kept, sums right" } else { "FAILED" });
        self.findings.is_empty()
    }
}

/// Compares.
pub(super) async fn check(control: &Control, clerk: &Clerk, sent: &[Sent]) -> Report {
    let ledger = control.read("ledger").await;
    let posted = places(ledger["posts"].as_array(), |post| post["bot"].is_string(), "text");
    let texted = places(ledger["texts_out"].as_array(), |_| true, "body");
    let unconfirmed = clerk.unconfirmed_bodies().await;
    let mut report = Report { unconfirmed: unconfirmed.len(), ..Report::default() };
    for one in sent {
        let totals = if one.is_inbound { &mut report.texts } else { &mut report.replies };
        totals.0 += 1;
        totals.1 += usize::from(one.is_acknowledged);
        let seen = if one.is_inbound { posted.get(&one.body) } else { texted.get(&one.body) }.map_or(0, Vec::len);
        let what = if one.is_inbound { "text" } else { "reply" };
        if seen > 1 {
            report.findings.push(format!("{what} {} was shown or sent {seen} times", one.body));
        }
        // The carrier lists every text, so even those whose webhook was lost must be found.
        let must = one.is_inbound || (one.is_acknowledged && !unconfirmed.contains(&one.body));
        if must && seen == 0 {
            report.findings.push(format!("{what} {} (acknowledged: {}) is lost", one.body, one.is_acknowledged));
        }
    }
    check_order(sent, &posted, true, &mut report);
    check_order(sent, &texted, false, &mut report);
    clerk.check_sums(&mut report).await;
    for request in ledger["unexpected"].as_array().into_iter().flatten() {
        report.findings.push(format!("a request that nobody should make: {request}"));
    }
    if !report.findings.is_empty() {
        report.findings.push(format!("these tasks are open: {}", clerk.open_tasks().await));
    }
    report
}

/// Where each body stands in a ledger.
fn places(rows: Option<&Vec<Value>>, is_meant: impl Fn(&Value) -> bool, field: &str) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, row) in rows.into_iter().flatten().enumerate().filter(|(_, row)| is_meant(row)) {
        let text = row[field].as_str().unwrap_or_default();
        let body = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        places.entry(body).or_default().push(place);
    }
    places
}

/// What was acknowledged in an order appears in that order, for each contact.
fn check_order(sent: &[Sent], places: &HashMap<String, Vec<usize>>, is_inbound: bool, report: &mut Report) {
    let mut last: HashMap<usize, (usize, &str)> = HashMap::new();
    for one in sent.iter().filter(|one| one.is_inbound == is_inbound && one.is_acknowledged) {
        let Some(place) = places.get(&one.body).and_then(|places| places.first()) else { continue };
        if let Some((before, body)) = last.get(&one.contact)
            && before > place
        {
            report.findings.push(format!("{} appeared before {body}", one.body));
        }
        last.insert(one.contact, (*place, &one.body));
    }
}

/// Statuses of messages that count.
const COUNTED: [&str; 5] = ["RECEIVED", "QUEUED", "SENT", "DELIVERED", "UNCONFIRMED"];

impl Clerk {
    async fn unconfirmed_bodies(&self) -> Vec<String> {
        let query = "query($slug: String!, $after: String) { workspace(slug: $slug) {
            messages(first: 100, after: $after, filter: {statuses: [UNCONFIRMED]}) { nodes { body } pageInfo { hasNextPage endCursor } } } }";
        let rows = self.pages(query, |data| data["workspace"]["messages"].clone()).await;
        rows.iter().filter_map(|row| row["body"].as_str().map(str::to_owned)).collect()
    }

    /// The meter is the sum of its entries, and each counted message has its entry.
    async fn check_sums(&self, report: &mut Report) {
        let query = "query($slug: String!) { workspace(slug: $slug) { usage { segments { used } } } }";
        let answer = self.ask(false, query, json!({ "slug": self.slug })).await;
        let used = answer["workspace"]["usage"]["segments"]["used"].as_i64().unwrap_or(-1);
        let messages = "query($slug: String!, $after: String) { workspace(slug: $slug) {
            messages(first: 100, after: $after) { nodes { id status segmentCount failure { message } } pageInfo { hasNextPage endCursor } } } }";
        let messages = self.pages(messages, |data| data["workspace"]["messages"].clone()).await;
        let counts = |message: &&Value| COUNTED.iter().any(|status| message["status"] == *status);
        let counted: i64 = messages.iter().filter(counts).filter_map(|message| message["segmentCount"].as_i64()).sum();
        let entries = "query($slug: String!, $after: String) { workspace(slug: $slug) { usage {
            entries(first: 100, after: $after, meter: SEGMENTS) { nodes { used } pageInfo { hasNextPage endCursor } } } } }";
        let rows = self.pages(entries, |data| data["workspace"]["usage"]["entries"].clone()).await;
        let sum: i64 = rows.iter().filter_map(|row| row["used"].as_i64()).sum();
        if used != sum || used != counted {
            report
                .findings
                .push(format!("the meter shows {used}, its entries add up to {sum}, and messages of {counted} count"));
            let others = messages.iter().filter(|message| !counts(message) || message["segmentCount"] != 1);
            report.findings.extend(others.map(Value::to_string));
        }
    }

    /// All nodes of a connection.
    async fn pages(&self, query: &str, connection: impl Fn(&Value) -> Value) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = connection(&self.ask(false, query, json!({ "slug": self.slug, "after": after })).await);
            rows.extend(page["nodes"].as_array().cloned().unwrap_or_default());
            if page["pageInfo"]["hasNextPage"] != true {
                return rows;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}
