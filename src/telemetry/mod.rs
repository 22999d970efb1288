//! What the program tells about itself: a log on standard error, and metrics for Prometheus.
//!
//! Standard output belongs to the answers of commands, so that they can be piped. Every line of the log, whoever wrote it, passes a filter
//! that takes secrets and phone numbers out: typed values redact themselves, this is the second fence.

mod metrics;
mod redact;
mod writer;

pub use metrics::{METRICS, Metric, MetricKind, Metrics};
pub use redact::Redactor;
pub use writer::RedactingWriter;

use std::io::IsTerminal;

use secrecy::SecretString;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{ConfigError, Log, LogFormat};

/// Starts the log; a second call in the same process changes nothing. `secrets` never appear in it.
///
/// # Errors
/// [`ConfigError`] when `log.filter` is not a filter.
pub fn start_log(log: &Log, secrets: &[SecretString]) -> Result<(), ConfigError> {
    let filter = EnvFilter::builder().parse(&log.filter).map_err(|_| ConfigError::WrongValue {
        place: "The configuration".to_owned(),
        key: "log.filter".to_owned(),
        value: format!("\"{}\"", log.filter),
        expected: "a level such as \"info\", or targets and levels such as \"info,workers=debug\"".to_owned(),
    })?;
    let writer = RedactingWriter::new(Redactor::new(secrets), std::io::stderr);
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match log.format {
        LogFormat::Text => {
            registry.with(layer.with_target(false).with_ansi(std::io::stderr().is_terminal())).try_init()
        }
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
    };
    if started.is_ok() {
        log_panics();
    }
    Ok(())
}

/// A panic goes through the log and its filter, instead of to standard error as it is.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, "A part of the program panicked, which is a mistake in it: {message}");
    }));
}
