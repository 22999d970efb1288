/**
 * The open thread: a parent, its replies, and the place to answer. It takes the cursor when it was opened by hand; Esc and
 * the cross close it and give the focus back to where it was opened.
 */
import { paintFoot, tell } from "./channel.js";
import { Composer } from "./composer.js";
import { followEnd, h, iconButton, keyed, patch } from "./dom.js";
import { postItems } from "./posts.js";
import { channelName, choice, choose, ephemeralsFor, postAt, threadsOf, you } from "./store.js";

let parts;
let shownThread = null;
let openedByHand = false;

/** Makes the thread's part of the window; `paintThread` keeps it current. */
export function makeThread() {
  parts = {
    head: h("header", { class: "channel-header" }),
    posts: h("ol", { class: "posts", tabindex: "0", "aria-label": "Thread messages" }),
    foot: h("div", { class: "channel-foot" }),
    composer: new Composer("thread-composer", () => parts.settle.toEnd()),
  };
  parts.settle = followEnd(parts.posts);
  document.addEventListener("click", noteHand, { capture: true });
  return h("aside", { class: "thread", "aria-label": "Thread" }, parts.head, parts.posts, parts.foot);
}

function noteHand(event) {
  if (event.target.closest?.(".replies, .toolbar")) openedByHand = true;
}

/** The post whose thread is open in this channel, or null. */
export const openParent = (channel) => (choice.thread && postAt(channel.id, choice.thread)) || null;

/** Repaints what changed. It must be visible already, because a new thread takes the cursor. */
export function paintThread(channel, parent) {
  if (parent) paintOpen(channel, parent);
  else paintNone();
}

function paintOpen(channel, parent) {
  const replies = threadsOf(channel.id).get(parent.ts) ?? [];
  patch(parts.head, channel.id, () => [
    h("h2", null, "Thread"),
    h("span", { class: "quiet members" }, `#${channelName(channel)}`),
    iconButton("close", "Close thread", closeThread),
  ]);
  const items = postItems([parent, ...replies], ephemeralsFor(you()?.id, channel.id, parent.ts), { inThread: true });
  if (replies.length > 0) items.splice(1, 0, countItem(replies.length));
  keyed(parts.posts, items);
  parts.settle(`${channel.id} ${parent.ts}`);
  paintFoot(parts.foot, parts.composer, channel);
  parts.composer.aim({ channel: channel.id, thread: parent.ts, label: "Reply…" });
  tell("thread", parent.ts, replies, "in the thread");
  focusNew(parent.ts);
}

function countItem(count) {
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return { key: "count", signature: words, build: () => h("li", { class: "day" }, h("span", null, words)) };
}

function paintNone() {
  patch(parts.head, "none", () => [h("h2", null, "Thread")]);
  keyed(parts.posts, [{ key: "none", signature: "", build: noThreadNote }]);
  patch(parts.foot, "none", () => []);
  shownThread = null;
}

const noThreadNote = () =>
  h(
    "li",
    { class: "posts-empty" },
    h("p", null, "No thread is open."),
    h("p", { class: "quiet" }, "In the Slack view, choose a message with replies."),
  );

/** A thread opened by hand takes the cursor; one that was open when the page came does not. */
function focusNew(ts) {
  if (shownThread !== ts && openedByHand) parts.composer.focus();
  shownThread = ts;
  openedByHand = false;
}

/** Closes the open thread and gives the focus back to its parent; answers whether there was one. */
export function closeThread() {
  const { thread, view } = choice;
  if (!thread) return false;
  choose({ thread: null, view: view === "thread" ? "slack" : view });
  const parent = document.querySelector(`.channel [data-ts="${CSS.escape(thread)}"]`);
  (parent?.querySelector(".replies") ?? parent)?.focus();
  return true;
}
