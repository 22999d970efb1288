//! Templates as members see and change them: the list, and the window that makes or changes one.

use serde::{Deserialize, Serialize};

use super::{
    asker::Asker,
    parts::{button, note, paragraph, primary},
    scheduled::tell_unchanged,
};
use crate::{
    By, Ctx, Error, Result, Tx,
    contracts::{
        chat::{ButtonStyle, Part, Post, Question, Span},
        inbound::{ButtonPressed, ViewSubmitted},
        view::{Entries, Fault, Field, Input, View},
    },
    ids::TemplateId,
    members,
    outbox::{self, Promise, Task},
    sms,
    templates::{self, NewTemplate, Template, TemplateChange},
    workspaces::Workspace,
};

/// The window that makes or changes a template.
pub(crate) const WINDOW: &str = "template.edit";

/// Most templates in the list: each takes two blocks of the fifty that a post may have.
const LISTED: usize = 20;

/// Characters of a template in the list.
const EXCERPT: usize = 150;

/// Ids of the window's inputs.
const NAME: &str = "name";
const BODY: &str = "body";

/// What a window knows of what it is about, and of where it was opened.
#[derive(Serialize, Deserialize)]
struct State {
    /// The template that is changed; none for a new one.
    template: Option<TemplateId>,
    /// Where the list can be replaced.
    list: Option<String>,
}

/// Shows the templates of a workspace to a member.
pub(super) async fn show(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let parts = list(tx, asker.workspace).await?;
    asker.tell(ctx, tx, parts).await
}

/// The list of templates, with buttons to change each.
async fn list(tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let all = templates::list_for(tx, workspace.id).await?;
    let headline = match all.len() {
        0 => "There are no templates yet.".to_owned(),
        1 => "1 template.".to_owned(),
        count if count > LISTED => format!("{count} templates. These are the first {LISTED}."),
        count => format!("{count} templates."),
    };
    let mut headline = vec![Span::Bold(headline)];
    if all.is_empty() {
        headline.push(Span::Text(" A template is a text that you use again and again.".to_owned()));
    }
    let mut parts = vec![Part::Text(headline)];
    for template in all.iter().take(LISTED) {
        parts.push(Part::Text(vec![
            Span::Bold(template.name.clone()),
            Span::Text(format!("\n{}", excerpt(&template.body))),
        ]));
        let mut delete = button("templates.delete", template.id.to_string(), "Delete");
        delete.style = ButtonStyle::Danger;
        delete.confirm = Some(Question::new(
            format!("Delete “{}”?", template.name),
            "Texts that were made of it stay.",
            ["Delete", "Keep it"],
        ));
        parts.push(Part::Buttons(vec![button("templates.edit", template.id.to_string(), "Edit"), delete]));
    }
    parts.push(Part::Buttons(vec![primary("templates.new", "", "New template")]));
    if let Some(first) = all.first() {
        let here =
            format!("In a conversation, “@clerk template {}” sends it. “Send text” offers templates, too.", first.name);
        parts.push(note(here));
    }
    Ok(parts)
}

fn excerpt(body: &str) -> String {
    match body.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", body[..end].trim_end()),
        None => body.to_owned(),
    }
}

/// A member pressed a button of the list. What was done, for the log.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<String> {
    let workspace = asker.workspace;
    let id = || press.value.parse::<TemplateId>().map_err(|_| Error::NotFound { what: "template" });
    let template = match press.action.as_str() {
        "templates.delete" => {
            templates::delete_in(ctx, tx, &asker.by(), (workspace.id, id()?)).await?;
            if let Some(url) = press.answer_url.clone() {
                redraw(ctx, tx, workspace, url).await?;
            }
            return Ok("a template was deleted".to_owned());
        }
        "templates.edit" => Some(templates::locked(tx, workspace.id, id()?).await?),
        _ => None,
    };
    asker.open(ctx, tx, window(template, press.answer_url.clone())?).await?;
    Ok("the window of a template opens".to_owned())
}

