//! Contacts as a file that a member attaches to a post: first they are told what would happen, and a button does it. What cannot be read is told line
//! by line; the file can be mended and given again, because what is imported already stays as it is.

use super::{
    asker::Asker,
    parts::{counted, note, paragraph, primary},
};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::{
        self, ContactFilter, Fault, Import,
        sheet::{self, MOST_BYTES, MOST_LINES},
    },
    contracts::{
        chat::{Part, Span},
        view::FileRef,
    },
    conversations,
    error::InvalidReason,
    ids::{EventId, WorkspaceId},
    members::{self, Permission},
    outbox::{self, ImportFile, Lease, Promise, Settlement, Task},
    workspaces,
};

/// The button that imports what was looked at.
pub(crate) const IMPORT: &str = "contacts.import";

/// How the columns are called.
const COLUMNS: &str =
    "number, name, company, email, notes, tags, opted_out, opt_in_at, opt_in_wording, opt_in_evidence";

/// Lines that cannot be read, of which each is told.
const TOLD: usize = 8;

/// Characters of a cell, of a column and of a file's name that are told.
const EXCERPT: usize = 40;

/// Largest file that is fetched, in bytes.
pub const MOST_FETCHED: u64 = MOST_BYTES as u64;

/// Tells how many contacts there are, and how they come in and out.
pub(super) async fn show(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let count = contacts::count(ctx, asker.workspace.id, &ContactFilter::default()).await?;
    let count = counted(i64::try_from(count).unwrap_or(i64::MAX), "contact");
    let how = "attach a CSV file to a post to me that says “import”: “@clerk import” in a channel, or “import” in our direct conversation. You see what would happen before it does.";
    let line = |bold: &str, text: String| Part::Text(vec![Span::Bold(bold.to_owned()), Span::Text(text)]);
    let parts = vec![
        paragraph(format!("{count}. Whoever texts you becomes one. Their details are in each conversation.")),
        line("To import contacts, ", how.to_owned()),
        line("Its first line names the columns: ", format!("{COLUMNS}. Only the number is needed.")),
        line("To export them, ", "ask the API for contactsExport; consentsExport has what each agreed to.".to_owned()),
        note(format!("A file has at most {MOST_LINES} lines and {} MB.", MOST_BYTES / 1_000_000)),
    ];
    asker.tell(ctx, tx, parts).await
}

/// A member gave a file of contacts: it is fetched and looked at, or imported.
///
/// # Errors
/// [`Error::Invalid`] when there is no such file; [`Error::Forbidden`].
pub(crate) async fn import(
    ctx: &Ctx,
    tx: &Tx,
    asker: &Asker<'_>,
    (event, files): (EventId, &[FileRef]),
    is_dry_run: bool,
) -> Result<()> {
    let role = members::role_in(tx, asker.workspace.id, asker.user).await?;
    if !role.is_some_and(|role| role.permissions().contains(&Permission::ContactsManage)) {
        return Err(Error::Forbidden { permission: Permission::ContactsManage.code() });
    }
    let file = ImportFile {
        event,
        file: chosen(files)?.clone(),
        user: asker.listener.user.clone(),
        place: asker.listener.place.clone(),
        is_dry_run,
    };
    let task = Promise::new(Task::ImportContacts { file }).of(asker.workspace.id);
    outbox::append(ctx, tx, task.in_order_of(format!("contacts:{}", asker.workspace.id))).await
}

/// The one file that can be one of contacts.
fn chosen(files: &[FileRef]) -> Result<&FileRef> {
    let wrong = |message: String| Error::invalid("files", InvalidReason::Invalid, message);
    let [file] = files else {
        return Err(wrong(format!("Attach one file, not {}.", files.len())));
    };
    let name = file.name.to_lowercase();
    if ![".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end)) {
        let shown = excerpt(&file.name);
        return Err(wrong(format!("“{shown}” is no CSV file. Save the table as “CSV UTF-8” and attach that.")));
    }
    if file.byte_count > MOST_FETCHED {
        return Err(sheet::too_large());
    }
    Ok(file)
}

