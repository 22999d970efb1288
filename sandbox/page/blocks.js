/**
 * Block Kit: the blocks that an app's posts and views are made of. What this page does not know is named politely instead
 * of hidden. Elements that hold a value are drawn by `elements.js`.
 */
import { h, icon } from "./dom.js";
import { holds, makeControl, wishOf } from "./elements.js";
import { dateText, link, renderMarkup, renderPlain } from "./mrkdwn.js";
import { ask, menu } from "./overlay.js";
import { names } from "./store.js";

const BLOCKS = {
  section,
  context,
  divider: () => h("hr"),
  header,
  actions,
  input,
  image,
  rich_text: richText,
  markdown: (block) => h("div", { class: "block-text" }, renderMarkup(block.text, names)),
};
const ELEMENTS = { button, overflow, image: smallImage };
let controls = 0;

/**
 * All blocks of a post or view, in order. `act(element, value, block)` is called when something is used; `way` says more about
 * elements that hold a value: `{ valueOf, made, changed, suggest }`.
 */
export function renderBlocks(blocks, act, way = {}) {
  return blocks.map((block) => (BLOCKS[block.type] ?? unknown)(block, act, way)).filter(Boolean);
}

/** A text object: mrkdwn or plain. */
export function renderText(text) {
  if (!text) return "";
  if (typeof text === "string") return renderPlain(text);
  return text.type === "mrkdwn" ? renderMarkup(text.text, names) : renderPlain(text.text);
}

const unknown = (part) => h("p", { class: "block-unknown" }, `A “${part.type}” that this page does not draw.`);

function section(block, act, way) {
  return h(
    "div",
    { class: "block-section" },
    h(
      "div",
      { class: "block-text" },
      block.text && h("div", null, renderText(block.text)),
      block.fields &&
        h(
          "div",
          { class: "block-fields" },
          block.fields.map((field) => h("div", null, renderText(field))),
        ),
    ),
    block.accessory && h("div", { class: "block-accessory" }, renderElement(block.accessory, block, { act, way })),
  );
}

function context(block) {
  const part = (element) => (element.type === "image" ? smallImage(element) : h("span", null, renderText(element)));
  return h("div", { class: "block-context" }, (block.elements ?? []).map(part));
}

function header(block) {
  return h("h3", { class: "block-header" }, renderText(block.text));
}

function actions(block, act, way) {
  return h(
    "div",
    { class: "block-actions" },
    (block.elements ?? []).map((element) => renderElement(element, block, { act, way })),
  );
}

function renderElement(element, block, { act, way }) {
  if (holds(element)) return field(element, block, { act, way, label: element.placeholder?.text ?? "Choose" }).node;
  return (ELEMENTS[element.type] ?? unknown)(element, block, act);
}

/** A labelled field, with room for what is wrong with it. */
function input(block, act, way) {
  if (!holds(block.element)) return unknown(block.element ?? block);
  const own = field(block.element, block, { act, way });
  const text = [renderText(block.label), block.optional && h("span", { class: "quiet" }, " (optional)")];
  const label = own.isGroup ? h("p", { class: "modal-label" }, text) : h("label", { class: "modal-label", for: own.id }, text);
  if (own.isGroup) own.node.setAttribute("aria-label", block.label?.text ?? "");
  return h(
    "div",
    { class: "modal-input" },
    label,
    own.node,
    block.hint && h("p", { class: "quiet" }, renderText(block.hint)),
    h("p", { class: "modal-problem", role: "alert", "data-problem-of": block.block_id }),
  );
}

/** The control of an element that holds a value. Outside of views each choice is told at once. */
function field(element, block, { act, way, label }) {
  controls += 1;
  const id = `field-${controls}`;
  const focusKey = `field-${block.block_id ?? ""}-${element.action_id}`;
  const changed = async (kind, event) => {
    if (way.changed) return way.changed(element, control, kind, event);
    if (!wishOf(block, element, kind)) return;
    if (element.confirm && !(await agreed(element.confirm))) return;
    act(element, control.read(), block);
  };
  const suggest = (typed) => way.suggest?.(element, typed) ?? [];
  const control = makeControl(element, { id, focusKey, label, value: way.valueOf?.(element), changed, suggest });
  way.made?.(element, control);
  return { ...control, id };
}

