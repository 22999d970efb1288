//! Contacts as files (CSV): importing them, with a look first at what would happen, and exporting them with the ledger of consent.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::{
    contacts::{Export, Fault, Import},
    conversations,
};

use super::{
    access,
    auth::{Permission, auth, holds},
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    scalars::int,
};

/// Points of a file: it holds thousands of lines.
pub(super) const FILE_POINTS: usize = 1_000;

/// A file that can be opened in a spreadsheet. A cell that a spreadsheet would take for a formula has an apostrophe in front, which importing takes off
/// again; a plus with nothing but digits is a number and stays.
#[derive(SimpleObject)]
pub(crate) struct CsvFile {
    /// What is in it, in UTF-8. The first line names the columns.
    csv: String,
    /// How many lines it has, without the first; at most 10,000.
    line_count: i32,
    /// Cursor for the next file; null when nothing is left.
    end_cursor: Option<String>,
}

impl From<Export> for CsvFile {
    fn from(file: Export) -> Self {
        Self { csv: file.csv, line_count: int(file.line_count), end_cursor: file.next }
    }
}

/// Contacts to import.
#[derive(InputObject)]
pub(crate) struct ContactsImportInput {
    /// A file with one contact a line, in UTF-8, with commas, semicolons or tabs between cells. The first line names the columns, in any order: `number`
    /// (required), `name` or `first_name` and `last_name`, `company`, `email`, `notes`, `tags` (separated by `;` or `|`), `opted_out`, `opt_in_at`,
    /// `opt_in_wording`, `opt_in_evidence`. At most 10,000 lines; a request has at most 64 KiB, so send a longer file in parts, or import it in Slack.
    csv: String,
    /// Only tells what would happen.
    #[graphql(default)]
    dry_run: bool,
}

/// What an import did, or would do. Importing the same file again changes nothing.
#[derive(SimpleObject)]
pub(crate) struct ContactsImport {
    /// Whether nothing was kept.
    is_dry_run: bool,
    /// Lines of the file, without the first and empty ones.
    line_count: i32,
    /// Contacts that are new.
    added_count: i32,
    /// Contacts that were known and changed. An empty cell erases nothing, and tags are added to those that are there.
    changed_count: i32,
    /// Contacts that were known and stay as they were.
    unchanged_count: i32,
    /// Lines whose number stood on a line before; they were taken together.
    merged_count: i32,
    /// Entries for the ledger of consent.
    consent_count: i32,
    /// Contacts who get no texts from now on.
    opt_out_count: i32,
    /// Lines that were not imported.
    rejected_count: i32,
    /// What is wrong with them.
    faults: Vec<ContactsImportFault>,
    /// Those lines as a file, with a column `problem`, to mend and import; null when there are none.
    rejected_csv: Option<String>,
    /// Columns that were not read.
    unknown_columns: Vec<String>,
}

/// A cell that cannot be imported, and its line with it.
#[derive(SimpleObject)]
pub(crate) struct ContactsImportFault {
    /// Line of the file; the first is 1.
    line: i32,
    /// Name of the column, as in the file; empty for the line as a whole.
    column: String,
    /// What stands there, at most 100 characters.
    value: String,
    /// What is wrong with it, and what to do.
    problem: String,
}

impl From<Fault> for ContactsImportFault {
    fn from(fault: Fault) -> Self {
        Self { line: int(fault.line), column: fault.column, value: fault.value, problem: fault.problem }
    }
}

impl From<Import> for ContactsImport {
    fn from(import: Import) -> Self {
        Self {
            is_dry_run: import.is_dry_run,
            line_count: int(import.line_count),
            added_count: int(import.added_count),
            changed_count: int(import.changed_count),
            unchanged_count: int(import.unchanged_count),
            merged_count: int(import.merged_count),
            consent_count: int(import.consent_count),
            opt_out_count: int(import.opt_out_count),
            rejected_count: int(import.rejected_count),
            faults: import.faults.into_iter().map(ContactsImportFault::from).collect(),
            rejected_csv: import.rejected_csv,
            unknown_columns: import.unknown_columns,
        }
    }
}

payload! {
    /// Answer of `contactsImport`.
    ContactsImportPayload {
        /// What was done; null when the file cannot be read as a whole.
        result: ContactsImport,
    }
}

/// Mutations of contacts by file.
#[derive(Default)]
pub(crate) struct ContactFileMutations;

#[Object]
impl ContactFileMutations {
    /// Imports contacts from a file. Lines that cannot be read are left out and given back; all others are imported.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn contacts_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that gets the contacts.")] workspace_id: ID,
        #[graphql(desc = "The file.")] input: ContactsImportInput,
    ) -> Result<ContactsImportPayload> {
        let imported = import(ctx, &workspace_id, input).await;
        answer(ctx, imported, |done| ContactsImportPayload::done(done.into())).await
    }
}

async fn import(ctx: &Context<'_>, workspace: &ID, input: ContactsImportInput) -> Result<Import, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::ContactsManage).await?;
    let by = ctx.viewer().by();
    Ok(conversations::import_contacts(ctx.domain(), by, workspace.id, input.csv, input.dry_run).await?)
}
