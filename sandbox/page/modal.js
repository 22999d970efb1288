/**
 * Modals that Clerk opens: the topmost of your stack is on the screen. Enter sends it off, Esc goes one back; errors stand
 * below their inputs. What was typed into a view is still there when one comes back to it or when the app changes it.
 */
import { renderText } from "./blocks.js";
import { h, iconButton, patch, toast } from "./dom.js";
import { call, isTaken } from "./live.js";
import { world, you } from "./store.js";
import { ViewForm } from "./view_form.js";

const typedInto = new Map();
let open = null;

/** Shows what is open for you now; nothing happens if it is on the screen already. */
export function paintModal() {
  const stack = world.views.get(you()?.id)?.modals ?? [];
  const view = stack.at(-1);
  if (!view) return shut();
  open ??= begin();
  const signature = JSON.stringify([view, stack.length, open.problems, open.busy]);
  if (open.signature === signature) return;
  open.signature = signature;
  const isOther = open.form.view?.id !== view.id;
  if (isOther && open.form.view) typedInto.set(open.form.view.id, open.form.typed);
  if (isOther) open.problems = {};
  open.form.show(view, isOther ? (typedInto.get(view.id) ?? new Map()) : undefined);
  paintHead(view, stack.length);
  paintFoot(view);
  const rest = open.form.complain({ ...view.errors, ...open.problems });
  open.trouble.textContent = Object.values(rest).join(" ");
  forget(stack);
  if (isOther) focusFirst();
}

function begin() {
  const parts = {
    head: h("header", { class: "modal-head" }),
    trouble: h("p", { class: "modal-problem modal-trouble", role: "alert" }),
    body: h("div", { class: "modal-body" }),
    foot: h("footer", { class: "modal-foot" }),
  };
  const form = h("form", { novalidate: true, onsubmit: submit }, parts.head, parts.trouble, parts.body, parts.foot);
  const dialog = h("dialog", { class: "question modal", "aria-labelledby": "modal-title" }, form);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(false);
  });
  document.body.append(dialog);
  dialog.showModal();
  return { ...parts, dialog, form: new ViewForm(parts.body), problems: {}, busy: false };
}

function shut() {
  typedInto.clear();
  if (!open) return;
  open.dialog.close();
  open.dialog.remove();
  open = null;
}

/** Views that are gone take along what was typed into them. */
function forget(stack) {
  for (const id of typedInto.keys()) if (!stack.some((view) => view.id === id)) typedInto.delete(id);
}

function paintHead(view, height) {
  patch(open.head, JSON.stringify([view.id, view.title, height]), () => [
    height > 1 && iconButton("back", "Back", () => close(false)),
    h("h2", { id: "modal-title" }, renderText(view.title)),
    iconButton("close", "Close", () => close(true)),
  ]);
}

function paintFoot(view) {
  patch(open.foot, JSON.stringify([view.close, view.submit, open.busy]), () => [
    h("button", { type: "button", class: "button", onclick: () => close(false), "data-focus": "modal-close" }, renderText(view.close) || "Close"),
    view.submit &&
      h(
        "button",
        { type: "submit", class: "button primary", "data-focus": "modal-submit", "aria-busy": String(open.busy) },
        renderText(view.submit),
      ),
  ]);
}

function focusFirst() {
  const field = open.body.querySelector("input, textarea, select, button") ?? open.foot.querySelector("[type=submit], button");
  field?.focus();
}

async function close(all) {
  const view = open?.form.view;
  if (!view) return;
  await open.form.settle({ givenUp: true });
  try {
    await call("slack/view/close", { user: you().id, view_id: view.id, all });
  } catch (error) {
    toast(error.message);
  }
}

async function submit(event) {
  event.preventDefault();
  const view = open?.form.view;
  if (!view?.submit || open.busy) return;
  be(true, {});
  await open.form.settle();
  try {
    const answer = await call("slack/view/submit", { user: you().id, view_id: view.id, values: open.form.values() });
    be(false, answer.outcome === "incomplete" ? answer.errors : {});
    if (!isTaken(answer)) toast(`Clerk did not take the form: ${answer.webhook_error ?? `it answered ${answer.webhook_status}`}.`);
  } catch (error) {
    be(false, {});
    toast(error.message);
  }
  open?.dialog.querySelector("[aria-invalid]")?.focus();
}

function be(busy, problems) {
  if (!open) return;
  Object.assign(open, { busy, problems });
  paintModal();
}
