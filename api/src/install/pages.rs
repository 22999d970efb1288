//! What a person reads at the end of an installation: how it went, why, and what to do now. Each failure has its own page, because "it
//! did not work" sends people to support.

use domain::contracts::chat::ChatRefusal;
use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};

use crate::page::Page;

/// Why an installation did not come about.
pub(super) enum Failure {
    /// The person declined.
    Declined,
    /// The chat sent the person back with another error; its word.
    ChatSays(String),
    /// Code or state are missing, or stand there twice.
    Incomplete,
    /// It was begun in another browser, or not at all.
    OtherBrowser,
    /// It was begun too long ago, or ended already.
    UsedUp,
    /// The chat does not accept the code, or did not grant enough.
    Refused(ChatRefusal),
    /// The chat does not answer; why, for the log.
    ChatAway(String),
    /// Our database does not answer; why, for the log.
    StoreAway(String),
}

/// The page of a failure; `again` is where to begin anew.
pub(super) fn failed(failure: &Failure, again: &str) -> Response {
    note(failure);
    let (status, title, text) = words(failure);
    let page = Page::new(status, title).paragraph(&text).action(again, "Start again");
    let mut answer = page.into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    answer
}

fn words(failure: &Failure) -> (StatusCode, &'static str, String) {
    let said = |text: &str| text.to_owned();
    match failure {
        Failure::Declined => (
            StatusCode::OK,
            "Nothing was installed",
            said(
                "You cancelled, and Slack gave us access to nothing. You can close this page, or start again whenever you like.",
            ),
        ),
        Failure::ChatSays(code) => (
            StatusCode::BAD_REQUEST,
            "Slack stopped the installation",
            format!(
                "Slack sent you back with the error “{}”. Start again; if it comes back, show that word to whoever runs this server.",
                word(code)
            ),
        ),
        Failure::Incomplete => (
            StatusCode::BAD_REQUEST,
            "This address is not complete",
            said(
                "Slack adds a code and a state to it, and at least one of them is missing here. Start again instead of opening the address by hand.",
            ),
        ),
        Failure::OtherBrowser => (
            StatusCode::FORBIDDEN,
            "This is not where you started",
            said(
                "An installation has to end in the browser in which it began, within ten minutes and with cookies allowed. If the app was connected a moment ago, you are done; otherwise start again here.",
            ),
        ),
        Failure::UsedUp => (
            StatusCode::GONE,
            "This link is used up",
            said(
                "It works once, within ten minutes. If the app was connected a moment ago, you are done; otherwise start again.",
            ),
        ),
        Failure::Refused(refusal) => refused(refusal),
        Failure::ChatAway(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Slack does not answer",
            said("Nothing is lost, and nothing was installed. Wait a minute, then start again."),
        ),
        Failure::StoreAway(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We cannot save this right now",
            said("Our database does not answer. Wait a minute, then start again; installing twice does no harm."),
        ),
    }
}

fn refused(refusal: &ChatRefusal) -> (StatusCode, &'static str, String) {
    match refusal {
        ChatRefusal::NotAllowed { needed: Some(needed), .. } => (
            StatusCode::FORBIDDEN,
            "Some permissions are missing",
            format!("The app needs these permissions and did not get them: {needed}. Start again and allow all of them, or ask an administrator of your Slack workspace to."),
        ),
        ChatRefusal::NotAllowed { .. } => (
            StatusCode::FORBIDDEN,
            "Slack does not allow it",
            "Your Slack workspace does not let you install this app. Ask one of its administrators to approve or install it.".to_owned(),
        ),
        other => (
            StatusCode::BAD_REQUEST,
            "Slack did not accept the installation",
            format!("Its reason is “{}”. A code works once and for ten minutes, so start again; if it comes back, show that word to whoever runs this server.", word(other.code())),
        ),
    }
}

/// A vendor's word, and nothing but a word: whoever makes a link could put sentences there.
fn word(code: &str) -> &str {
    let is_word =
        (1..=60).contains(&code.len()) && code.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'_');
    if is_word { code } else { "unknown" }
}

fn note(failure: &Failure) {
    match failure {
        Failure::Declined => tracing::info!("An installation was declined."),
        Failure::Incomplete => tracing::info!("An incomplete address of an installation was opened."),
        Failure::OtherBrowser => tracing::warn!("An installation came back in a browser that had not begun it."),
        Failure::UsedUp => tracing::warn!("An installation came back a second time, or too late."),
        Failure::ChatSays(code) => {
            tracing::warn!(code = word(code), "The chat sent an installation back with an error.")
        }
        Failure::Refused(refusal) => tracing::warn!(code = word(refusal.code()), "The chat refused an installation."),
        Failure::ChatAway(why) => tracing::error!(why, "An installation failed: the chat does not answer."),
        Failure::StoreAway(why) => tracing::error!(why, "An installation failed: the database does not answer."),
    }
}

/// The page of a success.
pub(super) fn installed(name: &str, playground: Option<&str>) -> Page {
    let (title, text) = match name {
        "" => ("Clerk is connected".to_owned(), "Your workspace is connected.".to_owned()),
        name => (format!("Clerk is connected to {name}"), format!("The workspace “{name}” is connected.")),
    };
    let channel = domain::workspaces::DEFAULT_CHANNEL;
    let page = Page::new(StatusCode::OK, &title).paragraph(&text);
    let next = "What to do next: claim a phone number for the workspace.";
    let page = page.paragraph(&format!(
        "{next} Texts to it appear in the channel #{channel}, and whatever you write in the thread of a text goes back to the customer."
    ));
    match playground {
        Some(path) => page.action(&format!("{path}/"), "Send yourself a first text"),
        None => page.paragraph("You can close this page and go back to Slack."),
    }
}
