/**
 * Builds and refreshes DOM nodes. Text from people only ever becomes text nodes: there is no path from data to markup,
 * and no attribute of style is set, so a strict content security policy holds. Refreshing keeps nodes that did not
 * change, so that focus, selection and scroll survive a live update.
 */

const SVG = "http://www.w3.org/2000/svg";
const NEAR_END_PX = 80;
const TOAST_MS = 8000;

/** Makes an element: `h("p", { class: "x", onclick: f, "aria-label": "y" }, "text", node, …)`; null and false children are skipped. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) setProperty(element, name, value);
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "style" || name === "innerHTML") throw new Error(`"${name}" may not be set from data`);
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

const ICONS = {
  back: "M15 5l-7 7 7 7",
  bolt: "M13 3 5 13.5h6L10 21l8-10.5h-6L13 3Z",
  check: "M5 12.5 10 17 19 7.5",
  chevron: "M6 9.5l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  dots: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  edit: "M4.5 19.5h4L19 9l-4-4L4.5 15.5v4ZM13 7l4 4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  menu: "M4 7h16M4 12h16M4 17h16",
  archive: "M3.5 5h17v4h-17zM5 9v10h14V9M10 13h4",
  clip: "M19.5 11.5 12 19a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.3-7.2",
  lock: "M6.5 11h11v8.5h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  plus: "M12 5.5v13M5.5 12h13",
  power: "M12 3.5v8M6.6 6.8a7.7 7.7 0 1 0 10.8 0",
  reply: "M4 5.5h16v11H11l-4.5 3.6v-3.6H4z",
  send: "M12 19.5v-15M5.5 11 12 4.5l6.5 6.5",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13",
  warning: "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.3h.01",
};

/** An icon of the page's own set, hidden from assistive technology: the control around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon only; `label` is its name for everybody who does not see the icon, and its tooltip. */
export function iconButton(name, label, onclick, properties = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties },
    icon(name),
  );
}

/** Makes the children of `parent` anew, but only if `signature` differs from that of the last call. */
export function patch(parent, signature, build) {
  if (parent.patchSignature === signature) return;
  parent.patchSignature = signature;
  keepFocus(parent, () => parent.replaceChildren(...[build()].flat().filter(Boolean)));
}

/** Makes the children of `parent` follow `items` (`{ key, signature, build }`), reusing every node whose signature stayed. */
export function keyed(parent, items) {
  keepFocus(parent, () => {
    const old = parent.keyedNodes ?? new Map();
    const now = new Map();
    for (const item of items) {
      const known = old.get(item.key);
      now.set(item.key, known?.signature === item.signature ? known : { signature: item.signature, node: item.build() });
    }
    parent.keyedNodes = now;
    place(
      parent,
      [...now.values()].map((entry) => entry.node),
    );
  });
}

/** Puts `nodes` into `parent` in order without touching those that stand in the right place. */
function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

/** Runs `change`; if it took away the focused node, focuses its successor: the node with the same `data-focus`. */
function keepFocus(root, change) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const path = before && before !== root ? focusPath(before, root) : [];
  change();
  if (!before || before.isConnected) return;
  for (const key of path) {
    const heir = root.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (heir && !heir.disabled) return heir.focus({ preventScroll: true });
  }
}

function focusPath(node, root) {
  const path = [];
  for (let at = node; at && at !== root; at = at.parentElement) if (at.dataset?.focus) path.push(at.dataset.focus);
  return path;
}

/** Tells people who listen instead of look. */
export function announce(text) {
  document.getElementById("announcer").append(h("p", null, text));
  const region = document.getElementById("announcer");
  while (region.childElementCount > 5) region.firstChild.remove();
}

/** Shows a short line about something that went wrong, for eight seconds. */
export function toast(text) {
  const region = document.getElementById("toasts");
  const note = h("p", { class: "toast" }, icon("warning"), h("span", null, text));
  note.append(iconButton("close", "Dismiss", () => note.remove()));
  region.append(note);
  // Shown anew, so that it stands above a modal that was opened meanwhile.
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover?.();
  setTimeout(() => note.remove(), TOAST_MS);
}

/**
 * Makes a scrolling list follow its newest line, as long as the reader has not scrolled up from it; lines that become
 * longer because the list became narrower are no scrolling. Answers `settle(place)`, to be called after each refresh;
 * another `place` (another channel, say) begins at the end again, and so does `settle.toEnd()`.
 */
export function followEnd(list) {
  let following = true;
  let where = null;
  let last = 0;
  const pull = () => {
    if (following) list.scrollTop = list.scrollHeight;
  };
  list.addEventListener("scroll", () => {
    const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
    following = isNear || (following && list.scrollTop >= last);
    last = list.scrollTop;
  });
  list.addEventListener("load", pull, true);
  new ResizeObserver(pull).observe(list);
  const settle = (place) => {
    following ||= place !== where;
    where = place;
    pull();
  };
  settle.toEnd = () => {
    following = true;
    pull();
  };
  return settle;
}
