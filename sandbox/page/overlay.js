/**
 * What opens above the page: questions in a `<dialog>` and menus of buttons. Both close with Esc and give the focus back
 * to where it was, so that a keyboard never gets lost.
 */
import { h } from "./dom.js";

/** Asks before something that matters; answers true if the person agreed. */
export function ask({ title, text, confirm = "OK", deny = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.close(value);
    };
    const dialog = h(
      "dialog",
      { class: "question", "aria-labelledby": "question-title" },
      h("h2", { id: "question-title" }, title),
      text && h("div", { class: "question-text" }, text),
      h(
        "div",
        { class: "question-answers" },
        h("button", { type: "button", class: "button", onclick: answer("no") }, deny),
        h(
          "button",
          { type: "button", class: danger ? "button danger" : "button primary", onclick: answer("yes"), autofocus: true },
          confirm,
        ),
      ),
    );
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks for a line of text; answers it, or "" if the person changed their mind. */
export function askText({ title, label, value = "", placeholder = "", confirm = "OK" }) {
  return new Promise((resolve) => {
    const input = h("input", { type: "text", id: "asked-text", value, placeholder, autocomplete: "off", autofocus: true });
    const deny = h("button", { type: "button", class: "button", onclick: () => dialog.close("") }, "Cancel");
    const take = h("button", { type: "submit", class: "button primary" }, confirm);
    const send = (event) => {
      event.preventDefault();
      dialog.close(input.value.trim());
    };
    const form = h(
      "form",
      { novalidate: true, onsubmit: send },
      h("h2", { id: "text-title" }, title),
      h("div", { class: "modal-input" }, h("label", { class: "modal-label", for: "asked-text" }, label), input),
      h("div", { class: "question-answers" }, deny, take),
    );
    const dialog = h("dialog", { class: "question", "aria-labelledby": "text-title" }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}

let openMenu = null;

/** Opens a menu at `anchor` with `items` (`{ label, danger, disabled, act }`); pressing the anchor again closes it. */
export function menu(anchor, items) {
  if (openMenu?.anchor === anchor) return closeMenu(true);
  closeMenu(false);
  const entries = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: item.danger ? "menu-item danger" : "menu-item",
        disabled: item.disabled,
        onclick: () => {
          closeMenu(true);
          item.act();
        },
      },
      item.label,
    ),
  );
  const node = h("div", { class: "menu", role: "menu", "aria-label": anchor.getAttribute("aria-label") ?? "Menu" }, entries);
  node.addEventListener("keydown", (event) =>
    moveInMenu(
      event,
      entries.filter((entry) => !entry.disabled),
    ),
  );
  anchor.setAttribute("aria-expanded", "true");
  anchor.parentElement.append(node);
  openMenu = { anchor, node };
  keepInside(node);
  entries.find((entry) => !entry.disabled)?.focus();
}

/** A menu that would stick out of the window, or of the list that it stands in, opens to the other side. */
function keepInside(node) {
  const box = node.getBoundingClientRect();
  const list = node.closest(".posts, .modal-body, .home-panel")?.getBoundingClientRect();
  if (box.left < 4) node.classList.add("menu-from-left");
  if (box.bottom > Math.min(window.innerHeight, list?.bottom ?? Infinity) - 4) node.classList.add("menu-upwards");
}

function moveInMenu(event, entries) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = entries.indexOf(document.activeElement);
  if (step) entries[(at + step + entries.length) % entries.length].focus();
  else if (event.key === "Home") entries[0].focus();
  else if (event.key === "End") entries.at(-1).focus();
  else if (event.key === "Tab") return closeMenu(false);
  else return;
  event.preventDefault();
}

/** Closes the open menu; answers whether there was one. */
export function closeMenu(giveFocusBack) {
  if (!openMenu) return false;
  const { anchor, node } = openMenu;
  openMenu = null;
  node.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (giveFocusBack) anchor.focus();
  return true;
}

document.addEventListener("pointerdown", (event) => {
  if (openMenu && !openMenu.node.contains(event.target) && !openMenu.anchor.contains(event.target)) closeMenu(false);
});
