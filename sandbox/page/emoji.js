/**
 * The emoji that Slack names by `:codes:`, as far as people and Clerk use them here. A code that is not in the table is
 * shown as it was written: nothing is lost, it is only less pretty.
 */

const TABLE = `
hourglass_flowing_sand ⏳|hourglass ⌛|outbox_tray 📤|inbox_tray 📥|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️
x ❌|negative_squared_cross_mark ❎|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|stop_sign 🛑|exclamation ❗|question ❓|grey_question ❔|bangbang ‼️
eyes 👀|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|raised_hands 🙌|pray 🙏|clap 👏|muscle 💪|point_right 👉|point_up ☝️
tada 🎉|sparkles ✨|star ⭐|fire 🔥|rocket 🚀|100 💯|heart ❤️|yellow_heart 💛|green_heart 💚|blue_heart 💙|broken_heart 💔
smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|rofl 🤣|slightly_smiling_face 🙂|wink 😉|blush 😊|heart_eyes 😍|sunglasses 😎|thinking_face 🤔
cry 😢|sob 😭|angry 😠|rage 😡|sweat_smile 😅|neutral_face 😐|confused 😕|scream 😱|sleeping 😴|zzz 💤|shrug 🤷|facepalm 🤦
phone ☎️|telephone_receiver 📞|iphone 📱|calling 📲|vibration_mode 📳|mobile_phone_off 📴|no_mobile_phones 📵|envelope ✉️|email 📧|incoming_envelope 📨
speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|mute 🔇
clock1 🕐|clock3 🕒|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|calendar 📆|date 📅|spiral_calendar_pad 🗓️|watch ⌚
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️|repeat 🔁|twisted_rightwards_arrows 🔀
pencil 📝|memo 📝|pencil2 ✏️|paperclip 📎|link 🔗|pushpin 📌|round_pushpin 📍|clipboard 📋|file_folder 📁|card_index 📇|bookmark 🔖|label 🏷️
lock 🔒|unlock 🔓|key 🔑|shield 🛡️|mag 🔍|bulb 💡|gear ⚙️|wrench 🔧|hammer_and_wrench 🛠️|package 📦|wastebasket 🗑️
moneybag 💰|dollar 💵|credit_card 💳|chart_with_upwards_trend 📈|bar_chart 📊|receipt 🧾|gift 🎁
large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|red_circle 🔴|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_red_square 🟥
information_source ℹ️|robot_face 🤖|bust_in_silhouette 👤|busts_in_silhouette 👥|earth_americas 🌎|globe_with_meridians 🌐|us 🇺🇸|flag-us 🇺🇸|gb 🇬🇧|flag-gb 🇬🇧|flag-ca 🇨🇦
coffee ☕|pizza 🍕|cake 🍰|dog 🐶|cat 🐱|sunny ☀️|cloud ☁️|umbrella ☔|snowflake ❄️|house 🏠|car 🚗|airplane ✈️
new 🆕|sos 🆘|free 🆓|ok 🆗|recycle ♻️|zap ⚡|boom 💥|hand ✋|raised_hand ✋|crossed_fingers 🤞|no_good 🙅|hourglass_done ⌛|frame_with_picture 🖼️|camera 📷|movie_camera 🎥|microphone 🎤
`;

const EMOJI = new Map(
  TABLE.split(/[|\n]/)
    .map((entry) => entry.trim().split(" "))
    .filter((pair) => pair.length === 2),
);

/** The emoji of a code (without colons; a skin tone after `::` is ignored), or null. */
export const emojiOf = (code) => EMOJI.get(code.split("::")[0]) ?? null;
