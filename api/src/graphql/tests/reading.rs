//! What is read is true: texts that are held are not shown, figures are the sums of their entries, and public facts are open to everybody.

use domain::members::{self, Permission};
use serde_json::{Value as Json, json};

use super::{
    seed,
    world::{World, codes, nobody},
};

#[tokio::test]
async fn a_text_that_is_held_for_the_limit_is_not_shown_and_not_searched() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    for _ in 0..9 {
        seed::text_from(&world.ctx, &world.north.number, &world.north.contact, "beyond the allowance").await;
    }
    let data = world.data(&owner, "{ workspace(slug: \"north\") { held: messages(filter: { statuses: [HELD] }) { nodes { body holdReason } } found: messages(filter: { search: \"beyond\" }) { totalCount } } }").await;
    assert_eq!(data["workspace"]["held"]["nodes"], json!([{ "body": null, "holdReason": "LIMIT" }]));
    assert_eq!(data["workspace"]["found"]["totalCount"], 8);
}

#[tokio::test]
async fn the_figures_of_a_month_are_the_sums_of_its_entries() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let data = world.data(&owner, "{ workspace(slug: \"north\") { usage { segments { used } sentCount receivedCount resetsAt period { startsAt endsAt }
        days { date sentSegments receivedSegments } phoneNumbers { phoneNumber { id } segments } forecast { segments limitReachedOn }
        entries(meter: SEGMENTS) { nodes { used source { __typename } } } } } }").await;
    let usage = &data["workspace"]["usage"];
    let sum: i64 =
        usage["entries"]["nodes"].as_array().expect("entries").iter().filter_map(|entry| entry["used"].as_i64()).sum();
    assert_eq!(
        (&usage["segments"]["used"], sum, &usage["sentCount"], &usage["receivedCount"]),
        (&json!(2), 2, &json!(1), &json!(1))
    );
    assert_eq!(usage["days"].as_array().map(Vec::len), Some(16));
    assert_eq!(usage["days"][15], json!({ "date": "2026-11-16", "sentSegments": 1, "receivedSegments": 1 }));
    assert_eq!(
        usage["phoneNumbers"],
        json!([{ "phoneNumber": { "id": world.north.number.id.to_string() }, "segments": 2 }])
    );
    assert_eq!(
        (&usage["resetsAt"], &usage["period"]["startsAt"]),
        (&json!("2026-12-01T00:00:00Z"), &json!("2026-11-01T00:00:00Z"))
    );
    assert_eq!(usage["forecast"], json!({ "segments": 3, "limitReachedOn": null }));
    assert_eq!(usage["entries"]["nodes"][0]["source"]["__typename"], "Message");
}

#[tokio::test]
async fn a_grant_is_in_the_meter_at_once_and_in_the_ledger() {
    let world = World::new().await;
    let operator = world.operator().await;
    let id = world.north.workspace.id;
    let data = world.data(&operator, &format!("mutation {{ usageGrant(workspaceId: \"{id}\", input: {{ segments: 5, reason: \"sorry\" }}) {{ usage {{ segments {{ limit }} entries(first: 1) {{ nodes {{ granted reason source {{ id }} }} }} }} errors {{ message }} }} }}")).await;
    assert_eq!(data["usageGrant"]["usage"]["segments"]["limit"], 15);
    assert_eq!(
        data["usageGrant"]["usage"]["entries"]["nodes"][0],
        json!({ "granted": 5, "reason": "sorry", "source": null })
    );
}

