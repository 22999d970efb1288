//! Everything in the schema says what it is.

use async_graphql::parser::types::{TypeDefinition, TypeKind};

use super::document::Document;

/// Names of what has no description, within a type.
fn silent(found: &TypeDefinition) -> Vec<String> {
    let name = &found.name.node;
    let mut silent = Vec::new();
    let mut look = |what: String, description: bool| {
        if !description {
            silent.push(what);
        }
    };
    look(name.to_string(), found.description.is_some());
    let fields = match &found.kind {
        TypeKind::Object(object) => object.fields.as_slice(),
        TypeKind::Interface(interface) => interface.fields.as_slice(),
        _ => &[],
    };
    for field in fields.iter().map(|field| &field.node) {
        look(format!("{name}.{}", field.name.node), field.description.is_some());
        for argument in &field.arguments {
            look(
                format!("{name}.{}({})", field.name.node, argument.node.name.node),
                argument.node.description.is_some(),
            );
        }
    }
    match &found.kind {
        TypeKind::Enum(values) => {
            values
                .values
                .iter()
                .for_each(|one| look(format!("{name}.{}", one.node.value.node), one.node.description.is_some()));
        }
        TypeKind::InputObject(input) => {
            input
                .fields
                .iter()
                .for_each(|one| look(format!("{name}.{}", one.node.name.node), one.node.description.is_some()));
        }
        _ => {}
    }
    silent
}

#[test]
fn everything_is_described() {
    let document = Document::new();
    let silent: Vec<_> = document.types().iter().flat_map(silent).collect();
    assert!(silent.is_empty(), "without a description: {silent:?}");
}

#[test]
fn descriptions_are_sentences() {
    let document = Document::new();
    let texts = document.fields().into_iter().filter_map(|(object, field)| {
        let text = &field.description.as_ref()?.node;
        (!text.ends_with('.')).then(|| format!("{object}.{}: {text}", field.name.node))
    });
    assert_eq!(texts.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn what_may_be_null_says_when() {
    let document = Document::new();
    let is_known = |object: &str| object == "Query" || object.ends_with("Payload") || object == "ConflictError";
    let silent = document.fields().into_iter().filter(|(object, field)| {
        let says = field.description.as_ref().is_some_and(|text| text.node.contains("null"));
        field.ty.node.nullable && !says && !is_known(object)
    });
    let silent: Vec<_> = silent.map(|(object, field)| format!("{object}.{}", field.name.node)).collect();
    assert!(silent.is_empty(), "these may be null and do not say when: {silent:?}");
}
