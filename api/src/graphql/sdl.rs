//! The text of the schema, in an order for reading: what is asked first, then noun by noun, payloads and connections last. The list below is that
//! order; a type that stands in no section is refused, so that nobody adds one without a place.

use async_graphql::SDLExportOptions;

use super::builder;

/// Width of the line above a section.
const RULE_WIDTH: usize = 100;

/// Sections in the order of the file, each with the names of what stands in it. Payloads and connections find their place by their names.
const SECTIONS: &[(&str, &[&str])] = &[
    ("scalars", &["Date", "DateTime", "Decimal", "E164", "CountryCode", "CurrencyCode", "JSON", "URL"]),
    ("entry points", &["Query", "Mutation"]),
    ("common shapes", &["Node", "PageInfo", "Money", "TimeRange", "TimeRangeFilter"]),
    (
        "errors",
        &[
            "UserError",
            "InputError",
            "InputErrorReason",
            "ConflictError",
            "UsageLimitError",
            "PlanLimitError",
            "OptedOutError",
            "MediaTooLargeError",
            "CountryNotEnabledError",
            "ProviderError",
            "ComplianceStatement",
        ],
    ),
    (
        "people and access",
        &["Viewer", "Actor", "User", "Membership", "WorkspaceRole", "Permission", "ApiToken", "ApiTokenInput"],
    ),
    (
        "workspaces",
        &[
            "Workspace",
            "WorkspaceStatus",
            "SlackInstallation",
            "SlackProblem",
            "SlackProblemKind",
            "SlackChannel",
            "SlackChannelInput",
            "SendMode",
            "SendModeReason",
            "SlackCompany",
            "SendingSettings",
            "SendingSettingsInput",
            "WorkspaceFilter",
        ],
    ),
    (
        "numbers",
        &[
            "Country",
            "CountryAvailability",
            "PhoneNumber",
            "PhoneNumberType",
            "PhoneNumberCapability",
            "PhoneNumberStatus",
            "ReleaseReason",
            "Routing",
            "RoutingInput",
            "PhoneNumberClaimInput",
            "PhoneNumberInput",
            "PhoneNumberFilter",
            "AvailablePhoneNumber",
            "AvailablePhoneNumberFilter",
        ],
    ),
    (
        "conversations",
        &[
            "Conversation",
            "ConversationPlacement",
            "ConversationStatus",
            "ConversationPriority",
            "ConversationInput",
            "ConversationFilter",
            "Message",
            "Direction",
            "MessageStatus",
            "HoldReason",
            "MessageFailure",
            "Attachment",
            "MmsCarrierLimit",
            "SmsEncoding",
            "SmsPreview",
            "MessageSendInput",
            "MessageInput",
            "RecipientInput",
            "MessageFilter",
            "Template",
            "TemplateCreateInput",
            "TemplateInput",
            "Broadcast",
            "BroadcastStatus",
            "BroadcastPauseReason",
            "BroadcastExclusion",
            "BroadcastExclusionReason",
            "BroadcastTally",
            "BroadcastPreview",
            "BroadcastInput",
            "BroadcastAudienceInput",
            "AutomaticAnswers",
            "BusinessHours",
            "Weekday",
            "AutomaticAnswersInput",
            "BusinessHoursInput",
            "ReplyTarget",
            "ReplyTargetInput",
            "Contact",
            "ContactInput",
            "ContactFilter",
            "ContactsImportInput",
            "ContactsImport",
            "ContactsImportFault",
            "CsvFile",
        ],
    ),
    (
        "blocking",
        &[
            "DoNotDisturbEntry",
            "DoNotDisturbInput",
            "OptOut",
            "OptOutInput",
            "ContactConsent",
            "ContactConsentDecision",
            "ContactConsentSource",
            "ContactConsentInput",
        ],
    ),
    (
        "usage",
        &[
            "UsagePeriod",
            "UsageMeter",
            "UsageEntry",
            "Meter",
            "DailyUsage",
            "PhoneNumberUsage",
            "UsageForecast",
            "UsageGrantInput",
        ],
    ),
    ("billing", &["Plan", "AllowancePeriod"]),
    ("audit", &["AuditEntry", "AuditFilter"]),
    (
        "platform",
        &[
            "Platform",
            "PlatformMetrics",
            "Health",
            "HealthStatus",
            "HealthCheck",
            "ClusterNode",
            "TaskQueue",
            "Task",
            "TaskStatus",
            "TaskFilter",
            "Schedule",
            "ProviderEvent",
            "ProviderKind",
            "ProviderEventFilter",
        ],
    ),
];

