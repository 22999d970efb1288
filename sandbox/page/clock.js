/**
 * Times and phone numbers as people read them, in the reader's own zone and language. Slack's `ts` is seconds with a
 * fraction that makes it unique; the carrier's `at` is RFC 3339 or anything `Date` reads.
 */

const formatter = (options) => new Intl.DateTimeFormat(undefined, options);
const TIME = formatter({ hour: "numeric", minute: "2-digit" });
const TIME_SECONDS = formatter({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const DAY = formatter({ weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = formatter({ day: "numeric", month: "short" });
const FULL = formatter({ dateStyle: "full", timeStyle: "medium" });
const DATE_NUMBER = formatter({ year: "numeric", month: "2-digit", day: "2-digit" });
const DATE = formatter({ dateStyle: "long" });
const DATE_SHORT = formatter({ dateStyle: "medium" });

/** The moment of a Slack `ts`. */
export const momentOf = (ts) => new Date(Number(ts) * 1000);

/** The moment of a carrier's date. Seconds since 1970 are understood too. */
export function momentAt(at) {
  const date = typeof at === "number" ? new Date(at < 1e12 ? at * 1000 : at) : new Date(at);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

export const timeOf = (date) => TIME.format(date);
export const exactTimeOf = (date) => TIME_SECONDS.format(date);
export const fullTimeOf = (date) => FULL.format(date);

const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** True if both moments lie on the same day of the reader. */
export const sameDay = (one, other) => dayKey(one) === dayKey(other);

/** "Today", "Yesterday", "Tomorrow" or the day. */
export function dayOf(date) {
  return nearDay(date) ?? DAY.format(date);
}

function nearDay(date) {
  const names = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" };
  const now = new Date();
  const away = Object.keys(names).find((days) => sameDay(date, new Date(now.getFullYear(), now.getMonth(), now.getDate() + Number(days))));
  return names[away] ?? null;
}

/** A time if it is today, otherwise a short day: for lists. */
export const briefOf = (date) => (sameDay(date, new Date()) ? TIME.format(date) : SHORT_DAY.format(date));

/** How long ago, in one or two words. */
export function agoOf(date) {
  const seconds = Math.max(0, (Date.now() - date.getTime()) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return SHORT_DAY.format(date);
}

/** Fills the tokens of Slack's `<!date^…>` form; unknown tokens stay as they are. The first letter is a capital, as Slack has it. */
export function fillDate(format, seconds) {
  const date = new Date(Number(seconds) * 1000);
  const pretty = (other) => nearDay(date)?.toLowerCase() ?? other.format(date);
  const tokens = {
    date_num: () => DATE_NUMBER.format(date),
    date: () => DATE.format(date),
    date_long: () => `${DAY.format(date)} ${date.getFullYear()}`,
    date_short: () => DATE_SHORT.format(date),
    date_pretty: () => pretty(DATE),
    date_short_pretty: () => pretty(DATE_SHORT),
    date_long_pretty: () => pretty(DAY),
    time: () => TIME.format(date),
    time_secs: () => TIME_SECONDS.format(date),
    ago: () => agoOf(date),
  };
  const filled = format.replace(/\{(\w+)\}/g, (whole, token) => tokens[token]?.() ?? whole);
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

/** A phone number with the spaces that people of its country expect; others stay as they are. */
export function phoneText(number) {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (american) return `(${american[1]}) ${american[2]}-${american[3]}`;
  const london = /^\+44(20)(\d{4})(\d{4})$/.exec(number);
  if (london) return `0${london[1]} ${london[2]} ${london[3]}`;
  const british = /^\+44(7\d{3})(\d{6})$/.exec(number);
  return british ? `0${british[1]} ${british[2]}` : number;
}
