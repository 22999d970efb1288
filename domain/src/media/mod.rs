//! Files that are handed out for a while: to the carrier, which fetches what goes with a text, and to people who follow a link in one. Each lies sealed
//! in the database until it expires, and is reached by an address that nobody can guess and that ends by itself.

mod address;
mod ops;
pub(crate) mod store;

pub(crate) use address::leads_to;
pub use address::{PATH, address, read};
pub use ops::{File, forget, kept};
pub(crate) use ops::{keep, keep_until};
pub use store::Model as Kept;

use chrono::TimeDelta;

/// How long a file is kept that goes out.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// How long the address of a file is good for who looks at a message.
pub const SHOWN_FOR: TimeDelta = TimeDelta::hours(1);
