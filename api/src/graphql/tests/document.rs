//! The schema's own text as data for tests: what fields there are, what they need, and documents that reach them.

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};

use super::{super::sdl, seed::Seeded};

/// The types of the schema.
pub(super) struct Document(Vec<TypeDefinition>);

impl Document {
    pub(super) fn new() -> Self {
        let parsed = parse_schema(sdl()).expect("the exported text is GraphQL");
        let types = parsed.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(found) => Some(found.node),
            _ => None,
        });
        Self(types.collect())
    }

    pub(super) fn types(&self) -> &[TypeDefinition] {
        &self.0
    }

    pub(super) fn find(&self, name: &str) -> Option<&TypeDefinition> {
        self.0.iter().find(|found| found.name.node == name)
    }

    /// Every field of an object, with the name of its object.
    pub(super) fn fields(&self) -> Vec<(&str, &FieldDefinition)> {
        self.0
            .iter()
            .flat_map(|found| fields(&found.kind).iter().map(|field| (found.name.node.as_str(), &field.node)))
            .collect()
    }

    /// Fields that need a permission: object, field, permission.
    pub(super) fn guarded(&self) -> Vec<(&str, &FieldDefinition, String)> {
        let fields = self.fields().into_iter();
        fields.filter_map(|(object, field)| Some((object, field, permission(field)?))).collect()
    }

    /// Whether something of this type has fields to select.
    fn has_fields(&self, name: &str) -> bool {
        self.find(name).is_some_and(|found| matches!(found.kind, TypeKind::Object(_) | TypeKind::Interface(_)))
    }

    /// A field with the arguments that it requires, selected as far as it has to be.
    pub(super) fn call(&self, field: &FieldDefinition, of: &Seeded) -> String {
        let name = field.name.node.as_str();
        let arguments: Vec<_> =
            field.arguments.iter().filter_map(|argument| self.argument(&argument.node, name, of)).collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let selection = if self.has_fields(named(&field.ty.node)) { " { __typename }" } else { "" };
        format!("{name}{arguments}{selection}")
    }

    /// An argument that has to be given, with a value that it can have.
    fn argument(&self, argument: &InputValueDefinition, field: &str, of: &Seeded) -> Option<String> {
        let is_optional = argument.ty.node.nullable || argument.default_value.is_some();
        (!is_optional).then(|| {
            format!("{}: {}", argument.name.node, self.value(&argument.ty.node, (field, &argument.name.node), of))
        })
    }

    fn value(&self, ty: &Type, (field, name): (&str, &str), of: &Seeded) -> String {
        let named = match &ty.base {
            BaseType::List(of_one) => return format!("[{}]", self.value(of_one, (field, name), of)),
            BaseType::Named(named) => named.as_str(),
        };
        match named {
            "ID" => format!("\"{}\"", id(field, name, of)),
            "Int" => "1".to_owned(),
            "String" => "\"example\"".to_owned(),
            "E164" => format!("\"{}\"", of.contact.address),
            "Permission" => "WORKSPACE_READ".to_owned(),
            "ContactConsentDecision" => "WITHDRAWN".to_owned(),
            "ConversationPlacement" => "SHARED_THREAD".to_owned(),
            "BroadcastAudienceInput" => format!("{{ contactIds: [\"{}\"] }}", of.contact.id),
            "RecipientInput" => format!("{{ contactId: \"{}\" }}", of.contact.id),
            other => self.input(other, field, of),
        }
    }

    fn input(&self, name: &str, field: &str, of: &Seeded) -> String {
        let found = self.find(name).unwrap_or_else(|| panic!("{name} is no type"));
        let TypeKind::InputObject(input) = &found.kind else { panic!("give {name} a value in the tests of the API") };
        let given: Vec<_> = input.fields.iter().filter_map(|one| self.argument(&one.node, field, of)).collect();
        format!("{{ {} }}", given.join(", "))
    }
}

/// Fields of an object or an interface.
fn fields(kind: &TypeKind) -> &[Positioned<FieldDefinition>] {
    match kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

/// The permission that a field needs.
pub(super) fn permission(field: &FieldDefinition) -> Option<String> {
    let auth = field.directives.iter().find(|directive| directive.node.name.node == "auth")?;
    auth.node.get_argument("permission").map(|argument| argument.node.to_string())
}

/// Name of a type, within whatever lists.
pub(super) fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => Name::as_str(name),
        BaseType::List(of) => named(of),
    }
}

/// The id of what a mutation acts on.
pub(super) fn id(mutation: &str, argument: &str, of: &Seeded) -> String {
    let subjects = [
        ("phoneNumber", of.number.id.to_string()),
        ("message", of.outbound.id.to_string()),
        ("conversation", of.inbound.conversation_id.to_string()),
        ("template", of.template.id.to_string()),
        ("broadcast", of.broadcast.id.to_string()),
        ("contact", of.contact.id.to_string()),
        ("doNotDisturb", of.blocked.id.to_string()),
        ("apiToken", of.token.id.to_string()),
        ("task", "task_00000000000000000000000001".to_owned()),
        ("providerEvent", "evt_00000000000000000000000001".to_owned()),
    ];
    match argument {
        "workspaceId" => of.workspace.id.to_string(),
        "phoneNumberId" => of.number.id.to_string(),
        "id" => {
            let known = subjects.into_iter().find(|(noun, _)| mutation.starts_with(noun));
            known.unwrap_or_else(|| panic!("give {mutation} something to act on in the tests of the API")).1
        }
        other => panic!("give {mutation} a value for {other} in the tests of the API"),
    }
}