/// Shows the list anew where it stood.
async fn redraw(ctx: &Ctx, tx: &Tx, workspace: &Workspace, url: String) -> Result<()> {
    let post = Post { parts: list(tx, workspace).await?, ..Post::default() };
    outbox::append(ctx, tx, Promise::new(Task::Answer { url, post: Some(post) }).of(workspace.id)).await
}

fn window(template: Option<Template>, list: Option<String>) -> Result<View> {
    let title = if template.is_some() { "Template" } else { "New template" };
    let state = State { template: template.as_ref().map(|template| template.id), list };
    let (name, body) = template.map(|template| (template.name, template.body)).unzip();
    let words = |id: &str, label: &str, value, (is_multiline, longest), placeholder: &str| {
        Part::Input(Input {
            id: id.to_owned(),
            label: label.to_owned(),
            hint: None,
            is_optional: false,
            is_live: false,
            field: Field::Text { value, is_multiline, longest, placeholder: Some(placeholder.to_owned()) },
        })
    };
    let fields: Vec<String> = templates::Field::all().iter().map(|field| field.written()).collect();
    Ok(View {
        purpose: WINDOW.to_owned(),
        state: serde_json::to_string(&state)?,
        title: title.to_owned(),
        submit: Some("Save".to_owned()),
        parts: vec![
            words(NAME, "Name", name, (false, 60), "Opening hours"),
            words(BODY, "Text", body, (true, 3_000), "Hi {{contact.first_name}}, we are open from 9 to 5."),
            paragraph("These fields are filled in when the template is used:"),
            note(fields.join("  ")),
        ],
    })
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(entries: &Entries) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |input: &str, sentence: String| faults.push(Fault { input: input.to_owned(), sentence });
    if entries.text(NAME).unwrap_or_default().trim().is_empty() {
        fault(NAME, "Give the template a name.".to_owned());
    }
    let body = entries.text(BODY).unwrap_or_default();
    if body.trim().is_empty() {
        fault(BODY, "The template is empty. Write what it says.".to_owned());
    } else if let Err(too_long) = sms::check_length(body) {
        fault(BODY, too_long.to_string());
    } else if let Err(unknown) = templates::check(body) {
        fault(BODY, unknown.to_string());
    }
    faults
}

/// The window was submitted. What was done, for the log.
pub(crate) async fn submitted(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let State { template, list } = serde_json::from_str(&submitted.view.state)?;
    let user = members::ensure_member(ctx, tx, workspace.id, &submitted.team, &submitted.user).await?;
    let by = By::user(user.id);
    let entered = |id| submitted.entries.text(id).unwrap_or_default().to_owned();
    let (name, body) = (entered(NAME), entered(BODY));
    let saved = match template {
        None => templates::create_in(ctx, tx, &by, workspace.id, NewTemplate { name, body }).await,
        Some(id) => {
            let change = TemplateChange { name: Some(name), body: Some(body) };
            templates::update_in(ctx, tx, &by, (workspace.id, id), change).await
        }
    };
    match saved {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => {
            tell_unchanged(ctx, tx, workspace, (&submitted.user, &refusal)).await?;
            return Ok("refused, member told".to_owned());
        }
        Ok(_) => {}
    }
    if let Some(url) = list {
        redraw(ctx, tx, workspace, url).await?;
    }
    Ok("a template was saved".to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::contracts::view::Entry;

    fn entered(name: &str, body: &str) -> Entries {
        let text = |id: &str, text: &str| (id.to_owned(), Entry::Text(text.to_owned()));
        Entries(BTreeMap::from([text(NAME, name), text(BODY, body)]))
    }

    #[test]
    fn a_template_with_an_unknown_field_keeps_the_window_open() {
        assert_eq!(faults(&entered("Hours", "Hi {{contact.first_name}}")), []);
        let found = faults(&entered("Hours", "Hi {{contact.nmae}}"));
        assert!(found[0].sentence.contains("{{contact.name}}"), "{found:?}");
    }

    #[test]
    fn a_template_needs_a_name_and_words() {
        assert_eq!(faults(&entered(" ", " ")).len(), 2);
    }
}
