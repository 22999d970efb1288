//! Plans as they are sold.

use async_graphql::{Enum, ID, Object, SimpleObject};
use domain::catalog;

use super::scalars::{CurrencyCode, Decimal, Instant, int};

/// Currency of every price.
const CURRENCY: &str = "USD";

/// Amount of money.
#[derive(SimpleObject)]
pub(crate) struct Money {
    /// Amount in major units.
    amount: Decimal,
    /// Currency of the amount.
    currency: CurrencyCode,
}

impl Money {
    /// An amount in cents.
    pub(super) fn cents(cents: i64) -> Self {
        let sign = if cents < 0 { "-" } else { "" };
        let amount = format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        Self { amount: Decimal(amount), currency: CurrencyCode(CURRENCY.to_owned()) }
    }
}

/// A plan of the catalogue.
pub(crate) struct Plan(pub(super) catalog::Plan);

/// Plan that a workspace can subscribe to.
#[Object]
impl Plan {
    /// Id of the plan.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name in code, such as `free`.
    async fn code(&self) -> &str {
        self.0.code
    }

    /// Name to show.
    async fn name(&self) -> &str {
        self.0.name
    }

    /// What it is for; null when nobody said.
    async fn description(&self) -> Option<&str> {
        Some(self.0.description)
    }

    /// Price for a month.
    async fn price(&self) -> Money {
        Money::cents(self.0.price_cents)
    }

    /// Segments that it includes.
    async fn included_segments(&self) -> i32 {
        int(self.0.included_segments)
    }

    /// How long these last.
    async fn allowance_period(&self) -> AllowancePeriod {
        AllowancePeriod::Month
    }

    /// Price of each segment beyond; null when there are none beyond.
    async fn overage_price(&self) -> Option<Money> {
        None
    }

    /// How many numbers a workspace may have.
    async fn phone_number_limit(&self) -> i32 {
        int(self.0.number_limit)
    }

    /// Days after which a number is taken back; null when it stays.
    async fn number_lifetime_days(&self) -> Option<i32> {
        self.0.number_lifetime_days.map(int)
    }

    /// Since when it is off the list; null while it is on it.
    async fn archived_at(&self) -> Option<Instant> {
        None
    }
}

/// How long the segments of a plan last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AllowancePeriod {
    /// They are there again on the first day of each month.
    Month,
    /// They are there once.
    Lifetime,
}
