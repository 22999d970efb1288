//! “How do I bring my contacts along, and how do I prove that they agreed?”
//!
//! With a CSV file, through the API or in Slack. You see first what would happen; lines that cannot be read come back with what to do, all others are
//! imported, and the same file twice changes nothing. What each contact agreed to or took back is kept as it came, and can be exported like the
//! contacts themselves. No file opts anybody in who said STOP.

use serde_json::{Value, json};

use crate::world::{Stage, TOM, World, both};

both!(
    a_file_is_looked_at_first_and_nothing_is_kept,
    good_lines_are_imported_and_the_others_are_given_back_to_be_mended,
    importing_a_file_twice_changes_nothing,
    lines_of_one_number_are_taken_together_and_empty_cells_erase_nothing,
    what_was_exported_can_be_imported_again_unchanged,
    an_export_goes_to_another_workspace_whole,
    a_proof_of_consent_is_kept_once_with_its_words_and_its_time,
    stop_and_start_stand_in_the_ledger_with_the_words_of_the_contact,
    no_file_and_no_record_opts_in_who_said_stop,
    consent_that_was_withdrawn_stops_texts,
    who_opted_out_elsewhere_gets_no_texts_here,
    a_contact_of_a_file_is_called_by_name_in_its_thread,
    contacts_are_found_by_their_company,
    a_file_that_is_no_list_of_contacts_is_refused_with_what_to_do,
    contacts_of_another_workspace_stay_out_of_reach,
);

/// What the API says to an import.
async fn imports(world: &World, csv: &str, dry_run: bool) -> Value {
    let workspace = world.workspace().await.id;
    let fields = "isDryRun lineCount addedCount changedCount unchangedCount mergedCount consentCount optOutCount rejectedCount \
         faults { line column value problem } rejectedCsv unknownColumns";
    let mutation = format!(
        "mutation {{ contactsImport(workspaceId: \"{workspace}\", input: {{ csv: {}, dryRun: {dry_run} }}) {{ \
         result {{ {fields} }} errors {{ message path }} }} }}",
        json!(csv)
    );
    let answer = world.asks_as_owner(&mutation).await["data"]["contactsImport"].take();
    world.settle().await;
    answer
}

/// An import that must be possible.
async fn imported(world: &World, csv: &str) -> Value {
    let answer = imports(world, csv, false).await;
    assert_eq!(answer["errors"], json!([]), "{csv}");
    answer["result"].clone()
}

/// Counts of an import: added, changed, unchanged, rejected.
fn counts(result: &Value) -> [i64; 4] {
    ["addedCount", "changedCount", "unchangedCount", "rejectedCount"]
        .map(|name| result[name].as_i64().expect("a count"))
}

async fn of_workspace(world: &World, selection: &str) -> Value {
    let slug = world.workspace().await.slug;
    let answer = world.asks_as_owner(&format!("{{ workspace(slug: \"{slug}\") {{ {selection} }} }}")).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["workspace"].clone()
}

async fn exported(world: &World) -> String {
    let file = of_workspace(world, "contactsExport { csv endCursor }").await;
    assert_eq!(file["contactsExport"]["endCursor"], Value::Null);
    file["contactsExport"]["csv"].as_str().expect("a file").to_owned()
}

async fn contacts(world: &World) -> Vec<Value> {
    let fields = "id number name company email notes tags optOuts { keyword } consents(first: 5) { totalCount nodes { decision source wording evidence } }";
    let all = of_workspace(world, &format!("contacts(first: 10) {{ nodes {{ {fields} }} }}")).await;
    all["contacts"]["nodes"].as_array().expect("contacts").clone()
}

async fn a_file_is_looked_at_first_and_nothing_is_kept(stage: &mut Stage) {
    let world = stage.clinic().await;

    let looked = imports(world, "Phone;Shoe size\n+14155550101;44\nnobody;45\n", true).await;

    assert_eq!(counts(&looked["result"]), [1, 0, 0, 1]);
    assert_eq!(looked["result"]["unknownColumns"], json!(["Shoe size"]));
    assert_eq!(looked["result"]["isDryRun"], true);
    assert_eq!(contacts(world).await, Vec::<Value>::new());
}

