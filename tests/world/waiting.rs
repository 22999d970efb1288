//! Waiting without sleeping: for a condition, with a deadline that says what was waited for. Tests never wait for a time to pass.

use std::time::{Duration, Instant};

use super::sized;

/// How long anything may take.
fn deadline() -> Duration {
    sized(Duration::from_secs(30), Duration::from_mins(10))
}

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + deadline();
    while !is_so().await {
        assert!(Instant::now() < end, "waited {} s in vain: {what}", deadline().as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until looking finds nothing wrong, several times in a row; what it found wrong last says why it gave up.
pub(super) async fn until_calm<T: PartialEq>(
    calm_looks: u32,
    mut look: impl AsyncFnMut() -> Result<T, String>,
) -> Result<(), String> {
    let end = Instant::now() + deadline();
    let mut before = None;
    let mut calm_count = 0;
    loop {
        let seen = look().await;
        let is_calm = seen.as_ref().is_ok_and(|now| before.as_ref() == Some(now));
        calm_count = if is_calm { calm_count + 1 } else { 0 };
        if calm_count >= calm_looks {
            return Ok(());
        }
        if let Err(why) = &seen
            && Instant::now() > end
        {
            return Err(why.clone());
        }
        if Instant::now() > end + deadline() {
            return Err("it never came to rest".to_owned());
        }
        before = seen.ok();
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
