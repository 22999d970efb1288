//! The integration tests, as one binary: one program links once, and its parts share what they need.

mod chaos;
mod contract;
mod faq;
mod resilience;
mod slack;
mod tidy;
mod world;
