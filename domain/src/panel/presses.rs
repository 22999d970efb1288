//! Buttons of the panel and the home, and what is entered into the window to send a text.

use super::{
    asker::Asker,
    overview,
    send_text::{self, Prefill},
};
use crate::{
    Ctx, Result, Tx,
    contracts::inbound::ButtonPressed,
    outbox::{self, Promise, Task},
};

/// A button of the panel was pressed. None when it is not of the panel.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<Option<String>> {
    match press.action.as_str() {
        "panel.open" => overview::panel(ctx, tx, asker).await?,
        "panel.send_text" => send_text::open(ctx, tx, asker, &Prefill::default()).await?,
        "panel.conversations" => overview::conversations(ctx, tx, asker).await?,
        "panel.usage" => overview::usage(ctx, tx, asker).await?,
        "panel.settings" => overview::settings(ctx, tx, asker).await?,
        "input.changed" => changed(ctx, tx, asker, press).await?,
        _ => return Ok(None),
    }
    Ok(Some(press.action.clone()))
}

async fn changed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<()> {
    let Some(view) = press.view.as_ref().filter(|view| view.purpose == send_text::PURPOSE) else { return Ok(()) };
    let Some(changed) = send_text::changed(ctx, tx, asker.workspace, (&press.value, view), &press.entries).await?
    else {
        return Ok(());
    };
    let update = Task::UpdateView { id: view.id.clone(), hash: view.hash.clone(), view: changed };
    outbox::append(ctx, tx, Promise::new(update).of(asker.workspace.id)).await
}
