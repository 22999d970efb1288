/** The list of the app's commands above a composer, while a line that begins with a slash is typed. */
import { h } from "./dom.js";
import { world } from "./store.js";

export class CommandList {
  #found = [];
  #at = 0;
  #put;

  /** `put(text)` replaces what is typed in `input`. */
  constructor(input, put) {
    this.input = input;
    this.#put = put;
    this.node = h("ul", { class: "options commands", role: "listbox", id: `${input.id}-commands`, "aria-label": "Commands", hidden: true });
    input.setAttribute("aria-controls", this.node.id);
    input.addEventListener("blur", () => this.close());
  }

  /** Shows the commands that fit to what is typed. */
  offer(typed) {
    const fits = (one) => /^\/\S*$/.test(typed) && one.command.startsWith(typed) && one.command !== typed;
    this.#found = world.commands.filter(fits);
    this.#at = 0;
    this.#paint();
  }

  /** Hides the list. */
  close() {
    this.#found = [];
    this.#paint();
  }

  /** Takes a key while the list is open; answers whether it did. */
  keyed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.#found.length === 0) return false;
    if (step) this.#at = (this.#at + step + this.#found.length) % this.#found.length;
    else if (event.key === "Tab" || event.key === "Enter") return this.#take(this.#found[this.#at], event);
    else if (event.key === "Escape") this.#found = [];
    else return false;
    event.preventDefault();
    event.stopPropagation();
    this.#paint();
    return true;
  }

  #take(one, event) {
    event.preventDefault();
    this.#put(`${one.command} `);
    return true;
  }

  #paint() {
    this.node.hidden = this.#found.length === 0;
    const active = this.node.hidden ? null : `${this.node.id}-${this.#at}`;
    if (active) this.input.setAttribute("aria-activedescendant", active);
    else this.input.removeAttribute("aria-activedescendant");
    this.node.replaceChildren(...this.#found.map((one, index) => this.#line(one, index)));
  }

  #line(one, index) {
    const properties = { role: "option", id: `${this.node.id}-${index}`, "aria-selected": String(index === this.#at) };
    const onpointerdown = (event) => this.#take(one, event);
    return h(
      "li",
      { ...properties, onpointerdown },
      h("strong", null, one.command),
      one.usage_hint && h("code", null, one.usage_hint),
      h("span", { class: "quiet" }, one.description ?? ""),
    );
  }
}
