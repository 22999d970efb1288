//! How the product behaves in Slack: what becomes a text and what never does, the marks, the markup, and the installation.

mod asking_first;
mod automatic_answers;
mod conversation_work;
mod direct_channels;
mod files;
mod installation;
mod manifest;
mod marks;
mod markup;
mod notifications;
mod panel;
mod replies;
mod scheduled_texts;
mod taking_back;
mod templates;
mod three_seconds;
