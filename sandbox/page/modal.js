/**
 * Modals that Clerk opens (`views.open`): a form of inputs among ordinary blocks. Sending it off gives Clerk the values in
 * Slack's shape; Clerk answers with errors beside the inputs, with another view, or with nothing, which closes it.
 */
import { renderBlocks, renderText } from "./blocks.js";
import { h, keyed, toast } from "./dom.js";
import { call, isTaken } from "./live.js";
import { people, visibleChannels, channelName, isDirect, you } from "./store.js";

let open = null;

/** Shows a view that was opened or changed; a change of a view that was closed stays unseen. */
export function showView(view, isNew) {
  if (view?.type !== "modal") return;
  if (open?.view.id === view.id) fill(open, view);
  else if (isNew) begin(view);
}

function begin(view) {
  const dialog = h("dialog", { class: "question modal", "aria-labelledby": "modal-title" });
  const title = h("h2", { id: "modal-title" });
  const body = h("div", { class: "modal-body" });
  const answers = h("div", { class: "question-answers" });
  const form = h("form", { novalidate: true, onsubmit: submit }, title, body, answers);
  open?.dialog.close();
  open = { dialog, title, body, answers, view };
  const mine = open;
  dialog.append(form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open === mine) open = null;
  });
  document.body.append(dialog);
  fill(open, view);
  dialog.showModal();
}

/** Inputs whose block stayed the same keep what was typed. */
function fill(modal, view) {
  modal.view = view;
  modal.title.replaceChildren(renderText(view.title));
  const item = (block, index) => ({
    key: block.block_id ?? `block ${index}`,
    signature: JSON.stringify(block),
    build: () => blockNode(block),
  });
  keyed(modal.body, (view.blocks ?? []).map(item));
  const close = h(
    "button",
    { type: "button", class: "button", onclick: () => modal.dialog.close() },
    renderText(view.close) || "Close",
  );
  const send = view.submit && h("button", { type: "submit", class: "button primary" }, renderText(view.submit));
  modal.answers.replaceChildren(...[close, send].filter(Boolean));
}

function blockNode(block) {
  if (block.type !== "input") return h("div", null, renderBlocks([block], refuse));
  const id = `input-${block.block_id ?? block.element?.action_id}`;
  const control = (CONTROLS[block.element?.type] ?? unknownControl)(block.element, id);
  const problem = h("p", { class: "modal-problem", role: "alert" });
  const node = h(
    "div",
    { class: "modal-input" },
    h("label", { for: id }, renderText(block.label), block.optional && h("span", { class: "quiet" }, " (optional)")),
    control.node,
    block.hint && h("p", { class: "quiet" }, renderText(block.hint)),
    problem,
  );
  node.inputOf = { block, read: control.read, problem };
  return node;
}

const refuse = () => toast("Buttons inside a modal are not part of this small Slack.");

const CONTROLS = {
  plain_text_input: textControl,
  email_text_input: textControl,
  url_text_input: textControl,
  number_input: textControl,
  static_select: (element, id) =>
    selectControl(element, id, optionsOf(element), (option) => ({ selected_option: option?.raw ?? null })),
  radio_buttons: (element, id) =>
    selectControl(element, id, optionsOf(element), (option) => ({ selected_option: option?.raw ?? null })),
  users_select: (element, id) =>
    selectControl(element, id, userOptions(element), (option) => ({ selected_user: option?.value ?? null })),
  channels_select: (element, id) =>
    selectControl(element, id, channelOptions(element), (option) => ({ selected_channel: option?.value ?? null })),
  conversations_select: (element, id) =>
    selectControl(element, id, channelOptions(element), (option) => ({ selected_conversation: option?.value ?? null })),
  checkboxes: checkControl,
  datepicker: (element, id) => fieldControl("date", element.initial_date, id, (value) => ({ selected_date: value || null })),
  timepicker: (element, id) => fieldControl("time", element.initial_time, id, (value) => ({ selected_time: value || null })),
  datetimepicker: (element, id) =>
    fieldControl("datetime-local", localTime(element.initial_date_time), id, (value) => ({
      selected_date_time: value ? Math.floor(new Date(value) / 1000) : null,
    })),
};

