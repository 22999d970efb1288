//! How the product behaves in Slack: what becomes a text and what never does, the marks, the markup, and the installation.

mod api;
mod asking_first;
mod automatic_answers;
mod broadcast_window;
mod broadcasts;
mod contacts;
mod conversation_work;
mod direct_channels;
mod files;
mod installation;
mod late_answers;
mod manifest;
mod marks;
mod markup;
mod notifications;
mod panel;
mod replies;
mod reply_targets;
mod scheduled_files;
mod scheduled_texts;
mod signposts;
mod taking_back;
mod templates;
mod three_seconds;
mod withdrawn_texts;
