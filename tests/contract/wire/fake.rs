//! Two small servers that speak the vendors' formats: they answer what the vendors' documentation gives as examples, with ids and numbers of
//! the request put in where a client needs its own back, and record what came.

use std::sync::{Arc, Mutex};

use poem::{Endpoint, Request, Response, Server, http::StatusCode, listener::TcpAcceptor};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::form_urlencoded;

use super::{ACCOUNT, BOT_TOKEN, Recorded, judge_twilio};

/// What a server at an address answers to its so-manieth request; none when it knows no such address.
type Answers = fn(&Recorded, &str, usize) -> Option<(u16, Value)>;

/// A server that records.
#[derive(Clone)]
pub(super) struct Fake {
    /// Address of it, without a slash at the end.
    pub(super) url: String,
    recorded: Arc<Mutex<Vec<Recorded>>>,
    answers: Answers,
}

impl Fake {
    /// A server that answers as Twilio documents.
    pub(super) async fn twilio() -> Self {
        Self::open(twilio).await
    }

    /// A server that answers as Slack documents.
    pub(super) async fn slack() -> Self {
        Self::open(slack).await
    }

    async fn open(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let fake = Self { url, recorded: Arc::default(), answers };
        let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
        tokio::spawn(Server::new_with_acceptor(acceptor).run(fake.clone()));
        fake
    }

    /// Keeps a request; how many it has now.
    fn keeps(&self, request: Recorded) -> usize {
        let mut recorded = self.recorded.lock().expect("nobody panics while holding it");
        recorded.push(request);
        recorded.len()
    }

    /// What came so far, oldest first.
    pub(super) fn recorded(&self) -> Vec<Recorded> {
        self.recorded.lock().expect("nobody panics while holding it").clone()
    }

    /// The only request that came.
    #[track_caller]
    pub(super) fn only(&self) -> Recorded {
        let mut recorded = self.recorded();
        assert_eq!(recorded.len(), 1, "{recorded:#?}");
        recorded.remove(0)
    }
}

impl Endpoint for Fake {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let headers = request.headers().iter();
        let text = |value: &poem::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let recorded = Recorded {
            method: request.method().to_string(),
            path: request.original_uri().path().to_owned(),
            query: form_urlencoded::parse(request.original_uri().query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: request.take_body().into_vec().await?,
        };
        let count = self.keeps(recorded.clone());
        let answer = (self.answers)(&recorded, &self.url, count);
        let (status, body) = answer.unwrap_or_else(|| (404, json!({ "code": 20404, "status": 404, "ok": false })));
        let response = Response::builder().status(StatusCode::from_u16(status).expect("a status"));
        Ok(match body {
            Value::Null => response.finish(),
            body => response.content_type("application/json; charset=utf-8").body(body.to_string()),
        })
    }
}

/// A field of a form or query.
fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn twilio(request: &Recorded, _: &str, _: usize) -> Option<(u16, Value)> {
    let (id, operation) = judge_twilio::operation(request)?;
    let status = u16::try_from(operation["answer"]["status"].as_u64()?).ok()?;
    let mut body = operation["answer"]["body"].clone();
    let form = request.form();
    match id {
        "CreateMessage" => {
            for (ours, theirs) in [("To", "to"), ("From", "from"), ("Body", "body")] {
                body[theirs] = field(&form, ours).into();
            }
        }
        "ListMessage" => {
            let first = &mut body["messages"][0];
            first["direction"] = json!("inbound");
            first["num_media"] = json!("1");
            body["next_page_uri"] = next_page(request).into();
        }
        "CreateIncomingPhoneNumber" => body["phone_number"] = field(&form, "PhoneNumber").into(),
        "ListIncomingPhoneNumber" => {
            body["incoming_phone_numbers"][0]["phone_number"] = field(&request.query, "PhoneNumber").into()
        }
        "FetchAccount" => body["sid"] = json!(ACCOUNT),
        _ => {}
    }
    Some((status, body))
}

/// The second page of a list, and no third one: the filters of the first with a token, as Twilio documents it.
fn next_page(request: &Recorded) -> Option<String> {
    if field(&request.query, "Page").is_some() {
        return None;
    }
    let more = [("Page", "1"), ("PageToken", "PAMMc26223853f8c46b4ab7dfaa6abba0a26")];
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.query).extend_pairs(more).finish();
    Some(format!("{}?{query}", request.path))
}

/// Arguments of a call, however they came.
fn arguments(request: &Recorded) -> Value {
    match request.content_type() {
        Some("application/json") => request.json(),
        _ => request.query.iter().cloned().chain(request.form()).map(|(name, value)| (name, json!(value))).collect(),
    }
}

