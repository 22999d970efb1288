/**
 * Where a person at the phone writes: text with a live count of what the carrier will charge, pictures by address, and
 * ready-made texts. A draft belongs to one phone and one number; switching phones never carries words to another person.
 */
import { h, icon, iconButton, patch, toast } from "./dom.js";
import { asDataUrl, fitting } from "./files.js";
import { call } from "./live.js";
import { measure } from "./segments.js";
import { changed, seen } from "./store.js";

const BODY_MAX_UNITS = 1600;
const MEDIA_MAX = 10;
const ROW_CHARACTERS = 32;
const EMOJI_TEXT =
  "🎉🎉🎉 Thank you so much!! 🙏 The kids loved it 🥳👧👦🐶 and grandma did too 👵💛 See you next Saturday ☀️🏖️ we will bring cake 🍰🍓 and lemonade 🍋🥤 and the big dog 🐕‍🦺 if that is fine 😅 Hugs from all of us 🤗❤️";
const CHIPS = [
  ["Is my appointment at 3 still on?", "Is my appointment at 3 still on?"],
  ["STOP", "STOP"],
  ["START", "START"],
  ["HELP", "HELP"],
  ["Long emoji text 🎉", EMOJI_TEXT],
];

/** The lower part of the phone. `node` is its element, `aim` says for whom and to which number it writes. */
export class PhoneComposer {
  #drafts = new Map();
  #media = new Map();
  #from = "";
  #to = "";

  constructor() {
    this.count = h("p", { class: "count", id: "phone-count" });
    this.input = h("textarea", {
      rows: "1",
      "aria-label": "Text",
      "aria-describedby": "phone-count",
      placeholder: "Text message",
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#keyed(event));
    this.attachments = h("ul", { class: "attachments" });
    this.address = h("input", { type: "url", "aria-label": "Address of a picture", placeholder: "https://… picture" });
    this.addressForm = h(
      "form",
      { class: "attach-form", hidden: true, novalidate: true, onsubmit: (event) => this.#attach(event) },
      this.address,
    );
    this.addressForm.append(h("button", { type: "submit", class: "button small" }, "Attach"));
    this.picker = h("input", { type: "file", hidden: true, multiple: true, onchange: () => this.#pick() });
    const choose = h("button", { type: "button", class: "button small", onclick: () => this.picker.click() }, "Choose a file");
    this.addressForm.append(choose, this.picker);
    this.clip = iconButton("clip", "Attach a picture", () => this.#toggleAddress(), { "aria-expanded": "false" });
    this.sendButton = iconButton("send", "Send text", () => this.#submit(), { class: "icon-button send" });
    this.node = h("div", { class: "phone-composer" }, this.#chips(), this.attachments, this.addressForm);
    this.node.append(h("div", { class: "phone-entry" }, this.clip, this.input, this.sendButton), this.count);
  }

  /** Writes from now on from this phone to that conversation; a number out of service takes no texts. */
  aim(from, conversation) {
    const same = this.#from === from && this.#to === conversation.number;
    this.node.hidden = !conversation.inService;
    if (same) return;
    this.#from = from;
    this.#to = conversation.number;
    this.input.value = this.#drafts.get(this.#key) ?? "";
    this.#refresh();
  }

  get #key() {
    return `${this.#from} ${this.#to}`;
  }

  get #attached() {
    return this.#media.get(this.#key) ?? [];
  }

  #chips() {
    const chip = ([label, body]) =>
      h("button", { type: "button", class: "chip", title: `Send: ${body}`, onclick: () => this.#text(body, []) }, label);
    return h("div", { class: "chips", role: "group", "aria-label": "Quick texts" }, CHIPS.map(chip));
  }

  #typed() {
    this.#drafts.set(this.#key, this.input.value);
    this.#refresh();
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #toggleAddress() {
    this.addressForm.hidden = !this.addressForm.hidden;
    this.clip.setAttribute("aria-expanded", String(!this.addressForm.hidden));
    if (!this.addressForm.hidden) this.address.focus();
  }

  #attach(event) {
    event.preventDefault();
    if (!/^https?:\/\/\S+$/.test(this.address.value))
      return toast("An attachment is an address that begins with http:// or https://.");
    this.#media.set(this.#key, [...this.#attached, this.address.value].slice(0, MEDIA_MAX));
    this.address.value = "";
    this.#toggleAddress();
    this.#refresh();
    this.input.focus();
  }

  async #pick() {
    const key = this.#key;
    const chosen = await Promise.all(fitting(this.picker.files).map(asDataUrl));
    this.#media.set(key, [...(this.#media.get(key) ?? []), ...chosen].slice(0, MEDIA_MAX));
    this.picker.value = "";
    this.#toggleAddress();
    this.#refresh();
    this.input.focus();
  }

  #detach(index) {
    this.#media.set(
      this.#key,
      this.#attached.filter((_, other) => other !== index),
    );
    this.#refresh();
  }

  #refresh() {
    const size = measure(this.input.value);
    const rows = this.input.value
      .split("\n")
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / ROW_CHARACTERS)), 0);
    this.input.rows = Math.min(5, rows);
    this.count.textContent =
      size.units === 0
        ? ""
        : `${size.units} / ${size.limit} · ${size.parts} ${size.parts === 1 ? "part" : "parts"}${size.unicode ? " · Unicode" : ""}`;
    this.count.classList.toggle("is-long", size.units > BODY_MAX_UNITS);
    this.sendButton.disabled = this.input.value.trim() === "" && this.#attached.length === 0;
    patch(this.attachments, JSON.stringify([this.#key, this.#attached]), () =>
      this.#attached.map((url, index) => this.#attachment(url, index)),
    );
  }

  #attachment(url, index) {
    return h(
      "li",
      null,
      url.startsWith("data:image/") ? h("img", { src: url, alt: "", class: "attached" }) : icon("clip"),
      url.startsWith("data:") ? h("span", null, "From this device") : h("span", { title: url }, url),
      iconButton("close", `Remove attachment ${index + 1}`, () => this.#detach(index)),
    );
  }

  #submit() {
    const body = this.input.value.trim();
    const urls = this.#attached;
    if (body === "" && urls.length === 0) return;
    this.input.value = "";
    this.#drafts.delete(this.#key);
    this.#media.delete(this.#key);
    this.#refresh();
    this.#text(body, urls);
  }

  async #text(body, urls) {
    try {
      const answer = await call("phone/text", { from: this.#from, to: this.#to, body, media_urls: urls });
      seen.answers.set(answer.sid, answer.webhook_status ?? 0);
      changed();
    } catch (error) {
      toast(error.message);
    }
  }
}
