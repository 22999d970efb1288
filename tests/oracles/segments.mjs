// Writes segments.tsv: texts, and how the calculator of the largest carrier platform counts them.
//
// Texts are drawn with a fixed seed: GSM-7 with and without its extension, accents, emoji with joiners and skin tones, flags,
// combining marks, CJK, right-to-left, line breaks, and lengths around every boundary.
//
//     npm install sms-segments-calculator@1.3.0     (anywhere; set NODE_PATH to its node_modules)
//     NODE_PATH=… node tests/oracles/segments.mjs > tests/oracles/segments.tsv
//
// Columns: the text as JSON pieces [[piece, times], …], encoding, units, segments, segments when cut between code points, units left.
// "segments" is the calculator's own answer, which keeps grapheme clusters whole; the next column is the same packing with the
// calculator's own parts, fed code point by code point, which is what the carriers' standard asks for. Units are septets or UTF-16 units.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { SegmentedMessage } = require('sms-segments-calculator');
const Segment = require('sms-segments-calculator/dist/libs/Segment.js').default;
const EncodedChar = require('sms-segments-calculator/dist/libs/EncodedChar.js').default;

const TEXT_COUNT = 2400;
const SEGMENT_BITS = 1120;
const HEADER_BITS = 48;

let state = 20261123;

// mulberry32
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];

const GSM = [...'abcXYZ 0123.,!?@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"#¤%&\'()*+-/:;<=>¡ÄÖÑÜ§¿äöñüà\n\r'];
const EXTENSION = [...'^{}\\[~]|€\f'];
const OTHER = [...'’“”–…ç`\táíóúâêőяжツ漢字한국שלוםمرحباहिन्दी\u00a0\u200b'];
const EMOJI = ['😀', '👍🏽', '👨‍👩‍👧‍👦', '🇺🇸', '🇬🇧', '❤️', '👩🏿‍💻', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '☎', '🫠', '𝒳'];
const CLUSTERS = ['e\u0301', 'ö\u0323', 'n\u0303\u0301', 'ก็', 'क्षि', '각', '\r\n', 'Z\u0351\u036b\u0343'];
const LENGTHS = [1, 2, 3, 5, 10, 33, 35, 36, 60, 64, 65, 66, 67, 68, 69, 70, 71, 80, 81, 130, 132, 133, 134, 135, 150, 151, 152, 153, 154, 158, 159, 160, 161, 200, 201, 202];

const FIXED = [
  [], [['a', 160]], [['a', 161]], [['a', 306]], [['a', 307]], [['a', 459]], [['a', 460]], [['€', 80]], [['€', 81]],
  [['a', 152], ['€', 1], ['a', 152]], [['a', 153], ['€', 1], ['a', 151]], [['я', 70]], [['я', 71]], [['я', 134]], [['я', 135]],
  [['😀', 35]], [['😀', 36]], [['😀', 66]], [['😀', 67]], [['я', 66], ['😀', 1], ['я', 66]], [['It’s ok', 1]],
  [['a', 1530]], [['a', 1531]], [['a', 1600]], [['€', 153]], [[']', 153]], [['a', 200], ['\r\n', 1], ['a', 105]],
  [['this is a ', 1], [']', 75], ['😘', 1]], [['é́́', 1], ['a', 69]],
];

function drawn() {
  const style = below(10);
  const pieces = [];
  const count = 1 + below(5);
  for (let index = 0; index < count; index += 1) {
    const length = random() < 0.75 ? pick(LENGTHS) : 1 + below(160);
    const times = count > 2 ? 1 + below(Math.max(2, length)) : length;
    if (style < 3) pieces.push([pick(random() < 0.8 ? GSM : EXTENSION), times]);
    else if (style < 5) pieces.push([pick(random() < 0.7 ? GSM : OTHER), times]);
    else if (style < 7) pieces.push(random() < 0.5 ? [pick(EMOJI), 1 + below(20)] : [pick([...GSM, ...OTHER]), times]);
    else if (style < 8) pieces.push(random() < 0.5 ? [pick(CLUSTERS), 1 + below(45)] : [pick(GSM), times]);
    else if (style < 9) pieces.push([pick(OTHER), times]);
    else pieces.push([Array.from({ length: 1 + below(30) }, () => pick(pick([GSM, EXTENSION, OTHER, EMOJI, CLUSTERS]))).join(''), 1 + below(6)]);
  }
  return pieces;
}

function cutBetweenCodePoints(text, encoding) {
  const characters = [...text].map((character) => new EncodedChar(character, encoding));
  if (characters.reduce((bits, character) => bits + character.sizeInBits(), 0) <= SEGMENT_BITS) {
    const single = new Segment();
    characters.forEach((character) => single.push(character));
    return [single];
  }
  const segments = [new Segment(true)];
  for (const character of characters) {
    if (segments.at(-1).freeSizeInBits() < character.sizeInBits()) segments.push(new Segment(true));
    segments.at(-1).push(character);
  }
  return segments;
}

const seen = new Set();
const texts = [...FIXED];
while (texts.length < TEXT_COUNT) texts.push(drawn());
for (const pieces of texts) {
  const text = pieces.map(([piece, times]) => piece.repeat(times)).join('');
  if (seen.has(text) || text.length > 1600) continue;
  seen.add(text);
  const message = new SegmentedMessage(text, 'auto', false);
  const unitBits = message.encodingName === 'GSM-7' ? 7 : 16;
  const cut = cutBetweenCodePoints(text, message.encodingName);
  const left = Math.floor(cut.at(-1).freeSizeInBits() / unitBits);
  console.log([JSON.stringify(pieces), message.encodingName, message.messageSize / unitBits, message.segmentsCount, cut.length, left].join('\t'));
}
if (HEADER_BITS !== new Segment(true).sizeInBits()) throw new Error('the header of a part is six octets');
