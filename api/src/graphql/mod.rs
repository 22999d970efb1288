//! The GraphQL API: one file for each noun, with its type, its filter, its payload and its mutations. Resolvers parse, ask one operation of the
//! domain and show its answer; they decide nothing. The schema's text is in `schema.graphql`, kept true by a test (see [`sdl`]).

mod access;
mod actor;
mod audit;
mod auth;
mod automatic_answers;
mod blocking;
mod broadcast;
mod broadcast_mutations;
mod connection;
mod consent;
mod contact;
mod contact_files;
mod context;
mod conversation;
mod conversation_mutations;
mod country;
mod errors;
mod forecast;
mod health;
mod loaders;
mod message;
mod message_mutations;
mod node;
mod number_mutations;
mod payload;
mod phone_number;
mod plan;
mod platform;
mod provider_event;
mod query;
mod redact;
mod reply_target;
mod report;
mod scalars;
mod schedule;
mod sdl;
mod sending;
mod slack;
mod slack_channel;
mod slack_problem;
mod sms;
mod task;
mod template;
#[cfg(test)]
mod tests;
mod time_range;
mod token;
mod usage;
mod user;
mod viewer;
mod workspace;

use async_graphql::{EmptySubscription, MergedObject, Schema, SchemaBuilder};

pub use auth::Viewer;
pub use query::Query;
pub use sdl::sdl;

use crate::ApiState;

/// Deepest document. The deepest of the dashboard has 7 levels.
const DEPTH_MAX: usize = 12;

/// Dearest document: a point for each field, times `first` below a connection.
const POINTS_MAX: usize = 5_000;

/// Deepest nesting of the text itself, so that the parser cannot overflow its stack.
const NESTING_MAX: usize = 16;

/// Most aliases of a document.
const ALIASES_MAX: usize = 30;

/// Most directives on one field.
const DIRECTIVES_MAX: usize = 5;

/// Everything that can be changed. A mutation that fails for a reason the person can
/// understand returns `errors` and a null object, and has changed nothing.
#[derive(Default, MergedObject)]
pub struct Mutation(
    number_mutations::NumberMutations,
    message_mutations::MessageMutations,
    conversation_mutations::ConversationMutations,
    template::TemplateMutations,
    broadcast_mutations::BroadcastMutations,
    sending::SendingMutations,
    automatic_answers::AutomaticAnswersMutations,
    reply_target::ReplyTargetMutations,
    contact::ContactMutations,
    contact_files::ContactFileMutations,
    consent::ConsentMutations,
    blocking::BlockingMutations,
    slack_channel::SlackChannelMutations,
    usage::UsageMutations,
    token::TokenMutations,
    task::TaskMutations,
    schedule::ScheduleMutations,
    provider_event::ProviderEventMutations,
);

/// The schema, ready to execute. Each request carries its [`Viewer`] in its data; without one it is anonymous.
pub fn schema(state: ApiState) -> Schema<Query, Mutation, EmptySubscription> {
    builder()
        .data(state)
        .extension(report::Reports)
        .limit_depth(DEPTH_MAX)
        .limit_complexity(POINTS_MAX)
        .limit_recursive_depth(NESTING_MAX)
        .limit_aliases(ALIASES_MAX)
        .limit_directives(DIRECTIVES_MAX)
        .disable_suggestions()
        .finish()
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query, Mutation::default(), EmptySubscription)
}
