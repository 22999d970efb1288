//! What breaks, and what must not be lost or happen twice. Each scenario has the number under which it stands in the list of failures
//! (`S01`…), so that issues can refer to it.

mod carrier_to_slack;
mod channels;
mod installations;
mod media;
mod platform;
mod slack_to_carrier;
