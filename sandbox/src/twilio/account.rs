//! The one account.

use serde_json::json;

use super::BASE;
use crate::{clock, options::ACCOUNT_SID, wire::reply::Reply};

/// When the account was opened, in microseconds: the same for every sandbox.
const OPENED: u64 = 1_700_000_000_000_000;

/// `GET Accounts/{sid}.json`. The secret is not shown, as if it were hidden in the console.
pub(crate) fn fetch() -> Reply {
    let here = format!("{BASE}/{ACCOUNT_SID}");
    Reply::json(
        200,
        json!({
            "sid": ACCOUNT_SID,
            "owner_account_sid": ACCOUNT_SID,
            "friendly_name": "Clerk sandbox",
            "auth_token": null,
            "status": "active",
            "type": "Full",
            "date_created": clock::rfc2822(OPENED),
            "date_updated": clock::rfc2822(OPENED),
            "uri": format!("{here}.json"),
            "subresource_uris": {
                "available_phone_numbers": format!("{here}/AvailablePhoneNumbers.json"),
                "incoming_phone_numbers": format!("{here}/IncomingPhoneNumbers.json"),
                "messages": format!("{here}/Messages.json"),
            },
        }),
    )
}
