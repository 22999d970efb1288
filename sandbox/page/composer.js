/**
 * Where a member of the workspace writes. Enter sends, Shift+Enter makes a new line; drafts belong to one place (channel
 * or thread) and one person. A line that begins with a slash is a command, as long as it is written in a channel.
 */
import { h, iconButton, toast } from "./dom.js";
import { attempt, call } from "./live.js";
import { escapeTyped } from "./mrkdwn.js";
import { world, you } from "./store.js";

const ROWS_MAX = 8;

/** A composer; `aim(place)` with `{ channel, thread, label }` says where it writes. */
export class Composer {
  #drafts = new Map();
  #place = null;
  #key = "";

  constructor(id) {
    this.input = h("textarea", { rows: "1", id, "aria-label": "Message" });
    this.sendButton = iconButton("send", "Send message", () => this.#submit(), { class: "icon-button send" });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#keyed(event));
    this.node = h("div", { class: "composer" }, this.input, this.sendButton);
  }

  /** Writes to this place from now on, with the draft that was left there. */
  aim(place) {
    const key = `${you()?.id} ${place.channel} ${place.thread ?? ""}`;
    this.#place = place;
    if (key !== this.#key) {
      this.#key = key;
      this.input.value = this.#drafts.get(key) ?? "";
      this.#grow();
    }
    if (this.input.placeholder !== place.label) {
      this.input.placeholder = place.label;
      this.input.setAttribute("aria-label", place.label);
    }
  }

  /** Puts the cursor into it. */
  focus() {
    this.input.focus();
  }

  #typed() {
    this.#drafts.set(this.#key, this.input.value);
    this.#grow();
  }

  #grow() {
    this.input.rows = Math.min(ROWS_MAX, this.input.value.split("\n").length);
    this.sendButton.disabled = this.input.value.trim() === "";
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    const typed = this.input.value.trim();
    if (typed === "" || !this.#place) return;
    const { channel, thread } = this.#place;
    const key = this.#key;
    this.input.value = "";
    this.#drafts.delete(key);
    this.#grow();
    try {
      await (typed.startsWith("/") && !thread ? command(channel, typed) : post(channel, thread, typed));
    } catch (error) {
      toast(error.message);
      this.#giveBack(key, typed);
    }
  }

  /** What could not be sent returns, unless something new has been written there meanwhile. */
  #giveBack(key, typed) {
    if (this.#drafts.get(key)) return;
    this.#drafts.set(key, typed);
    if (this.#key === key) this.input.value = typed;
    this.#grow();
  }
}

const everybody = () => ({ users: [...world.users.values()], channels: [...world.channels.values()] });

function post(channel, thread, typed) {
  const order = { user: you().id, channel, text: escapeTyped(typed, everybody()), client_msg_id: randomId() };
  return call("slack/post", thread ? { ...order, thread_ts: thread } : order);
}

function command(channel, typed) {
  const [, name, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed);
  return attempt("slack/command", { user: you().id, channel, command: name, text });
}

/** A random UUID; `crypto.randomUUID` is missing on plain http addresses other than localhost. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What was typed, for an edit that is saved. */
export const escapeEdited = (typed) => escapeTyped(typed, everybody());
