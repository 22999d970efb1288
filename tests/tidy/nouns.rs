//! The order of the modules of `domain`: each uses only what stands before it or beside it, and nothing runs in a circle. The order is
//! data, below; a new module takes its place in it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    assert_none,
    sources::{Source, all},
};

/// The order, from the ground up. The ground is one thing: its parts may know each other.
const ORDER: &[&[&str]] = &[
    &["clock", "codes", "ctx", "error", "ids", "page", "phone", "store", "vault"],
    &["catalog", "sms"],
    &["audit", "contracts", "outbox", "schedules"],
    &["members", "operations", "workspaces"],
    &["contacts", "media", "sending", "usage"],
    &["numbers"],
    &["templates"],
    &["answers"],
    &["reply_targets"],
    &["conversations", "messages"],
    &["broadcasts"],
    &["panel"],
    &["inbox"],
];

/// Where the modules stand.
const FOLDER: &str = "domain/src/";

/// Who uses whom: `(user, used)` and the first place.
type Uses = BTreeMap<(String, String), String>;

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|group| group.contains(&module))
}

fn uses(sources: &[Source]) -> Uses {
    let mut uses = Uses::new();
    for source in sources {
        let Some(path) = source.path.strip_prefix(FOLDER).filter(|path| *path != "lib.rs") else { continue };
        let place: Vec<_> = path.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect();
        for (at, used) in named(&source.production, place.len()) {
            if used != place[0] {
                uses.entry((place[0].to_owned(), used)).or_insert_with(|| source.at(at));
            }
        }
    }
    uses
}

/// First names behind `crate::`, and behind as many `super::` as lead to the root; lower case only, so modules and functions.
fn named(code: &str, depth: usize) -> Vec<(usize, String)> {
    let supers = "super::".repeat(depth);
    let mut names = Vec::new();
    for root in ["crate::", supers.as_str()] {
        for (at, _) in code.match_indices(root) {
            let is_whole =
                !code[..at].ends_with([':', '$']) && !code[..at].ends_with(|sign: char| sign.is_alphanumeric());
            if is_whole {
                names.extend(first_names(&code[at + root.len()..]).into_iter().map(|name| (at, name)));
            }
        }
    }
    names.retain(|(_, name)| name.starts_with(|sign: char| sign.is_ascii_lowercase()) && name != "super");
    names
}

/// The names at the head of a path, or of each branch of `{a::b, c}`.
fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let mut depth = 0;
    let mut names = vec![word(group.trim_start())];
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn against_the_order(sources: &[Source]) -> Vec<String> {
    let wrong = |((user, used), at): ((String, String), String)| match (rank(&user), rank(&used)) {
        (None, _) => Some(format!("{at}: the module {user} has no place in the order.")),
        (Some(above), Some(below)) if below > above => {
            Some(format!("{at}: {user} uses {used}, which stands above it."))
        }
        _ => None,
    };
    uses(sources).into_iter().filter_map(wrong).collect()
}

/// Modules that can be reached from themselves; the ground counts as one.
fn circles(sources: &[Source]) -> Vec<String> {
    let name = |module: &str| if rank(module) == Some(0) { "ground".to_owned() } else { module.to_owned() };
    let mut next = BTreeMap::<String, BTreeSet<String>>::new();
    for (user, used) in uses(sources).into_keys() {
        if rank(&used).is_some() && name(&user) != name(&used) {
            next.entry(name(&user)).or_default().insert(name(&used));
        }
    }
    let in_circle = next.keys().filter(|module| reached(&next, module).contains(*module));
    in_circle.map(|module| format!("domain::{module} uses itself through others.")).collect()
}

fn reached(next: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<_> = next.get(from).into_iter().flatten().collect();
    while let Some(module) = ahead.pop() {
        if reached.insert(module.clone()) {
            ahead.extend(next.get(module).into_iter().flatten());
        }
    }
    reached
}

#[test]
fn modules_of_the_domain_keep_their_order() {
    assert_none(against_the_order(all()));
}

#[test]
fn no_module_of_the_domain_runs_in_a_circle() {
    assert_none(circles(all()));
}

#[test]
fn every_module_of_the_domain_has_a_place_in_the_order() {
    let sources = all();
    let modules =
        sources.iter().filter_map(|source| source.path.strip_prefix(FOLDER)).filter_map(|path| path.split('/').next());
    let modules: BTreeSet<_> =
        modules.map(|module| module.trim_end_matches(".rs")).filter(|module| *module != "lib").collect();
    assert_none(modules.into_iter().filter(|module| rank(module).is_none()).map(str::to_owned).collect());
}

#[test]
fn a_module_that_looks_up_is_found() {
    let bad = [
        Source::new("domain/src/numbers/ops.rs", "use crate::{Ctx, ids::{A, B}, inbox::accept};"),
        Source::new("domain/src/usage/mod.rs", "fn f() { super::messages::g() }"),
        Source::new("domain/src/contacts/store/rows.rs", "use super::super::super::conversations::X;"),
    ];
    let found = against_the_order(&bad);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_circle_is_found_and_what_only_tests_use_is_not() {
    let bad = [
        Source::new(
            "domain/src/contracts/mod.rs",
            "use crate::outbox::A;\n#[cfg(test)]\nmod tests { use crate::inbox::B; }",
        ),
        Source::new("domain/src/outbox/mod.rs", "use crate::audit::C;"),
        Source::new("domain/src/audit/mod.rs", "use crate::contracts::D;"),
    ];
    assert_eq!(circles(&bad).len(), 3);
    assert_none(against_the_order(&bad));
}