async fn good_lines_are_imported_and_the_others_are_given_back_to_be_mended(stage: &mut Stage) {
    let world = stage.clinic().await;
    let csv = "name,number,tags\nMaria,(415) 555-0101,vip|new\nTom,415 555,\n\nZoe,+1 415 555 0103,\n";

    let first = imported(world, csv).await;
    let back = first["rejectedCsv"].as_str().expect("a line is given back").to_owned();
    let mended = imported(world, &back.replace("415 555,", "415 555 0102,")).await;

    assert_eq!(counts(&first), [2, 0, 0, 1]);
    let fault = &first["faults"][0];
    assert_eq!((&fault["line"], &fault["column"], &fault["value"]), (&json!(3), &json!("number"), &json!("415 555")));
    assert!(
        fault["problem"].as_str().is_some_and(|problem| problem.contains("Write it with its area code")),
        "{fault}"
    );
    assert_eq!((counts(&mended), &mended["unknownColumns"]), ([1, 0, 0, 0], &json!([])));
    let known: Vec<Value> = contacts(world).await.iter().map(|one| json!([one["name"], one["number"]])).collect();
    assert_eq!(
        known,
        [json!(["Maria", "+14155550101"]), json!(["Tom", "+14155550102"]), json!(["Zoe", "+14155550103"])]
    );
}

async fn importing_a_file_twice_changes_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let csv = "number,name,tags,opted_out,opt_in_evidence\n+14155550101,Maria,vip,,Form 7\n+14155550102,Tom,,yes,\n";

    let first = imported(world, csv).await;
    let before = contacts(world).await;
    let second = imported(world, csv).await;

    assert_eq!((counts(&first), counts(&second)), ([2, 0, 0, 0], [0, 0, 2, 0]));
    assert_eq!((&first["consentCount"], &second["consentCount"]), (&json!(2), &json!(0)));
    assert_eq!((&first["optOutCount"], &second["optOutCount"]), (&json!(1), &json!(0)));
    assert_eq!(contacts(world).await, before);
}

async fn lines_of_one_number_are_taken_together_and_empty_cells_erase_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    imported(world, "number,name,company,notes,tags\n+14155550101,Maria,Bakery,calls back,vip\n").await;

    let merged = imported(
        world,
        "number,name,company,notes,tags\n+14155550101,,Lopez Bakery,,new\n415-555-0101,Maria Lopez,,,\n",
    )
    .await;

    assert_eq!((counts(&merged), &merged["mergedCount"]), ([0, 1, 0, 0], &json!(1)));
    let maria = contacts(world).await.remove(0);
    let kept = json!([maria["name"], maria["company"], maria["notes"], maria["tags"]]);
    assert_eq!(kept, json!(["Maria Lopez", "Lopez Bakery", "calls back", ["new", "vip"]]));
}

/// Contacts with all that can be said of one.
const RICH: &str = "number,name,company,email,notes,tags,opted_out,opt_in_at,opt_in_wording,opt_in_evidence\n\
    +14155550101,\"'=HYPERLINK(\"\"http://example.com\"\")\",'+1 Bakery,'@maria,\"'-2\nof \"\"5\"\"\",vip; new,,2026-01-05T09:30:00Z,I agree; to texts,\"Form 7, page 2\"\n\
    +14155550102,'Lopez,,,,,yes,,,\n";

async fn what_was_exported_can_be_imported_again_unchanged(stage: &mut Stage) {
    let world = stage.clinic().await;
    assert_eq!(counts(&imported(world, RICH).await), [2, 0, 0, 0]);
    world.maria().texts("START").await;
    world.phone("32665").texts("Your code is 1234").await;
    world.settle().await;
    let (before, file) = (contacts(world).await, exported(world).await);

    let again = imported(world, &file).await;

    assert_eq!((counts(&again), &again["faults"]), ([0, 0, 3, 0], &json!([])));
    assert_eq!((&again["consentCount"], &again["optOutCount"]), (&json!(0), &json!(0)));
    assert_eq!((contacts(world).await, exported(world).await), (before, file));
}

