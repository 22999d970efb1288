//! Which crate may know which: everybody knows `domain`, `domain`, `migrations` and `sandbox` know nobody, only the program knows all.

use std::collections::BTreeMap;

use toml::Table;

use super::{assert_none, sources::read};

/// Our crates, and those of ours that each may use.
const LAW: &[(&str, &[&str])] = &[
    ("api", &["domain"]),
    ("domain", &[]),
    ("migrations", &[]),
    ("providers", &["domain"]),
    ("sandbox", &[]),
    ("workers", &["domain"]),
];

/// Crates of a vendor, which nobody but `providers` may use.
const VENDOR_CRATES: &[&str] = &["slack-morphism", "async-stripe", "twilio"];

/// Tables of a manifest that name other crates.
const TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// What tests alone may use besides: the tests of `api` ask a real database, which has to be migrated.
const IN_TESTS: &[(&str, &str)] = &[("api", "migrations")];

fn complaints(crates: &BTreeMap<&str, Table>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, manifest) in crates {
        let law = LAW.iter().find(|(known, _)| known == name);
        let Some((_, allowed)) = law else {
            complaints.push(format!("The crate {name} stands in no law: add it to ARCHITECTURE.md and to this list."));
            continue;
        };
        for other in dependencies(manifest) {
            let is_ours = other == "clerk" || LAW.iter().any(|(ours, _)| *ours == other);
            let is_for_tests = IN_TESTS.contains(&(*name, other.as_str())) && !is_built_in(manifest, &other);
            if is_ours && !allowed.contains(&other.as_str()) && !is_for_tests {
                complaints.push(format!("{name} may not depend on {other}."));
            }
            if VENDOR_CRATES.iter().any(|vendor| other.starts_with(vendor)) && *name != "providers" {
                complaints.push(format!("{name} may not depend on {other}: vendors are known in providers/ only."));
            }
        }
    }
    complaints
}

/// Whether the program itself needs the other crate, and not only its tests.
fn is_built_in(manifest: &Table, other: &str) -> bool {
    manifest.get("dependencies").and_then(|table| table.get(other)).is_some()
}

fn dependencies(manifest: &Table) -> Vec<String> {
    let tables = TABLES.iter().filter_map(|table| manifest.get(*table)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

fn members() -> Vec<String> {
    let root: Table = read("Cargo.toml").parse().expect("a manifest");
    let members = root["workspace"]["members"].as_array().expect("a list");
    members.iter().map(|member| member.as_str().expect("a name").to_owned()).collect()
}

#[test]
fn no_crate_depends_on_another_against_the_law() {
    let members = members();
    let manifests =
        members.iter().map(|name| (name.as_str(), read(&format!("{name}/Cargo.toml")).parse().expect("a manifest")));
    assert_none(complaints(&manifests.collect()));
}

#[test]
fn a_crate_that_breaks_the_law_is_found() {
    let api = "[dependencies]\nworkers.workspace = true\nasync-stripe = \"1\"".parse().expect("a manifest");
    let sandbox = "[dev-dependencies]\ndomain.workspace = true".parse().expect("a manifest");
    let found = complaints(&BTreeMap::from([("api", api), ("sandbox", sandbox), ("news", Table::new())]));
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn every_member_is_built_and_tested_by_the_plain_commands() {
    let root: Table = read("Cargo.toml").parse().expect("a manifest");
    let built = root["workspace"]["default-members"].as_array().expect("a list");
    let is_built = |name: &String| built.iter().any(|member| member.as_str() == Some(name));
    assert_none(members().into_iter().filter(|name| !is_built(name)).collect());
}
