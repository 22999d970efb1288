//! The fields of a template: which there are, how a text is read for them, and how they are filled. Pure arithmetic of texts.

use crate::{Error, Result, error::InvalidReason};

/// What opens and closes a field.
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// What can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Name of the contact.
    ContactName,
    /// First name of the contact.
    ContactFirstName,
    /// Where the contact works.
    ContactCompany,
    /// Number of the contact.
    ContactNumber,
    /// Name of the member who sends.
    AgentName,
    /// Number that the text is sent from.
    Number,
    /// Name of the workspace.
    WorkspaceName,
}

crate::codes!(Field {
    ContactName = "contact.name",
    ContactFirstName = "contact.first_name",
    ContactCompany = "contact.company",
    ContactNumber = "contact.number",
    AgentName = "agent.name",
    Number = "number",
    WorkspaceName = "workspace.name",
});

impl Field {
    /// As it stands in a template.
    pub fn written(self) -> String {
        format!("{OPEN}{}{CLOSE}", self.code())
    }

    /// Why it may have no value, and what to do.
    fn lack(self) -> &'static str {
        match self {
            Self::ContactName | Self::ContactFirstName => "The contact has no name yet. Give them one",
            Self::ContactCompany => "Nobody has said yet where the contact works. Say it in their details",
            Self::AgentName => "Your name is not known yet",
            Self::ContactNumber | Self::Number | Self::WorkspaceName => "It has no value",
        }
    }
}

/// What fields are filled with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) contact_name: Option<String>,
    pub(crate) contact_company: Option<String>,
    pub(crate) contact_number: Option<String>,
    pub(crate) agent_name: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) workspace_name: Option<String>,
}

impl Facts {
    fn of(&self, field: Field) -> Option<String> {
        let value = match field {
            Field::ContactName => self.contact_name.clone(),
            Field::ContactFirstName => self.contact_name.as_deref().and_then(first_name),
            Field::ContactCompany => self.contact_company.clone(),
            Field::ContactNumber => self.contact_number.clone(),
            Field::AgentName => self.agent_name.clone(),
            Field::Number => self.number.clone(),
            Field::WorkspaceName => self.workspace_name.clone(),
        };
        value.filter(|value| !value.trim().is_empty())
    }
}

/// The first name in a name: behind the comma in `Lopez, Maria`, behind the title in `Dr. Maria Lopez`.
fn first_name(name: &str) -> Option<String> {
    let given = name.split_once(',').map_or(name, |(_, given)| given);
    let mut words = given.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let is_title = word.ends_with('.') && word.chars().count() > 2;
        if !is_title || words.peek().is_none() {
            return Some(word.to_owned());
        }
    }
    None
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Field(Field),
}

/// Reads a text for its fields.
///
/// # Errors
/// [`Error::Invalid`] for a field that there is not, with the one that was probably meant, and for braces that do not fit.
fn read(body: &str) -> Result<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        let (name, after) = behind.split_once(CLOSE).ok_or_else(|| {
            wrong(format!(
                "A field begins with “{OPEN}” and does not end. Write it like {}.",
                Field::ContactName.written()
            ))
        })?;
        pieces.push(Piece::Words(closed(before)?));
        pieces.push(Piece::Field(known(name)?));
        rest = after;
    }
    pieces.push(Piece::Words(closed(rest)?));
    Ok(pieces)
}

fn closed(words: &str) -> Result<&str> {
    if words.contains(CLOSE) {
        return Err(wrong(format!("There is a “{CLOSE}” without a “{OPEN}” before it.")));
    }
    Ok(words)
}

fn wrong(message: String) -> Error {
    Error::invalid("body", InvalidReason::Invalid, message)
}

fn known(name: &str) -> Result<Field> {
    let name = name.trim().to_lowercase();
    name.parse().map_err(|_| {
        let shown: String = name.chars().take(40).collect();
        wrong(format!("There is no field “{shown}”. {}", meant(&name)))
    })
}

/// What was probably meant by a name, or all that there is.
fn meant(name: &str) -> String {
    let nearest = Field::all().iter().map(|field| (distance(name, field.code()), *field)).min_by_key(|(far, _)| *far);
    match nearest {
        Some((far, field)) if far <= name.chars().count().max(4) / 2 => format!("Did you mean {}?", field.written()),
        _ => {
            let all: Vec<String> = Field::all().iter().map(|field| field.written()).collect();
            format!("There are {}.", all.join(", "))
        }
    }
}

/// How many letters have to be changed, added or left out to make one word of the other.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (index, against) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *against);
            diagonal = row[index + 1];
            row[index + 1] = changed.min(diagonal + 1).min(row[index] + 1);
        }
    }
    row[other.len()]
}

/// Whether a text can be a template.
///
/// # Errors
/// [`Error::Invalid`] for a field that there is not.
pub(crate) fn check(body: &str) -> Result<()> {
    read(body).map(drop)
}

