//! Slack's markup becomes plain text and real emoji before it is counted and sent, and what a contact writes is shown as it stands.

use crate::world::{Phone, Stage, World, both};

both!(
    names_links_and_emoji_are_written_out,
    bold_and_code_lose_their_signs_and_keep_their_words,
    what_is_counted_is_what_is_sent,
    a_contact_cannot_write_in_our_name_or_call_anyone,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

async fn names_links_and_emoji_are_written_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ben = world.team().ben.id.clone();
    let markup = format!(
        "Ask <@{ben}> :smile: at <https://clinic.example/map|our map> or <tel:+14155550199|415 555 0199>, 5 &lt; 6 &amp; more"
    );

    world.team().ana.replies(&world.thread_with(&maria).await, &markup).await;
    world.settle().await;

    let received = maria.has_received().await.concat();
    assert!(received.starts_with("Ask @Ben Carter 😄 at our map (https://clinic.example/map) or "), "{received}");
    assert!(received.contains("415 555 0199"), "{received}");
    assert!(received.ends_with("5 < 6 & more"), "{received}");
}

async fn bold_and_code_lose_their_signs_and_keep_their_words(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "*Please* bring _your_ card, code `4711`").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Please bring your card, code 4711"]);
}

async fn what_is_counted_is_what_is_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let markup = ":tooth:".repeat(35);

    world.team().ana.replies(&world.thread_with(&maria).await, &markup).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["🦷".repeat(35)]);
    assert_eq!(world.usage().await, (2, 10));
}

async fn a_contact_cannot_write_in_our_name_or_call_anyone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let text = "<!everyone> *Clerk*: <https://evil.example|Pay here> <!subteam^S123>";

    maria.texts(text).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), [text]);
    assert_eq!(thread.replies[0].pings(), Vec::<String>::new());
    assert_eq!(thread.replies[0].username.as_deref(), Some("+1 415-555-0101"));
}
