/**
 * The elements of Block Kit that hold a value: one control for each type, the same in modals, on the home tab and in posts.
 * A control is `{ node, read, isGroup }`; `read()` answers the plain value (text, the value of an option, ids, a list). What
 * the person does is told as `changed("typed" | "enter" | "chosen")`.
 */
import { combobox, pickedMany } from "./combobox.js";
import { h, icon, iconButton, patch, toast } from "./dom.js";
import { asDataUrl } from "./files.js";
import { call } from "./live.js";
import { renderPlain } from "./mrkdwn.js";
import { channelName, isDirect, people, visibleChannels, you } from "./store.js";

const TEXTS = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "number" };
const CONTROLS = {
  plain_text_input: textControl,
  email_text_input: textControl,
  url_text_input: textControl,
  number_input: textControl,
  rich_text_input: richControl,
  static_select: selectControl,
  users_select: selectControl,
  channels_select: selectControl,
  conversations_select: selectControl,
  external_select: combobox,
  multi_static_select: pickedMany,
  multi_users_select: pickedMany,
  multi_channels_select: pickedMany,
  multi_conversations_select: pickedMany,
  multi_external_select: pickedMany,
  radio_buttons: choicesControl,
  checkboxes: choicesControl,
  datepicker: (element, way) => momentControl("date", element, way),
  timepicker: (element, way) => momentControl("time", element, way),
  datetimepicker: (element, way) => momentControl("datetime-local", element, way),
  file_input: filesControl,
};

/** True for an element that holds a value. */
export const holds = (element) => Object.hasOwn(CONTROLS, element?.type ?? "");

/** Makes the control of an element. `way` is `{ id, focusKey, label, value, changed, suggest }`. */
export function makeControl(element, way) {
  const value = way.value ?? initialOf(element);
  const properties = { id: way.id, "data-focus": way.focusKey, "aria-label": way.label };
  return CONTROLS[element.type](element, { ...way, value, properties, choices: choicesOf(element) });
}

/** The plain value of an entry of `state.values`. */
export function plainOf(entry) {
  if (!entry) return undefined;
  const member = Object.keys(entry).find((name) => name === "value" || name === "files" || name.startsWith("selected_"));
  const held = entry[member];
  if (entry.type?.endsWith("external_select") || member === "files") return held ?? undefined;
  if (Array.isArray(held)) return held.map((one) => one.value ?? one);
  return held?.value ?? held ?? undefined;
}

/** Whether the app wants to hear of this, and as what kind of typing; null if not. */
export function wishOf(block, element, kind) {
  if (block.type !== "input") return { typing: undefined };
  if (!block.dispatch_action) return null;
  if (!TEXTS[element.type] && element.type !== "rich_text_input") return { typing: undefined };
  const typing = { typed: "on_character_entered", enter: "on_enter_pressed" }[kind];
  const wanted = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return wanted.includes(typing) ? { typing } : null;
}

function initialOf(element) {
  const name = Object.keys(element).find((key) => key.startsWith("initial_"));
  const first = name ? element[name] : undefined;
  if (element.type.endsWith("external_select")) return first;
  if (Array.isArray(first)) return first.map((one) => one.value ?? one);
  return first?.value ?? first;
}

/** The choices of a menu: `{ value, label, hint, group }`. */
function choicesOf(element) {
  const ofOption = (group) => (option) => ({
    value: option.value,
    label: option.text?.text ?? option.value,
    hint: option.description?.text,
    group,
  });
  if (element.option_groups) return element.option_groups.flatMap((group) => group.options.map(ofOption(group.label?.text)));
  if (element.options) return element.options.map(ofOption());
  if (/users_select$/.test(element.type)) return people().map((user) => ({ value: user.id, label: user.real_name }));
  if (!/(channels|conversations)_select$/.test(element.type)) return [];
  const open = visibleChannels().filter((channel) => !channel.is_archived);
  const wanted = element.type.includes("channels_") ? open.filter((channel) => !isDirect(channel)) : open;
  return wanted.map((channel) => ({
    value: channel.id,
    label: `${isDirect(channel) ? "" : "#"}${channelName(channel)}`,
  }));
}

