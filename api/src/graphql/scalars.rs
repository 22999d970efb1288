//! Scalars of the API. Each has a form that a program can rely on. What a person may have mistyped (a phone number) is read by the operation that
//! uses it, so that the error stands beside the argument instead of failing the whole request.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::phone;

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

/// Instant in UTC, RFC 3339: `2026-11-23T09:25:27Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        let instant = text(&value)?.parse().map_err(|_| "a time is written as `2026-11-23T09:25:27Z`")?;
        Ok(Self(instant))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// Calendar date, `2026-11-23`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let date = text(&value)?.parse().map_err(|_| "a date is written as `2026-11-23`")?;
        Ok(Self(date))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_string())
    }
}

/// A country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountryCode(pub(crate) phone::CountryCode);

/// ISO 3166-1 alpha-2 country code: `US`.
#[Scalar(specified_by_url = "https://www.iso.org/iso-3166-country-codes.html")]
impl ScalarType for CountryCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(text(&value)?.parse()?))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}

/// Any JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Json(pub(crate) serde_json::Value);

/// Any JSON value. Only where the shape is not ours to promise: provider payloads, task arguments, audited changes.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

macro_rules! texts {
    ($($name:ident, $(#[$doc:meta])+ $scalar:meta;)+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub(crate) struct $name(pub(crate) String);

            $(#[$doc])+
            #[$scalar]
            impl ScalarType for $name {
                fn parse(value: Value) -> InputValueResult<Self> {
                    Ok(Self(text(&value)?.to_owned()))
                }

                fn to_value(&self) -> Value {
                    Value::from(self.0.as_str())
                }
            }
        )+
    };
}

texts! {
    Decimal,
        /// Exact decimal number in a string: `"25.00"`.
        Scalar();
    E164,
        /// Phone number in E.164: `+14155550123`. Inputs may hold spaces, dashes and brackets.
        Scalar(specified_by_url = "https://www.itu.int/rec/T-REC-E.164");
    CurrencyCode,
        /// ISO 4217 currency code: `USD`.
        Scalar(specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html");
    Url,
        /// Absolute URL.
        Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/");
}

impl From<phone::PhoneNumber> for E164 {
    fn from(number: phone::PhoneNumber) -> Self {
        Self(number.as_e164().to_owned())
    }
}

fn text(value: &Value) -> Result<&str, &'static str> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err("this is written as a string"),
    }
}

/// A count of the domain as GraphQL's 32-bit integer; what is larger stands at its end.
pub(crate) fn int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
