//! The configuration as people get it wrong, and what they are told.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use super::*;

fn sources(environment: &[(&str, &str)]) -> Sources {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    // An empty file, so that no `clerk.toml` of the working directory has a say.
    Sources { file: Some(PathBuf::from("/dev/null")), environment }
}

fn load(environment: &[(&str, &str)]) -> Config {
    Config::load(&sources(environment)).expect("it fits")
}

fn refusal(environment: &[(&str, &str)]) -> String {
    Config::load(&sources(environment)).expect_err("it does not fit").to_string()
}

fn file(text: &str) -> (TempDir, Sources) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("my.toml");
    fs::write(&path, text).expect("written");
    (folder, Sources { file: Some(path), environment: vec![] })
}

fn refusal_of_file(text: &str) -> String {
    let (_folder, sources) = file(text);
    Config::load(&sources).expect_err("it does not fit").to_string()
}

fn sentences(environment: &[(&str, &str)]) -> Vec<String> {
    load(environment).findings().iter().map(|finding| finding.sentence().to_owned()).collect()
}

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

const REAL: &[(&str, &str)] = &[
    ("CLERK__SLACK__CLIENT_ID", "1.2"),
    ("CLERK__SLACK__CLIENT_SECRET", "slack-canary"),
    ("CLERK__SLACK__SIGNING_SECRET", "signing-canary"),
    ("CLERK__TWILIO__ACCOUNT_SID", "AC00000000000000000000000000000000"),
    ("CLERK__TWILIO__AUTH_TOKEN", "twilio-canary"),
    ("CLERK__CRYPTO__MASTER_KEY", KEY),
    ("CLERK__AUTH__SIGNING_KEYS", KEY),
    ("CLERK__SERVER__PUBLIC_URL", "https://clerk.example.com/"),
];

#[test]
fn nothing_configured_is_the_sandbox_on_sqlite() {
    let config = load(&[]);
    assert!(config.is_sandbox());
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.sqlite_path(), Some(PathBuf::from("clerk.db")));
    assert_eq!(config.findings(), []);
}

#[test]
fn the_environment_overrides_the_file_which_overrides_the_defaults() {
    let (_folder, mut sources) = file("[workers]\nconcurrency = 3\nlease_secs = 90\n[slack]\nposts_per_second = 2\n");
    sources.environment = vec![("CLERK__WORKERS__CONCURRENCY".to_owned(), "4".to_owned())];
    let config = Config::load(&sources).expect("it fits");
    assert_eq!((config.workers.concurrency, config.workers.lease_secs, config.workers.heartbeat_secs), (4, 90, 10));
    assert_eq!(config.slack.posts_per_second, 2.0);
}

#[test]
fn lists_and_switches_are_read_from_the_environment() {
    let config = load(&[
        ("CLERK__TWILIO__READ_BACK_SECS", "1, 2,3"),
        ("CLERK__SANDBOX__ENABLED", "false"),
        ("CLERK__DATABASE__MIGRATE", "false"),
    ]);
    assert_eq!(config.twilio.read_back_secs, [1, 2, 3]);
    assert_eq!(config.sandbox.enabled, Switch::Off);
    assert!(!config.database.migrate);
}

#[test]
fn a_misspelt_key_in_a_file_names_the_file_and_the_right_key() {
    let sentence = refusal_of_file("[slack]\nclient_secert = \"x\"\n");
    assert!(
        sentence.ends_with("my.toml: there is no key `slack.client_secert`. The nearest is `slack.client_secret`."),
        "{sentence}"
    );
}

#[test]
fn a_misspelt_section_names_the_right_key_even_when_it_is_empty() {
    assert!(refusal_of_file("[slak]\nclient_id = \"x\"\n").contains("The nearest is `slack.client_id`."));
    assert!(refusal_of_file("[slak]\n").contains("there is no key `slak`. The nearest is `slack`."));
    assert!(refusal_of_file("twillio = 1\n").contains("The nearest is `twilio`."));
}

#[test]
fn a_misspelt_variable_names_the_right_variable() {
    let sentence = refusal(&[("CLERK__SERVER__LISTNE", "x")]);
    assert_eq!(
        sentence,
        "The environment: there is no key `CLERK__SERVER__LISTNE`. The nearest is `CLERK__SERVER__LISTEN`."
    );
}

