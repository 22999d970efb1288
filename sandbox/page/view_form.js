/**
 * A view of the app on the screen, be it a modal or the home tab: its blocks, the values of its elements, and what is told
 * to the sandbox when one is used. Blocks that did not change keep their nodes, and with them what was typed.
 */
import { renderBlocks } from "./blocks.js";
import { keyed, toast } from "./dom.js";
import { plainOf, wishOf } from "./elements.js";
import { call, isTaken } from "./live.js";
import { you } from "./store.js";

const TYPING_MS = 250;

/** A view drawn into `body`; `show(view)` draws it anew. */
export class ViewForm {
  #typed = new Map();
  #orders = Promise.resolve();
  #timer = null;
  #untold = null;

  constructor(body) {
    this.body = body;
    this.view = null;
  }

  /** Draws a view. Another view begins with what was typed into it before, kept by `typedOf`. */
  show(view, typed) {
    this.#harvest();
    if (typed) this.#typed = typed;
    this.view = view;
    const caret = caretIn(this.body);
    const item = (block, index) => ({
      key: `${view.id} ${block.block_id ?? index}`,
      signature: JSON.stringify(block),
      build: () => this.#blockNode(block),
    });
    keyed(this.body, (view.blocks ?? []).map(item));
    caret();
  }

  /** What is filled in, by block and action. */
  values() {
    const values = {};
    for (const { block, element, control } of this.#controls()) {
      values[block.block_id] = { ...values[block.block_id], [element.action_id]: control.read() };
    }
    return values;
  }

  /** What was typed so far, to be given back to `show`. */
  get typed() {
    this.#harvest();
    return this.#typed;
  }

  /** Waits until everything is told. What was typed last is told now, or never if it is given up. */
  settle({ givenUp = false } = {}) {
    clearTimeout(this.#timer);
    const tell = this.#untold;
    this.#untold = null;
    return givenUp || !tell ? this.#orders : tell();
  }

  /** Shows errors below the inputs; answers those that belong to none. */
  complain(errors) {
    const rest = { ...errors };
    for (const node of this.body.querySelectorAll("[data-problem-of]")) {
      const text = errors?.[node.dataset.problemOf] ?? "";
      delete rest[node.dataset.problemOf];
      if (node.textContent !== text) node.textContent = text;
      const field = node.parentElement.querySelector("input, textarea, select");
      if (text) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
    }
    return rest;
  }

  #blockNode(block) {
    const made = [];
    const way = {
      valueOf: (element) => this.#typed.get(keyOf(block, element)) ?? plainOf(this.#held(block, element)),
      made: (element, control) => made.push({ block, element, control }),
      changed: (element, control, kind, event) => this.#changed({ block, element, control }, kind, event),
      suggest: (element, typed) => this.#suggest(block, element, typed),
    };
    const act = (element, value) => this.#act({ block, element, value });
    const wrap = document.createElement("div");
    wrap.append(...renderBlocks([block], act, way));
    wrap.made = made;
    return wrap;
  }

  #held(block, element) {
    return this.view.state?.values?.[block.block_id]?.[element.action_id];
  }

  #controls() {
    return [...this.body.children].flatMap((node) => node.made ?? []);
  }

  #harvest() {
    for (const { block, element, control } of this.#controls()) this.#typed.set(keyOf(block, element), control.read());
  }

  #changed(part, kind, event) {
    const wish = wishOf(part.block, part.element, kind);
    if (!wish) return;
    if (kind === "enter") event.preventDefault();
    clearTimeout(this.#timer);
    this.#untold = () => this.#act({ ...part, value: part.control.read(), typing: wish.typing });
    if (kind === "typed") this.#timer = setTimeout(() => this.settle(), TYPING_MS);
    else this.settle();
  }

  /** Orders go one after another, each with all that is filled in, as the app expects to see it. */
  #act({ block, element, value, typing }) {
    const view = this.view;
    const at = { user: you().id, view_id: view.id };
    const tell = async () => {
      if (this.view?.id !== view.id) return;
      try {
        await call("slack/view/fill", { ...at, values: this.values() });
        const used = { block_id: block.block_id, action_id: element.action_id, value: value ?? null, typing };
        const answer = await call("slack/view/act", { ...at, ...used });
        if (!isTaken(answer)) toast(`Clerk did not take this: ${answer.webhook_error ?? `it answered ${answer.webhook_status}`}.`);
      } catch (error) {
        toast(error.message);
      }
    };
    this.#orders = this.#orders.then(tell);
    return this.#orders;
  }

  async #suggest(block, element, typed) {
    const order = { user: you().id, view_id: this.view.id, block_id: block.block_id, action_id: element.action_id, value: typed };
    try {
      return (await call("slack/view/suggest", order)).options;
    } catch (error) {
      toast(error.message);
      return [];
    }
  }
}

const keyOf = (block, element) => `${block.block_id} ${element.action_id}`;

/** Remembers where the cursor stands; answers how to put it back if its field was drawn anew. */
function caretIn(body) {
  const field = document.activeElement;
  if (!body.contains(field) || typeof field.selectionStart !== "number") return () => {};
  const { selectionStart: start, selectionEnd: end } = field;
  return () => {
    const now = document.activeElement;
    if (now !== field && body.contains(now) && typeof now.selectionStart === "number") now.setSelectionRange(start, end);
  };
}
