//! The page's files, compiled in.

use crate::wire::{call::Call, reply::Reply};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
/// The files below `assets/`.
const ASSETS: &[(&str, &str, &str)] = &[
    ("app.js", SCRIPT, include_str!("../../page/app.js")),
    ("blocks.js", SCRIPT, include_str!("../../page/blocks.js")),
    ("channel.js", SCRIPT, include_str!("../../page/channel.js")),
    ("clock.js", SCRIPT, include_str!("../../page/clock.js")),
    ("combobox.js", SCRIPT, include_str!("../../page/combobox.js")),
    ("command_list.js", SCRIPT, include_str!("../../page/command_list.js")),
    ("composer.js", SCRIPT, include_str!("../../page/composer.js")),
    ("dom.js", SCRIPT, include_str!("../../page/dom.js")),
    ("elements.js", SCRIPT, include_str!("../../page/elements.js")),
    ("emoji.js", SCRIPT, include_str!("../../page/emoji.js")),
    ("files.js", SCRIPT, include_str!("../../page/files.js")),
    ("first_steps.js", SCRIPT, include_str!("../../page/first_steps.js")),
    ("home.js", SCRIPT, include_str!("../../page/home.js")),
    ("live.js", SCRIPT, include_str!("../../page/live.js")),
    ("mark.svg", SVG, include_str!("../../page/mark.svg")),
    ("modal.js", SCRIPT, include_str!("../../page/modal.js")),
    ("mrkdwn.js", SCRIPT, include_str!("../../page/mrkdwn.js")),
    ("overlay.js", SCRIPT, include_str!("../../page/overlay.js")),
    ("phone.css", CSS, include_str!("../../page/phone.css")),
    ("phone.js", SCRIPT, include_str!("../../page/phone.js")),
    ("phone_composer.js", SCRIPT, include_str!("../../page/phone_composer.js")),
    ("posts.js", SCRIPT, include_str!("../../page/posts.js")),
    ("sandbox.css", CSS, include_str!("../../page/sandbox.css")),
    ("segments.js", SCRIPT, include_str!("../../page/segments.js")),
    ("sidebar.js", SCRIPT, include_str!("../../page/sidebar.js")),
    ("slack.css", CSS, include_str!("../../page/slack.css")),
    ("slack.js", SCRIPT, include_str!("../../page/slack.js")),
    ("store.js", SCRIPT, include_str!("../../page/store.js")),
    ("surfaces.css", CSS, include_str!("../../page/surfaces.css")),
    ("thread.js", SCRIPT, include_str!("../../page/thread.js")),
    ("under.js", SCRIPT, include_str!("../../page/under.js")),
    ("view_form.js", SCRIPT, include_str!("../../page/view_form.js")),
];
const INDEX: &str = include_str!("../../page/index.html");

/// Answers with the page or one of its files.
pub(crate) fn serve(call: &Call, original_path: &str) -> Reply {
    if call.path == "/" || call.path.is_empty() {
        if !original_path.ends_with('/') {
            // The page's addresses are relative, so it must lie in its own folder.
            let folder = original_path.rsplit('/').next().unwrap_or_default();
            return Reply::empty(308).with("Location", format!("{folder}/"));
        }
        return file(HTML, INDEX);
    }
    let name = call.path.trim_start_matches("/assets/");
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, content_type, text)) => file(content_type, text),
        None => Reply { status: 404, ..Reply::bytes("text/plain; charset=utf-8", "There is no such file.") },
    }
}

fn file(content_type: &str, text: &'static str) -> Reply {
    Reply::bytes(content_type, text).with("Cache-Control", "no-cache").with("X-Content-Type-Options", "nosniff")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        let mut there: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        there.retain(|name| name != "index.html");
        there.sort();

        let served: Vec<&str> = ASSETS.iter().map(|(name, ..)| *name).collect();

        assert_eq!(served, there);
    }
}
