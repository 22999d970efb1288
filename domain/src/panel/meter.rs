//! What a text in the window comes to: characters, segments and why, what its files add, and what is left after sending. The chat tells of no change of
//! the files themselves, only of the text and the template, together with all that was chosen until then. So the line says what files will add as long
//! as there are none, and counts them from the next change on.

use super::parts::counted;
use crate::{
    Ctx, Result, Tx,
    contracts::view::FileRef,
    messages::{self, Estimate},
    numbers::Number,
    phone::PhoneNumber,
    sms::{self, Encoding},
    usage,
    workspaces::Workspace,
};

/// How many characters that make a text longer are named.
const NAMED_CULPRITS: usize = 8;

/// Said as long as no files are known.
const OF_FILES: &str = " Files are counted here when you change the text after adding them: as MMS it counts 3 segments, a link is part of the text.";

/// The line below a text, from a number to somebody who may not be known yet.
pub(super) async fn meter(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (from, to): (&Number, Option<PhoneNumber>),
    (text, files): (&str, &[FileRef]),
) -> Result<String> {
    let estimate = match messages::estimate(ctx, (from, to), (text, files)) {
        Ok(estimate) => estimate,
        Err(refusal) => return Ok(refusal.to_string()),
    };
    let (left, limit) = usage::left(ctx, tx, workspace).await?;
    let count = i64::from(estimate.segment_count);
    let mut line = format!(
        "{} of {} characters, {}. {} of {limit} segments left this month after sending.",
        sms::character_count(&estimate.body),
        sms::MAX_CHARACTERS,
        counted(count, "segment"),
        (left - count).max(0),
    );
    line.push_str(&of_files(&estimate));
    let measure = sms::measure(&estimate.body);
    if measure.encoding == Encoding::Ucs2 && estimate.media_count == 0 {
        let named: Vec<&str> = measure.non_gsm.iter().take(NAMED_CULPRITS).map(String::as_str).collect();
        line.push_str(&format!(" A segment holds fewer characters because of: {}", named.join(" ")));
    }
    Ok(line)
}

fn of_files(estimate: &Estimate) -> String {
    let (with, linked) = (i64::from(estimate.media_count), i64::from(estimate.link_count));
    let verb = |count| if count == 1 { "goes" } else { "go" };
    let mut line = String::new();
    if with > 0 {
        line.push_str(&format!(" {} {} with it as MMS, for 3 segments in all.", counted(with, "file"), verb(with)));
    }
    if linked > 0 {
        let what =
            if linked == 1 { "as a link, which is part of the text." } else { "as links, which are part of the text." };
        line.push_str(&format!(" {} {} {what}", counted(linked, "file"), verb(linked)));
    }
    if line.is_empty() { OF_FILES.to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(media_count: i32, link_count: i32) -> String {
        of_files(&Estimate { body: String::new(), segment_count: 1, media_count, link_count })
    }

    #[test]
    fn what_files_add_is_said_before_there_are_any_and_then_of_each_kind() {
        assert!(said(0, 0).contains("3 segments") && said(0, 0).contains("when you change the text"));
        assert_eq!(said(2, 0), " 2 files go with it as MMS, for 3 segments in all.");
        assert_eq!(said(0, 1), " 1 file goes as a link, which is part of the text.");
        assert!(said(1, 2).contains("1 file goes with it") && said(1, 2).contains("2 files go as links"));
    }
}
