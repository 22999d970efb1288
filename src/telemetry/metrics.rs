//! Metrics: their names in one list, and the recorder that `/metrics` renders. Labels never hold a phone number, an id of a workspace
//! or a text: they would make a series of each, and metrics are read by people who may not see those.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper ends of the buckets of durations, in seconds: from a statement to a slow provider.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A metric that the program exports.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, with the unit at the end.
    pub name: &'static str,
    /// How it behaves.
    pub kind: MetricKind,
    /// What it counts or measures, with its labels.
    pub help: &'static str,
}

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Distribution of values.
    Histogram,
}

const fn metric(name: &'static str, kind: MetricKind, help: &'static str) -> Metric {
    Metric { name, kind, help }
}

/// Every metric of the program; a test holds this list and the sources together.
pub const METRICS: &[Metric] = &[
    metric("clerk_http_requests_total", MetricKind::Counter, "Requests answered, by route, method and status."),
    metric("clerk_http_request_seconds", MetricKind::Histogram, "Time to answer a request, by route."),
    metric("clerk_webhooks_total", MetricKind::Counter, "Webhooks, by provider and outcome."),
    metric(
        "clerk_webhooks_refused_total",
        MetricKind::Counter,
        "Webhooks that were not let in, by provider and reason.",
    ),
    metric("clerk_webhook_seconds", MetricKind::Histogram, "Time to store a webhook and answer it, by provider."),
    metric("clerk_tasks_total", MetricKind::Counter, "Turns at tasks, by kind of task and outcome."),
    metric("clerk_task_seconds", MetricKind::Histogram, "Time of a turn at a task, by kind of task."),
    metric("clerk_tasks_rescued_total", MetricKind::Counter, "Tasks taken over from a worker that went away."),
    metric("clerk_token_renewals_total", MetricKind::Counter, "Exchanges of a token of the chat, by outcome."),
    metric("clerk_chat_throttled_total", MetricKind::Counter, "Calls that the chat asked us to make later."),
    metric("clerk_media_fetched_total", MetricKind::Counter, "Files that came with texts, by what came of them."),
    metric("clerk_gap_found_total", MetricKind::Counter, "Things found that no webhook had told, by reconciler."),
];

/// Handle to the program's metrics.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder; another call in the same process returns the same one.
    pub fn install() -> Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED.get_or_init(Self::new).clone()
    }

    fn new() -> Self {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS);
        let recorder = builder.expect("the list of buckets is not empty").build_recorder();
        let handle = recorder.handle();
        // Only another recorder could be in the way, and none is ever installed but here.
        let _ = metrics::set_global_recorder(recorder);
        METRICS.iter().for_each(describe);
        Self(handle)
    }

    /// Everything in Prometheus' text format.
    pub fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}

fn describe(metric: &Metric) {
    match metric.kind {
        MetricKind::Counter => metrics::describe_counter!(metric.name, metric.help),
        MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
        MetricKind::Histogram => metrics::describe_histogram!(metric.name, metric.help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rendered_as_buckets_with_a_description() {
        let metrics = Metrics::install();
        metrics::histogram!("clerk_task_seconds", "kind" => "example").record(0.3);
        let text = metrics.render();
        assert!(text.contains("# HELP clerk_task_seconds Time of a turn at a task, by kind of task."), "{text}");
        assert!(text.contains(r#"clerk_task_seconds_bucket{kind="example",le="0.5"} 1"#), "{text}");
    }

    #[test]
    fn a_second_installation_shares_the_first_ones_numbers() {
        Metrics::install();
        metrics::counter!("clerk_tasks_total", "kind" => "shared", "outcome" => "done").increment(2);
        assert!(Metrics::install().render().contains(r#"clerk_tasks_total{kind="shared",outcome="done"} 2"#));
    }

    #[test]
    fn names_say_their_unit_and_differ() {
        let mut names: Vec<_> = METRICS.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), METRICS.len());
        assert!(METRICS.iter().all(|metric| metric.kind != MetricKind::Counter || metric.name.ends_with("_total")));
    }
}
