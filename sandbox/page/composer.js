/**
 * Where a member of the workspace writes. Enter sends, Shift+Enter makes a new line; drafts belong to one place (channel
 * or thread) and one person. A line that begins with a slash is a command: those of the app are offered while it is typed.
 * Files come by the paperclip, by dropping or by pasting.
 */
import { CommandList } from "./command_list.js";
import { h, icon, iconButton, patch, toast } from "./dom.js";
import { asDataUrl, fitting, receiveFiles } from "./files.js";
import { attempt, call } from "./live.js";
import { escapeTyped } from "./mrkdwn.js";
import { menu } from "./overlay.js";
import { world, you } from "./store.js";

const ROWS_MAX = 8;
const FILES_MAX = 10;

/** A composer; `aim(place)` with `{ channel, thread, label }` says where it writes. */
export class Composer {
  #drafts = new Map();
  #files = new Map();
  #place = null;
  #key = "";

  /** `written` is called when something was sent. */
  constructor(id, written) {
    this.written = written;
    this.input = h("textarea", { rows: "1", id, "aria-label": "Message" });
    this.sendButton = iconButton("send", "Send message", () => this.#submit(), { class: "icon-button send" });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#take(this.picker.files) });
    this.clip = iconButton("clip", "Attach files", () => this.picker.click());
    this.bolt = iconButton("bolt", "Shortcuts", () => this.#shortcuts(), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.picked = h("ul", { class: "picked composer-files" });
    this.list = new CommandList(this.input, (text) => this.#put(text));
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#keyed(event));
    const row = h("div", { class: "composer-row" }, this.clip, h("span", { class: "menu-home" }, this.bolt), this.input, this.sendButton);
    this.node = h("div", { class: "composer" }, this.list.node, this.picked, row, this.picker);
    receiveFiles(this.node, (files) => this.#take(files));
  }

  /** Writes to this place from now on, with the draft that was left there. */
  aim(place) {
    const key = `${you()?.id} ${place.channel} ${place.thread ?? ""}`;
    this.#place = place;
    this.bolt.parentElement.hidden = globalShortcuts().length === 0 || Boolean(place.thread);
    if (key !== this.#key) {
      this.#key = key;
      this.input.value = this.#drafts.get(key) ?? "";
      this.list.close();
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

  #put(text) {
    this.input.value = text;
    this.#typed();
    this.input.focus();
  }

  #typed() {
    this.#drafts.set(this.#key, this.input.value);
    if (this.#place?.thread) this.list.close();
    else this.list.offer(this.input.value);
    this.#grow();
  }

  #grow() {
    const files = this.#files.get(this.#key) ?? [];
    this.input.rows = Math.min(ROWS_MAX, this.input.value.split("\n").length);
    this.sendButton.disabled = this.input.value.trim() === "" && files.length === 0;
    patch(this.picked, JSON.stringify([this.#key, files.map((file) => file.name)]), () => files.map((file) => this.#line(file)));
  }

  #line(file) {
    const drop = () => {
      this.#files.set(this.#key, this.#files.get(this.#key).filter((other) => other !== file));
      this.#grow();
      this.input.focus();
    };
    const sight = file.data_url.startsWith("data:image/") ? h("img", { src: file.data_url, alt: "" }) : icon("clip");
    return h("li", null, sight, h("span", null, file.name), iconButton("close", `Remove ${file.name}`, drop));
  }

  async #take(files) {
    const key = this.#key;
    const list = this.#files.get(key) ?? [];
    for (const file of fitting(files).slice(0, FILES_MAX - list.length)) {
      list.push({ name: file.name || "pasted.png", data_url: await asDataUrl(file) });
    }
    this.#files.set(key, list);
    this.picker.value = "";
    this.#grow();
    this.input.focus();
  }

  #shortcuts() {
    const run = (shortcut) => attempt("slack/shortcut", { user: you().id, callback_id: shortcut.callback_id });
    menu(this.bolt, globalShortcuts().map((shortcut) => ({ label: shortcut.name, act: () => run(shortcut) })));
  }

  #keyed(event) {
    if (this.list.keyed(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    const typed = this.input.value.trim();
    const files = this.#files.get(this.#key) ?? [];
    if ((typed === "" && files.length === 0) || !this.#place) return;
    const { channel, thread } = this.#place;
    const key = this.#key;
    this.input.value = "";
    this.#drafts.delete(key);
    this.#files.delete(key);
    this.list.close();
    this.#grow();
    try {
      this.written();
      await (typed.startsWith("/") && files.length === 0 ? command(channel, thread, typed) : post(channel, thread, typed, files));
    } catch (error) {
      toast(error.message);
      this.#giveBack(key, typed, files);
    }
  }

  /** What could not be sent returns, unless something new has been written there meanwhile. */
  #giveBack(key, typed, files) {
    if (this.#drafts.get(key)) return;
    this.#drafts.set(key, typed);
    this.#files.set(key, files);
    if (this.#key === key) this.input.value = typed;
    this.#grow();
  }
}

const everybody = () => ({ users: [...world.users.values()], channels: [...world.channels.values()] });

const globalShortcuts = () => world.shortcuts.filter((shortcut) => shortcut.type === "global");

function post(channel, thread, typed, files) {
  const order = { user: you().id, channel, text: escapeTyped(typed, everybody()), client_msg_id: randomId(), files };
  return call("slack/post", thread ? { ...order, thread_ts: thread } : order);
}

/** Slack refuses commands in threads, and those that nobody knows. */
function command(channel, thread, typed) {
  const [, name, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed) ?? [];
  const known = world.commands.find((one) => one.command === name);
  if (!known) throw new Error(`${name ?? typed} is not a command that an app here knows.`);
  const order = { user: you().id, channel, command: name, text: known.should_escape ? escapeTyped(text, everybody()) : text };
  return thread ? call("slack/command", { ...order, thread_ts: thread }) : attempt("slack/command", order);
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