fn slack(request: &Recorded, url: &str, count: usize) -> Option<(u16, Value)> {
    if request.path.starts_with("/upload/") {
        return Some((200, json!("OK - 3")));
    }
    if request.path.starts_with("/files-pri/") || request.path.starts_with("/actions/") {
        return Some((200, json!({ "ok": true })));
    }
    let given = arguments(request);
    let ts = format!("1503435956.{count:06}");
    let channel = |id: &Value, name: &Value| {
        let name = if name.is_string() { name.clone() } else { json!("general") };
        json!({ "id": id, "name": name, "is_channel": true, "created": 1_449_252_889, "is_archived": false, "is_member": true,
            "is_private": false, "topic": { "value": "", "creator": "", "last_set": 0 }, "num_members": 4 })
    };
    let mut answer = match request.path.strip_prefix("/api/")? {
        "auth.test" => {
            json!({ "url": "https://subarachnoid.slack.com/", "team": "Subarachnoid Workspace", "user": "grace",
            "team_id": "T12345678", "user_id": "W12345678" })
        }
        "auth.teams.list" => json!({ "teams": [{ "name": "Shinichi's workspace", "id": "T12345678" }],
            "response_metadata": { "next_cursor": "" } }),
        "oauth.v2.access" if given["grant_type"] == "refresh_token" => renewal(),
        "oauth.v2.access" => installation(),
        "chat.postMessage" => json!({ "channel": given["channel"], "ts": ts,
            "message": { "text": given["text"], "bot_id": "B123ABC456", "type": "message", "ts": ts } }),
        "chat.delete" => json!({ "channel": given["channel"], "ts": given["ts"] }),
        "chat.getPermalink" => json!({ "channel": given["channel"],
            "permalink": "https://ghostbusters.slack.com/archives/C1H9RESGA/p135854651500008" }),
        "chat.update" => json!({ "channel": given["channel"], "ts": given["ts"], "text": given["text"] }),
        "chat.postEphemeral" => json!({ "message_ts": "1502210682.580145" }),
        "conversations.create" => json!({ "channel": channel(&json!("C0EAQDV4Z"), &given["name"]) }),
        "conversations.members" if given["cursor"].is_null() => {
            json!({ "members": ["U023BECGF", "U061F7AUR", "W012A3CDE"],
            "response_metadata": { "next_cursor": "e3VzZXJfaWQ6IFcxMjM0NTY3fQ==" } })
        }
        "conversations.members" => json!({ "members": ["W012A3CDF"], "response_metadata": { "next_cursor": "" } }),
        "conversations.open" => json!({ "channel": { "id": "D069C7QFK" } }),
        "conversations.info" | "conversations.join" | "conversations.invite" => {
            json!({ "channel": channel(&given["channel"], &Value::Null) })
        }
        "conversations.list" if given["cursor"].is_null() => {
            json!({ "channels": [channel(&json!("C012AB3CD"), &Value::Null)],
            "response_metadata": { "next_cursor": "dGVhbTpDMDYxRkE1UEI=" } })
        }
        "conversations.list" => json!({ "channels": [channel(&json!("C061EG9T2"), &json!("random"))],
            "response_metadata": { "next_cursor": "" } }),
        "conversations.history" | "conversations.replies" if given["cursor"].is_null() => json!({ "messages": [
            { "type": "message", "user": "U123ABC456", "text": "x", "ts": "1512085950.000216" }],
            "has_more": true, "response_metadata": { "next_cursor": "bmV4dF90czoxNTEyMDg1ODYxMDAwNTQz" } }),
        "conversations.history" | "conversations.replies" => json!({ "messages": [], "has_more": false,
            "response_metadata": { "next_cursor": "" } }),
        "users.info" => json!({ "user": { "id": given["user"], "team_id": "T012AB3C4", "name": "spengler",
            "real_name": "Egon Spengler", "tz": "America/Los_Angeles", "is_bot": false,
            "profile": { "display_name": "spengler", "email": "spengler@ghostbusters.example.com" } } }),
        "users.list" => {
            json!({ "members": [{ "id": "U023BECGF", "is_bot": false }], "response_metadata": { "next_cursor": "" } })
        }
        "files.info" => json!({ "file": { "id": given["file"], "name": "tedair.gif", "mimetype": "image/gif",
            "url_private": format!("{url}/files-pri/T061EG9R6-F0S43P1CZ/tedair.gif") } }),
        "views.open" | "views.update" | "views.publish" => json!({ "view": { "id": "VMHU10V25", "team_id": "T8N4K1JN",
            "type": given["view"]["type"], "hash": "156772938.1827394", "state": { "values": {} } } }),
        "files.getUploadURLExternal" => {
            json!({ "upload_url": format!("{url}/upload/v1/ABC123"), "file_id": "F123ABC456" })
        }
        "files.completeUploadExternal" => json!({ "files": [{ "id": "F123ABC456", "title": "slack-test" }] }),
        "reactions.add" | "reactions.remove" => json!({}),
        _ => return None,
    };
    answer["ok"] = true.into();
    Some((200, answer))
}

/// docs.slack.dev/authentication/using-token-rotation
fn renewal() -> Value {
    let mut renewed = installation();
    renewed["access_token"] = json!("xoxe.xoxb-1-renewed");
    renewed["refresh_token"] = json!("xoxe-1-next");
    renewed["expires_in"] = json!(43_200);
    renewed
}

fn installation() -> Value {
    json!({
        "access_token": BOT_TOKEN,
        "token_type": "bot",
        "scope": providers::chat::slack::BOT_SCOPES.join(","),
        "bot_user_id": "U0KRQLJ9H",
        "app_id": "A0KRD7HC3",
        "team": { "name": "Slack Softball Team", "id": "T9TK3CUKW" },
        "enterprise": null,
        "authed_user": { "id": "U1234" },
    })
}
