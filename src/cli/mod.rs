//! The command line. Each command is a file: it asks [`crate::wiring`] for the work and shows the answer. Answers go to standard output,
//! everything else to standard error. The program ends with 0 when it is done, 1 when it failed, 2 when it was called wrongly.

mod audit;
mod check;
mod duration;
mod migrate;
mod output;
mod run;
mod schema;
mod slack;
mod token;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use crate::{
    config::{Config, ConfigError, Finding, Keys, Sources},
    telemetry::{self, Redactor},
};

/// Exit code of a command that did not reach its end.
const FAILED: u8 = 1;

/// Texting with customers from inside Slack.
///
/// Without a command it runs everything that the configuration asks for. With no configuration at all that is the sandbox: simulated
/// Slack and carrier, and a page to play with.
#[derive(Debug, Parser)]
#[command(name = "clerk", version, max_term_width = 100, propagate_version = true)]
struct Cli {
    /// Configuration file [default: clerk.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the program until it is stopped (also without any command)
    Run(run::Options),
    /// Migrate the database, or show how far it is
    Migrate(migrate::Options),
    /// Print the GraphQL schema
    Schema,
    /// Make API tokens
    Token(token::Options),
    /// Verify the configuration, and the credentials against the providers
    Check,
    /// Prepare the Slack app
    Slack(slack::Options),
    /// Look after the audit log
    Audit(audit::Options),
}

/// Whether a command that reached its end found things as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Done.
    Good,
    /// Done, and something is wrong.
    Bad,
}

/// The definition of the command line, for tests of what documents say.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Parses the arguments of the process and does what they ask for.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // A closed terminal has nobody to tell.
            let _ = refusal.print();
            return if refusal.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match dispatch(cli) {
        Ok(Ending::Good) => ExitCode::SUCCESS,
        Ok(Ending::Bad) => ExitCode::from(FAILED),
        Err(error) => {
            output::complain(&Redactor::default().redact(&format!("{error:#}")));
            ExitCode::from(FAILED)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Ending> {
    let command = cli.command.unwrap_or_else(|| Command::Run(run::Options::default()));
    if let Command::Schema = command {
        return schema::print();
    }
    let config = Config::load(&Sources::of_process(cli.config))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Run(options) => run::run(&config, &options).await,
            Command::Migrate(options) => migrate::migrate(&config, &options).await,
            Command::Schema => schema::print(),
            Command::Token(options) => token::dispatch(&config, options).await,
            Command::Check => check::check(&config).await,
            Command::Slack(options) => slack::dispatch(&config, &options),
            Command::Audit(options) => audit::dispatch(&config, &options).await,
        }
    })
}

/// The keys of a configuration without problems; starts the log and writes the configuration's warnings into it.
fn keys_of_sound(config: &Config) -> Result<Keys, ConfigError> {
    let (problems, warnings): (Vec<_>, Vec<_>) = config.findings().into_iter().partition(Finding::is_problem);
    if !problems.is_empty() {
        return Err(ConfigError::Problems(problems.iter().map(|problem| problem.sentence().to_owned()).collect()));
    }
    let keys = keys(config)?;
    for warning in warnings {
        tracing::warn!("{}", warning.sentence());
    }
    Ok(keys)
}

/// The keys; starts the log, which knows every secret from its first line on.
fn keys(config: &Config) -> Result<Keys, ConfigError> {
    let keys = Keys::resolve(config)?;
    let secrets: Vec<_> = config.secrets().into_iter().chain(keys.secrets()).collect();
    telemetry::start_log(&config.log, &secrets)?;
    Ok(keys)
}

#[cfg(test)]
mod tests;
