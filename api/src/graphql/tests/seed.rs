//! One of everything for a workspace, made by the operations that the product uses itself.

use std::{collections::HashMap, time::Duration};

use domain::{
    By, Ctx,
    broadcasts::{self, Audience, Broadcast, NewBroadcast},
    contacts::{self, Blocked, Contact, ContactChange, OptOut},
    contracts::{
        ProviderKind,
        carrier::{Capabilities, HeldNumber},
        chat::{Channel, Installed},
        inbound::{Envelope, Inbound, TextReceived},
    },
    conversations,
    ids::WorkspaceId,
    inbox,
    members::{self, ApiToken, Membership, NewToken, Permission},
    messages::{self, Message, MessageFilter, NewText},
    numbers::{self, Claim, Number},
    outbox::{self, Adopted, Lease, Pacing, Task},
    page::PageRequest,
    phone::PhoneNumber,
    schedules,
    sending::{self, SettingsChange},
    templates::{self, NewTemplate, Template},
    usage,
    workspaces::{self, Workspace},
};

/// Name of a schedule that ran once.
pub(super) const SCHEDULE: &str = "example";

/// Name of the worker that takes tasks here.
pub(super) const WORKER: &str = "worker of the tests";

/// What the contact wrote; nobody but the members may see it.
pub(super) const SECRET: &str = "the words of a contact";

/// A workspace and one of everything in it.
pub(super) struct Seeded {
    pub(super) workspace: Workspace,
    pub(super) membership: Membership,
    pub(super) number: Number,
    pub(super) contact: Contact,
    pub(super) inbound: Message,
    pub(super) outbound: Message,
    pub(super) blocked: Blocked,
    pub(super) opt_out: OptOut,
    pub(super) template: Template,
    pub(super) broadcast: Broadcast,
    pub(super) token: ApiToken,
    pub(super) period: usage::Period,
}

/// A number, from a text that is one.
pub(super) fn phone(text: &str) -> PhoneNumber {
    text.parse().expect("the test gives E.164")
}

/// A workspace with one of everything; its numbers end in its own digit, from 1 to 9.
pub(super) async fn workspace(ctx: &Ctx, name: &str, digit: u8) -> Seeded {
    let workspace = workspaces::install(ctx, &installed(name, digit)).await.expect("an installation");
    let membership = members::list(ctx, workspace.id, &PageRequest::first(1)).await.expect("members").items.remove(0).1;
    let by = By::user(membership.user_id);
    // It is night here for everybody; few tests are about that.
    let wakeful = SettingsChange { keeps_quiet_hours: Some(false), ..SettingsChange::default() };
    sending::update(ctx, &by, workspace.id, wakeful).await.expect("settings");
    let number = number(ctx, &by, workspace.id, digit).await;
    let contact = contact(ctx, &by, workspace.id, digit).await;
    let inbound = text_from(ctx, &number, &contact, SECRET).await;
    let (to, body) = (phone(&contact.address), "Hello".to_owned());
    let text = NewText { number: number.id, to, body, ignores_quiet_hours: false };
    let outbound = messages::send(ctx, &by, workspace.id, text).await.expect("a message");
    let address = format!("+1415555263{digit}");
    let blocked = contacts::block(ctx, &by, workspace.id, &[address], None).await.expect("an entry").remove(0);
    let silent = phone(&format!("+1415555264{digit}"));
    let opt_out = contacts::record_opt_out(ctx, &by, workspace.id, &silent, None).await.expect("an opt-out");
    let hello = NewTemplate { name: "Hello".to_owned(), body: "Hello {{contact.name}}".to_owned() };
    let template = templates::create(ctx, &by, workspace.id, hello).await.expect("a template");
    let broadcast = broadcast(ctx, &by, &number, &contact).await;
    let new = NewToken {
        workspace: Some(workspace.id),
        name: "seeded".to_owned(),
        permissions: vec![Permission::WorkspaceRead],
        expires_at: None,
    };
    let (token, _) = members::create_token(ctx, &by, new).await.expect("a token");
    schedules::take_turn(ctx, SCHEDULE, Duration::from_secs(60)).await.expect("a turn");
    let period = usage::current(ctx, &workspace).await.expect("a month");
    Seeded {
        workspace,
        membership,
        number,
        contact,
        inbound,
        outbound,
        blocked,
        opt_out,
        template,
        broadcast,
        token,
        period,
    }
}

