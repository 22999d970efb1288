//! Slack's names of emoji, such as `thinking_face`, as the characters themselves: a phone knows nothing of names.
//!
//! The names come from three places, tried in this order: the names that GitHub uses too, Slack's own where they
//! differ, and the names of Unicode with underscores, after which Slack named most of the newer ones. A team's own
//! emoji have no character and stay as they are written.

use std::{collections::HashMap, sync::OnceLock};

use emojis::{Emoji, SkinTone};

/// Slack's own names, where they are neither GitHub's nor Unicode's.
const SLACKS: &[(&str, &str)] = &[
    ("admission_tickets", "🎟️"),
    ("barely_sunny", "🌥️"),
    ("boom", "💥"),
    ("clinking_glasses", "🥂"),
    ("couple_with_heart", "💑"),
    ("crossed_fingers", "🤞"),
    ("drooling_face", "🤤"),
    ("exploding_head", "🤯"),
    ("face_palm", "🤦"),
    ("face_with_cowboy_hat", "🤠"),
    ("face_with_finger_covering_closed_lips", "🤫"),
    ("face_with_hand_over_mouth", "🤭"),
    ("face_with_head_bandage", "🤕"),
    ("face_with_rolling_eyes", "🙄"),
    ("face_with_thermometer", "🤒"),
    ("female-doctor", "👩‍⚕️"),
    ("female-technologist", "👩‍💻"),
    ("first_place_medal", "🥇"),
    ("grinning_face_with_one_large_and_one_small_eye", "🤪"),
    ("grinning_face_with_star_eyes", "🤩"),
    ("hand_with_index_and_middle_fingers_crossed", "🤞"),
    ("heavy_heart_exclamation_mark_ornament", "❣️"),
    ("hugging_face", "🤗"),
    ("hugs", "🤗"),
    ("i_love_you_hand_sign", "🤟"),
    ("keycap_star", "*️⃣"),
    ("left_speech_bubble", "🗨️"),
    ("lightning", "🌩️"),
    ("lightning_cloud", "🌩️"),
    ("lying_face", "🤥"),
    ("male-doctor", "👨‍⚕️"),
    ("male-technologist", "👨‍💻"),
    ("man-facepalming", "🤦‍♂️"),
    ("man-shrugging", "🤷‍♂️"),
    ("money_mouth_face", "🤑"),
    ("mostly_sunny", "🌤️"),
    ("mother_christmas", "🤶"),
    ("nerd_face", "🤓"),
    ("partly_sunny_rain", "🌦️"),
    ("person_frowning", "🙍"),
    ("rain_cloud", "🌧️"),
    ("raised_hand_with_fingers_splayed", "🖐️"),
    ("reversed_hand_with_middle_finger_extended", "🖕"),
    ("rolling_on_the_floor_laughing", "🤣"),
    ("serious_face_with_symbols_covering_mouth", "🤬"),
    ("shocked_face_with_exploding_head", "🤯"),
    ("sign_of_the_horns", "🤘"),
    ("simple_smile", "🙂"),
    ("smiling_face_with_smiling_eyes_and_hand_covering_mouth", "🤭"),
    ("smiling_face_with_tear", "🥲"),
    ("sneezing_face", "🤧"),
    ("snow_cloud", "🌨️"),
    ("spock-hand", "🖖"),
    ("staff_of_aesculapius", "⚕️"),
    ("star-struck", "🤩"),
    ("star_of_david", "✡️"),
    ("sun_behind_cloud", "🌥️"),
    ("sun_behind_rain_cloud", "🌦️"),
    ("sun_small_cloud", "🌤️"),
    ("the_horns", "🤘"),
    ("thermometer", "🌡️"),
    ("thinking_face", "🤔"),
    ("tornado_cloud", "🌪️"),
    ("waving_black_flag", "🏴"),
    ("waving_white_flag", "🏳️"),
    ("white_frowning_face", "☹️"),
    ("woman-facepalming", "🤦‍♀️"),
    ("woman-shrugging", "🤷‍♀️"),
    ("zany_face", "🤪"),
    ("zipper_mouth_face", "🤐"),
];

