//! Texts and replies at a steady rate, each with a body of its own. A person sends the next text only after the last one was answered for, so the order
//! of what was acknowledged is known; the same for each thread.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use tokio::{task::JoinHandle, time::Instant};

use super::{Clerk, Control, Dice, Trouble};

/// Someone who texts, and the thread that the texts stand in.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    /// Number.
    pub(crate) number: String,
    /// Channel and first post of the thread.
    pub(crate) thread: (String, String),
}

/// Something that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Which contact.
    pub(crate) contact: usize,
    /// Body, unique.
    pub(crate) body: String,
    /// Whether it came in (or went out).
    pub(crate) is_inbound: bool,
    /// Whether Clerk acknowledged it.
    pub(crate) is_acknowledged: bool,
    /// How long the acknowledgement took.
    pub(crate) took: Duration,
}

/// Everything that sends.
pub(crate) struct Traffic {
    control: Arc<Control>,
    to: String,
    /// The member who answers.
    pub(crate) user: String,
    contacts: Arc<Vec<Contact>>,
    /// How many of the contacts, the first ones, have a channel of their own: nobody answers them.
    directs: usize,
}

/// Traffic under way.
pub(crate) struct Flow {
    stop: Arc<AtomicBool>,
    sent: Arc<Mutex<Vec<Sent>>>,
    lines: Vec<JoinHandle<()>>,
}

impl Traffic {
    /// Lets each contact text once and waits for the threads.
    pub(crate) async fn open_threads(control: &Arc<Control>, clerk: &Clerk, count: usize) -> Self {
        let numbers: Vec<String> = (0..count).map(number).collect();
        for number in &numbers {
            assert!(
                control.text(number, &clerk.number, &format!("hello from {number}")).await,
                "the first text was not acknowledged"
            );
        }
        clerk.wait_until_quiet(Duration::from_secs(60)).await;
        let ledger = control.read("ledger").await;
        let contacts = numbers
            .iter()
            .map(|number| Contact { number: number.clone(), thread: thread_of(&ledger, number) })
            .collect();
        let state = control.read("state").await;
        let user =
            state["slack"]["users"].as_array().and_then(|users| users.iter().find(|user| user["is_bot"] == false));
        let user = user.and_then(|user| user["id"].as_str()).expect("a member").to_owned();
        Self { control: control.clone(), to: clerk.number.clone(), user, contacts: Arc::new(contacts), directs: 0 }
    }

    /// Gives the first contacts channels of their own; their ids.
    pub(crate) async fn moves_to_channels(&mut self, clerk: &Clerk, count: usize) -> Vec<String> {
        let threads: Vec<_> = self.contacts.iter().take(count).map(|contact| contact.thread.clone()).collect();
        self.directs = count;
        Trouble::creates_channels(&self.control, clerk, &self.user, &threads).await
    }

    /// Begins to send, spread over the contacts: texts only, or half texts and half replies.
    pub(crate) fn begin(&self, rate: u32, mut dice: Dice, has_replies: bool) -> Flow {
        let stop = Arc::new(AtomicBool::new(false));
        let sent = Arc::new(Mutex::new(Vec::new()));
        let directions = if has_replies { 2 } else { 1 };
        let lines = self.contacts.len() * directions;
        let pause = Duration::from_secs_f64(lines as f64 / f64::from(rate));
        let start = |line: usize| {
            let offset = pause.mul_f64(dice.below(1_000) as f64 / 1_000.0);
            let line = Line {
                control: self.control.clone(),
                to: self.to.clone(),
                user: self.user.clone(),
                index: line / directions,
                contact: self.contacts[line / directions].clone(),
                is_inbound: line.is_multiple_of(directions),
                sends_pictures: self.directs > 0 && line % 7 == 3,
            };
            tokio::spawn(line.run(offset, pause, stop.clone(), sent.clone()))
        };
        let is_answered = |line: &usize| line.is_multiple_of(directions) || line / directions >= self.directs;
        let lines = (0..lines).filter(is_answered).map(start).collect();
        Flow { stop, sent, lines }
    }
}

impl Flow {
    /// Ends it; what was sent, in order for each contact and direction.
    pub(crate) async fn end(self) -> Vec<Sent> {
        self.stop.store(true, Ordering::Relaxed);
        for line in self.lines {
            line.await.expect("a line does not panic");
        }
        std::mem::take(&mut *self.sent.lock().expect("nobody panics here"))
    }
}

/// One contact in one direction.
struct Line {
    control: Arc<Control>,
    to: String,
    user: String,
    index: usize,
    contact: Contact,
    is_inbound: bool,
    sends_pictures: bool,
}

impl Line {
    async fn run(self, offset: Duration, pause: Duration, stop: Arc<AtomicBool>, sent: Arc<Mutex<Vec<Sent>>>) {
        let mut due: VecDeque<Instant> = VecDeque::from([Instant::now() + offset]);
        let mut number = 0;
        while !stop.load(Ordering::Relaxed) {
            let at = due.pop_front().expect("the next is always due");
            due.push_back(at.max(Instant::now() - pause) + pause);
            tokio::time::sleep_until(at).await;
            let one = self.send(number).await;
            sent.lock().expect("nobody panics here").push(one);
            number += 1;
        }
    }

    async fn send(&self, number: u32) -> Sent {
        let direction = if self.is_inbound { "in" } else { "out" };
        let body = format!("{direction} {}-{number:05}", self.index);
        let began = Instant::now();
        let is_acknowledged = if self.is_inbound && self.sends_pictures && number % 10 == 5 {
            self.control.slow_picture(&self.contact.number, &self.to, &body).await
        } else if self.is_inbound {
            self.control.text(&self.contact.number, &self.to, &body).await
        } else {
            let (channel, ts) = &self.contact.thread;
            self.control.reply(&self.user, (channel, ts), &body).await
        };
        Sent { contact: self.index, body, is_inbound: self.is_inbound, is_acknowledged, took: began.elapsed() }
    }
}

/// Fictional numbers: +1 NXX 555 0100 to 0199.
fn number(index: usize) -> String {
    let areas = ["415", "212", "312", "206", "617", "305", "702", "503"];
    format!("+1{}55501{:02}", areas[index / 100 % areas.len()], index % 100)
}

fn thread_of(ledger: &Value, number: &str) -> (String, String) {
    let body = format!("hello from {number}");
    let posts = ledger["posts"].as_array().expect("posts");
    let post = posts.iter().find(|post| post["text"].as_str().is_some_and(|text| text.contains(&body)));
    let post = post.unwrap_or_else(|| panic!("the text of {number} was not posted"));
    let text = |name: &str| post[name].as_str().expect("a thread").to_owned();
    (text("channel"), text("thread_ts"))
}
