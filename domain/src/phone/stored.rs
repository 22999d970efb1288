//! How a phone number stands in the database: as its E.164 text, so that a row can be found and read without the
//! product.

use super::PhoneNumber;

impl crate::Stored for PhoneNumber {
    fn to_stored(&self) -> String {
        self.as_e164().to_owned()
    }

    fn from_stored(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: super::NotE164| error.to_string())
    }
}

crate::stored_as_text!(PhoneNumber);