function button(element, block, act) {
  const style = { primary: " primary", danger: " danger" }[element.style] ?? "";
  const label = element.text?.text ?? "Button";
  const node = h(
    "button",
    {
      type: "button",
      class: `button small${style}`,
      "aria-label": element.accessibility_label,
      "data-focus": `action-${block.block_id ?? ""}-${element.action_id ?? label}`,
      "data-action": element.action_id,
    },
    renderText(element.text),
  );
  node.addEventListener("click", () => press(node, element, element.value ?? "", { block, act }));
  if (element.url) node.addEventListener("click", () => openLink(element.url));
  return node;
}

function openLink(url) {
  const anchor = link(url, "");
  if (anchor instanceof Node) anchor.click();
}

/** Asks first if the app wants it; the control rests until the app has answered, so that a double click counts once. */
async function press(node, element, value, { block, act }) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await agreed(element.confirm))) return;
  node.setAttribute("aria-busy", "true");
  await act(element, value, block);
  node.removeAttribute("aria-busy");
}

const agreed = (confirm) =>
  ask({
    title: renderText(confirm.title),
    text: renderText(confirm.text),
    confirm: renderText(confirm.confirm) || "OK",
    deny: renderText(confirm.deny) || "Cancel",
    danger: confirm.style === "danger",
  });

function overflow(element, block, act) {
  const node = h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-focus": `action-${element.action_id}`,
    },
    icon("dots"),
  );
  const items = (element.options ?? []).map((option) => ({
    label: renderText(option.text),
    act: () => press(node, element, option.value ?? "", { block, act }),
  }));
  node.addEventListener("click", () => menu(node, items));
  return h("span", { class: "menu-home" }, node);
}

function image(block) {
  return h(
    "figure",
    { class: "block-image" },
    block.title && h("figcaption", null, renderText(block.title)),
    pictureOf(block.image_url ?? block.slack_file?.url, block.alt_text ?? ""),
  );
}

function smallImage(element) {
  return pictureOf(element.image_url, element.alt_text ?? "", "block-small-image");
}

/** A picture from an http address, or a line that says what it was. */
export function pictureOf(url, alternative, className = "block-picture") {
  if (!/^https?:\/\//.test(url ?? "")) return h("span", { class: "block-unknown" }, alternative || "A picture");
  const node = h("img", { class: className, src: url, alt: alternative, referrerpolicy: "no-referrer" });
  node.addEventListener("error", () =>
    node.replaceWith(h("span", { class: "block-unknown" }, `Picture: ${alternative || "cannot be shown"}`)),
  );
  return node;
}

/** What Slack's own composer makes: sections of styled runs. Lists and quotes keep their words and lose some looks. */
function richText(block) {
  const tags = { rich_text_quote: "blockquote", rich_text_preformatted: "pre", rich_text_list: "ul" };
  const group = (part) =>
    h(
      part.type === "rich_text_section" && part.inList ? "li" : (tags[part.type] ?? "p"),
      null,
      (part.elements ?? []).map((run) =>
        run.elements ? group({ ...run, inList: part.type === "rich_text_list" }) : richRun(run),
      ),
    );
  return h("div", { class: "block-text block-rich" }, (block.elements ?? []).map(group));
}

function richRun(run) {
  if (run.type === "link") return link(run.url, run.text ?? run.url);
  if (run.type === "emoji") return renderPlain(`:${run.name}:`);
  if (run.type === "user") return h("span", { class: "mention" }, `@${names.user(run.user_id)}`);
  if (run.type === "date") return dateText(run.timestamp, run.format, run.fallback, run.url);
  if (run.type === "channel") return h("span", { class: "mention" }, `#${names.channel(run.channel_id)}`);
  const wrap = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.keys(wrap).reduce((inner, style) => (run.style?.[style] ? h(wrap[style], null, inner) : inner), run.text ?? "");
}
