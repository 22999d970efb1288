//! Clerk as a program: the command line, the configuration, the log and the metrics, and the one place that knows all the other crates
//! and puts them together. It is a library with a two-line binary so that the integration tests can start a whole installation inside
//! their own process.

pub mod cli;
pub mod config;
pub mod telemetry;
pub mod wiring;
