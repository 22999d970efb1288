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
    sign: hmac::Key,
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
            sign: hmac::Key::new(hmac::HMAC_SHA256, &derived(master_key, b"sign")),
        }))
    }

    /// Seals a secret for a place, such as `installations.bot_token.ws_…`.
    pub fn seal(&self, place: &str, secret: &SecretString) -> String {
        STANDARD_NO_PAD.encode(self.seal_bytes(place, secret.expose_secret().as_bytes()))
    }

    /// Seals bytes for a place.
    pub fn seal_bytes(&self, place: &str, bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut nonce).expect("the system's source of randomness never runs dry");
        let mut sealed = Vec::with_capacity(HEADER + bytes.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&[VERSION, self.0.id]);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        let (nonce, aad) = (Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()));
        let tag = self.0.seal.seal_in_place_separate_tag(nonce, aad, &mut sealed[HEADER..]);
        let tag = tag.expect("what is sealed is far shorter than the algorithm's limit");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`DoesNotOpen`].
    pub fn open(&self, place: &str, sealed: &str) -> Result<SecretString, DoesNotOpen> {
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| DoesNotOpen)?;
        let opened = self.open_bytes(place, bytes)?;
        std::str::from_utf8(&opened).map(SecretString::from).map_err(|_| DoesNotOpen)
    }

    /// Opens bytes that were sealed for the same place.
    ///
    /// # Errors
    /// [`DoesNotOpen`].
    pub fn open_bytes(&self, place: &str, mut sealed: Vec<u8>) -> Result<Vec<u8>, DoesNotOpen> {
        if sealed.len() < HEADER || sealed[0] != VERSION || sealed[1] != self.0.id {
            return Err(DoesNotOpen);
        }
        let nonce = Nonce::try_assume_unique_for_key(&sealed[2..HEADER]).map_err(|_| DoesNotOpen)?;
        let aad = Aad::from(place.as_bytes());
        let length = self.0.seal.open_in_place(nonce, aad, &mut sealed[HEADER..]).map_err(|_| DoesNotOpen)?.len();
        sealed.drain(..HEADER);
        sealed.truncate(length);
        Ok(sealed)
    }

    /// Signs something that goes out and comes back, for one purpose.
    pub fn sign(&self, purpose: &str, what: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0.sign);
        // Its length says where the purpose ends.
        context.update(&(purpose.len() as u64).to_be_bytes());
        context.update(purpose.as_bytes());
        context.update(what);
        context.sign().as_ref().try_into().expect("SHA-256 has 32 bytes")
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
    fn bytes_open_as_they_were_and_nowhere_else() {
        let bytes = vec![0, 255, 7, 0];
        let sealed = vault().seal_bytes("a", &bytes);
        assert_eq!(vault().open_bytes("a", sealed.clone()).expect("opens"), bytes);
        assert!(vault().open_bytes("b", sealed).is_err());
        assert!(vault().open_bytes("a", Vec::new()).is_err());
    }

    #[test]
    fn a_signature_is_for_one_purpose() {
        assert_eq!(vault().sign("a", b"x"), vault().sign("a", b"x"));
        assert_ne!(vault().sign("a", b"x"), vault().sign("b", b"x"));
        assert_ne!(vault().sign("a", b"\0x"), vault().sign("a\0", b"x"), "where the purpose ends makes a difference");
    }

    #[test]
    fn another_master_key_opens_nothing() {
        let sealed = vault().seal("a", &"xoxb-1".into());
        assert!(Vault::new(&[8; 32]).open("a", &sealed).is_err());
    }
}