function textControl(element, id) {
  const properties = {
    id,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    value: String(element.initial_value ?? ""),
  };
  const type = { email_text_input: "email", url_text_input: "url", number_input: "number" }[element.type] ?? "text";
  const node = element.multiline ? h("textarea", { ...properties, rows: "4" }) : h("input", { type, ...properties });
  return { node, read: () => ({ value: node.value === "" ? null : node.value }) };
}

function fieldControl(type, initial, id, shape) {
  const node = h("input", { type, id, value: initial ?? "" });
  return { node, read: () => shape(node.value) };
}

function localTime(seconds) {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const optionsOf = (element) =>
  (element.options ?? (element.option_groups ?? []).flatMap((group) => group.options)).map((raw) => ({
    value: raw.value,
    label: renderText(raw.text),
    raw,
    chosen: raw.value === element.initial_option?.value,
  }));

const userOptions = (element) =>
  people().map((user) => ({ value: user.id, label: user.real_name, chosen: user.id === element.initial_user }));

const channelOptions = (element) => {
  const initial = element.initial_channel ?? element.initial_conversation;
  const open = visibleChannels().filter((channel) => !channel.is_archived);
  return open.map((channel) => ({
    value: channel.id,
    label: `${isDirect(channel) ? "" : "#"}${channelName(channel)}`,
    chosen: channel.id === initial,
  }));
};

function selectControl(element, id, options, shape) {
  const chosen = options.some((option) => option.chosen);
  const node = h(
    "select",
    { id, class: "block-select" },
    h("option", { value: "", selected: !chosen }, element.placeholder?.text ?? "Choose…"),
    options.map((option) => h("option", { value: option.value, selected: option.chosen }, option.label)),
  );
  return { node, read: () => shape(options.find((option) => option.value === node.value)) };
}

function checkControl(element, id) {
  const initial = (element.initial_options ?? []).map((option) => option.value);
  const boxes = (element.options ?? []).map((raw) => ({
    raw,
    box: h("input", { type: "checkbox", checked: initial.includes(raw.value) }),
  }));
  const node = h(
    "div",
    { id, role: "group" },
    boxes.map(({ raw, box }) => h("label", { class: "modal-check" }, box, h("span", null, renderText(raw.text)))),
  );
  return { node, read: () => ({ selected_options: boxes.filter(({ box }) => box.checked).map(({ raw }) => raw) }) };
}

function unknownControl(element) {
  return { node: h("p", { class: "block-unknown" }, `A “${element?.type}” that this page does not draw.`), read: () => ({}) };
}

async function submit(event) {
  event.preventDefault();
  const modal = open;
  const inputs = [...modal.body.children].map((node) => node.inputOf).filter(Boolean);
  const values = {};
  for (const { block, read } of inputs) {
    values[block.block_id ?? ""] = {
      ...values[block.block_id ?? ""],
      [block.element.action_id]: { type: block.element.type, ...read() },
    };
  }
  try {
    const answer = await call("slack/submit", { user: you().id, view_id: modal.view.id, values });
    follow(modal, inputs, answer);
  } catch (error) {
    toast(error.message);
  }
}

/** What Clerk wants after a form: show errors, show another view, or close. */
function follow(modal, inputs, answer) {
  if (!isTaken(answer))
    return toast(`Clerk did not take the form: ${answer.webhook_error ?? `it answered ${answer.webhook_status}`}.`);
  const wish = wishOf(answer.webhook_body);
  if (wish.response_action === "errors")
    return inputs.forEach(({ block, problem }) => problem.replaceChildren(wish.errors?.[block.block_id] ?? ""));
  if (wish.view) return fill(modal, { ...wish.view, id: modal.view.id });
  modal.dialog.close();
}

function wishOf(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
