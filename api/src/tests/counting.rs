//! A recorder of metrics that remembers what was counted, so that a test can look. It is the recorder of the test's own thread, on which its
//! server runs too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, LocalRecorderGuard, Metadata, Recorder,
    SharedString, Unit,
};

/// What was counted.
#[derive(Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<HashMap<String, u64>>>);

impl Counts {
    /// Counts on this thread while the guard lives.
    pub(crate) fn begin(&self) -> LocalRecorderGuard<'_> {
        metrics::set_default_local_recorder(self)
    }

    /// How often `name{label=value,…}` was counted or measured.
    pub(crate) fn of(&self, series: &str) -> u64 {
        self.0.lock().expect("nobody panicked").get(series).copied().unwrap_or_default()
    }

    fn series(&self, key: &Key) -> Arc<Series> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Series { name: format!("{}{{{}}}", key.name(), labels.join(",")), counts: self.clone() })
    }
}

struct Series {
    name: String,
    counts: Counts,
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        *self.counts.0.lock().expect("nobody panicked").entry(self.name.clone()).or_default() += value;
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Series {
    fn record(&self, _: f64) {
        self.increment(1);
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.series(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.series(key))
    }
}