/// The character behind a code without its colons: `wave`, `flag-gb`, `wave::skin-tone-3`.
pub(super) fn character(code: &str) -> Option<String> {
    match code.split_once("::") {
        Some((name, tone)) => toned(name, skin_tone(tone)?),
        None => flag(code).or_else(|| plain(code)),
    }
}

fn plain(name: &str) -> Option<String> {
    match SLACKS.iter().find(|(known, _)| *known == name) {
        Some((_, character)) => Some((*character).to_owned()),
        None => by_name(name).map(|emoji| emoji.as_str().to_owned()),
    }
}

fn toned(name: &str, tone: SkinTone) -> Option<String> {
    let base = plain(name)?;
    let toned = emojis::get(&base).and_then(|emoji| emoji.with_skin_tone(tone));
    Some(toned.map_or(base, |emoji| emoji.as_str().to_owned()))
}

fn skin_tone(text: &str) -> Option<SkinTone> {
    Some(match text {
        "skin-tone-2" => SkinTone::Light,
        "skin-tone-3" => SkinTone::MediumLight,
        "skin-tone-4" => SkinTone::Medium,
        "skin-tone-5" => SkinTone::MediumDark,
        "skin-tone-6" => SkinTone::Dark,
        _ => return None,
    })
}

/// `flag-xx`: the two letters of a country, as the characters that make its flag.
fn flag(name: &str) -> Option<String> {
    let country = name.strip_prefix("flag-")?;
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let letters = country.bytes().map(|byte| u32::from(byte - b'a') + 0x1F1E6);
    let flag: String = letters.filter_map(char::from_u32).collect();
    emojis::get(&flag).map(|emoji| emoji.as_str().to_owned())
}

fn by_name(name: &str) -> Option<&'static Emoji> {
    static UNICODES: OnceLock<HashMap<String, &'static Emoji>> = OnceLock::new();
    emojis::get_by_shortcode(name).or_else(|| {
        let names = UNICODES.get_or_init(|| emojis::iter().map(|emoji| (snake(emoji.name()), emoji)).collect());
        names.get(&snake(name)).copied()
    })
}

fn snake(name: &str) -> String {
    let words = name.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters<const N: usize>(codes: [&str; N]) -> [String; N] {
        codes.map(|code| character(code).unwrap_or_default())
    }

    #[test]
    fn the_names_that_people_use_most_have_their_characters() {
        let codes = [
            "smile",
            "slightly_smiling_face",
            "thumbsup",
            "+1",
            "-1",
            "pray",
            "tada",
            "heart",
            "joy",
            "white_check_mark",
            "wave",
            "rotating_light",
            "100",
            "eyes",
        ];

        let expected = ["😄", "🙂", "👍", "👍", "👎", "🙏", "🎉", "❤️", "😂", "✅", "👋", "🚨", "💯", "👀"];
        assert_eq!(characters(codes), expected);
    }

    #[test]
    fn slacks_own_names_are_known() {
        let codes = [
            "thinking_face",
            "hugging_face",
            "rolling_on_the_floor_laughing",
            "simple_smile",
            "face_with_rolling_eyes",
            "woman-shrugging",
            "melting_face",
            "face_with_monocle",
        ];

        assert_eq!(characters(codes), ["🤔", "🤗", "🤣", "🙂", "🙄", "🤷‍♀️", "🫠", "🧐"]);
    }

    #[test]
    fn every_name_of_the_own_table_leads_to_an_emoji() {
        let strange = SLACKS.iter().filter(|(_, character)| emojis::get(character).is_none());

        assert_eq!(strange.collect::<Vec<_>>(), [] as [&(&str, &str); 0]);
    }

    #[test]
    fn skin_tones_are_put_on_where_there_is_skin() {
        let codes = ["wave::skin-tone-2", "thumbsup::skin-tone-6", "tada::skin-tone-3"];

        assert_eq!(characters(codes), ["👋🏻", "👍🏿", "🎉"]);
    }

    #[test]
    fn flags_are_made_of_their_letters() {
        assert_eq!(characters(["flag-gb", "flag-us", "us"]), ["🇬🇧", "🇺🇸", "🇺🇸"]);
        assert_eq!(character("flag-zz"), None);
    }

    #[test]
    fn a_teams_own_emoji_has_no_character() {
        assert_eq!([character("party-parrot"), character("30"), character("")], [None, None, None]);
    }
}
