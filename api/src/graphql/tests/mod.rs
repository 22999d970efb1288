//! Tests of the GraphQL API: its text, and what it answers on a world with two workspaces.

mod connections;
mod descriptions;
mod document;
mod errors;
mod names;
mod nodes;
mod permissions;
mod reading;
mod seed;
mod text;
mod timed;
mod walls;
mod working;
mod world;
