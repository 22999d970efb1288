/**
 * Slack's markup, both ways. `renderMarkup` turns mrkdwn into DOM nodes, `escapeTyped` turns what a person typed into
 * what Slack stores, and `typedAgain` turns it back for editing. Only text nodes carry what people wrote, and only
 * http, https, mailto and tel addresses become links.
 */
import { fillDate, fullTimeOf, momentOf } from "./clock.js";
import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";

const TOKEN =
  /<([^<>\n]+)>|`([^`\n]+)`|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(?<![\p{L}\p{N}])([*_~])(?=\S)((?:(?!\4)[^\n])*?\S)\4(?![\p{L}\p{N}])/gu;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const SAFE_URL = /^(https?:\/\/|mailto:|tel:)/i;

/** Slack escapes exactly three characters; this undoes it. */
export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Escapes the three characters that Slack reserves. */
export const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Renders mrkdwn; `names.user(id)` and `names.channel(id)` answer names for mentions. */
export function renderMarkup(text, names) {
  const out = document.createDocumentFragment();
  String(text ?? "")
    .split("```")
    .forEach((part, index, parts) => {
      const fenced = index % 2 === 1 && index < parts.length - 1;
      if (fenced) out.append(h("pre", null, unescape(part.replace(/^\n|\n$/g, ""))));
      else out.append(...paragraphs(index % 2 === 1 ? "```" + part : part, names));
    });
  return out;
}

/** Plain text of a block: only emoji codes are replaced. */
export function renderPlain(text) {
  return unescape(String(text ?? "")).replace(/:([a-z0-9_+'-]+):/g, (whole, code) => emojiOf(code) ?? whole);
}

function paragraphs(text, names) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index) => {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote")));
      else quote.append(h("br"));
      return inline(quote, line.slice(quoted[0].length), names);
    }
    if (index > 0 && !quote) nodes.push(h("br"));
    quote = null;
    const piece = document.createDocumentFragment();
    inline(piece, line, names);
    nodes.push(piece);
  });
  return nodes;
}

function inline(parent, text, names) {
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    parent.append(unescape(text.slice(from, match.index)), ...tokenNodes(match, names));
    from = match.index + match[0].length;
  }
  parent.append(unescape(text.slice(from)));
}

function tokenNodes([whole, entity, code, emoji, style, styled], names) {
  if (entity !== undefined) return [entityNode(entity, names)];
  if (code !== undefined) return [h("code", null, unescape(code))];
  if (emoji !== undefined) return [emojiNode(emoji, whole)];
  const element = h(STYLES[style]);
  inline(element, styled, names);
  return [element];
}

function emojiNode(code, whole) {
  const character = emojiOf(code);
  return character
    ? h("span", { class: "emoji", role: "img", "aria-label": code.replaceAll("_", " "), title: whole }, character)
    : whole;
}

function entityNode(entity, names) {
  const bar = entity.indexOf("|");
  const target = bar < 0 ? entity : entity.slice(0, bar);
  const label = bar < 0 ? null : unescape(entity.slice(bar + 1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${label ?? names.user(target.slice(1))}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || names.channel(target.slice(1))}`);
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention" }, label ?? `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), label);
}

function dateNode(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  return dateText(seconds, unescape(format ?? ""), fallback, unescape(url ?? ""));
}

/** A moment in the words of the reader's place, or the fallback where it is no moment. */
export function dateText(seconds, format, fallback, url) {
  if (!/^\d+$/.test(seconds ?? "") || !format) return fallback ?? "";
  const moment = momentOf(seconds);
  const time = h("time", { datetime: moment.toISOString(), title: fullTimeOf(moment) }, fillDate(format, seconds));
  return url && SAFE_URL.test(url) ? link(url, null, time) : time;
}

/** A link that opens apart from the page and tells its target nothing; an address that is not safe stays text. */
export function link(url, label, child = label ?? url.replace(/^(mailto|tel):/i, "")) {
  if (!SAFE_URL.test(url)) return label ?? url;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, child);
}

/** What Slack stores for what was typed: three characters escaped, known @names, #channels and web addresses in brackets. */
export function escapeTyped(text, { users, channels }) {
  const userNamed = (name) => users.find((user) => user.name?.toLowerCase() === name.toLowerCase());
  const channelNamed = (name) => channels.find((channel) => channel.name === name.toLowerCase());
  return escape(text)
    .replace(/(?<![\w<|/])https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)'"]/g, (url) => `<${url}>`)
    .replace(/(?<![\w<|/.])@([\w.-]*\w)/g, (whole, name) => (userNamed(name) ? `<@${userNamed(name).id}>` : whole))
    .replace(/(?<![\w<|/.&])#([\w-]+)/g, (whole, name) =>
      channelNamed(name) ? `<#${channelNamed(name).id}|${channelNamed(name).name}>` : whole,
    );
}

/** The text as a person would type it again; the opposite of `escapeTyped`. */
export function typedAgain(text, names) {
  const plain = String(text ?? "").replace(/<([^<>\n]+)>/g, (whole, entity) => {
    const [target, label] = entity.split("|");
    if (target.startsWith("@")) return `@${names.handle(target.slice(1))}`;
    if (target.startsWith("#")) return `#${label || names.channel(target.slice(1))}`;
    return target.startsWith("!") ? (label ?? `@${target.slice(1)}`) : target;
  });
  return unescape(plain);
}
