//! Payloads: what a mutation gives, and why it did nothing. One macro makes them all; a mutation that failed for a reason that a person understands has a
//! null object and at least one error, never both an object and errors.

use async_graphql::{Context, Result};

use super::errors::{self, Refusal, UserError};

/// Answer of a mutation.
pub(super) trait Payload {
    /// The answer when nothing was done.
    fn refused(error: UserError) -> Self;
}

/// The answer to what was done, or why it was not.
pub(super) async fn answer<T, P: Payload>(
    ctx: &Context<'_>,
    outcome: Result<T, Refusal>,
    done: impl FnOnce(T) -> P,
) -> Result<P> {
    match outcome {
        Ok(value) => Ok(done(value)),
        Err(refusal) => Ok(P::refused(errors::user_error(ctx, refusal).await?)),
    }
}

/// Makes the type of a payload from the fields that it has besides `errors`.
macro_rules! payload {
    ($(#[$doc:meta])+ $name:ident { $($(#[$field_doc:meta])+ $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])+
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $name {
            $($(#[$field_doc])+ $field: Option<$type>,)+
            /// Why nothing was done; empty when it was.
            errors: Vec<$crate::graphql::errors::UserError>,
        }

        impl $name {
            /// The answer when it was done.
            fn done($($field: $type),+) -> Self {
                Self { $($field: Some($field),)+ errors: Vec::new() }
            }
        }

        impl $crate::graphql::payload::Payload for $name {
            fn refused(error: $crate::graphql::errors::UserError) -> Self {
                Self { $($field: None,)+ errors: vec![error] }
            }
        }
    };
}

pub(super) use payload;