async fn an_export_goes_to_another_workspace_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    assert_eq!(counts(&imported(world, RICH).await), [2, 0, 0, 0]);
    let (before, file) = (contacts(world).await, exported(world).await);
    let forget = before.iter().map(|one| one["id"].as_str().expect("an id"));
    for (n, id) in forget.enumerate() {
        let moved = format!(
            "UPDATE contacts SET name = NULL, company = NULL, email = NULL, notes = NULL, tags = '[]', address = '+1415555019{n}' WHERE id = $1"
        );
        world.tampers(&moved, vec![id.into()]).await;
    }

    let there = imported(world, &file).await;

    assert_eq!((counts(&there), &there["consentCount"], &there["optOutCount"]), ([2, 0, 0, 0], &json!(2), &json!(1)));
    assert_eq!(before[0]["name"], "'Lopez");
    assert_eq!(before[1]["name"], "=HYPERLINK(\"http://example.com\")");
    let without_id = |mut one: Value| {
        one["id"] = Value::Null;
        one
    };
    let after: Vec<Value> = contacts(world).await.into_iter().filter(|one| one["name"] != Value::Null).collect();
    let expected: Vec<Value> = before.into_iter().map(without_id).collect();
    assert_eq!(after.into_iter().map(without_id).collect::<Vec<_>>(), expected);
}

async fn a_proof_of_consent_is_kept_once_with_its_words_and_its_time(stage: &mut Stage) {
    let world = stage.clinic().await;
    let csv = "number,opt_in_at,opt_in_wording,opt_in_evidence\n+14155550101,2026-01-02,I agree to texts,Form 7\n+14155550101,,,Call of May\n";
    imported(world, csv).await;
    imported(world, csv).await;

    let maria = contacts(world).await.remove(0);
    assert_eq!(maria["consents"]["totalCount"], 2);
    let ledger = of_workspace(world, "consentsExport { csv lineCount }").await["consentsExport"].clone();
    assert_eq!(ledger["lineCount"], 2);
    let csv = ledger["csv"].as_str().expect("a file");
    assert!(
        csv.starts_with("number,name,decision,source,wording,evidence,decided_at,recorded_at,recorded_by\n"),
        "{csv}"
    );
    assert!(csv.contains("+14155550101,,given,import,I agree to texts,Form 7,2026-01-02T00:00:00Z,"), "{csv}");
}

async fn stop_and_start_stand_in_the_ledger_with_the_words_of_the_contact(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("Stop!").await;
    world.settle().await;
    maria.texts("START").await;
    world.settle().await;

    let of_maria = contacts(world).await.remove(0)["consents"]["nodes"].clone();
    let entry = |decision: &str, wording: &str| json!({ "decision": decision, "source": "TEXT", "wording": wording, "evidence": null });
    assert_eq!(of_maria, json!([entry("GIVEN", "START"), entry("WITHDRAWN", "Stop!")]));
}

/// Records a decision of the first contact through the API; the messages of its errors.
async fn records(world: &World, input: &str) -> Vec<String> {
    let id = contacts(world).await[0]["id"].as_str().expect("an id").to_owned();
    let mutation = format!(
        "mutation {{ contactConsentRecord(id: \"{id}\", input: {input}) {{ consent {{ id }} errors {{ message }} }} }}"
    );
    let answer = world.asks_as_owner(&mutation).await["data"]["contactConsentRecord"].take();
    world.settle().await;
    let errors = answer["errors"].as_array().expect("errors").iter();
    errors.map(|error| error["message"].as_str().expect("a sentence").to_owned()).collect()
}

async fn no_file_and_no_record_opts_in_who_said_stop(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("STOP").await;
    world.settle().await;

    imported(world, "number,opted_out,opt_in_evidence\n+14155550101,no,Form 7\n").await;
    let refused = records(world, "{ decision: GIVEN, evidence: \"Form 8\" }").await;

    assert_eq!(refused, Vec::<String>::new());
    let known = contacts(world).await.remove(0);
    assert_eq!(known["optOuts"], json!([{ "keyword": "STOP" }]));
    assert_eq!(known["consents"]["totalCount"], 3);
}