#[test]
fn other_variables_are_none_of_our_business() {
    load(&[("CLERK_PORT_8080_TCP", "tcp://10.0.0.1"), ("PATH", "/bin")]);
}

#[test]
fn a_value_of_the_wrong_kind_names_place_key_value_and_what_is_expected() {
    assert!(refusal_of_file("[workers]\nconcurrency = \"many\"\n").ends_with(
        "my.toml: `workers.concurrency` is \"many\"; expected a whole number, 0 or more, that is not too large."
    ));
    assert!(
        refusal_of_file("[workers]\nconcurrency = -1\n")
            .contains("`workers.concurrency` is -1; expected a whole number")
    );
    assert!(
        refusal_of_file("[sandbox]\ntwilio_port = 70000\n")
            .contains("`sandbox.twilio_port` is 70000; expected a whole number")
    );
    assert!(refusal_of_file("[database]\nmigrate = 1\n").ends_with("`database.migrate` is 1; expected true or false."));
    assert!(
        refusal_of_file("[slack]\nclient_id = 12.5\n").ends_with("`slack.client_id` is 12.5; expected text in quotes.")
    );
    assert!(
        refusal_of_file("[sandbox]\nenabled = \"maybe\"\n")
            .ends_with("`sandbox.enabled` is \"maybe\"; expected true, false or \"auto\".")
    );
    assert!(
        refusal_of_file("[log]\nformat = \"xml\"\n")
            .ends_with("`log.format` is \"xml\"; expected \"text\" or \"json\".")
    );
    assert!(
        refusal_of_file("[twilio]\nread_back_secs = [\"a\"]\n")
            .ends_with("expected a list of whole numbers, such as [5, 60].")
    );
}

#[test]
fn a_variable_of_the_wrong_kind_is_named() {
    let sentence = refusal(&[("CLERK__SERVER__DRAIN_SECS", "soon")]);
    assert_eq!(
        sentence,
        "The environment variable CLERK__SERVER__DRAIN_SECS: `server.drain_secs` is \"soon\"; expected a whole number."
    );
}

#[test]
fn addresses_are_verified() {
    assert!(
        refusal(&[("CLERK__SERVER__LISTEN", "localhost")])
            .ends_with("expected an address and a port, such as 127.0.0.1:8080.")
    );
    assert!(
        refusal(&[("CLERK__SERVER__PUBLIC_URL", "clerk.example.com")])
            .contains("expected an address that begins with https:// or http://")
    );
    assert!(refusal(&[("CLERK__SERVER__PUBLIC_URL", "https://a.example/clerk")]).contains("without a path"));
    assert!(
        refusal(&[("CLERK__DATABASE__URL", "mysql://a:canary@b/c")])
            .ends_with("expected sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME.")
    );
}

#[test]
fn bases_end_as_their_users_expect() {
    let config =
        load(&[("CLERK__SLACK__API_URL", "http://127.0.0.1:1/api"), ("CLERK__TWILIO__API_URL", "http://127.0.0.1:2/")]);
    assert_eq!(
        (config.slack.api_url.as_str(), config.twilio.api_url.as_str()),
        ("http://127.0.0.1:1/api/", "http://127.0.0.1:2")
    );
}

#[test]
fn a_wrong_secret_is_never_repeated() {
    let refusals = [
        refusal(&[("CLERK__CRYPTO__MASTER_KEY", "canary")]),
        refusal(&[("CLERK__AUTH__SIGNING_KEYS", "canary")]),
        refusal(&[("CLERK__DATABASE__URL", "canary")]),
        refusal_of_file("[twilio]\nauth_token = [\"canary\"]\n"),
        refusal_of_file("[twilio]\nauth_token = canary\n"),
        refusal_of_file("[crypto]\nmaster_key_file = \"/dev/null\"\nmaster_key = \"canary\"\n"),
    ];
    assert!(refusals.iter().all(|sentence| !sentence.contains("canary")), "{refusals:#?}");
    assert!(
        refusals[0].ends_with("expected 64 hexadecimal digits, such as `openssl rand -hex 32` prints."),
        "{}",
        refusals[0]
    );
    assert!(refusals[4].contains("my.toml, line 2, is not TOML"), "{}", refusals[4]);
}

