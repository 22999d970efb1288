//! Scheduled messages, templates and automatic answers, as programs and the dashboard meet them.

use serde_json::json;

use super::world::World;

fn schedule(world: &World, send_at: &str) -> String {
    let (workspace, number, contact) = (world.north.workspace.id, world.north.number.id, world.north.contact.id);
    let input = format!(
        "{{ phoneNumberId: \"{number}\", to: {{ contactId: \"{contact}\" }}, body: \"Soon\", sendAt: \"{send_at}\" }}"
    );
    format!(
        "messageSend(workspaceId: \"{workspace}\", input: {input}) {{ message {{ id status sendAt segmentCount }} errors {{ __typename message path }} }}"
    )
}

#[tokio::test]
async fn a_message_waits_for_its_time_and_is_found_by_its_status() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;

    let done = world.data(&owner, &format!("mutation {{ {} }}", schedule(&world, "2026-11-17T09:00:00Z"))).await;
    let listed = world.data(&owner, "{ workspace(slug: \"north\") { usage { segments { used } } messages(filter: { statuses: [SCHEDULED] }) { nodes { sendAt } } } }").await;

    let message = &done["messageSend"]["message"];
    assert_eq!((&message["status"], &message["sendAt"]), (&json!("SCHEDULED"), &json!("2026-11-17T09:00:00Z")));
    assert_eq!(listed["workspace"]["messages"]["nodes"], json!([{ "sendAt": "2026-11-17T09:00:00Z" }]));
    assert_eq!(listed["workspace"]["usage"]["segments"]["used"], 2);
}

#[tokio::test]
async fn a_time_that_has_passed_is_named_by_its_argument() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;

    let done = world.data(&owner, &format!("mutation {{ {} }}", schedule(&world, "2026-11-16T11:59:59Z"))).await;

    assert_eq!(done["messageSend"]["errors"][0]["path"], json!(["input", "sendAt"]));
    assert_eq!(done["messageSend"]["errors"][0]["message"], "That time has passed. Choose one that is still to come.");
}

#[tokio::test]
async fn a_scheduled_message_is_changed_sent_and_withdrawn_once() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let done = world.data(&owner, &format!("mutation {{ {} }}", schedule(&world, "2026-11-17T09:00:00Z"))).await;
    let id = &done["messageSend"]["message"]["id"];
    let long = "a".repeat(161);

    let change =
        format!("messageUpdate(id: {id}, input: {{ body: \"{long}\" }}) {{ message {{ segmentCount sendAt }} }}");
    let send = format!("messageSendNow(id: {id}) {{ message {{ status }} }}");
    let withdraw = format!(
        "second: messageUpdate(id: {id}, input: {{ body: \"No\" }}) {{ message {{ id }} errors {{ __typename }} }}"
    );
    let answer = world.data(&owner, &format!("mutation {{ {change} {send} {withdraw} }}")).await;

    assert_eq!(answer["messageUpdate"]["message"], json!({ "segmentCount": 2, "sendAt": "2026-11-17T09:00:00Z" }));
    assert_eq!(answer["messageSendNow"]["message"]["status"], "QUEUED");
    assert_eq!(answer["second"], json!({ "message": null, "errors": [{ "__typename": "ConflictError" }] }));
}

#[tokio::test]
async fn a_template_is_kept_changed_and_deleted() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let workspace = world.north.workspace.id;

    let made = world.data(&owner, &format!("mutation {{ templateCreate(workspaceId: \"{workspace}\", input: {{ name: \"Opening hours\", body: \"We open at nine, {{{{contact.first_name}}}}.\" }}) {{ template {{ id name }} errors {{ message }} }} }}")).await;
    let id = &made["templateCreate"]["template"]["id"];
    let changed = world.data(&owner, &format!("mutation {{ templateUpdate(id: {id}, input: {{ body: \"At ten\" }}) {{ template {{ name body createdBy {{ id }} }} }} }}")).await;
    let listed = world.data(&owner, "{ workspace(slug: \"north\") { templates { name body } } }").await;
    let gone = world.data(&owner, &format!("mutation {{ templateDelete(id: {id}) {{ deletedId }} }}")).await;

    assert_eq!(changed["templateUpdate"]["template"]["name"], "Opening hours");
    assert_eq!(
        listed["workspace"]["templates"],
        json!([{ "name": "Hello", "body": "Hello {{contact.name}}" }, { "name": "Opening hours", "body": "At ten" }])
    );
    assert_eq!(gone["templateDelete"]["deletedId"], *id);
}

