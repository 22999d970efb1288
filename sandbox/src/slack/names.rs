//! Slack's rules for channel names.

use super::room::Refusal;

/// Characters of a name at most.
const LENGTH_MAX: usize = 80;

/// Refuses a name that Slack would refuse.
pub(crate) fn check(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err("invalid_name_required".into());
    }
    if name.chars().count() > LENGTH_MAX {
        return Err("invalid_name_maxlength".into());
    }
    if name.chars().all(|character| "-_".contains(character)) {
        return Err("invalid_name_punctuation".into());
    }
    let allowed =
        |character: char| (character.is_alphanumeric() && !character.is_uppercase()) || "-_".contains(character);
    if name.chars().all(allowed) { Ok(()) } else { Err("invalid_name_specials".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> String {
        check(name).unwrap_err().code
    }

    #[test]
    fn names_of_letters_digits_and_dashes_pass() {
        assert!(check("maria-lopez_2").is_ok());
        assert!(check("ماريا").is_ok());
        assert!(check(&"a".repeat(80)).is_ok());
    }

    #[test]
    fn each_wrong_name_has_its_own_code() {
        assert_eq!(refused(""), "invalid_name_required");
        assert_eq!(refused(&"a".repeat(81)), "invalid_name_maxlength");
        assert_eq!(refused("--_"), "invalid_name_punctuation");
        assert_eq!(refused("Maria Lopez"), "invalid_name_specials");
        assert_eq!(refused("maria😀"), "invalid_name_specials");
    }
}