#[test]
fn debugging_output_shows_no_secret() {
    let mut environment = REAL.to_vec();
    environment.push(("CLERK__DATABASE__URL", "postgres://clerk:password-canary@db/clerk"));
    let config = load(&environment);
    let text = format!("{config:?} {:?}", Keys::resolve(&config).expect("configured"));
    assert!(!text.contains("canary") && !text.contains(KEY), "{text}");
}

#[test]
fn the_log_is_told_every_secret() {
    let mut environment = REAL.to_vec();
    environment.push(("CLERK__DATABASE__URL", "postgres://clerk:password-canary@db/clerk"));
    let secrets: Vec<_> = load(&environment).secrets().iter().map(|secret| secret.expose_secret().to_owned()).collect();
    assert_eq!(secrets, ["slack-canary", "signing-canary", "twilio-canary", KEY, KEY, "password-canary"]);
}

#[test]
fn a_secret_is_read_from_a_file_without_its_line_break() {
    let (folder, mut sources) = file("[slack]\nsigning_secret = \"from the file\"\n");
    let secret = folder.path().join("secret");
    fs::write(&secret, "in a file of its own\r\n").expect("written");
    sources.environment = vec![("CLERK__SLACK__SIGNING_SECRET_FILE".to_owned(), secret.display().to_string())];
    let config = Config::load(&sources).expect("it fits");
    assert_eq!(config.slack.signing_secret.expect("read").expose_secret(), "in a file of its own");
}

#[test]
fn a_list_of_keys_is_read_from_a_file_line_by_line() {
    let (folder, mut sources) = file("");
    let keys = folder.path().join("keys");
    fs::write(&keys, format!("{KEY}\n{KEY}\n")).expect("written");
    sources.environment = vec![("CLERK__AUTH__SIGNING_KEYS_FILE".to_owned(), keys.display().to_string())];
    assert_eq!(Config::load(&sources).expect("it fits").auth.signing_keys.len(), 2);
}

#[test]
fn a_secret_file_that_is_missing_is_named() {
    let sentence = refusal(&[("CLERK__TWILIO__AUTH_TOKEN_FILE", "/nowhere/token")]);
    assert!(sentence.starts_with("Cannot read /nowhere/token (`twilio.auth_token_file`): "), "{sentence}");
}

#[test]
fn only_secrets_can_be_given_as_files() {
    assert!(
        refusal(&[("CLERK__SLACK__CLIENT_ID_FILE", "x")]).contains("there is no key `CLERK__SLACK__CLIENT_ID_FILE`")
    );
}

#[test]
fn a_file_that_was_named_must_exist() {
    let sources = Sources { file: Some(PathBuf::from("/nowhere/clerk.toml")), environment: vec![] };
    assert!(Config::load(&sources).expect_err("missing").to_string().starts_with("Cannot read /nowhere/clerk.toml: "));
}

#[test]
fn real_providers_switch_the_sandbox_off_and_leave_nothing_to_say() {
    let config = load(REAL);
    assert!(!config.is_sandbox());
    assert_eq!(config.server.public_url.as_deref(), Some("https://clerk.example.com"));
    assert_eq!(config.findings(), []);
}

#[test]
fn a_half_configured_provider_is_refused_with_what_to_add() {
    let found = sentences(&[("CLERK__TWILIO__ACCOUNT_SID", "AC1"), ("CLERK__SLACK__CLIENT_ID", "1.2")]);
    assert_eq!(found[0], "Slack is only half configured: add slack.client_secret, slack.signing_secret.");
    assert_eq!(found[1], "Twilio is only half configured: add twilio.auth_token.");
}

#[test]
fn one_real_provider_and_the_sandbox_for_the_other_is_fine() {
    let mut environment = REAL[..3].to_vec();
    environment
        .extend([("CLERK__SANDBOX__ENABLED", "true"), ("CLERK__SERVER__PUBLIC_URL", "https://clerk.example.com")]);
    let config = load(&environment);
    assert!(config.is_sandbox() && config.has_slack() && !config.has_twilio());
    assert_eq!(config.findings(), []);
}

