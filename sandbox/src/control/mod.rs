//! The control API and the page: what people at the phone and in Slack do, and what tests order and read.
//!
//! Everything is JSON below the mount point. The page may be mounted anywhere: its addresses are relative.

mod faults;
mod inspect;
mod page;
mod people;
mod phone;
mod slack;
mod stream;
pub(crate) mod team;
mod views;

use std::sync::Arc;

use poem::{Endpoint, Request, Response, http::Method};
use serde_json::{Value, json};

use crate::{
    hooks::Outcome,
    wire::{call::Call, reply::Reply},
    world::World,
};

/// What an act answers: JSON, or a refusal with its status and a sentence.
type Act = Result<Value, (u16, String)>;

/// The page with its control API, to be mounted at `/sandbox` or served on a port of its own.
pub(crate) struct Page {
    pub(crate) world: Arc<World>,
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let original = request.original_uri().path().to_owned();
        if request.uri().path() == "/api/events" {
            return Ok(stream::response(&self.world));
        }
        let call = match Call::read(request).await {
            Ok(call) => call,
            Err(reason) => return Ok(refused((413, reason)).into_response()),
        };
        let reply = match call.path.strip_prefix("/api/") {
            Some("carrier/media") => phone::medium(&self.world, &call),
            Some(act) => self.act(act, &call).await,
            None => page::serve(&call, &original),
        };
        Ok(reply.into_response())
    }
}

impl Page {
    async fn act(&self, act: &str, call: &Call) -> Reply {
        let world = &self.world;
        let done = match call.verb {
            Method::GET => self.read(act, call),
            // A page elsewhere on the web can post a form here without asking, but not JSON.
            Method::POST if !call.is_json() => Err((415, "Orders are JSON.".to_owned())),
            _ => self.order(act, call).await,
        };
        world.changed.notify_one();
        match done {
            Ok(value) => Reply::json(200, value),
            Err(refusal) => refused(refusal),
        }
    }

    fn read(&self, act: &str, call: &Call) -> Act {
        match act {
            "state" => Ok(inspect::state(&self.world, call)),
            "requests" => Ok(inspect::requests(&self.world, call)),
            "ledger" => Ok(inspect::ledger(&self.world)),
            "carrier/counts" => Ok(inspect::counts(&self.world)),
            "slack/views" => views::read(&self.world, call),
            _ => Err((404, format!("There is nothing at api/{act}."))),
        }
    }

    async fn order(&self, act: &str, call: &Call) -> Act {
        let world = &self.world;
        match (act, call.verb == Method::DELETE) {
            ("faults", true) => Ok(faults::clear(world)),
            ("faults", false) => faults::add(world, call),
            ("webhooks", _) => faults::webhooks(world, call),
            ("limits", _) => faults::limits(world, call),
            ("delivery", _) => faults::delivery(world, call),
            ("reset", _) => Ok(inspect::reset(world)),
            ("raw", _) => faults::raw(world, call).await,
            ("phone/text", _) => phone::text(world, call).await,
            ("phone/settings", _) => phone::settings(world, call),
            _ => match act.strip_prefix("slack/") {
                Some(act) => self.order_in_slack(act, call).await,
                None => Err(nothing_there(act)),
            },
        }
    }

    async fn order_in_slack(&self, act: &str, call: &Call) -> Act {
        let world = &self.world;
        match act {
            "post" => people::post(world, call).await,
            "edit" => people::edit(world, call).await,
            "delete" => people::delete(world, call).await,
            "react" => people::react(world, call).await,
            "press" => slack::press(world, call).await,
            "dismiss" => slack::dismiss(world, call),
            "channel" => slack::channel(world, call).await,
            "event" => slack::event(world, call).await,
            "uninstall" => Ok(slack::uninstall(world, call)),
            "command" => views::command(world, call).await,
            "shortcut" => views::shortcut(world, call).await,
            "home" => views::home(world, call).await,
            "view/fill" => views::fill(world, call),
            "view/act" => views::act(world, call).await,
            "view/submit" | "submit" => views::submit(world, call).await,
            "view/close" => views::close(world, call).await,
            "view/suggest" => views::suggest(world, call).await,
            "app" => team::app(world, call),
            "settings" => team::settings(world, call),
            "org" => team::org(world, call),
            "member" => team::add_member(world, call).await,
            "user" => team::change_user(world, call).await,
            "upload" => team::upload(world, call),
            _ => Err(nothing_there(&format!("slack/{act}"))),
        }
    }
}

fn nothing_there(act: &str) -> (u16, String) {
    (404, format!("There is nothing to order at api/{act}."))
}

fn refused((status, sentence): (u16, String)) -> Reply {
    Reply::json(status, json!({ "error": sentence }))
}

/// An argument that must be there.
fn needed(call: &Call, name: &str) -> Result<String, (u16, String)> {
    call.filled(name).ok_or_else(|| (422, format!("\"{name}\" is missing.")))
}

/// A whole order, read into its form.
fn order<T: serde::de::DeserializeOwned>(call: &Call) -> Result<T, (u16, String)> {
    serde_json::from_slice(&call.body).map_err(|error| (422, format!("The order is not understood: {error}.")))
}

/// What a webhook came to: `status`, or `error`; nothing when it was not sent.
fn outcome_of(outcome: Option<Outcome>) -> Value {
    match outcome {
        Some(Ok(answer)) => json!({ "webhook_status": answer.status, "webhook_body": answer.body }),
        Some(Err(failure)) => json!({ "webhook_status": null, "webhook_error": failure.text }),
        None => json!({ "webhook_status": null }),
    }
}
