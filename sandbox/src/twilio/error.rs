//! The carrier's errors: a code, a sentence, and the HTTP status that goes with them.

use serde_json::json;

use crate::wire::reply::Reply;

/// A code and its HTTP status.
pub(crate) type Code = (u32, u16);

/// The account or its secret is wrong.
pub(crate) const UNAUTHENTIC: Code = (20003, 401);
/// No such thing.
pub(crate) const NOT_FOUND: Code = (20404, 404);
/// The receiver is not a phone number.
pub(crate) const BAD_TO: Code = (21211, 400);
/// The sender is not a phone number.
pub(crate) const BAD_FROM: Code = (21212, 400);
/// Sender and receiver are the same.
pub(crate) const SAME: Code = (21266, 400);
/// The receiver's country is not enabled.
pub(crate) const REGION: Code = (21408, 403);
/// A phone number to buy is not one.
pub(crate) const BAD_NUMBER: Code = (21421, 400);
/// A phone number is not for sale.
pub(crate) const NOT_FOR_SALE: Code = (21422, 400);
/// Neither body nor media.
pub(crate) const NO_BODY: Code = (21602, 400);
/// No sender.
pub(crate) const NO_FROM: Code = (21603, 400);
/// No receiver.
pub(crate) const NO_TO: Code = (21604, 400);
/// The sender cannot text.
pub(crate) const CANNOT_TEXT: Code = (21606, 400);
/// The callback's address is not one.
pub(crate) const BAD_CALLBACK: Code = (21609, 400);
/// The receiver has opted out.
pub(crate) const OPTED_OUT: Code = (21610, 400);
/// The body is too long.
pub(crate) const TOO_LONG: Code = (21617, 400);
/// A media address is not one.
pub(crate) const BAD_MEDIA: Code = (21620, 400);
/// More than ten media.
pub(crate) const TOO_MANY_MEDIA: Code = (21623, 400);
/// The sender is not a number of the account.
pub(crate) const NOT_OURS: Code = (21659, 400);

/// The answer for an error.
pub(crate) fn reply((code, status): Code, message: &str) -> Reply {
    Reply::json(
        status,
        json!({
            "code": code,
            "message": message,
            "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": status,
        }),
    )
}

/// The answer for a path behind which there is nothing.
pub(crate) fn not_found(path: &str) -> Reply {
    reply(NOT_FOUND, &format!("The requested resource {path} was not found"))
}

/// The answer of a fault with this HTTP status.
pub(crate) fn of_status(status: u16) -> Reply {
    match status {
        429 => reply((20429, 429), "Too Many Requests"),
        401 => reply(UNAUTHENTIC, "Authenticate"),
        404 => reply(NOT_FOUND, "The requested resource was not found"),
        503 => reply((20503, 503), "Service unavailable"),
        _ => reply((20500, status), "An internal server error has occurred"),
    }
}
