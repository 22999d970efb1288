//! `clerk check`: says before going live what is wrong and how to mend it: first the configuration by itself, then the database and the
//! providers, which are asked without any effect.

use anyhow::Result;

use super::{Ending, keys, output::say};
use crate::{config::Config, wiring};

pub(super) async fn check(config: &Config) -> Result<Ending> {
    let findings = config.findings();
    for finding in &findings {
        say(&line(if finding.is_problem() { "wrong" } else { "note" }, "Configuration", finding.sentence()));
    }
    if findings.iter().any(|finding| finding.is_problem()) {
        return Ok(Ending::Bad);
    }
    let checks = wiring::check(config, &keys(config)?).await?;
    for check in &checks {
        match &check.result {
            Ok(sentence) => say(&line("ok", check.subject, sentence)),
            Err(sentence) => say(&line("wrong", check.subject, sentence)),
        }
    }
    Ok(if checks.iter().all(|check| check.result.is_ok()) { Ending::Good } else { Ending::Bad })
}

fn line(state: &str, subject: &str, sentence: &str) -> String {
    format!("{state:<6} {subject:<14} {sentence}")
}
