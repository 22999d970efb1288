//! What is sold. So far one plan: the free one, with its hard limit.

use crate::ids::PlanId;

/// A plan that a workspace can be on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Id of the plan.
    pub id: PlanId,
    /// Stable code.
    pub code: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Price for a month, in cents.
    pub price_cents: i64,
    /// Segments that it includes each month, sent and received.
    pub included_segments: i64,
    /// How many numbers a workspace may have.
    pub number_limit: u64,
    /// Days after which a number is taken back; none when it stays.
    pub number_lifetime_days: Option<i64>,
}

/// The plan that every workspace begins with.
pub fn free() -> Plan {
    Plan {
        id: PlanId::from(uuid::Uuid::from_u128(1)),
        code: "free",
        name: "Free",
        description: "Ten segments a month and one number, for as long as you like.",
        price_cents: 0,
        included_segments: 10,
        number_limit: 1,
        number_lifetime_days: Some(21),
    }
}

/// Every plan on offer, cheapest first.
pub fn plans() -> Vec<Plan> {
    vec![free()]
}

/// The plan with a code; the free one for a code that is not sold any more.
pub fn plan(code: &str) -> Plan {
    plans().into_iter().find(|plan| plan.code == code).unwrap_or_else(free)
}
