//! Acts on something that a provider told us. Names of people that a post mentions are looked up first, outside any transaction; someone whom the chat
//! does not tell about is called "someone", because a text must not wait for a name.

use std::collections::HashMap;

use domain::{
    Result,
    contracts::{Answer, CallError},
    ids::EventId,
    inbox, members,
    outbox::{Lease, Settlement},
    workspaces,
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, event: EventId) -> Result<Turn> {
    let names = match inbox::people_in(&workers.ctx, event).await? {
        Some((team, people)) => match names(workers, &team, &people).await? {
            Ok(names) => names,
            Err(turn) => return Ok(turn),
        },
        None => HashMap::new(),
    };
    inbox::handle(&workers.ctx, lease, event, &names).await?;
    Ok(Turn::Settled)
}

async fn names(workers: &Workers, team: &str, people: &[String]) -> Result<Result<HashMap<String, String>, Turn>> {
    let ctx = &workers.ctx;
    let mut names = members::known_names(ctx, team, people).await?;
    let unknown: Vec<&String> = people.iter().filter(|person| !names.contains_key(*person)).collect();
    if unknown.is_empty() {
        return Ok(Ok(names));
    }
    let Some(workspace) = workspaces::by_team(ctx, team).await? else { return Ok(Ok(names)) };
    let access = match asking::access(workers, workspace.id).await? {
        Ok(access) => access,
        Err(turn @ Turn::Soon(_)) => return Ok(Err(turn)),
        Err(_) => return Ok(Ok(names)),
    };
    for person in unknown {
        match workers.chat.user(&access, person).await {
            Ok(Answer::Done(known)) => {
                members::remember(ctx, team, &known).await?;
                names.insert(person.clone(), known.display_name);
            }
            Err(CallError::Throttled { wait }) => return Ok(Err(Turn::End(Settlement::Throttled { wait }))),
            Ok(Answer::Refused(refusal)) => {
                tracing::info!(code = refusal.code(), "the chat does not tell who somebody is")
            }
            Err(error) => tracing::info!(%error, "the chat does not tell who somebody is"),
        }
    }
    Ok(Ok(names))
}
