//! The reaction that stands for each mark: the one table.

use domain::contracts::chat::Mark;

/// Slack's name of the reaction.
pub(super) fn reaction(mark: Mark) -> &'static str {
    match mark {
        Mark::Queued => "hourglass_flowing_sand",
        Mark::Sent => "outbox_tray",
        Mark::Delivered => "white_check_mark",
        Mark::Failed => "x",
        Mark::Unknown => "grey_question",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_marks_look_the_same() {
        let names: HashSet<&str> = Mark::all().iter().map(|mark| reaction(*mark)).collect();

        assert_eq!(names.len(), Mark::all().len());
    }
}
