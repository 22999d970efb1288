//! “Which countries can I text?”
//!
//! The United States, Canada and the United Kingdom. Others are refused, for numbers and for texts, with a sentence that says how to ask
//! for them; what comes in from them is shown. A country is told by its numbering plan: many +1 numbers are Caribbean, not American.

use domain::{
    Error,
    contracts::carrier::{Capabilities, HeldKind, NumberWish},
    messages::{self, Message, NewText},
    numbers::{self, Claim},
    phone::{CountryCode, PhoneNumber},
};

use crate::world::{Stage, World, both, operator};

both!(
    texts_to_the_united_states_canada_and_the_united_kingdom_go_out,
    a_text_to_another_country_is_refused_and_says_how_to_ask,
    a_plus_one_number_of_jamaica_is_not_american,
    a_text_from_another_country_is_shown_and_cannot_be_answered_yet,
    numbers_of_other_countries_cannot_be_claimed,
    numbers_of_the_three_countries_can_be_claimed,
);

async fn sends(world: &World, to: &str) -> Result<Message, Error> {
    let (ctx, workspace) = (world.ctx(), world.workspace().await);
    let number = numbers::of_workspace(&ctx, workspace.id).await.expect("numbers are listed")[0].id;
    let text =
        NewText { number, to: to.parse().expect("a number"), body: "Hello".to_owned(), ignores_quiet_hours: false };
    messages::send(&ctx, &operator(), workspace.id, text).await
}

async fn claim(world: &World, number: &str) -> Result<numbers::Number, Error> {
    let wanted = Claim { number: number.parse().expect("a number"), label: None, shared_channel_id: None };
    numbers::claim(&world.ctx(), &operator(), world.workspace().await.id, wanted).await
}

fn wish(country: &str, kind: HeldKind) -> NumberWish {
    NumberWish {
        country: country.to_owned(),
        kind,
        area_code: None,
        contains: None,
        capabilities: Capabilities { sms: true, ..Capabilities::default() },
        limit: 5,
    }
}

async fn texts_to_the_united_states_canada_and_the_united_kingdom_go_out(stage: &mut Stage) {
    let world = stage.clinic().await;

    let sent =
        [sends(world, "+12065550101").await, sends(world, "+14165550101").await, sends(world, "+447700900101").await];
    world.settle().await;

    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    assert_eq!(world.ledger().await.texts_out.len(), 3);
}

async fn a_text_to_another_country_is_refused_and_says_how_to_ask(stage: &mut Stage) {
    let world = stage.clinic().await;

    let refused = sends(world, "+33612345678").await.expect_err("France is not enabled");

    assert!(matches!(&refused, Error::CountryNotEnabled { country, .. } if country == "FR"), "{refused:?}");
    assert!(refused.to_string().contains("France") && refused.to_string().contains("ask"), "{refused}");
    assert_eq!(world.usage().await, (0, 10));
}

async fn a_plus_one_number_of_jamaica_is_not_american(stage: &mut Stage) {
    let world = stage.clinic().await;

    let refused = [sends(world, "+18765550101").await.err(), sends(world, "+18095550101").await.err()];

    let countries: Vec<_> = refused
        .iter()
        .map(|error| match error {
            Some(Error::CountryNotEnabled { country, .. }) => country.as_str(),
            _ => "enabled",
        })
        .collect();
    assert_eq!(countries, ["JM", "DO"]);
}

async fn a_text_from_another_country_is_shown_and_cannot_be_answered_yet(stage: &mut Stage) {
    let world = stage.clinic().await;
    let traveller = world.phone("+33612345678");
    traveller.texts("Bonjour").await;
    world.settle().await;

    world.team().ana.replies(&world.thread_with(&traveller).await, "Hello!").await;
    world.settle().await;

    assert_eq!(world.thread_with(&traveller).await.texts_of_contact(), ["Bonjour"]);
    assert_eq!(traveller.has_received().await, Vec::<String>::new());
    let slack = world.slack().await;
    let notice = slack.notices_to(&world.team().ana.id).into_iter().next_back().expect("Ana is told").shown();
    assert!(notice.contains("France"), "{notice}");
}

async fn numbers_of_other_countries_cannot_be_claimed(stage: &mut Stage) {
    let world = stage.world().await;
    world.installs().await;

    let claimed = [claim(world, "+33612345678").await.err(), claim(world, "+18765550123").await.err()];

    assert!(claimed.iter().all(|error| matches!(error, Some(Error::CountryNotEnabled { .. }))), "{claimed:?}");
}

async fn numbers_of_the_three_countries_can_be_claimed(stage: &mut Stage) {
    let world = stage.world().await;
    world.installs().await;
    let carrier = world.carrier();

    let offers = [
        numbers::search(carrier.as_ref(), &wish("US", HeldKind::Local)).await,
        numbers::search(carrier.as_ref(), &wish("CA", HeldKind::Local)).await,
        numbers::search(carrier.as_ref(), &wish("GB", HeldKind::Mobile)).await,
    ];
    let abroad = numbers::search(carrier.as_ref(), &wish("FR", HeldKind::Local)).await;
    let claimed = claim(world, "+447700900123").await;
    world.settle().await;

    assert!(offers.iter().all(|offer| offer.as_ref().is_ok_and(|found| found.len() == 5)), "{offers:?}");
    assert!(matches!(abroad, Err(Error::CountryNotEnabled { .. })), "{abroad:?}");
    assert_eq!(claimed.expect("it is a British mobile").country, "GB");
}

/// Nobody reads texts there, so the number is not even read.
#[test]
fn an_emergency_number_is_refused_at_once() {
    let typed = ["911", "+1 911", "999", "112", "988"].map(|text| PhoneNumber::parse(text, Some(CountryCode::US)));

    let sentences = typed.map(|read| read.expect_err("nobody is texted there").to_string());

    assert!(sentences.iter().all(|sentence| sentence.contains("emergency")), "{sentences:?}");
}
