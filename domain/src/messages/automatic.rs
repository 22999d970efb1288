//! STOP, START and HELP: obeyed at once, answered once, never counted. On toll-free numbers the network answers STOP itself, so we must not. A
//! conversation that runs hot gets no automatic answer, so that two machines cannot talk for ever.

use chrono::TimeDelta;

use super::{outbound, receive, store, withdrawing};
use crate::{
    Ctx, Result, Tx,
    contacts::{self, Contact},
    contracts::{
        carrier::HeldKind,
        chat::{Part, Post, Span},
    },
    conversations::{self, Conversation},
    ids::ConversationId,
    numbers::Number,
    sms::keywords::{self, Keyword, KeywordContext},
    workspaces::Workspace,
};

/// Messages of a conversation within a minute from which on nothing is answered automatically.
const LOOP_LIMIT: u64 = 10;

/// Who texts with whom.
pub(super) struct Exchange<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) number: &'a Number,
    pub(super) contact: &'a Contact,
    pub(super) conversation: &'a Conversation,
    pub(super) is_opted_out: bool,
    /// False for a blocked sender: the team sees nothing of it.
    pub(super) is_shown: bool,
}

/// Does what a keyword asks for.
pub(super) async fn obey(ctx: &Ctx, tx: &Tx, exchange: &Exchange<'_>, keyword: Keyword, word: &str) -> Result<()> {
    let name = &exchange.workspace.name;
    let toll_free = exchange.number.kind == HeldKind::TollFree;
    let is_answered = keyword.is_answered(KeywordContext { opted_out: exchange.is_opted_out, toll_free });
    match keyword {
        Keyword::OptOut => {
            // Nobody can answer them any more.
            conversations::waits_no_more(ctx, tx, exchange.conversation.id).await?;
            let is_first = contacts::opt_out(ctx, tx, exchange.contact, exchange.number.id, word).await?.is_some();
            withdrawing::withdraw_in(ctx, tx, exchange.workspace.id, exchange.contact.id).await?;
            if is_first {
                tell_team(ctx, tx, exchange, "opted out. They get no texts until they reply START.").await?;
            }
            // The confirmation is owed, and given once, so it cannot keep two machines talking.
            if is_first && is_answered && exchange.contact.number().is_some() {
                outbound::queue_automatic(ctx, tx, exchange, keywords::opt_out_confirmation(name)).await?;
            }
            Ok(())
        }
        Keyword::OptIn => {
            let was_out = contacts::opt_in(ctx, tx, exchange.contact, word).await?;
            if was_out {
                tell_team(ctx, tx, exchange, "opted in again. You can text them.").await?;
            }
            answer(ctx, tx, exchange, keywords::opt_in_confirmation(name), was_out && is_answered).await
        }
        Keyword::Help => answer(ctx, tx, exchange, keywords::help_answer(name), is_answered).await,
    }
}

async fn answer(ctx: &Ctx, tx: &Tx, exchange: &Exchange<'_>, body: String, is_due: bool) -> Result<()> {
    if !is_due || exchange.contact.number().is_none() {
        return Ok(());
    }
    if runs_hot(ctx, tx, exchange.conversation.id).await? {
        return tell_team(
            ctx,
            tx,
            exchange,
            "writes very fast, perhaps a machine. I answer nothing automatically for now.",
        )
        .await;
    }
    outbound::queue_automatic(ctx, tx, exchange, body).await
}

/// Whether so much is written in a conversation that a machine may write there.
pub(super) async fn runs_hot(ctx: &Ctx, tx: &Tx, conversation: ConversationId) -> Result<bool> {
    Ok(store::messages::recent_count(ctx, tx, conversation, TimeDelta::minutes(1)).await? >= LOOP_LIMIT)
}

/// A note in the thread.
async fn tell_team(ctx: &Ctx, tx: &Tx, exchange: &Exchange<'_>, what: &str) -> Result<()> {
    if !exchange.is_shown {
        return Ok(());
    }
    let line = vec![Span::Bold(exchange.contact.shown()), Span::Text(format!(" {what}"))];
    let key = format!("consent:{}:{}", exchange.conversation.id, ctx.now().timestamp_micros());
    let post = Post { key, author: None, parts: vec![Part::Note(line)] };
    receive::promise_note(ctx, tx, exchange, post).await
}
