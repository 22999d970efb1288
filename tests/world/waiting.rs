//! Waiting without sleeping: for a condition, with a deadline that says what was waited for. Tests never wait for a time to pass.

use std::time::{Duration, Instant};

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so().await {
        assert!(Instant::now() < end, "waited {} s in vain: {what}", DEADLINE.as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until looking finds nothing wrong, several times in a row; what it found wrong last says why it gave up.
pub(super) async fn until_calm<T: PartialEq>(
    calm_looks: u32,
    mut look: impl AsyncFnMut() -> Result<T, String>,
) -> Result<(), String> {
    let end = Instant::now() + DEADLINE;
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
        if Instant::now() > end + DEADLINE {
            return Err("it never came to rest".to_owned());
        }
        before = seen.ok();
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
