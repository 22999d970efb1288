//! The second look at a document, once it is parsed and before anything else is done with it: how large it is when every fragment stands where
//! it is used. Sizes of fragments are kept by name, so the look itself takes as long as the document is long, while a few hundred bytes
//! of fragments that use each other stand for millions of fields, which the library would all visit.

use std::{collections::HashMap, convert::Infallible};

use async_graphql::{
    Name, Positioned, Value,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
        SelectionSet,
    },
};

use super::answer::Refusal;

/// Fields, arguments, directives and items of lists at most, every fragment counted wherever it is used.
pub(super) const LARGEST: u32 = 500;

/// Selections and fragments inside each other at most.
const DEEPEST: u32 = 32;

/// Variables of an operation at most.
const MOST_VARIABLES: usize = 50;

/// Checks a document; what kind of operation was chosen.
///
/// # Errors
/// [`Refusal`] says what is too much, or that it is not clear which operation is meant.
pub(super) fn check(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, Refusal> {
    let chosen = chosen(document, name)?;
    let size = size(document)?;
    if size > LARGEST {
        return Err(Refusal::limit(format!(
            "The document is too large: with every fragment where it is used it has more than {LARGEST} fields, arguments and directives."
        )));
    }
    Ok(chosen.ty)
}

fn chosen<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition, Refusal> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
        (DocumentOperations::Multiple(_), None) => {
            return Err(Refusal::document(
                "The document has several operations. Say with “operationName” which one is meant.",
            ));
        }
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Single(_), Some(_)) => None,
    };
    operation
        .map(|operation| &operation.node)
        .ok_or_else(|| Refusal::document("The document has no operation of that name."))
}

/// Size of a whole document, with the operations and fragments that nobody uses: they are validated too.
pub(super) fn size(document: &ExecutableDocument) -> Result<u32, Refusal> {
    let mut look = Look { document, fragments: HashMap::new() };
    let mut size = 0_u32;
    for (_, operation) in document.operations.iter() {
        size = size.saturating_add(look.operation(&operation.node)?);
    }
    for name in document.fragments.keys() {
        if !look.fragments.contains_key(name) {
            size = size.saturating_add(look.fragment(name, 1)?.count);
        }
    }
    Ok(size)
}

/// How large something is, and how many levels it has.
#[derive(Clone, Copy, Default)]
struct Size {
    count: u32,
    levels: u32,
}

impl Size {
    fn take_in(&mut self, inner: Self) {
        self.count = self.count.saturating_add(inner.count);
        self.levels = self.levels.max(inner.levels + 1);
    }
}

struct Look<'a> {
    document: &'a ExecutableDocument,
    /// Fragments that were looked at; none while one is being looked at.
    fragments: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Look<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<u32, Refusal> {
        if operation.variable_definitions.len() > MOST_VARIABLES {
            return Err(Refusal::limit(format!("The operation has more than {MOST_VARIABLES} variables.")));
        }
        let mut own = directives(&operation.directives);
        for variable in &operation.variable_definitions {
            let default = variable.node.default_value.as_ref().map_or(0, |value| items(&value.node));
            own = own.saturating_add(directives(&variable.node.directives)).saturating_add(default);
        }
        Ok(self.selections(&operation.selection_set.node, 1)?.count.saturating_add(own))
    }

    fn selections(&mut self, set: &'a SelectionSet, depth: u32) -> Result<Size, Refusal> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        let mut size = Size::default();
        for selection in &set.items {
            let own = 1_u32.saturating_add(directives(selection.node.directives()));
            size.count = size.count.saturating_add(own);
            match &selection.node {
                Selection::Field(field) => {
                    size.count = size.count.saturating_add(arguments(&field.node));
                    if !field.node.selection_set.node.items.is_empty() {
                        size.take_in(self.selections(&field.node.selection_set.node, depth + 1)?);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    size.take_in(self.selections(&fragment.node.selection_set.node, depth + 1)?);
                }
                Selection::FragmentSpread(spread) => {
                    size.take_in(self.fragment(&spread.node.fragment_name.node, depth + 1)?);
                }
            }
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &Name, depth: u32) -> Result<Size, Refusal> {
        // One that does not exist is found by the validation.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(Size::default()) };
        match self.fragments.get(name) {
            Some(Some(size)) if depth + size.levels > DEEPEST => return Err(too_deep()),
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Refusal::document(format!("The fragment “{name}” uses itself."))),
            None => {}
        }
        self.fragments.insert(name, None);
        let mut size = self.selections(&fragment.node.selection_set.node, depth)?;
        size.count = size.count.saturating_add(directives(&fragment.node.directives));
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

fn too_deep() -> Refusal {
    Refusal::limit(format!("The document nests selections and fragments more than {DEEPEST} levels deep."))
}

fn directives(directives: &[Positioned<Directive>]) -> u32 {
    directives.iter().fold(0, |sum: u32, directive| {
        let arguments = directive.node.arguments.iter().map(|(_, value)| value.node.clone().into_const_with(nothing));
        sum.saturating_add(1).saturating_add(arguments_of(arguments))
    })
}

fn arguments(field: &Field) -> u32 {
    arguments_of(field.arguments.iter().map(|(_, value)| value.node.clone().into_const_with(nothing)))
}

fn arguments_of(values: impl Iterator<Item = Result<Value, Infallible>>) -> u32 {
    values.fold(0, |sum: u32, value| sum.saturating_add(1).saturating_add(items(&value.unwrap_or_default())))
}

/// A variable weighs the same whatever it holds: what it holds was bounded with the body.
fn nothing(_: Name) -> Result<Value, Infallible> {
    Ok(Value::Null)
}

/// What is inside a list or an object. How deep these nest is bounded before they are parsed.
fn items(value: &Value) -> u32 {
    let inside = |sum: u32, value: &Value| sum.saturating_add(1).saturating_add(items(value));
    match value {
        Value::List(list) => list.iter().fold(0, inside),
        Value::Object(object) => object.values().fold(0, inside),
        _ => 0,
    }
}
