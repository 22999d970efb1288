//! Who operates the platform sees what was asked and told, but not what people wrote to each other, nor an address at which one could speak as the app:
//! everything under a key that holds such is left out, however deep it stands.

use serde_json::Value;

/// Keys under which words of people stand, and addresses that are as good as a token; a window carries such an address in its state.
const WORDS: [&str; 5] = ["body", "text", "post", "answer_url", "state"];

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
    fn an_address_at_which_one_could_speak_as_the_app_is_left_out() {
        let told = json!({ "event": "command_given", "answer_url": "https://hooks.example/secret", "view": { "state": "secret" } });
        assert!(!without_words(&told).to_string().contains("secret"));
    }

    #[test]
    fn what_is_null_stays_null() {
        assert_eq!(without_words(&json!({ "text": null })), json!({ "text": null }));
    }
}
