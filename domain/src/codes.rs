//! Enums that stand in the database, in events and in logs as stable codes. A released code is never reused, so each is written out
//! by hand instead of being derived from the name of the variant.

/// Gives an enum its codes: `code()`, `Display`, `FromStr`, `all()`, and a place in the database as text.
#[macro_export]
macro_rules! codes {
    ($name:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Every value, in the order of the list.
            pub fn all() -> &'static [Self] {
                &[$(Self::$variant),+]
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    other => Err($crate::error::UnknownCode { of: stringify!($name), code: other.to_owned() }),
                }
            }
        }

        impl $crate::Stored for $name {
            fn to_stored(&self) -> String {
                self.code().to_owned()
            }

            fn from_stored(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error: $crate::error::UnknownCode| error.to_string())
            }
        }

        $crate::stored_as_text!($name);
    };
}
