//! Templates: texts of a workspace that are used again and again, with fields such as `{{contact.first_name}}` that are filled when one is used. A field
//! that nobody knows is refused when the template is saved, one without a value when it is used: no text ever goes out with braces in it.

mod fields;
mod ops;
pub(crate) mod store;

pub use fields::Field;
pub(crate) use fields::{Facts, check, check_for, fill, unfilled};
pub(crate) use ops::{body_of, by_name, create_in, delete_in, facts, filled, list_for, locked, update_in};
pub use ops::{create, delete, find, list, update};
pub use store::Model as Template;

/// Most templates of a workspace: as many as a window can offer.
pub const MOST: u64 = 100;

/// A template, new.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub body: String,
}

/// What is changed of a template. None: stays as it is.
#[derive(Clone, Debug, Default)]
pub struct TemplateChange {
    /// What it is called.
    pub name: Option<String>,
    /// What it says.
    pub body: Option<String>,
}