async fn broadcast(ctx: &Ctx, by: &By, number: &Number, contact: &Contact) -> Broadcast {
    let audience = Audience::List { contacts: vec![contact.id], numbers: Vec::new() };
    let new = NewBroadcast { number: number.id, body: "Closed on Monday.".to_owned(), audience, start_at: None };
    let preview = broadcasts::preview(ctx, by, number.workspace_id, &new).await.expect("a preview");
    broadcasts::create(ctx, by, number.workspace_id, &new, &preview.version).await.expect("a broadcast")
}

fn installed(name: &str, digit: u8) -> Installed {
    Installed {
        team: format!("T{digit}"),
        team_name: name.to_owned(),
        enterprise: None,
        app: "A1".to_owned(),
        bot_user: "U0".to_owned(),
        token: "token-of-the-team".into(),
        renewal: None,
        scopes: vec!["chat:write".to_owned()],
        installer: format!("U{digit}"),
    }
}

async fn number(ctx: &Ctx, by: &By, workspace: WorkspaceId, digit: u8) -> Number {
    let claim = Claim { number: phone(&format!("+1415555261{digit}")), label: None, shared_channel_id: None };
    let number = numbers::claim(ctx, by, workspace, claim).await.expect("a number");
    let lease = lease_of(ctx, |task| *task == Task::ClaimNumber { number: number.id }).await;
    let capabilities = Capabilities { sms: true, mms: true, voice: false };
    let held = HeldNumber { carrier_id: format!("PN{digit}"), capabilities };
    numbers::bought(ctx, &lease, &number, &held).await.expect("a purchase");
    numbers::find(ctx, &[number.id]).await.expect("numbers").remove(0)
}

/// The texts of a number go to a channel of its own.
pub(super) async fn channel(ctx: &Ctx, number: &Number) {
    let channel = Channel {
        id: "C0DESK".to_owned(),
        name: "front-desk".to_owned(),
        is_archived: false,
        is_member: true,
        is_private: false,
        creator: None,
        team: None,
    };
    let (workspace, whose) = (number.workspace_id, Adopted::Number(number.id));
    accepted(ctx, format!("channel-{}", number.id), Inbound::Ignored { why: "an example".to_owned() }).await;
    let lease = lease_of(ctx, |task| matches!(task, Task::HandleEvent { .. })).await;
    conversations::shared_channel_chosen(ctx, &lease, workspace, &whose, &channel).await.expect("a channel");
}

async fn contact(ctx: &Ctx, by: &By, workspace: WorkspaceId, digit: u8) -> Contact {
    let change = ContactChange { name: Some(Some(format!("Person {digit}"))), ..ContactChange::default() };
    contacts::create(ctx, by, workspace, &phone(&format!("+1415555262{digit}")), change).await.expect("a contact")
}

/// A task that waits, taken by a worker together with everything else that waits.
pub(super) async fn lease_of(ctx: &Ctx, is_wanted: impl Fn(&Task) -> bool) -> Lease {
    let pacing = Pacing { gap: Duration::ZERO, burst: 1 };
    let taken = outbox::claim(ctx, WORKER, 100, Duration::from_secs(600), &pacing).await.expect("tasks");
    taken.into_iter().find(|lease| is_wanted(&lease.task)).expect("the task was promised")
}

/// Something that a carrier told.
async fn accepted(ctx: &Ctx, key: String, event: Inbound) {
    let envelope = Envelope {
        kind: ProviderKind::Carrier,
        provider: "example".to_owned(),
        account: "AC1".to_owned(),
        key,
        event_type: "text".to_owned(),
        ordering_key: None,
        event,
    };
    inbox::accept(ctx, &[envelope]).await.expect("an event");
}

/// A text that comes in from a contact.
pub(super) async fn text_from(ctx: &Ctx, number: &Number, contact: &Contact, body: &str) -> Message {
    let count = messages::count(ctx, number.workspace_id, &MessageFilter::default()).await.expect("a count");
    let key = format!("SM-{}-{count}", number.id);
    let event = Inbound::TextReceived(TextReceived {
        carrier_id: key.clone(),
        from: contact.number(),
        from_raw: contact.address.clone(),
        to: number.e164,
        body: body.to_owned(),
        media: Vec::new(),
        received_at: None,
    });
    accepted(ctx, key, event).await;
    let lease = lease_of(ctx, |task| matches!(task, Task::HandleEvent { .. })).await;
    let Task::HandleEvent { event } = lease.task else { panic!("the lease is of an event") };
    inbox::handle(ctx, &lease, event, &HashMap::new()).await.expect("the event is acted on");
    let newest = messages::list(ctx, number.workspace_id, &MessageFilter::default(), &PageRequest::first(1)).await;
    newest.expect("messages").items.remove(0).1
}
