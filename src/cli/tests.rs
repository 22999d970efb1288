//! The command line as people type it: what is understood, and what is refused.

use clap::{Parser, error::ErrorKind};

use super::*;

fn refusal(line: &str) -> ErrorKind {
    Cli::try_parse_from(line.split(' ')).expect_err("refused").kind()
}

fn understood(line: &str) -> String {
    format!("{:?}", Cli::try_parse_from(line.split(' ')).expect("understood"))
}

#[test]
fn the_definition_is_consistent() {
    definition().debug_assert();
}

#[test]
fn no_command_is_understood_too() {
    assert!(understood("clerk").contains("command: None"));
}

#[test]
fn roles_are_separated_by_commas() {
    assert!(understood("clerk run --role api,workers").contains("[Api, Workers]"));
    assert!(understood("clerk run --role workers").contains("roles: [Workers]"));
}

#[test]
fn both_roles_run_when_none_is_named() {
    assert!(understood("clerk run").contains("[Api, Workers]"));
}

#[test]
fn the_configuration_can_be_named_behind_any_command() {
    assert!(understood("clerk audit verify --config a.toml").contains("Some(\"a.toml\")"));
    assert!(understood("clerk --config a.toml check").contains("Some(\"a.toml\")"));
}

#[test]
fn help_and_version_exist_behind_every_command() {
    let commands = ["", " run", " migrate", " schema", " token create", " check", " slack manifest", " audit verify"];
    assert!(commands.iter().all(|command| refusal(&format!("clerk{command} --help")) == ErrorKind::DisplayHelp));
    assert!(commands.iter().all(|command| refusal(&format!("clerk{command} --version")) == ErrorKind::DisplayVersion));
}

#[test]
fn a_token_is_for_an_operator_or_for_a_workspace() {
    assert_eq!(refusal("clerk token create"), ErrorKind::MissingRequiredArgument);
    assert_eq!(refusal("clerk token create --operator --workspace acme"), ErrorKind::ArgumentConflict);
}

#[test]
fn permissions_are_read_as_the_api_writes_them_or_in_lower_case() {
    let line = "clerk token create --workspace acme --permissions MESSAGES_SEND,contacts-manage --expires 30d";
    assert!(understood(line).contains("[MessagesSend, ContactsManage]"));
}

#[test]
fn an_unknown_permission_is_wrong_usage_and_lists_the_known_ones() {
    let refusal =
        Cli::try_parse_from("clerk token create --operator --permissions FLY".split(' ')).expect_err("refused");
    assert_eq!(refusal.kind(), ErrorKind::ValueValidation);
    assert!(refusal.to_string().contains("MESSAGES_SEND"), "{refusal}");
}

#[test]
fn a_wrong_word_is_wrong_usage() {
    assert_eq!(refusal("clerk fly"), ErrorKind::InvalidSubcommand);
    assert_eq!(refusal("clerk run --role cook"), ErrorKind::InvalidValue);
    assert_eq!(refusal("clerk token create --operator --expires soon"), ErrorKind::ValueValidation);
}