/// A file was fetched, or cannot be had: looks at it or imports it, and tells who gave it.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn import_fetched(
    ctx: &Ctx,
    lease: &Lease,
    workspace: WorkspaceId,
    wanted: &ImportFile,
    fetched: std::result::Result<Vec<u8>, String>,
) -> Result<()> {
    let csv = fetched.map_err(Error::conflict).and_then(sheet::text);
    let read = match csv {
        Ok(csv) => conversations::read_contacts(ctx, workspace, csv).await,
        Err(error) => Err(error),
    };
    let tx = ctx.database.begin().await?;
    let home = workspaces::lock(&tx, workspace).await?;
    let asker = Asker::of(ctx, &tx, &home, &wanted.user, wanted.place.clone()).await?;
    let parts = match read {
        Ok(sheet) => {
            let how = (sheet, wanted.is_dry_run);
            let done = conversations::import_contacts_in(ctx, &tx, &asker.by(), workspace, how).await?;
            told(wanted, &done)
        }
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => vec![Part::Text(vec![
            Span::Bold(format!("Nothing of {} was imported. ", excerpt(&wanted.file.name))),
            Span::Text(refusal.to_string()),
        ])],
    };
    asker.tell(ctx, &tx, parts).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// What a member is told of an import.
fn told(wanted: &ImportFile, done: &Import) -> Vec<Part> {
    let lines = several(done.line_count, "line", "lines").unwrap_or_else(|| "no lines".to_owned());
    let name = excerpt(&wanted.file.name);
    let headline = if done.is_dry_run {
        format!("{name} has {lines}. Nothing is imported yet. ")
    } else {
        format!("{name} is imported. ")
    };
    let mut parts = vec![Part::Text(vec![Span::Bold(headline), Span::Text(counts(done))])];
    if !done.unknown_columns.is_empty() {
        let names: Vec<String> =
            done.unknown_columns.iter().take(TOLD).map(|name| format!("“{}”", excerpt(name))).collect();
        parts.push(note(format!("Not read, because I do not know the column: {}.", names.join(", "))));
    }
    parts.extend(faults(done));
    if done.is_dry_run && done.rejected_count < done.line_count {
        parts.push(Part::Buttons(vec![primary(IMPORT, wanted.event.to_string(), "Import")]));
    }
    parts
}

/// What became of the lines, in a sentence or more; what there is none of is not mentioned.
fn counts(done: &Import) -> String {
    let contacts = [
        several(done.added_count, "contact is new", "contacts are new"),
        several(done.changed_count, "contact changes", "contacts change"),
        several(done.unchanged_count, "contact stays as it is", "contacts stay as they are"),
    ];
    let contacts: Vec<String> = contacts.into_iter().flatten().collect();
    let sentences = [
        Some(contacts.join(", ")).filter(|told| !told.is_empty()),
        several(
            done.merged_count,
            "line has a number from further up: taken together",
            "lines have a number from further up: taken together",
        ),
        several(done.consent_count, "entry for the ledger of consent", "entries for the ledger of consent"),
        several(done.opt_out_count, "contact gets no texts any more", "contacts get no texts any more"),
    ];
    let sentences: Vec<String> = sentences.into_iter().flatten().map(|sentence| format!("{sentence}.")).collect();
    if sentences.is_empty() { "There is no contact in it.".to_owned() } else { sentences.join(" ") }
}

fn several(count: usize, one: &str, more: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {more}")),
    }
}

/// The lines that were left out, the first of them one by one.
fn faults(done: &Import) -> Vec<Part> {
    let Some(left_out) = several(done.rejected_count, "line", "lines") else { return Vec::new() };
    let told: Vec<String> = done.faults.iter().take(TOLD).map(described).collect();
    let more = done.faults.len().saturating_sub(TOLD);
    let rest = if more > 0 { format!("\n… and {more} more.") } else { String::new() };
    let how = "Mend them in the file and give it again: what is imported already stays as it is.";
    vec![
        Part::Text(vec![
            Span::Bold(format!("Left out: {left_out}. ")),
            Span::Text(format!("\n{}{rest}", told.join("\n"))),
        ]),
        note(how),
    ]
}

fn described(fault: &Fault) -> String {
    let column = if fault.column.is_empty() { String::new() } else { format!(", {}", excerpt(&fault.column)) };
    format!("Line {}{column}: “{}”. {}", fault.line, excerpt(&fault.value), fault.problem)
}

fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().take(EXCERPT).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_none_of_is_not_mentioned() {
        let done = Import { added_count: 1, unchanged_count: 2, opt_out_count: 1, ..Import::default() };

        assert_eq!(counts(&done), "1 contact is new, 2 contacts stay as they are. 1 contact gets no texts any more.");
        assert_eq!(counts(&Import::default()), "There is no contact in it.");
    }

    #[test]
    fn only_one_csv_file_that_is_not_too_large_is_taken() {
        let file = |name: &str, byte_count| FileRef {
            id: "F1".to_owned(),
            name: name.to_owned(),
            content_type: String::new(),
            byte_count,
            url: String::new(),
        };
        let said = |files: &[FileRef]| chosen(files).expect_err("it is refused").to_string();

        assert!(chosen(&[file("Contacts.CSV", 10)]).is_ok());
        assert!(said(&[]).starts_with("Attach one file"));
        assert!(said(&[file("list.xlsx", 10)]).contains("“list.xlsx” is no CSV file."));
        assert!(said(&[file("a.csv", MOST_FETCHED + 1)]).contains("larger than 5 MB"));
    }
}
