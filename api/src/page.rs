//! The few pages that the server writes itself, without scripts and without anything from elsewhere: they have to work before there is a
//! dashboard, and while it does not work. Text from outside is escaped where it is put in, and cannot be put in otherwise.

use poem::{
    IntoResponse, Response,
    http::{StatusCode, header},
};

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d1c1d; --dim: #5c5a5c; --paper: #fff; --line: #dcdadd; --link: #0b5cad; --act: #0f6b4f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1eff2; --dim: #b5b1b8; --paper: #1b1a1d; --line: #403d44; --link: #7fb8f5; --act: #6fd3b0; }
  .act { color: #10231c; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 36rem; margin: 12vh auto 4rem; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
p, li { margin: .6rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
.act { display: inline-block; margin-top: .8rem; padding: .55rem 1.1rem; border-radius: .5rem; background: var(--act); color: #fff;
  font-weight: 600; text-decoration: none; }
@media (prefers-color-scheme: dark) { .act { color: #10231c; } }
.small { color: var(--dim); font-size: .9rem; border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .8rem; }
";

/// Nothing runs on these pages and nothing is loaded by them.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page that is being written.
pub(crate) struct Page {
    status: StatusCode,
    title: String,
    body: String,
}

impl Page {
    /// A page with a heading.
    pub(crate) fn new(status: StatusCode, title: &str) -> Self {
        Self { status, title: escaped(title), body: String::new() }
    }

    /// A paragraph.
    pub(crate) fn paragraph(self, text: &str) -> Self {
        self.with(&format!("<p>{}</p>\n", escaped(text)))
    }

    /// The thing to do next.
    pub(crate) fn action(self, address: &str, label: &str) -> Self {
        self.with(&format!("<p><a class=\"act\" href=\"{}\">{}</a></p>\n", escaped(address), escaped(label)))
    }

    /// A list of places, each with what is there.
    pub(crate) fn places(self, places: &[(&str, &str)]) -> Self {
        let items = places.iter().map(|(address, what)| {
            let (address, what) = (escaped(address), escaped(what));
            format!("<li><a href=\"{address}\">{address}</a>: {what}</li>\n")
        });
        let items: String = items.collect();
        self.with(&format!("<ul>\n{items}</ul>\n"))
    }

    /// Small print.
    pub(crate) fn note(self, text: &str) -> Self {
        self.with(&format!("<p class=\"small\">{}</p>\n", escaped(text)))
    }

    fn with(mut self, html: &str) -> Self {
        self.body.push_str(html);
        self
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let Self { status, title, body } = self;
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – Clerk</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
        );
        Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .header(header::CACHE_CONTROL, "no-store")
            .body(html)
    }
}

/// Text as it has to stand in a page, also between quotation marks.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_from_outside_stays_text() {
        let page = Page::new(StatusCode::OK, "<script>").paragraph("a & b").action("/x?\" onclick='y'", "go");

        let html = page.into_response().into_body().into_string().await.expect("a page");

        assert!(!html.contains("<script>") && html.contains("<h1>&lt;script&gt;</h1>"), "{html}");
        assert!(html.contains("<p>a &amp; b</p>"), "{html}");
        assert!(html.contains("href=\"/x?&quot; onclick=&#39;y&#39;\""), "{html}");
    }
}
