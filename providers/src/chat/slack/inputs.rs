//! What a member fills in. An input is found again by its id, which is the id of its block; the action is the same for all of them, because
//! what was entered is lost when the id of an action changes.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::contracts::view::{Choice, Field, Input};
use slack_morphism::SlackDateTime;
use slack_morphism::blocks::{
    SlackBlock, SlackBlockCheckboxesElement, SlackBlockChoiceItem, SlackBlockConversationFilter,
    SlackBlockConversationsSelectElement, SlackBlockDateTimePickerElement, SlackBlockFileInputElement,
    SlackBlockPlainText, SlackBlockPlainTextInputElement, SlackBlockPlainTextOnly, SlackBlockStaticSelectElement,
    SlackBlockText, SlackBlockUsersSelectElement, SlackContextBlock, SlackConversationFilterInclude,
    SlackDispatchActionConfig, SlackDispatchActionTrigger, SlackInputBlock, SlackInputBlockElement,
};

use super::render::{label, shortened, shown};

/// What an input does, in what comes back when it is live.
pub(super) const CHANGED: &str = "input.changed";

/// Slack refuses longer labels and hints of inputs.
const LONGEST_LABEL: usize = 2_000;
/// Slack refuses longer placeholders.
const LONGEST_PLACEHOLDER: usize = 150;
/// Slack refuses longer labels of choices.
const LONGEST_CHOICE: usize = 75;
/// Slack refuses longer values of choices.
const LONGEST_VALUE: usize = 150;
/// Slack refuses more choices.
const MOST_CHOICES: usize = 100;
/// Slack refuses more checks.
const MOST_CHECKS: usize = 10;
/// Slack refuses longer texts to start with, and higher limits.
const LONGEST_TEXT: u16 = 3_000;
/// Slack refuses more files.
const MOST_FILES: u8 = 10;
/// Slack takes moments of ten digits only, in seconds.
const MOMENTS: std::ops::RangeInclusive<i64> = 1_000_000_000..=9_999_999_999;

/// The block of an input; a choice among nothing is told instead of asked.
pub(super) fn block(input: &Input) -> SlackBlock {
    let Some(element) = element(input) else { return nothing(input) };
    let hint = input.hint.as_deref().filter(|hint| !hint.trim().is_empty());
    SlackInputBlock::new(label(&input.label, LONGEST_LABEL), element)
        .with_block_id(input.id.clone().into())
        .with_optional(input.is_optional)
        // Slack tells nothing of files before they are submitted.
        .with_dispatch_action(input.is_live && !matches!(input.field, Field::Files { .. }))
        .opt_hint(hint.map(|hint| label(hint, LONGEST_LABEL)))
        .into()
}

fn nothing(input: &Input) -> SlackBlock {
    let text = format!("{}: there is nothing to choose from.", shortened(&input.label, LONGEST_LABEL));
    let text = SlackBlockPlainText::new(text).with_emoji(false);
    SlackContextBlock::new(vec![text.into()]).with_block_id(input.id.clone().into()).into()
}

/// None for a choice among nothing.
fn element(input: &Input) -> Option<SlackInputBlockElement> {
    Some(match &input.field {
        Field::Text { value, is_multiline, longest, placeholder } => {
            let value = value.as_deref().filter(|value| !value.is_empty());
            words(value, *longest, input.is_live)
                .with_multiline(*is_multiline)
                .opt_placeholder(placeholder.as_deref().and_then(hint_inside))
                .into()
        }
        Field::Choice { choices, chosen } => choice(choices, chosen.as_deref())?.into(),
        Field::Checks { choices, chosen } => checks(choices, chosen)?.into(),
        Field::Member { chosen } => SlackBlockUsersSelectElement::new()
            .with_action_id(CHANGED.into())
            .opt_initial_user(chosen.clone().filter(|id| !id.is_empty()))
            .into(),
        Field::Channel { chosen } => channel(chosen.as_deref()).into(),
        Field::Moment { chosen } => SlackBlockDateTimePickerElement::new()
            .with_action_id(CHANGED.into())
            .opt_initial_date_time(chosen.and_then(moment))
            .into(),
        Field::Files { most } => SlackBlockFileInputElement::new()
            .with_action_id(CHANGED.into())
            .with_max_files((*most).clamp(1, MOST_FILES).into())
            .into(),
    })
}

