//! A file goes to Slack in three steps: ask for an address, put the bytes there, say where the file belongs. Only the
//! last step can be seen by anyone, so only that one must not happen twice.

use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{ChatAccess, ChatRefusal, Place, Upload},
};
use serde::Deserialize;
use serde_json::Value;
use slack_morphism::api::{SlackApiFilesComplete, SlackApiFilesCompleteUploadExternalRequest};
use slack_morphism::{SlackFileId, SlackTs};
use url::Url;

use super::{
    Slack,
    answers::{Repeat, map, settle},
    methods::Method,
};

#[derive(Deserialize)]
struct Prepared {
    upload_url: Url,
    file_id: String,
}

pub(super) async fn upload(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    file: &Upload,
) -> Outcome<(), ChatRefusal> {
    let form = vec![("filename", Some(file.name.clone())), ("length", Some(file.bytes.len().to_string()))];
    let prepared = slack.ask_by_form::<Prepared>(access, Method::FilesGetUploadUrlExternal, form).await;
    let prepared = match settle(prepared, Repeat::Harmless)? {
        Answer::Done(prepared) => prepared,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    if !slack.connector().is_of_slack(&prepared.upload_url) {
        return Err(CallError::Unavailable {
            why: "Slack named an address for the file that is not Slack's".to_owned(),
        });
    }
    let put = slack.connector().put_bytes(prepared.upload_url, file.bytes.clone()).await;
    if let Answer::Refused(refusal) = settle(put, Repeat::Harmless)? {
        return Ok(Answer::Refused(refusal));
    }
    let request = placement(place, file, prepared.file_id);
    let placed = slack.call::<Value>(access, Method::FilesCompleteUploadExternal, &request).await;
    map(settle(placed, Repeat::Never), |_| ())
}

fn placement(place: &Place, file: &Upload, file_id: String) -> SlackApiFilesCompleteUploadExternalRequest {
    let complete = SlackApiFilesComplete::new(SlackFileId(file_id)).with_title(file.name.clone());
    SlackApiFilesCompleteUploadExternalRequest::new(vec![complete])
        .with_channel_id(place.channel.clone().into())
        .opt_thread_ts(place.thread.clone().map(SlackTs))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_file_is_placed_in_the_thread_under_its_name() {
        let place = Place { channel: "C1".to_owned(), thread: Some("1.000001".to_owned()) };
        let file = Upload { name: "cat.png".to_owned(), bytes: vec![1] };

        let request = serde_json::to_value(placement(&place, &file, "F1".to_owned())).unwrap();

        assert_eq!(request["files"], json!([{ "id": "F1", "title": "cat.png" }]));
        assert_eq!([&request["channel_id"], &request["thread_ts"]], ["C1", "1.000001"]);
    }
}
