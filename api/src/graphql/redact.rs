//! Who operates the platform sees what was asked and told, but not what people wrote to each other: everything under a key that holds words is left out,
//! however deep it stands.

use serde_json::Value;

/// Keys under which words of people stand.
const WORDS: [&str; 3] = ["body", "text", "post"];

/// What stands in their place.
const LEFT_OUT: &str = "left out";

/// The same value without the words of people.
pub(super) fn without_words(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| {
                let is_words = WORDS.contains(&key.as_str()) && !value.is_null();
                (key.clone(), if is_words { Value::from(LEFT_OUT) } else { without_words(value) })
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_words).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_words;

    #[test]
    fn words_are_left_out_at_any_depth() {
        let told = json!({ "event": "text_received", "body": "secret", "deep": [{ "text": "secret" }, { "post": { "parts": ["secret"] } }] });
        let shown = without_words(&told);
        assert!(!shown.to_string().contains("secret"));
        assert_eq!(shown["event"], "text_received");
    }

    #[test]
    fn what_is_null_stays_null() {
        assert_eq!(without_words(&json!({ "text": null })), json!({ "text": null }));
    }
}
