//! The address of a file: which one and until when, signed. Nothing is looked up to know a forged one, and nothing has to be written to make one; it is
//! short, because it may stand in a text where every character is paid for.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Ctx, ids::AttachmentId};

/// Path below our public address.
pub const PATH: &str = "/media";

/// What the signature is for.
const PURPOSE: &str = "address of a file";

/// Bytes of an id, of an instant in seconds, and of what is kept of a signature: 96 bits cannot be guessed over a network.
const ID: usize = 16;
const INSTANT: usize = 4;
const SIGNATURE: usize = 12;

/// The address of a file, good until an instant.
pub fn address(ctx: &Ctx, file: AttachmentId, until: DateTime<Utc>) -> String {
    let mut token = file.to_bytes().to_vec();
    token.extend_from_slice(&u32::try_from(until.timestamp()).unwrap_or(u32::MAX).to_be_bytes());
    let signature = ctx.vault.sign(PURPOSE, &token);
    token.extend_from_slice(&signature[..SIGNATURE]);
    format!("{}{PATH}/{}", ctx.public_url, URL_SAFE_NO_PAD.encode(token))
}

/// The file of the last part of an address; none when it is not ours or has ended.
pub fn read(ctx: &Ctx, token: &str) -> Option<AttachmentId> {
    let (id, until) = understood(ctx, token)?;
    (ctx.now().timestamp() < until).then_some(id)
}

/// Whether something is an address of a file, ended or not.
pub(crate) fn leads_to(ctx: &Ctx, text: &str, file: AttachmentId) -> bool {
    let path = text.trim().strip_prefix(&*ctx.public_url).and_then(|rest| rest.strip_prefix(PATH));
    let token = path.and_then(|path| path.strip_prefix('/'));
    token.and_then(|token| understood(ctx, token)).is_some_and(|(id, _)| id == file)
}

/// What the last part of an address of ours says: which file, and until when, in seconds.
fn understood(ctx: &Ctx, token: &str) -> Option<(AttachmentId, i64)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == ID + INSTANT + SIGNATURE)?;
    let (said, signature) = bytes.split_at(ID + INSTANT);
    verify_slices_are_equal(&ctx.vault.sign(PURPOSE, said)[..SIGNATURE], signature).ok()?;
    let (id, until) = said.split_at(ID);
    let until = u32::from_be_bytes(until.try_into().ok()?);
    let id = AttachmentId::from(Uuid::from_bytes(id.try_into().expect("an id was split off")));
    Some((id, i64::from(until)))
}