/// The crate's moment is of another library, and is read from what Slack reads.
fn moment(at: DateTime<Utc>) -> Option<SlackDateTime> {
    let secs = Some(at.timestamp()).filter(|secs| MOMENTS.contains(secs))?;
    serde_json::from_value(secs.into()).ok()
}

/// Slack refuses a text to start with that is longer than what may be entered; ours is kept, so that a member can shorten it.
fn words(value: Option<&str>, longest: u16, is_live: bool) -> SlackBlockPlainTextInputElement {
    let value: Option<String> = value.map(|value| value.chars().take(LONGEST_TEXT.into()).collect());
    let length = value.as_deref().map_or(0, |value| value.chars().count() as u64);
    let longest = u64::from(longest.clamp(1, LONGEST_TEXT)).max(length);
    let each_character = vec![SlackDispatchActionTrigger::OnCharacterEntered];
    let config = SlackDispatchActionConfig::new().with_trigger_actions_on(each_character);
    SlackBlockPlainTextInputElement::new()
        .with_action_id(CHANGED.into())
        .opt_initial_value(value)
        .with_max_length(longest)
        .opt_dispatch_action_config(is_live.then_some(config))
}

fn hint_inside(placeholder: &str) -> Option<SlackBlockPlainTextOnly> {
    Some(placeholder).filter(|text| !text.trim().is_empty()).map(|text| label(text, LONGEST_PLACEHOLDER))
}

fn choice(choices: &[Choice], chosen: Option<&str>) -> Option<SlackBlockStaticSelectElement> {
    let kept = kept(choices, MOST_CHOICES, |choice| Some(choice.value.as_str()) == chosen);
    let item = |choice: &Choice| SlackBlockChoiceItem::new(label(&choice.label, LONGEST_CHOICE), choice.value.clone());
    let chosen = kept.iter().find(|choice| Some(choice.value.as_str()) == chosen).map(|choice| item(choice));
    let options: Vec<_> = kept.into_iter().map(item).collect();
    let element = SlackBlockStaticSelectElement::new().with_action_id(CHANGED.into());
    (!options.is_empty()).then(|| element.with_options(options).opt_initial_option(chosen))
}

fn checks(choices: &[Choice], chosen: &[String]) -> Option<SlackBlockCheckboxesElement> {
    let kept = kept(choices, MOST_CHECKS, |choice| chosen.contains(&choice.value));
    let item = |choice: &Choice| {
        let text = SlackBlockPlainText::new(shown(&choice.label, LONGEST_CHOICE)).with_emoji(true);
        SlackBlockChoiceItem::<SlackBlockText>::new(text.into(), choice.value.clone())
    };
    let chosen: Vec<_> =
        kept.iter().filter(|choice| chosen.contains(&choice.value)).map(|choice| item(choice)).collect();
    let options: Vec<_> = kept.into_iter().map(item).collect();
    let chosen = (!chosen.is_empty()).then_some(chosen);
    let element = |options| SlackBlockCheckboxesElement::new(options).with_action_id(CHANGED.into());
    (!options.is_empty()).then(|| element(options).opt_initial_options(chosen))
}

/// Choices that Slack takes, each value once; when there are too many, those that are chosen stay.
fn kept(choices: &[Choice], most: usize, is_chosen: impl Fn(&Choice) -> bool) -> Vec<&Choice> {
    let mut values = HashSet::new();
    let mut kept: Vec<&Choice> = choices
        .iter()
        .filter(|choice| (1..=LONGEST_VALUE).contains(&choice.value.chars().count()))
        .filter(|choice| values.insert(choice.value.as_str()))
        .collect();
    while kept.len() > most {
        let last = kept.iter().rposition(|choice| !is_chosen(choice)).unwrap_or(most);
        kept.remove(last);
    }
    kept
}

/// Channels only: the app can be in those, and in no direct conversation of others.
fn channel(chosen: Option<&str>) -> SlackBlockConversationsSelectElement {
    let include = vec![SlackConversationFilterInclude::Public, SlackConversationFilterInclude::Private];
    SlackBlockConversationsSelectElement::new()
        .with_action_id(CHANGED.into())
        .opt_initial_conversation(chosen.filter(|id| !id.is_empty()).map(Into::into))
        .with_filter(SlackBlockConversationFilter::new().with_include(include).with_exclude_bot_users(true))
}

#[cfg(test)]
#[path = "inputs_tests.rs"]
mod tests;
