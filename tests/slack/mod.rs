//! How the product behaves in Slack.
