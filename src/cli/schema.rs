//! `clerk schema`: prints the GraphQL schema. Reads no configuration, so it works anywhere.

use anyhow::Result;

use super::{Ending, output::say};
use crate::wiring;

pub(super) fn print() -> Result<Ending> {
    say(wiring::schema()?.trim_end());
    Ok(Ending::Good)
}