#[tokio::test]
async fn a_template_with_an_unknown_field_or_a_taken_name_is_refused() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let create = |name: &str, body: &str| {
        let workspace = world.north.workspace.id;
        format!(
            "templateCreate(workspaceId: \"{workspace}\", input: {{ name: \"{name}\", body: \"{body}\" }}) {{ template {{ id }} errors {{ path message ... on InputError {{ reason }} }} }}"
        )
    };

    let (unknown, taken) = (create("New", "Hi {{contact.nmae}}"), create(" hELLO ", "Hi"));
    let data = world.data(&owner, &format!("mutation {{ unknown: {unknown} taken: {taken} }}")).await;

    let meant = "There is no field “contact.nmae”. Did you mean {{contact.name}}?";
    assert_eq!(
        data["unknown"]["errors"],
        json!([{ "path": ["input", "body"], "message": meant, "reason": "INVALID" }])
    );
    assert_eq!(
        (&data["taken"]["errors"][0]["path"], &data["taken"]["errors"][0]["reason"]),
        (&json!(["input", "name"]), &json!("TAKEN"))
    );
}

#[tokio::test]
async fn automatic_answers_are_set_for_all_numbers_and_for_one() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let (workspace, number) = (world.north.workspace.id, world.north.number.id);
    let update = |input: &str| {
        format!(
            "automaticAnswersUpdate(workspaceId: \"{workspace}\", input: {{ {input} }}) {{ automaticAnswers {{ isAwayOn }} errors {{ path message }} }}"
        )
    };
    let all = update(
        "isAwayOn: true, awayText: \"Closed. {{workspace.name}}\", timeZone: \"America/New_York\", businessHours: [{ day: MONDAY, opens: \"7:00\", closes: \"17:30\" }]",
    );
    let one = update(&format!("phoneNumberId: \"{number}\", isGreetingOn: true"));

    world.data(&owner, &format!("mutation {{ all: {all} one: {one} }}")).await;
    let data = world.data(&owner, "{ workspace(slug: \"north\") { automaticAnswers { phoneNumber { id } timeZone isOpen isAwayOn isGreetingOn awayText businessHours { day opens closes } } } }").await;

    let answers = &data["workspace"]["automaticAnswers"];
    assert_eq!(
        answers[0],
        json!({ "phoneNumber": null, "timeZone": "America/New_York", "isOpen": true, "isAwayOn": true, "isGreetingOn": false,
            "awayText": "Closed. {{workspace.name}}", "businessHours": [{ "day": "MONDAY", "opens": "7:00", "closes": "17:30" }] })
    );
    assert_eq!(
        (&answers[1]["phoneNumber"]["id"], &answers[1]["isGreetingOn"]),
        (&json!(number.to_string()), &json!(true))
    );
}

#[tokio::test]
async fn automatic_answers_that_make_no_sense_are_refused_by_their_argument() {
    let world = World::new().await;
    let owner = world.owner(&world.north).await;
    let workspace = world.north.workspace.id;
    let wrong = [
        "timeZone: \"New York\"",
        "awayText: \"Hi {{contact.name}}\"",
        "businessHours: [{ day: MONDAY, opens: \"9\", closes: \"25:00\" }]",
    ];
    let mut paths = Vec::new();
    for input in wrong {
        let data = world.data(&owner, &format!("mutation {{ it: automaticAnswersUpdate(workspaceId: \"{workspace}\", input: {{ {input} }}) {{ automaticAnswers {{ isOpen }} errors {{ path }} }} }}")).await;
        paths.push(data["it"]["errors"][0]["path"][1].clone());
    }

    assert_eq!(paths, ["timeZone", "awayText", "businessHours"]);
}
