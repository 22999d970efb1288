//! The carrier's form of a list: one page with the addresses of the others.

use serde_json::{Value, json};

/// Where a page stands in its list.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) size: usize,
    /// Items on this page.
    pub(crate) count: usize,
    /// The token of the next page, if there is one.
    pub(crate) next_token: Option<String>,
}

impl Page {
    /// The list's JSON: `items` under `key`, and the addresses made of `here` and the filters that were used.
    pub(crate) fn wrap(&self, key: &str, items: Vec<Value>, here: &str, filters: &[(String, String)]) -> Value {
        let address = |number: usize, token: Option<&str>| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(filters);
            query.append_pair("PageSize", &self.size.to_string()).append_pair("Page", &number.to_string());
            if let Some(token) = token {
                query.append_pair("PageToken", token);
            }
            format!("{here}?{}", query.finish())
        };
        let start = self.number * self.size;
        let mut value = json!({
            "first_page_uri": address(0, None),
            "previous_page_uri": (self.number > 0).then(|| address(self.number - 1, None)),
            "next_page_uri": self.next_token.as_deref().map(|token| address(self.number + 1, Some(token))),
            "uri": address(self.number, None),
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": (start + self.count).saturating_sub(1),
        });
        value[key] = Value::Array(items);
        value
    }
}