#[tokio::test]
async fn public_facts_are_open_to_everybody() {
    let world = World::new().await;
    let data = world.data(&nobody(), "{ viewer { isOperator } platform { health { status } } plans { code includedSegments price { amount currency } }
        compliance { standard isCompliant } mmsCarrierLimits { carrier limitBytes } countries { code availability callingCode }
        smsPreview(body: \"caf\u{e9} \u{1f600}\") { encoding nonGsmCharacters unitCount segmentCount remainingUnitCount } }").await;
    assert_eq!((&data["viewer"], &data["platform"]), (&Json::Null, &Json::Null));
    assert_eq!(
        data["plans"],
        json!([{ "code": "free", "includedSegments": 10, "price": { "amount": "0.00", "currency": "USD" } }])
    );
    assert_eq!(
        data["compliance"],
        json!([{ "standard": "HIPAA", "isCompliant": false }, { "standard": "PHIPA", "isCompliant": false }])
    );
    assert_eq!(data["mmsCarrierLimits"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        data["smsPreview"],
        json!({ "encoding": "UCS_2", "nonGsmCharacters": ["\u{1f600}"], "unitCount": 7, "segmentCount": 1, "remainingUnitCount": 63 })
    );
    let native = data["countries"]
        .as_array()
        .expect("countries")
        .iter()
        .filter(|country| country["availability"] == "NATIVE")
        .count();
    assert_eq!(native, 3);
}

#[tokio::test]
async fn numbers_for_sale_are_shown_to_who_is_signed_in() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let data = world.data(&owner, "{ availablePhoneNumbers(filter: { country: \"us\" }) { number type locality capabilities country { name } } }").await;
    assert_eq!(
        data["availablePhoneNumbers"],
        json!([{ "number": "+14155552699", "type": "LOCAL", "locality": "Oakland, CA", "capabilities": ["SMS", "MMS"], "country": { "name": "United States" } }])
    );
    let abroad = world.ask(&owner, "{ availablePhoneNumbers(filter: { country: \"DE\" }) { number } }").await;
    assert_eq!(codes(&abroad), ["BAD_REQUEST"]);
}

#[tokio::test]
async fn a_workspace_shows_its_connection_and_what_it_lacks() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let data = world.data(&owner, "{ workspace(slug: \"north\") { slack { teamId teamUrl isConnected missingScopes installUrl installedBy { displayName } } status members { nodes { role } } } }").await;
    assert_eq!(
        data["workspace"]["slack"],
        json!({
            "teamId": "T1", "teamUrl": "https://app.slack.com/client/T1", "isConnected": true, "missingScopes": ["pins:write"],
            "installUrl": "https://clerk.example/slack/install", "installedBy": { "displayName": "U1" }
        })
    );
    assert_eq!(data["workspace"]["members"]["nodes"], json!([{ "role": "OWNER" }]));
}

#[tokio::test]
async fn a_secret_is_told_once_and_works() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.workspace.id;
    let data = world.data(&owner, &format!("mutation {{ apiTokenCreate(workspaceId: \"{id}\", input: {{ name: \"CRM\", permissions: [WORKSPACE_READ] }}) {{ secret apiToken {{ id hint }} errors {{ message }} }} }}")).await;
    let secret = data["apiTokenCreate"]["secret"].as_str().expect("a secret").to_owned();
    let known = members::authenticate(&world.ctx, &secret.clone().into()).await.expect("an answer").expect("a token");
    assert_eq!(known.token.permissions, [Permission::WorkspaceRead]);
    let listed = world.data(&owner, "{ workspace(slug: \"north\") { apiTokens { displayName hint permissions } auditLog { nodes { action changes actor { displayName } } } } }").await;
    assert!(!listed.to_string().contains(&secret) && listed.to_string().contains("apiTokenCreate"));
}

#[tokio::test]
async fn what_a_program_does_is_recorded_with_its_request() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.number.id;
    world.data(&owner, &format!("mutation {{ phoneNumberUpdate(id: \"{id}\", input: {{ label: \"Front desk\" }}) {{ phoneNumber {{ label }} }} }}")).await;
    let data = world.data(&owner, "{ workspace(slug: \"north\") { auditLog(first: 1, filter: { action: \"phoneNumberUpdate\" }) { nodes { actor { __typename } requestId ipAddress subject { id } } } } }").await;
    let entry = &data["workspace"]["auditLog"]["nodes"][0];
    assert_eq!(
        entry,
        &json!({ "actor": { "__typename": "ApiToken" }, "requestId": super::world::REQUEST_ID, "ipAddress": "192.0.2.1", "subject": { "id": id.to_string() } })
    );
}

#[tokio::test]
async fn a_label_that_is_left_out_stays_and_null_takes_it_away() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let id = world.north.number.id;
    let label = |input: &str| {
        format!("mutation {{ phoneNumberUpdate(id: \"{id}\", input: {{ {input} }}) {{ phoneNumber {{ label }} }} }}")
    };
    let mut labels = Vec::new();
    for input in ["label: \"Desk\"", "", "label: null"] {
        labels.push(world.data(&owner, &label(input)).await["phoneNumberUpdate"]["phoneNumber"]["label"].clone());
    }
    assert_eq!(labels, [json!("Desk"), json!("Desk"), Json::Null]);
}