async fn consent_that_was_withdrawn_stops_texts(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Please call me").await;
    world.settle().await;

    let unproven = records(world, "{ decision: GIVEN }").await;
    let early = records(world, "{ decision: GIVEN, evidence: \"Form\", decidedAt: \"2999-01-01T00:00:00Z\" }").await;
    let taken_back = records(world, "{ decision: WITHDRAWN, evidence: \"Said so on the phone\" }").await;
    world.team().ana.replies(&world.thread_with(&maria).await, "When?").await;
    world.settle().await;

    assert!(unproven[0].starts_with("Say what proves it"), "{unproven:?}");
    assert_eq!((early, taken_back), (vec!["This time has not come yet.".to_owned()], Vec::new()));
    assert_eq!(contacts(world).await[0]["consents"]["totalCount"], 1);
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn who_opted_out_elsewhere_gets_no_texts_here(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);
    tom.texts("Hello").await;
    world.settle().await;

    imported(world, &format!("number,unsubscribed\n{TOM},yes\n")).await;
    world.team().ana.replies(&world.thread_with(&tom).await, "Hello Tom").await;
    world.settle().await;

    assert_eq!(tom.has_received().await, Vec::<String>::new());
    let known = contacts(world).await.remove(0);
    assert_eq!(known["consents"]["nodes"][0]["decision"], "WITHDRAWN");
}

async fn a_contact_of_a_file_is_called_by_name_in_its_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    imported(world, "number,first name,last name\n+14155550101,Maria,Lopez\n").await;

    let parent = world.thread_with(&maria).await.parent.shown();
    assert!(parent.contains("Maria Lopez"), "{parent}");
}

async fn contacts_are_found_by_their_company(stage: &mut Stage) {
    let world = stage.clinic().await;
    imported(world, "number,company,tags\n+14155550101,Lopez Bakery,vip\n+14155550102,Garage,\n").await;

    let found = of_workspace(world, "contacts(filter: { search: \"Baker\" }) { nodes { company } }").await;
    let file =
        of_workspace(world, "contactsExport(filter: { tag: \"vip\" }) { lineCount csv }").await["contactsExport"]
            .clone();

    assert_eq!(found["contacts"]["nodes"], json!([{ "company": "Lopez Bakery" }]));
    assert_eq!(file["lineCount"], 1);
    assert!(file["csv"].as_str().is_some_and(|csv| csv.contains("+14155550101,,Lopez Bakery,,,vip,,,,\n")), "{file}");
}

async fn a_file_that_is_no_list_of_contacts_is_refused_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;

    let nameless = imports(world, "name,age\nMaria,44\n", false).await;
    let doubled = imports(world, "Phone,Mobile\n+14155550101,+14155550102\n", false).await;

    let said = |answer: &Value| answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
    assert!(said(&nameless).starts_with("No column has the number. Call one “number”"), "{nameless}");
    assert!(said(&doubled).starts_with("“Phone” and “Mobile” are both read as number."), "{doubled}");
    assert_eq!((&nameless["result"], &nameless["errors"][0]["path"]), (&Value::Null, &json!(["input", "csv"])));
}

async fn contacts_of_another_workspace_stay_out_of_reach(stage: &mut Stage) {
    let world = stage.clinic().await;
    let other = world.installs_for("Southwind").await;
    let other = world.workspace_of(&other).await;

    let there = format!(
        "mutation {{ contactsImport(workspaceId: \"{}\", input: {{ csv: \"number\\n+14155550101\" }}) {{ result {{ addedCount }} errors {{ message }} }} }}",
        other.id
    );
    let refused = world.asks_as_owner(&there).await;
    let hidden =
        world.asks_as_owner(&format!("{{ workspace(slug: \"{}\") {{ contactsExport {{ csv }} }} }}", other.slug)).await;

    assert_eq!(refused["data"]["contactsImport"]["result"], Value::Null);
    assert_eq!(hidden["data"]["workspace"], Value::Null);
    let filter = domain::contacts::ContactFilter::default();
    assert_eq!(domain::contacts::count(&world.ctx(), other.id, &filter).await.expect("a count"), 0);
}
