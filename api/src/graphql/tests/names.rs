//! Names follow the rules of the schema, so that who knows one part can guess the others.

use async_graphql::parser::types::{BaseType, EnumType, FieldDefinition, TypeKind};

use super::document::{Document, named};

/// Verbs that a mutation must not begin with: the object comes first.
const VERBS: [&str; 8] = ["create", "update", "delete", "add", "remove", "set", "send", "run"];

fn complaints(find: impl Fn(&str, &FieldDefinition) -> bool) -> Vec<String> {
    let document = Document::new();
    let found = document.fields().into_iter().filter(|(object, field)| find(object, field));
    found.map(|(object, field)| format!("{object}.{}", field.name.node)).collect()
}

fn is_camel(name: &str) -> bool {
    name.starts_with(|sign: char| sign.is_ascii_lowercase()) && name.chars().all(|sign| sign.is_ascii_alphanumeric())
}

fn is_screaming(values: &EnumType) -> bool {
    let is_word =
        |name: &str| name.chars().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '_');
    values.values.iter().all(|value| is_word(&value.node.value.node))
}

#[test]
fn mutations_name_the_object_first() {
    let verb_first =
        complaints(|object, field| object == "Mutation" && VERBS.iter().any(|verb| field.name.node.starts_with(verb)));
    assert_eq!(verb_first, Vec::<String>::new());
}

#[test]
fn mutations_return_payloads_that_are_never_null() {
    let others = complaints(|object, field| {
        object == "Mutation" && (!named(&field.ty.node).ends_with("Payload") || field.ty.node.nullable)
    });
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn fields_are_in_camel_case_and_enum_values_in_capitals() {
    assert_eq!(complaints(|_, field| !is_camel(&field.name.node)), Vec::<String>::new());
    let document = Document::new();
    let lower =
        document.types().iter().filter(|found| matches!(&found.kind, TypeKind::Enum(values) if !is_screaming(values)));
    assert_eq!(lower.map(|found| found.name.node.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn times_end_in_at_and_dates_in_on() {
    let is_wrong = |_: &str, field: &FieldDefinition| {
        let name = field.name.node.as_str();
        match named(&field.ty.node) {
            "DateTime" => !name.ends_with("At"),
            "Date" => !name.ends_with("On") && name != "date",
            _ => name.ends_with("At"),
        }
    };
    assert_eq!(complaints(is_wrong), Vec::<String>::new());
}

#[test]
fn booleans_begin_with_is_or_has_and_nothing_else_does() {
    let is_wrong = |_: &str, field: &FieldDefinition| {
        let name = field.name.node.as_str();
        let asks = ["is", "has"].iter().any(|word| {
            name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_uppercase()))
        });
        asks != (named(&field.ty.node) == "Boolean")
    };
    assert_eq!(complaints(is_wrong), Vec::<String>::new());
}

#[test]
fn neither_lists_nor_their_items_are_null_except_in_a_refused_payload() {
    let is_wrong = |object: &str, field: &FieldDefinition| match &field.ty.node.base {
        BaseType::List(item) => item.nullable || (field.ty.node.nullable && !object.ends_with("Payload")),
        BaseType::Named(_) => false,
    };
    assert_eq!(complaints(is_wrong), Vec::<String>::new());
}

#[test]
fn connections_take_first_with_a_default_and_after() {
    let is_wrong = |_: &str, field: &FieldDefinition| {
        let argument = |name: &str| {
            field.arguments.iter().find(|argument| argument.node.name.node == name).map(|found| &found.node)
        };
        let is_connection = named(&field.ty.node).ends_with("Connection");
        let has_first = argument("first").is_some_and(|first| !first.ty.node.nullable && first.default_value.is_some());
        is_connection && (!has_first || argument("after").is_none_or(|after| !after.ty.node.nullable))
    };
    assert_eq!(complaints(is_wrong), Vec::<String>::new());
}