#[tokio::test]
async fn introspection_is_for_who_is_signed_in() {
    let world = World::new().await;
    let (stranger, owner) = (nobody(), world.owner(&world.north).await);
    let document = "{ __schema { queryType { name } } }";
    assert_eq!(world.ask(&stranger, document).await["data"]["__schema"], Json::Null);
    assert_eq!(world.data(&owner, document).await["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn operators_see_how_the_installation_is_and_act_on_its_work() {
    let world = World::new().await;
    let operator = world.operator().await;
    let data = world.data(&operator, "{ platform { metrics { activeWorkspaceCount phoneNumberCount expiringNumberCount } schedules { name description intervalSeconds }
        health { status version checks { name status } queues { kind readyCount runningCount } } workspaces { nodes { slug usage { segments { used } } } }
        users(search: \"U1\") { nodes { displayName } } providerEvents(filter: { isUnhandled: false }) { totalCount } tasks(filter: { kind: \"message.send\" }) { nodes { id status subject { id } } } } }").await;
    let platform = &data["platform"];
    assert_eq!(
        platform["metrics"],
        json!({ "activeWorkspaceCount": 2, "phoneNumberCount": 2, "expiringNumberCount": 0 })
    );
    assert_eq!(
        platform["schedules"],
        json!([{ "name": "example", "description": "Does something.", "intervalSeconds": 60 }])
    );
    assert_eq!(platform["health"]["status"], "DEGRADED");
    assert_eq!(
        (&platform["providerEvents"]["totalCount"], &platform["users"]["nodes"]),
        (&json!(2), &json!([{ "displayName": "U1" }]))
    );
    let run = world
        .data(&operator, "mutation { scheduleRun(name: \"example\") { schedule { nextRunAt } errors { message } } }")
        .await;
    assert_eq!(run["scheduleRun"]["schedule"]["nextRunAt"], "2026-11-16T12:00:00Z");
}

#[tokio::test]
async fn an_operator_discards_a_task_and_runs_it_again() {
    let world = World::new().await;
    let operator = world.operator().await;
    domain::outbox::release(&world.ctx, seed::WORKER).await.expect("the tasks wait");
    let tasks = world
        .data(
            &operator,
            "{ platform { tasks(filter: { kind: \"channel.prepare\", status: WAITING }) { nodes { id } } } }",
        )
        .await;
    let id = tasks["platform"]["tasks"]["nodes"][0]["id"].as_str().expect("a task").to_owned();
    let status = |mutation: &str| {
        format!("mutation {{ it: {mutation}(id: \"{id}\") {{ task {{ status }} errors {{ message }} }} }}")
    };
    let discarded = world.data(&operator, &status("taskDiscard")).await;
    let again = world.data(&operator, &status("taskRetry")).await;
    assert_eq!(
        (&discarded["it"]["task"]["status"], &again["it"]["task"]["status"]),
        (&json!("DISCARDED"), &json!("WAITING"))
    );
    let twice =
        world.data(&operator, &format!("mutation {{ taskRetry(id: \"{id}\") {{ errors {{ __typename }} }} }}")).await;
    assert_eq!(twice["taskRetry"]["errors"], json!([{ "__typename": "ConflictError" }]));
}

#[tokio::test]
async fn an_event_is_acted_on_again() {
    let world = World::new().await;
    let operator = world.operator().await;
    let events = world.data(&operator, "{ platform { providerEvents(first: 1) { nodes { id payload } } } }").await;
    let event = &events["platform"]["providerEvents"]["nodes"][0];
    assert_eq!((&event["payload"]["body"], &event["payload"]["event"]), (&json!("left out"), &json!("text_received")));
    let replayed = world
        .data(
            &operator,
            &format!(
                "mutation {{ providerEventReplay(id: {}) {{ providerEvent {{ id }} errors {{ message }} }} }}",
                event["id"]
            ),
        )
        .await;
    assert_eq!(replayed["providerEventReplay"]["providerEvent"]["id"], event["id"]);
}