#[test]
fn one_provider_without_the_other_is_refused() {
    let found = sentences(&REAL[..3]);
    assert!(
        found[0].starts_with("Slack is configured, no carrier is: add twilio.account_sid and .auth_token"),
        "{found:?}"
    );
    assert!(
        found[1].contains("add crypto.master_key, auth.signing_keys. Make each with `openssl rand -hex 32`"),
        "{found:?}"
    );
}

#[test]
fn nobody_to_talk_to_is_refused() {
    assert!(sentences(&[("CLERK__SANDBOX__ENABLED", "false")])[0].starts_with("No provider is configured"));
}

#[test]
fn a_public_address_that_is_not_encrypted_or_not_public_is_warned_of() {
    let mut environment = REAL.to_vec();
    environment.push(("CLERK__SERVER__PUBLIC_URL", "http://clerk.example.com"));
    assert!(sentences(&environment)[0].contains("unencrypted"));
    environment.push(("CLERK__SERVER__PUBLIC_URL", "http://localhost:8080"));
    assert!(sentences(&environment)[0].contains("cannot reach this machine as localhost"));
}

#[test]
fn limits_that_cannot_work_are_refused() {
    let found = sentences(&[
        ("CLERK__WORKERS__HEARTBEAT_SECS", "11"),
        ("CLERK__TWILIO__READ_BACK_SECS", "60,5"),
        ("CLERK__SLACK__BURST", "0"),
    ]);
    assert!(found[0].starts_with("workers.heartbeat_secs must be at most a third"), "{found:?}");
    assert!(found[1].starts_with("slack.burst must be at least 1"), "{found:?}");
    assert!(found[2].starts_with("twilio.read_back_secs must be a list of growing numbers"), "{found:?}");
}

#[test]
fn times_and_rates_that_nobody_can_reckon_with_are_refused() {
    let found = sentences(&[("CLERK__WORKERS__LEASE_SECS", "9223372036854775807")]);
    assert!(found[0].starts_with("No time in the configuration may be longer than a year"), "{found:?}");
    let found = sentences(&[("CLERK__RECONCILE__CARRIER_WINDOW_HOURS", "8761")]);
    assert_eq!(found, ["reconcile.carrier_window_hours must be at most a year (8760)."]);
    let refusals = ["-1", "nan", "inf", "1e-300"].map(|rate| refusal(&[("CLERK__SLACK__POSTS_PER_SECOND", rate)]));
    assert!(
        refusals.iter().all(|sentence| sentence.ends_with("expected 0, or a number from 0.01 to 1000.")),
        "{refusals:?}"
    );
}

#[test]
fn keys_of_the_sandbox_are_made_once_and_kept_beside_the_database() {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}/clerk.db", folder.path().display());
    let config = load(&[("CLERK__DATABASE__URL", &url)]);
    let first = Keys::resolve(&config).expect("made");
    let second = Keys::resolve(&config).expect("read");
    assert_eq!(first.master.expose_secret(), second.master.expose_secret());
    assert_eq!(first.signing[0].expose_secret(), second.signing[0].expose_secret());
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["clerk.master.key", "clerk.signing.key"]);
}

#[cfg(unix)]
#[test]
fn a_kept_key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}/clerk.db", folder.path().display());
    Keys::resolve(&load(&[("CLERK__DATABASE__URL", &url)])).expect("made");
    let mode = fs::metadata(folder.path().join("clerk.master.key")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn programs_that_start_at_the_same_time_get_the_same_key() {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}/clerk.db", folder.path().display());
    let config = load(&[("CLERK__DATABASE__URL", &url)]);
    let resolve = || *Keys::resolve(&config).expect("made or read").master.expose_secret();
    let keys: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(resolve)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn a_damaged_key_is_not_replaced() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("clerk.master.key"), "").expect("written");
    let url = format!("sqlite://{}/clerk.db", folder.path().display());
    let refusal = Keys::resolve(&load(&[("CLERK__DATABASE__URL", &url)])).expect_err("damaged").to_string();
    assert!(refusal.ends_with("clerk.master.key: it does not hold 64 hexadecimal digits."), "{refusal}");
}