function textControl(element, { value, changed, properties }) {
  const shape = {
    ...properties,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    value: String(value ?? ""),
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
  };
  const type = element.type === "number_input" ? "text" : TEXTS[element.type];
  const node = element.multiline ? h("textarea", { ...shape, rows: "4" }) : h("input", { type, ...shape });
  node.addEventListener("input", () => changed("typed"));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && (!element.multiline || event.ctrlKey || event.metaKey)) changed("enter", event);
  });
  return { node, read: () => (node.value === "" ? null : node.value) };
}

function richControl(element, way) {
  const plain = (way.value?.elements ?? []).flatMap((part) => part.elements ?? []).map((run) => run.text ?? "").join("");
  const inner = textControl({ ...element, type: "plain_text_input", multiline: true }, { ...way, value: plain });
  const run = (text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
  return { ...inner, read: () => (inner.read() === null ? null : { type: "rich_text", elements: [run(inner.read())] }) };
}

function selectControl(element, { value, changed, properties, choices }) {
  const option = (choice) => h("option", { value: choice.value, selected: choice.value === value }, choice.label);
  const groups = Map.groupBy ? Map.groupBy(choices, (choice) => choice.group) : new Map([[undefined, choices]]);
  const chosen = choices.some((choice) => choice.value === value);
  const node = h(
    "select",
    { ...properties, class: "block-select" },
    h("option", { value: "", selected: !chosen }, element.placeholder?.text ?? "Choose…"),
    [...groups].map(([label, own]) => (label ? h("optgroup", { label }, own.map(option)) : own.map(option))).flat(),
  );
  node.addEventListener("change", () => changed("chosen"));
  return { node, read: () => node.value || null };
}

function choicesControl(element, { value, changed, properties, choices }) {
  const many = element.type === "checkboxes";
  const chosen = [value ?? []].flat();
  const boxes = choices.map((choice, index) => ({
    choice,
    box: h("input", {
      type: many ? "checkbox" : "radio",
      name: properties.id,
      "data-focus": `${properties["data-focus"]}-${index}`,
      checked: chosen.includes(choice.value),
      onchange: () => changed("chosen"),
    }),
  }));
  const line = ({ choice, box }) =>
    h("label", { class: "modal-check" }, box, h("span", null, choice.label, choice.hint && h("small", { class: "quiet" }, choice.hint)));
  const node = h("div", { ...properties, role: many ? "group" : "radiogroup" }, boxes.map(line));
  const picked = () => boxes.filter(({ box }) => box.checked).map(({ choice }) => choice.value);
  return { node, isGroup: true, read: () => (many ? picked() : (picked()[0] ?? null)) };
}

function momentControl(type, element, { value, changed, properties }) {
  const isBoth = type === "datetime-local";
  const node = h("input", { type, ...properties, value: isBoth ? localTime(value) : (value ?? "") });
  node.addEventListener("change", () => changed("chosen"));
  const both = () => (node.value ? Math.floor(new Date(node.value) / 1000) : null);
  return { node, read: () => (isBoth ? both() : node.value || null) };
}

function localTime(seconds) {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Files are uploaded as soon as they are chosen, as Slack does. */
function filesControl(element, { value, changed, properties }) {
  let files = [...(value ?? [])];
  const most = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((ending) => `.${ending}`).join(",");
  const input = h("input", { type: "file", ...properties, accept, multiple: most > 1, onchange: take });
  const list = h("ul", { class: "picked" });
  const show = () => patch(list, JSON.stringify(files.map((file) => file.id)), () => files.map(line));
  const line = (file) =>
    h("li", null, icon("clip"), h("span", null, renderPlain(file.name)), iconButton("close", `Remove ${file.name}`, () => drop(file)));
  const drop = (file) => {
    files = files.filter((other) => other !== file);
    show();
    changed("chosen");
  };
  async function take() {
    for (const chosen of [...input.files].slice(0, most - files.length)) {
      const order = { user: you().id, name: chosen.name, data_url: await asDataUrl(chosen) };
      const kept = await call("slack/upload", order).catch((error) => toast(error.message));
      if (kept) files.push(kept.file);
    }
    input.value = "";
    show();
    changed("chosen");
  }
  show();
  return { node: h("div", { class: "files-control" }, input, list), read: () => files };
}
