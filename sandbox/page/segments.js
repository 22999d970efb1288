/**
 * How long a text is for the carrier: GSM 03.38 septets or UCS-2 units, and the parts it travels in. A pair (escape or
 * surrogate) never falls between two parts, so parts are filled one unit at a time instead of divided.
 */

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "^{}\\[~]|€\f";

/** `{ characters, units, limit, parts, unicode }` of a text; `limit` is what fits in its present number of parts. */
export function measure(text) {
  const symbols = [...text];
  const unicode = symbols.some((symbol) => !BASIC.includes(symbol) && !EXTENSION.includes(symbol));
  const widths = symbols.map((symbol) => (unicode ? symbol.length : EXTENSION.includes(symbol) ? 2 : 1));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const single = unicode ? 70 : 160;
  const part = unicode ? 67 : 153;
  const parts = units <= single ? Math.min(1, units) : fill(widths, part);
  return { characters: symbols.length, units, limit: parts <= 1 ? single : parts * part, parts, unicode };
}

function fill(widths, size) {
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > size) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return parts;
}
