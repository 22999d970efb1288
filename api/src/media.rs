//! Hands out files: to the carrier that fetches what goes with a text, and to whoever follows a link in one. The address says all that has to be known, so
//! nobody signs in; it cannot be guessed and ends by itself. A file is a file here: it runs nothing, and no browser may take it for anything else.

use std::sync::Arc;

use domain::{Ctx, contracts::carrier::Carrier, media::File, messages};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};

use crate::{page::Page, state::ApiState};

/// Path of a file, with the rest of its address.
pub(crate) const ROUTE: &str = "/media/:token";

/// Path below which all files are.
pub(crate) use domain::media::PATH;

/// Nothing in a file may run, load anything or stand in another page.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Kinds that a browser may show; everything else is saved.
const SHOWN: &[&str] = &["image/", "audio/", "video/"];

/// Answers with a file.
pub(crate) struct Files {
    ctx: Ctx,
    carrier: Arc<dyn Carrier>,
}

impl Files {
    pub(crate) fn new(state: &ApiState) -> Self {
        Self { ctx: state.ctx.clone(), carrier: state.carrier.clone() }
    }
}

impl Endpoint for Files {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let token = request.raw_path_param("token").unwrap_or_default();
        Ok(match messages::open_file(&self.ctx, &*self.carrier, token).await {
            Ok(Some(file)) => handed_out(file),
            Ok(None) => gone(),
            Err(error) => {
                tracing::warn!(cause = %error.cause(), "a file could not be handed out");
                let page = Page::new(StatusCode::SERVICE_UNAVAILABLE, "Not now");
                page.paragraph("The file cannot be had at the moment. Try again in a minute.").into_response()
            }
        })
    }
}

fn handed_out(file: File) -> Response {
    let disposition = disposition(&file);
    let unknown = HeaderValue::from_static("application/octet-stream");
    let content_type = HeaderValue::from_str(&file.content_type).unwrap_or(unknown);
    let length = HeaderValue::from(file.bytes.len());
    let mut answer = Response::builder().body(file.bytes);
    let headers = answer.headers_mut();
    // Said for whoever asks for the head alone, whose answer has no body to count.
    headers.insert(header::CONTENT_LENGTH, length);
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    answer
}

fn gone() -> Response {
    let page = Page::new(StatusCode::NOT_FOUND, "This file is not here");
    page.paragraph("Files are kept for a while and then forgotten. Ask whoever sent it to send it again.")
        .into_response()
}

/// Whether it is shown or saved, and under which name: in plain letters for old programs, and as it is for the others (RFC 6266).
fn disposition(file: &File) -> HeaderValue {
    let way = if SHOWN.iter().any(|kind| file.content_type.starts_with(kind)) { "inline" } else { "attachment" };
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ' ');
    let plain: String = file.name.chars().map(|sign| if is_plain(sign) { sign } else { '_' }).collect();
    let whole: String = file.name.bytes().map(encoded).collect();
    let header = format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{whole}");
    HeaderValue::from_str(&header).unwrap_or(HeaderValue::from_static("attachment"))
}

fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, content_type: &str) -> String {
        let file = File { name: name.to_owned(), content_type: content_type.to_owned(), bytes: Vec::new() };
        disposition(&file).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_picture_is_shown_and_a_document_is_saved() {
        assert_eq!(shown("cat.jpg", "image/jpeg"), "inline; filename=\"cat.jpg\"; filename*=UTF-8''cat.jpg");
        assert!(shown("plan.pdf", "application/pdf").starts_with("attachment;"));
        assert!(shown("a.html", "text/html").starts_with("attachment;"));
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let header = shown("Plän \"x\"\r\nset-cookie: a=b", "image/png");
        assert_eq!(
            header,
            "inline; filename=\"Pl_n _x___set-cookie_ a_b\"; filename*=UTF-8''Pl%C3%A4n%20%22x%22%0D%0Aset-cookie%3A%20a%3Db"
        );
    }
}