/// Whether a text has no other fields than some.
///
/// # Errors
/// [`Error::Invalid`] for any other field.
pub(crate) fn check_for(body: &str, allowed: &[Field]) -> Result<()> {
    let other = read(body)?.into_iter().find_map(|piece| match piece {
        Piece::Field(field) if !allowed.contains(&field) => Some(field),
        _ => None,
    });
    let Some(other) = other else { return Ok(()) };
    let allowed: Vec<String> = allowed.iter().map(|field| field.written()).collect();
    Err(wrong(format!("{} may have no value here. Use {}, or plain words.", other.written(), allowed.join(" and "))))
}

/// A text with its fields filled in.
///
/// # Errors
/// [`Error::Invalid`] when a field has no value, with what to do.
pub(crate) fn fill(body: &str, facts: &Facts) -> Result<String> {
    let mut filled = String::with_capacity(body.len());
    for piece in read(body)? {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Field(field) => {
                let value = facts.of(field).ok_or_else(|| lacking(field))?;
                filled.push_str(value.trim());
            }
        }
    }
    Ok(filled)
}

fn lacking(field: Field) -> Error {
    wrong(format!("{} could not be filled in. {}, or write the words yourself.", field.written(), field.lack()))
}

/// The first field that still stands in a text that is about to go out.
pub(crate) fn unfilled(body: &str) -> Option<Field> {
    let behind = body.split(OPEN).skip(1);
    behind.filter_map(|rest| rest.split_once(CLOSE)).find_map(|(name, _)| name.trim().to_lowercase().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            contact_name: Some("Maria Lopez".to_owned()),
            contact_company: Some("Lopez Bakery".to_owned()),
            contact_number: Some("+1 415-555-0101".to_owned()),
            agent_name: Some("Ana".to_owned()),
            number: Some("+1 628-555-0100".to_owned()),
            workspace_name: Some("Northwind Dental".to_owned()),
        }
    }

    #[test]
    fn every_field_is_filled() {
        let body = "Hi {{contact.first_name}} ({{ contact.name }}, {{contact.company}}, {{contact.number}}): {{agent.name}} of {{Workspace.Name}}, {{number}}";
        let filled = "Hi Maria (Maria Lopez, Lopez Bakery, +1 415-555-0101): Ana of Northwind Dental, +1 628-555-0100";

        assert_eq!(fill(body, &facts()).expect("every field has a value"), filled);
    }

    #[test]
    fn a_first_name_is_found_behind_a_title_and_behind_a_comma() {
        let names = ["Maria Lopez", "Lopez, Maria", "Dr. Maria Lopez", "J. Doe", "Mr.", " "].map(first_name);
        let expected = [Some("Maria"), Some("Maria"), Some("Maria"), Some("J."), Some("Mr."), None];

        assert_eq!(names, expected.map(|name| name.map(str::to_owned)));
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_one() {
        let said = |body: &str| check(body).expect_err("the field is unknown").to_string();

        assert!(said("Hi {{contact.firstname}}").ends_with("Did you mean {{contact.first_name}}?"));
        assert!(said("Hi {{contact.nmae}}").ends_with("Did you mean {{contact.name}}?"));
        assert!(said("{{invoice total for the month}}").contains("There are {{contact.name}}, "));
    }

    #[test]
    fn braces_that_do_not_fit_are_refused() {
        assert!(
            ["Hi {{contact.name", "Hi contact.name}}", "{{contact.name}} }}"].iter().all(|body| check(body).is_err())
        );
        assert!(check("a {single} brace is plain text").is_ok());
    }

    #[test]
    fn a_field_without_a_value_is_refused_and_never_sent() {
        let nameless = Facts { contact_name: None, ..facts() };
        let refused = fill("Hi {{contact.first_name}}", &nameless).expect_err("there is no name").to_string();

        assert!(refused.contains("The contact has no name yet"), "{refused}");
    }

    #[test]
    fn a_value_is_taken_as_it_is_and_not_read_again() {
        let odd = Facts { contact_name: Some("{{agent.name}}".to_owned()), ..facts() };

        assert_eq!(fill("Hi {{contact.name}}", &odd).expect("it has a value"), "Hi {{agent.name}}");
    }

    #[test]
    fn a_field_that_was_left_in_a_text_is_found() {
        assert_eq!(unfilled("Hi {{ contact.name }}"), Some(Field::ContactName));
        assert_eq!(unfilled("see {{mustache}} and {{number"), None);
    }

    #[test]
    fn only_fields_that_always_have_a_value_are_allowed_where_nobody_looks() {
        let allowed = [Field::WorkspaceName, Field::Number];

        assert!(check_for("{{workspace.name}} is closed", &allowed).is_ok());
        assert!(check_for("Hi {{contact.name}}", &allowed).is_err());
    }
}
