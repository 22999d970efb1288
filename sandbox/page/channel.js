/**
 * The open channel: its head with what can be done to it, its posts, and the place to write. An archived channel is
 * read only and says so.
 */
import { Composer } from "./composer.js";
import { announce, followEnd, h, icon, iconButton, keyed, patch } from "./dom.js";
import { attempt } from "./live.js";
import { ask, askText, menu } from "./overlay.js";
import { postItems } from "./posts.js";
import { toggleSidebar } from "./sidebar.js";
import { channelName, changed, ephemeralsFor, isDirect, postsOf, threadsOf, you } from "./store.js";

const POSTS_STEP = 150;
const announced = new Map();
let parts;
let shown = { channel: null, count: POSTS_STEP };

/** Makes the channel's part of the window; `paintChannel` keeps it current. */
export function makeChannel() {
  parts = {
    head: h("header", { class: "channel-header" }),
    posts: h("ol", { class: "posts", tabindex: "0", "aria-label": "Messages" }),
    foot: h("div", { class: "channel-foot" }),
    composer: new Composer("channel-composer", () => parts.settle.toEnd()),
  };
  parts.settle = followEnd(parts.posts);
  return h("section", { class: "channel", "aria-label": "Channel" }, parts.head, parts.posts, parts.foot);
}

/** Repaints what changed. */
export function paintChannel(channel) {
  if (shown.channel !== channel.id) shown = { channel: channel.id, count: POSTS_STEP };
  paintHead(channel);
  paintPosts(channel);
  paintFoot(parts.foot, parts.composer, channel);
  parts.composer.aim({ channel: channel.id, label: `Message ${isDirect(channel) ? "" : "#"}${channelName(channel)}` });
}

function paintHead(channel) {
  const direct = isDirect(channel);
  const away = !direct && !channel.is_archived && channel.is_member === false;
  const facts = [channel.id, channelName(channel), channel.is_archived, channel.is_private, channel.is_ext_shared, away, channel.members?.length];
  patch(parts.head, JSON.stringify(facts), () => [
    iconButton("menu", "Channels", toggleSidebar, {
      class: "icon-button for-phones",
      "aria-controls": "sidebar",
      "data-focus": "channels",
    }),
    h("h2", null, !direct && h("span", { "aria-hidden": "true" }, channel.is_private ? icon("lock") : "# "), channelName(channel)),
    !direct && channel.is_private && h("span", { class: "tag" }, "Private"),
    channel.is_ext_shared && h("span", { class: "tag" }, "Shared"),
    channel.is_archived && h("span", { class: "tag" }, "Archived"),
    away && h("span", { class: "tag" }, "Clerk is not here"),
    h("span", { class: "quiet members" }, direct ? "" : membersText(channel)),
    !direct && channelMenu(channel),
  ]);
}

function membersText({ members }) {
  const count = members?.length ?? 0;
  return count === 1 ? "1 member" : `${count} members`;
}

function channelMenu(channel) {
  const item = (label, action) => ({ label, act: () => change(channel, action) });
  const items = [
    channel.is_archived ? item("Unarchive channel", "unarchive") : item("Archive channel", "archive"),
    channel.is_member === false ? item("Add Clerk to channel", "join_app") : item("Remove Clerk from channel", "kick_app"),
    { label: "Rename channel", act: () => rename(channel) },
    !channel.is_private && item("Make channel private", "make_private"),
    channel.is_ext_shared ? item("Stop sharing channel", "unshare") : item("Share with another company", "share"),
    { label: "Add a guest", act: () => addSomebody(channel, "guest") },
    { label: "Add another bot", act: () => addSomebody(channel, "bot") },
    { label: "Delete channel", danger: true, act: () => removeChannel(channel) },
  ].filter(Boolean);
  const properties = { "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": "channel-menu" };
  const button = iconButton("dots", "Channel menu", () => menu(button, items), properties);
  return h("span", { class: "menu-home" }, button);
}

const change = (channel, action) => attempt("slack/channel", { channel: channel.id, action, user: you().id });

async function rename(channel) {
  const name = await askText({ title: `Rename #${channel.name}`, label: "Name", value: channel.name, confirm: "Rename" });
  if (name && name !== channel.name) attempt("slack/channel", { channel: channel.id, action: "rename", name, user: you().id });
}

async function addSomebody(channel, kind) {
  const title = kind === "bot" ? "Add another app’s bot" : "Add a guest";
  const name = await askText({ title, label: "Name", value: kind === "bot" ? "Deploy Bot" : "Gus Guest", confirm: "Add" });
  if (name) attempt("slack/member", { name: name.replaceAll(" ", "."), real_name: name, kind, channels: [channel.id] });
}

async function removeChannel(channel) {
  const text = "The channel and everything in it disappear for everyone.";
  if (await ask({ title: `Delete #${channel.name}`, text, confirm: "Delete", danger: true })) change(channel, "delete");
}

function paintPosts(channel) {
  const all = postsOf(channel.id);
  const posts = all.slice(-shown.count);
  const items = postItems(posts, ephemeralsFor(you()?.id, channel.id, undefined), { threads: threadsOf(channel.id) });
  if (all.length > posts.length) items.unshift({ key: "earlier", signature: "", build: earlierButton });
  if (items.length === 0) items.push({ key: "empty", signature: "", build: () => emptyNote(channel) });
  keyed(parts.posts, items);
  parts.settle(channel.id);
  tell("channel", channel.id, all, `in ${channelName(channel)}`);
}

const emptyNote = (channel) =>
  h(
    "li",
    { class: "posts-empty" },
    h("p", null, `This is the beginning of ${isDirect(channel) ? "your conversation with " : "#"}${channelName(channel)}.`),
  );

function earlierButton() {
  const more = () => {
    shown.count += POSTS_STEP;
    changed();
  };
  return h(
    "li",
    { class: "day" },
    h("button", { type: "button", class: "button small", onclick: more }, "Show earlier messages"),
  );
}

/** Shows the composer, or why nothing can be written here. */
export function paintFoot(foot, composer, channel) {
  patch(foot, `${channel.id} ${Boolean(channel.is_archived)}`, () => [
    channel.is_archived ? archivedNote(channel) : composer.node,
  ]);
}

function archivedNote(channel) {
  const button = h("button", { type: "button", class: "button small", onclick: () => change(channel, "unarchive") }, "Unarchive");
  return h("p", { class: "closed-note" }, icon("archive"), "This channel is archived.", button);
}

/** Reads new posts of an open list to people who listen; their own they know. */
export function tell(list, place, posts, where) {
  const newest = posts.at(-1);
  const before = announced.get(list);
  announced.set(list, { place, ts: newest?.ts ?? "" });
  if (before?.place !== place || !newest || newest.ts <= before.ts || newest.user === you()?.id) return;
  announce(`New message ${where}: ${newest.username ?? ""} ${newest.text ?? ""}`);
}
