//! Where the log's lines go out. The formatter hands over one event in one piece; this writer takes the secrets out and makes sure that
//! it stays one line, so that nobody can forge a line of the log with a line break in a name.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

use super::Redactor;

/// Makes writers that redact, in front of other writers.
pub struct RedactingWriter<M> {
    redactor: Redactor,
    inner: M,
}

impl<M> RedactingWriter<M> {
    /// Redacts what goes to `inner`.
    pub fn new(redactor: Redactor, inner: M) -> Self {
        Self { redactor, inner }
    }
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for RedactingWriter<M> {
    type Writer = LineWriter<'a, M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        LineWriter { redactor: &self.redactor, inner: self.inner.make_writer(), event: Vec::new() }
    }
}

/// Collects one event and writes it, redacted, when it is whole.
pub struct LineWriter<'a, W: Write> {
    redactor: &'a Redactor,
    inner: W,
    event: Vec<u8>,
}

impl<W: Write> Write for LineWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.event.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.event.is_empty() {
            return Ok(());
        }
        let event = String::from_utf8_lossy(&self.event);
        let mut line = self.redactor.redact(&one_line(event.trim_end_matches('\n')));
        line.push('\n');
        self.event.clear();
        self.inner.write_all(line.as_bytes())?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for LineWriter<'_, W> {
    fn drop(&mut self) {
        // A log that cannot be written has nobody to tell.
        let _ = self.flush();
    }
}

fn one_line(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("nobody panics here").clone()).expect("UTF-8")
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics here").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(is_json: bool, log: impl FnOnce()) -> String {
        let paper = Paper::default();
        let target = paper.clone();
        let writer = RedactingWriter::new(Redactor::new(&["canary-secret".into()]), move || target.clone());
        let text = tracing_subscriber::fmt().with_ansi(false).with_writer(writer);
        if is_json {
            tracing::subscriber::with_default(text.json().finish(), log);
        } else {
            tracing::subscriber::with_default(text.finish(), log);
        }
        paper.text()
    }

    #[test]
    fn no_canary_reaches_the_text_log() {
        let log =
            logged(false, || tracing::info!(to = "+14155550109", token = %"xoxb-canary-1", "Sent with canary-secret"));
        assert!(log.contains("+1415*****09") && log.contains("Sent with ***"), "{log}");
        assert!(!log.contains("canary") && !log.contains("5550109"), "{log}");
    }

    #[test]
    fn no_canary_reaches_the_json_log() {
        let log =
            logged(true, || tracing::info!(to = "+14155550109", token = %"xoxb-canary-1", "Sent with canary-secret"));
        assert!(log.contains("+1415*****09") && log.starts_with('{'), "{log}");
        assert!(!log.contains("canary") && !log.contains("5550109"), "{log}");
    }

    #[test]
    fn a_line_break_in_a_name_makes_no_second_line() {
        let log = logged(false, || tracing::info!(name = %"Eve\r\n2026-01-01 ERROR forged", "Hello\nthere"));
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("Hello\\nthere") && log.contains("Eve\\r\\n2026"), "{log}");
    }
}
