//! Seals secrets that have to be kept: AES-256-GCM under the installation's master key, bound to the place where the secret stands, so
//! that a sealed text moved to another row or column does not open. Layout: version, key id, nonce, cipher text, in base 64.

use std::sync::Arc;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hmac,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

/// First byte of everything sealed.
const VERSION: u8 = 1;

/// Bytes before the cipher text: version, key id, nonce.
const HEADER: usize = 2 + NONCE_LEN;

/// Seals and opens.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    id: u8,
    seal: LessSafeKey,
    chain: hmac::Key,
}

/// A sealed text that does not open here: another key, another place, or damaged.
#[derive(Debug, thiserror::Error)]
#[error("a sealed secret does not open: it was sealed under another key, for another place, or it is damaged")]
pub struct DoesNotOpen;

impl Vault {
    /// A vault under a master key of 32 random bytes.
    pub fn new(master_key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &derived(master_key, b"seal"))
            .expect("the key has the length of the algorithm");
        Self(Arc::new(Keys {
            id: digest(&SHA256, master_key).as_ref()[0],
            seal: LessSafeKey::new(key),
            chain: hmac::Key::new(hmac::HMAC_SHA256, &derived(master_key, b"audit chain")),
        }))
    }

    /// Seals a secret for a place, such as `installations.bot_token.ws_…`.
    pub fn seal(&self, place: &str, secret: &SecretString) -> String {
        let mut nonce = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut nonce).expect("the system's source of randomness never runs dry");
        let mut text = secret.expose_secret().as_bytes().to_vec();
        self.0
            .seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()), &mut text)
            .expect("a secret is far shorter than the algorithm's limit");
        let mut sealed = vec![VERSION, self.0.id];
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        STANDARD_NO_PAD.encode(sealed)
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`DoesNotOpen`].
    pub fn open(&self, place: &str, sealed: &str) -> Result<SecretString, DoesNotOpen> {
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| DoesNotOpen)?;
        if bytes.len() < HEADER || bytes[0] != VERSION || bytes[1] != self.0.id {
            return Err(DoesNotOpen);
        }
        let nonce = Nonce::try_assume_unique_for_key(&bytes[2..HEADER]).map_err(|_| DoesNotOpen)?;
        let mut text = bytes[HEADER..].to_vec();
        let opened =
            self.0.seal.open_in_place(nonce, Aad::from(place.as_bytes()), &mut text).map_err(|_| DoesNotOpen)?;
        std::str::from_utf8(opened).map(SecretString::from).map_err(|_| DoesNotOpen)
    }

    /// Links an entry of the audit log to the one before it.
    pub fn chain(&self, previous: &str, entry: &str) -> String {
        let mut context = hmac::Context::with_key(&self.0.chain);
        context.update(previous.as_bytes());
        context.update(b"|");
        context.update(entry.as_bytes());
        hex::encode(context.sign())
    }
}

fn derived(master_key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, master_key);
    hmac::sign(&key, purpose).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// What is kept of a secret that is only ever compared: its SHA-256.
pub fn fingerprint(secret: &str) -> String {
    hex::encode(digest(&SHA256, secret.as_bytes()))
}

/// So many random bytes, as hexadecimal digits.
pub fn random_hex(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut random).expect("the system's source of randomness never runs dry");
    hex::encode(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&[7; 32])
    }

    #[test]
    fn a_secret_opens_where_it_was_sealed() {
        let sealed = vault().seal("a.b.c", &"xoxb-1".into());
        assert_eq!(vault().open("a.b.c", &sealed).expect("opens").expose_secret(), "xoxb-1");
    }

    #[test]
    fn a_secret_does_not_open_at_another_place() {
        let sealed = vault().seal("a.b.c", &"xoxb-1".into());
        assert!(vault().open("a.b.d", &sealed).is_err());
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let sealed = STANDARD_NO_PAD.decode(vault().seal("a", &"xoxb-1".into())).expect("base 64");
        let broken = (0..sealed.len()).map(|at| {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1;
            STANDARD_NO_PAD.encode(bytes)
        });
        assert!(broken.into_iter().all(|text| vault().open("a", &text).is_err()));
    }

    #[test]
    fn another_master_key_opens_nothing() {
        let sealed = vault().seal("a", &"xoxb-1".into());
        assert!(Vault::new(&[8; 32]).open("a", &sealed).is_err());
    }
}
