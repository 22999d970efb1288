//! How the product behaves in Slack: what becomes a text and what never does, the marks, the markup, and the installation.

mod installation;
mod marks;
mod markup;
mod replies;
