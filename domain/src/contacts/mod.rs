//! The people outside, what they agreed to, and whom the team does not want to hear from. Do Not Disturb (we block them) and opt-out (they said
//! STOP) are independent of each other.

mod consent;
mod do_not_disturb;
mod export;
mod import;
mod ledger;
mod ops;
pub(crate) mod sheet;
pub(crate) mod store;

pub use consent::{active_opt_outs, count_opt_outs, find_opt_outs, list_opt_outs, record_opt_out};
pub(crate) use consent::{opt_in, opt_out, opted_out};
pub(crate) use do_not_disturb::{Sender, block_in, is_blocked, note_blocked};
pub use do_not_disturb::{block, blocked_by_ids, count_blocked, find_blocked, list_blocked, unblock};
pub use export::{Export, export, export_consents};
pub use import::Import;
pub(crate) use import::import_in;
pub use ledger::{
    ConsentDecision, ConsentSource, NewConsent, count_consents, find_consents, list_consents, record_consent,
};
pub(crate) use ops::{NAME_LENGTH, by_name, checked_tags, delete_in, ensure, known_at, lock, named_at, update_in};
pub use ops::{count, create, find, list};
pub use sheet::Fault;
pub use store::blocked::Model as Blocked;
pub use store::consents::Model as Consent;
pub use store::contacts::{Model as Contact, Tags};
pub use store::opt_outs::Model as OptOut;

use crate::{Ctx, ids::WorkspaceId, phone::PhoneNumber};

/// Which contacts.
#[derive(Clone, Debug, Default)]
pub struct ContactFilter {
    /// Part of the name, number, company or e-mail address.
    pub search: Option<String>,
    /// Tag that it has.
    pub tag: Option<String>,
}

/// A contact, new or changed. Outer none: stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    /// Name.
    pub name: Option<Option<String>>,
    /// Where they work.
    pub company: Option<Option<String>>,
    /// E-mail address.
    pub email: Option<Option<String>>,
    /// Notes.
    pub notes: Option<Option<String>>,
    /// Tags.
    pub tags: Option<Vec<String>>,
}

impl Contact {
    /// A contact of whom nothing is known but how they are reached.
    fn new(ctx: &Ctx, workspace: WorkspaceId, address: &str) -> Self {
        Self {
            id: ctx.id(),
            workspace_id: workspace,
            address: address.to_owned(),
            name: None,
            company: None,
            email: None,
            notes: None,
            tags: Tags::default(),
            created_at: ctx.now(),
        }
    }

    /// The number; none for a sender that is no phone number, such as a short code.
    pub fn number(&self) -> Option<PhoneNumber> {
        self.address.parse().ok()
    }

    /// Name, or number as people write it.
    pub fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.shown_number())
    }

    /// Number as people write it.
    pub fn shown_number(&self) -> String {
        self.number().map_or_else(|| self.address.clone(), |number| number.international())
    }
}