/// What stands above and below a description of several lines.
const BLOCK: &str = "\"\"\"";

/// Directives that every GraphQL tool knows without their definition.
const BUILT_IN: &[&str] = &["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// The schema in its definition language.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().use_space_ident().include_specified_by().prefer_single_line_descriptions();
    arranged(&builder().finish().sdl_with_options(options))
}

/// A definition with the description above it.
struct Definition<'a> {
    name: &'a str,
    text: &'a str,
}

fn arranged(exported: &str) -> String {
    let (mut schema, mut directives, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for text in definitions(exported) {
        match keyword(text) {
            ("schema", _) => schema.push(text),
            ("directive", name) if BUILT_IN.contains(&name) => {}
            ("directive", _) => directives.push(text),
            (_, name) => types.push(Definition { name, text }),
        }
    }
    let mut parts: Vec<String> = schema.into_iter().chain(directives).map(str::to_owned).collect();
    for (section, names) in sections(&types) {
        parts.push(rule(&section));
        parts.extend(
            names.iter().filter_map(|name| types.iter().find(|one| one.name == *name)).map(|one| one.text.to_owned()),
        );
    }
    parts.join("\n\n") + "\n"
}

/// The sections, with payloads and connections in the order of their nouns.
fn sections<'a>(types: &[Definition<'a>]) -> Vec<(String, Vec<&'a str>)> {
    let listed = |name: &str| SECTIONS.iter().any(|(_, names)| names.contains(&name));
    let (mut payloads, mut connections, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for one in types.iter().filter(|one| !listed(one.name)) {
        let is_page = one.name.ends_with("Connection") || one.name.ends_with("Edge");
        match one.name {
            name if name.ends_with("Payload") => payloads.push(name),
            name if is_page => connections.push(name),
            name => lost.push(name),
        }
    }
    assert!(lost.is_empty(), "these types stand in no section of the schema: {lost:?}");
    let mut sections: Vec<_> = SECTIONS.iter().map(|(name, names)| ((*name).to_owned(), names.to_vec())).collect();
    sections.push(("payloads".to_owned(), payloads));
    sections.push(("connections".to_owned(), connections));
    sections
}

fn rule(section: &str) -> String {
    format!("# {} {section}", "─".repeat(RULE_WIDTH.saturating_sub(section.len())))
}

/// The definitions of an exported schema. One ends with the line of its closing brace, or, when it has no body, with its own line; whatever
/// is indented belongs to the definition that is open.
fn definitions(exported: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut begin, mut at, mut is_described) = (0, 0, false);
    for line in exported.split_inclusive('\n') {
        at += line.len();
        let bare = line.trim_end();
        if bare == BLOCK {
            is_described = !is_described;
        }
        let is_told = is_described || bare.is_empty() || bare.starts_with(['"', ' ']);
        if !is_told && !bare.ends_with('{') {
            found.push(exported[begin..at].trim());
            begin = at;
        }
    }
    found
}

/// Keyword and name of a definition, behind its description.
fn keyword(definition: &str) -> (&str, &str) {
    let mut is_described = false;
    let mut lines = definition.lines().filter(|line| {
        if *line == BLOCK {
            is_described = !is_described;
        }
        !is_described && !line.starts_with(['"', ' '])
    });
    let line = lines.next().unwrap_or_default();
    let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty());
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}
