//! The cookies of an installation: for us only, not for scripts, and with the prefix that keeps other hosts of a domain from planting one.
//! On http (which only a developer's own machine uses) browsers refuse that prefix, so there it is left out.

use chrono::TimeDelta;
use poem::{
    Request,
    http::{HeaderValue, header},
};

/// A cookie that we give.
pub(super) struct Cookie {
    pub(super) name: &'static str,
    pub(super) lasts: TimeDelta,
}

impl Cookie {
    /// The header that gives it; the value must be of characters that a cookie may hold.
    pub(super) fn set(&self, value: &str, is_https: bool) -> String {
        self.header(value, self.lasts.num_seconds(), is_https)
    }

    /// The header that takes it back.
    pub(super) fn forget(&self, is_https: bool) -> String {
        self.header("", 0, is_https)
    }

    fn header(&self, value: &str, seconds: i64, is_https: bool) -> String {
        let secure = if is_https { "; Secure" } else { "" };
        let name = self.full_name(is_https);
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    /// Its value in a request; none when it is missing or stands there twice.
    pub(super) fn of(&self, request: &Request, is_https: bool) -> Option<String> {
        let name = self.full_name(is_https);
        let headers = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        values.next().filter(|_| values.next().is_none())
    }

    fn full_name(&self, is_https: bool) -> String {
        format!("{}{}", if is_https { "__Host-" } else { "" }, self.name)
    }
}

/// A cookie as the value of a header.
pub(super) fn value(cookie: String) -> HeaderValue {
    HeaderValue::try_from(cookie).expect("names are ours, and values are hexadecimal or percent-encoded")
}
