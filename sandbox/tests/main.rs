//! The sandbox as its users see it: over HTTP, with a stand-in for Clerk that notes what it is told.
//!
//! No test looks inside: what cannot be seen from outside is not promised.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like the tests themselves")]

mod bench;
mod carrier;
mod carrier_media;
mod carrier_numbers;
mod delivery;
mod faults;
mod page;
mod persistence;
mod slack_chat;
mod slack_commands;
mod slack_conversations;
mod slack_events;
mod slack_files;
mod slack_install;
mod slack_people;
mod slack_tokens;
mod slack_view_acts;
mod slack_views;
