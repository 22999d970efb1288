//! Trouble at the vendors while processes are killed: channels archived and the app thrown out of them, tokens revoked and the app installed again, storms
//! of 429, conversations in channels of their own that go away. One trouble at a time, each mended after a moment, and all mended at the end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{Clerk, Control, Dice, clerk, say};

/// How long one trouble lasts, in milliseconds.
const LASTS_MS: (u64, u64) = (300, 1_500);

/// How long all is well between two, in milliseconds.
const WELL_MS: (u64, u64) = (200, 1_200);

/// Channel that texts go to.
const SHARED: &str = "clerk-sms";

/// Trouble under way.
pub(crate) struct Trouble {
    stop: Arc<AtomicBool>,
    maker: JoinHandle<()>,
}

/// What can go wrong.
#[derive(Clone, Copy, Debug)]
enum Kind {
    SharedArchived,
    AppThrownOut,
    AppRemoved,
    SlackTooBusy,
    CarrierTooBusy,
    DirectArchived,
}

const KINDS: [Kind; 6] = [
    Kind::SharedArchived,
    Kind::AppThrownOut,
    Kind::AppRemoved,
    Kind::SlackTooBusy,
    Kind::CarrierTooBusy,
    Kind::DirectArchived,
];

impl Trouble {
    /// Gives the first contacts channels of their own, one for each thread.
    pub(crate) async fn creates_channels(
        control: &Control,
        clerk: &Clerk,
        user: &str,
        threads: &[(String, String)],
    ) -> Vec<String> {
        let before = channels(control).await;
        for (channel, ts) in threads {
            press(control, user, (channel, ts), "Create channel").await;
        }
        clerk.wait_until_quiet(Duration::from_secs(60)).await;
        let created: Vec<String> =
            channels(control).await.into_iter().filter(|channel| !before.contains(channel)).collect();
        assert_eq!(created.len(), threads.len(), "each conversation has got its channel");
        created
    }

    /// Begins to make trouble.
    pub(crate) fn begin(control: &Arc<Control>, user: &str, url: &str, directs: Vec<String>, mut dice: Dice) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (control, user, url, until) = (control.clone(), user.to_owned(), url.to_owned(), stop.clone());
        let maker = tokio::spawn(async move {
            while !until.load(Ordering::Relaxed) {
                let kind = KINDS[dice.below(KINDS.len())];
                let direct = directs[dice.below(directs.len())].clone();
                say(&format!("trouble: {kind:?}"));
                strike(&control, &user, &direct, kind).await;
                tokio::time::sleep(Duration::from_millis(dice.between(LASTS_MS.0, LASTS_MS.1))).await;
                mend(&control, &user, &url, kind).await;
                tokio::time::sleep(Duration::from_millis(dice.between(WELL_MS.0, WELL_MS.1))).await;
            }
        });
        Self { stop, maker }
    }

    /// Ends it; all is mended then.
    pub(crate) async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.maker.await.expect("trouble does not panic");
    }
}

async fn strike(control: &Control, user: &str, direct: &str, kind: Kind) {
    let too_busy = |vendor: &str, method: &str| {
        json!({
            "vendor": vendor, "method": method, "effect": "status", "status": 429, "retry_after": "1",
            "times": 40, "probability": 0.5,
        })
    };
    match kind {
        Kind::SharedArchived => act(control, user, SHARED, "archive").await,
        Kind::AppThrownOut => act(control, user, SHARED, "kick_app").await,
        Kind::AppRemoved => drop(control.order("slack/uninstall", json!({})).await),
        Kind::SlackTooBusy => drop(control.order("faults", too_busy("slack", "chat.postMessage")).await),
        Kind::CarrierTooBusy => drop(control.order("faults", too_busy("twilio", "messages.create")).await),
        Kind::DirectArchived => act(control, user, direct, "archive").await,
    }
}

async fn mend(control: &Control, user: &str, url: &str, kind: Kind) {
    match kind {
        Kind::SharedArchived => act(control, user, SHARED, "unarchive").await,
        Kind::AppThrownOut => act(control, user, SHARED, "join_app").await,
        Kind::AppRemoved => clerk::install_until_it_works(url).await,
        Kind::SlackTooBusy | Kind::CarrierTooBusy => control.forget("faults").await,
        // A channel of its own stays away: the conversation goes on in its thread.
        Kind::DirectArchived => {}
    }
}

async fn act(control: &Control, user: &str, channel: &str, action: &str) {
    control.order("slack/channel", json!({ "user": user, "channel": channel, "action": action })).await;
}

async fn channels(control: &Control) -> Vec<String> {
    let state = control.read("state").await;
    let all = state["slack"]["channels"].as_array().cloned().unwrap_or_default();
    all.iter().filter(|channel| channel["is_im"] != true).filter_map(|channel| id(channel, "id")).collect()
}

fn id(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

/// Presses the button with a label on a post.
async fn press(control: &Control, user: &str, (channel, ts): (&str, &str), label: &str) {
    let state = control.read("state").await;
    let all = state["slack"]["channels"].as_array().cloned().unwrap_or_default();
    let posts = all.iter().flat_map(|channel| channel["messages"].as_array().cloned().unwrap_or_default());
    let post = posts.into_iter().find(|post| post["channel"] == channel && post["ts"] == ts);
    let post = post.expect("the post stands there");
    let blocks = post["blocks"].as_array().cloned().unwrap_or_default();
    let buttons = blocks.iter().flat_map(|block| {
        let elements = block["elements"].as_array().cloned().unwrap_or_default();
        elements.into_iter().map(|element| (block["block_id"].clone(), element))
    });
    let found = buttons.into_iter().find(|(_, element)| element["text"]["text"] == label);
    let (block, button) = found.unwrap_or_else(|| panic!("no button “{label}” on {post}"));
    let order = json!({
        "user": user, "channel": channel, "message_ts": ts, "action_id": button["action_id"],
        "value": button["value"], "block_id": block,
    });
    control.order("slack/press", order).await;
}
