/**
 * Menus in which one types: options that the app offers for what was typed, and lists of several choices. Arrow keys move,
 * Enter takes, Esc closes the list and only then what is around it.
 */
import { h, iconButton, patch } from "./dom.js";

const CALM_MS = 250;
const MIN_QUERY = 3;

const labelOf = (option) => option?.text?.text ?? option?.label ?? option?.value ?? "";

/** A field with a list below it. `find(typed)` answers options, `take(option)` is told of a choice. */
function finder({ properties, placeholder, find, take }) {
  const list = h("ul", { class: "options", role: "listbox", id: `${properties.id}-list`, hidden: true });
  const input = h("input", {
    type: "text",
    ...properties,
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": `${properties.id}-list`,
    placeholder,
  });
  let options = [];
  let at = -1;
  let timer = null;

  const show = (found, note) => {
    options = found;
    at = found.length > 0 ? 0 : -1;
    paint(note);
  };
  const paint = (note) => {
    const shut = options.length === 0 && !note;
    list.hidden = shut;
    input.setAttribute("aria-expanded", String(!shut));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...(options.length ? options.map(line) : note ? [h("li", { class: "quiet" }, note)] : []));
  };
  const line = (option, index) =>
    h(
      "li",
      {
        role: "option",
        id: `${list.id}-${index}`,
        "aria-selected": String(index === at),
        onpointerdown: (event) => {
          event.preventDefault();
          choose(option);
        },
      },
      labelOf(option),
    );
  const choose = (option) => {
    show([]);
    take(option, input);
  };
  const search = async () => {
    const typed = input.value.trim();
    const found = await find(typed);
    if (found && input.value.trim() === typed) show(found, found.length ? "" : "No results");
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, CALM_MS);
  });
  input.addEventListener("focus", () => input.value === "" && search());
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) at = (at + step + options.length) % options.length;
    else if (event.key === "Enter" && at >= 0) choose(options[at]);
    else if (event.key === "Escape" && !list.hidden) show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) paint();
  });
  return { node: h("div", { class: "finder" }, input, list), input };
}

function finds(element, { suggest, choices }) {
  const least = element.min_query_length ?? MIN_QUERY;
  if (!element.type.endsWith("external_select"))
    return async (typed) => choices.filter((choice) => choice.label.toLowerCase().includes(typed.toLowerCase()));
  return async (typed) => (typed.length < least ? null : ((await suggest(typed)) ?? []).flatMap((one) => one.options ?? one));
}

/** A menu whose options the app offers. */
export function combobox(element, way) {
  let held = way.value ?? null;
  const own = finder({
    properties: way.properties,
    placeholder: element.placeholder?.text ?? "Type to search…",
    find: finds(element, way),
    take: (option, input) => {
      held = option;
      input.value = labelOf(option);
      way.changed("chosen");
    },
  });
  own.input.value = labelOf(held);
  own.input.addEventListener("input", () => {
    if (own.input.value === "") held = null;
  });
  return { node: own.node, read: () => held };
}

/** A menu of which several options are taken; each can be given back. */
export function pickedMany(element, way) {
  const external = element.type.endsWith("external_select");
  const known = (value) => (external ? value : way.choices.find((choice) => choice.value === value));
  let held = (way.value ?? []).map(known).filter(Boolean);
  const list = h("ul", { class: "picked" });
  const show = () => patch(list, JSON.stringify(held.map((one) => one.value)), () => held.map(line));
  const line = (one) =>
    h("li", null, h("span", null, labelOf(one)), iconButton("close", `Remove ${labelOf(one)}`, () => drop(one)));
  const drop = (one) => {
    held = held.filter((other) => other !== one);
    show();
    way.changed("chosen");
  };
  const isNew = (option) => !held.some((one) => one.value === option.value);
  const find = finds(element, way);
  const own = finder({
    properties: way.properties,
    placeholder: element.placeholder?.text ?? "Choose…",
    find: async (typed) => (await find(typed))?.filter(isNew),
    take: (option, input) => {
      input.value = "";
      if (held.length < (element.max_selected_items ?? Infinity)) held.push(option);
      show();
      way.changed("chosen");
    },
  });
  show();
  return { node: h("div", null, list, own.node), read: () => held.map((one) => (external ? one : one.value)) };
}
