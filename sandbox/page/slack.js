/**
 * The small Slack: sidebar, channel and thread, or the card that adds Clerk while it is not installed. The frame is built
 * once; each part repaints only what changed. Which person you are decides what you see and under whose name you write.
 */
import { announce, followEnd, h, icon, iconButton, keyed, patch, toast } from "./dom.js";
import { Composer } from "./composer.js";
import { installCard } from "./first_steps.js";
import { call } from "./live.js";
import { ask, menu } from "./overlay.js";
import { avatarNode, postItems } from "./posts.js";
import { channelName, choice, choose, ephemeralsFor, isDirect, newestTs, openChannel, people, postAt, postsOf, seen, threadsOf, visibleChannels, world, you } from "./store.js";

const POSTS_STEP = 150;
let parts;
let shown = POSTS_STEP;
let announced = {};

/** Draws the frame into `root` once; `paintSlack` keeps it current. */
export function makeSlack(root) {
  parts = {
    install: h("div", { class: "install" }),
    window: h("div", { class: "window" }),
    sidebar: h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Channels" }),
    header: h("header", { class: "channel-header" }),
    posts: h("ol", { class: "posts", tabindex: "0", "aria-label": "Messages" }),
    foot: h("div", { class: "channel-foot" }),
    thread: h("aside", { class: "thread", "aria-label": "Thread" }),
    threadHeader: h("header", { class: "channel-header" }),
    threadPosts: h("ol", { class: "posts", tabindex: "0", "aria-label": "Thread messages" }),
    threadFoot: h("div", { class: "channel-foot" }),
    composer: new Composer("channel-composer"),
    threadComposer: new Composer("thread-composer"),
  };
  parts.settlePosts = followEnd(parts.posts);
  parts.settleThread = followEnd(parts.threadPosts);
  parts.workspace = h("div", { class: "workspace" });
  parts.channels = h("div", { class: "channels" });
  parts.you = h("div", { class: "you" });
  parts.sidebar.append(parts.workspace, parts.channels, parts.you);
  const channel = h("section", { class: "channel", "aria-label": "Channel" }, parts.header, parts.posts, parts.foot);
  parts.thread.append(parts.threadHeader, parts.threadPosts, parts.threadFoot);
  parts.window.append(parts.sidebar, channel, parts.thread);
  root.append(parts.install, parts.window);
}

/** Repaints what changed. */
export function paintSlack() {
  const { installed } = world.slack;
  parts.install.hidden = installed;
  parts.window.hidden = !installed;
  if (!installed) return patch(parts.install, JSON.stringify([world.slack.install_url, world.slack.team?.name]), () => [installCard()]);
  const channel = openChannel();
  paintSidebar(channel);
  if (!channel) return;
  paintHeader(channel);
  paintPosts(channel);
  paintFoot(channel);
  paintThread(channel);
}

// Sidebar

function paintSidebar(open) {
  const team = world.slack.team ?? { name: "Workspace" };
  patch(parts.workspace, team.name, () => [h("span", { class: "workspace-sign", "aria-hidden": "true" }, team.name[0]), h("h2", null, team.name), workspaceMenu(team)]);
  seen.channels.set(open?.id, newestTs(open?.id));
  const rows = visibleChannels().map((one) => ({ id: one.id, name: channelName(one), direct: isDirect(one), archived: Boolean(one.is_archived), open: one.id === open?.id, unread: newestTs(one.id) > (seen.channels.get(one.id) ?? "") }));
  patch(parts.channels, JSON.stringify(rows), () => [
    group("Channels", rows.filter((row) => !row.direct && !row.archived)),
    group("Direct messages", rows.filter((row) => row.direct)),
    group("Archived", rows.filter((row) => row.archived)),
  ]);
  patch(parts.you, JSON.stringify([you()?.id, people().length]), () => [
    avatarNode({ avatar: you()?.avatar || "🙂", name: you()?.name ?? "" }),
    h("label", null, h("span", null, "You are"), h("select", { "data-focus": "you", onchange: (event) => choose({ user: event.target.value }) }, people().map((user) => h("option", { value: user.id, selected: user.id === you()?.id }, user.real_name || user.name)))),
  ]);
}

function group(title, rows) {
  if (rows.length === 0) return null;
  return h("div", { class: "group" }, h("h3", null, title), h("ul", null, rows.map(channelRow)));
}

function channelRow(row) {
  const classes = `channel-row${row.unread ? " is-unread" : ""}${row.archived ? " is-archived" : ""}`;
  return h(
    "li",
    null,
    h(
      "button",
      { type: "button", class: classes, "aria-current": row.open ? "page" : null, "data-focus": `channel-${row.id}`, onclick: () => enter(row.id) },
      icon(row.archived ? "archive" : row.direct ? "reply" : "hash"),
      h("span", null, row.name),
      row.unread && h("span", { class: "dot" }, h("span", { class: "unseen" }, "unread")),
    ),
  );
}

function enter(channel) {
  shown = POSTS_STEP;
  document.body.classList.remove("sidebar-open");
  choose({ channel, thread: channel === openChannel()?.id ? choice.thread : null });
}

function workspaceMenu(team) {
  const button = iconButton("chevron", "Workspace menu", () => menu(button, [{ label: "Uninstall Clerk", danger: true, act: () => uninstall(team) }]), { "aria-haspopup": "menu", "aria-expanded": "false" });
  return h("span", { class: "menu-home" }, button);
}

async function uninstall(team) {
  const sure = await ask({ title: "Uninstall Clerk", text: `${team.name} takes back Clerk’s access, as an owner would do in Slack’s settings.`, confirm: "Uninstall", danger: true });
  if (sure) await attempt("slack/uninstall", {});
}

/** Calls the control API and shows what went wrong. */
async function attempt(path, body) {
  await call(path, body).catch((error) => toast(error.message));
}

// Channel

function paintHeader(channel) {
  const facts = [channel.id, channelName(channel), channel.is_archived, channel.is_member, channel.members?.length, channel.topic];
  patch(parts.header, JSON.stringify(facts), () => [
    iconButton("menu", "Channels", () => document.body.classList.toggle("sidebar-open"), { class: "icon-button for-phones", "data-focus": "channels", "aria-controls": "sidebar" }),
    h("h2", null, !isDirect(channel) && h("span", { "aria-hidden": "true" }, "# "), channelName(channel)),
    channel.is_archived && h("span", { class: "tag" }, "Archived"),
    !isDirect(channel) && !channel.is_archived && channel.is_member === false && h("span", { class: "tag" }, "Clerk is not here"),
    h("span", { class: "quiet members" }, isDirect(channel) ? "" : `${channel.members?.length ?? 0} members`),
    !isDirect(channel) && channelMenu(channel),
  ]);
}

function channelMenu(channel) {
  const change = (action) => attempt("slack/channel", { channel: channel.id, action, user: you().id });
  const items = [
    channel.is_archived ? { label: "Unarchive channel", act: () => change("unarchive") } : { label: "Archive channel", act: () => change("archive") },
    channel.is_member === false ? { label: "Add Clerk to channel", act: () => change("join_app") } : { label: "Remove Clerk from channel", act: () => change("kick_app") },
    { label: "Delete channel", danger: true, act: () => removeChannel(channel, change) },
  ];
  const button = iconButton("dots", "Channel menu", () => menu(button, items), { "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": "channel-menu" });
  return h("span", { class: "menu-home" }, button);
}

async function removeChannel(channel, change) {
  const sure = await ask({ title: `Delete #${channel.name}`, text: "The channel and everything in it disappear for everyone.", confirm: "Delete", danger: true });
  if (sure) change("delete");
}

function paintPosts(channel) {
  const all = postsOf(channel.id);
  const posts = all.slice(-shown);
  const items = postItems(posts, ephemeralsFor(you()?.id, channel.id, undefined), { threads: threadsOf(channel.id) });
  if (all.length > posts.length) items.unshift({ key: "earlier", signature: String(all.length), build: earlierButton });
  if (items.length === 0) items.push({ key: "empty", signature: "", build: () => h("li", { class: "posts-empty" }, h("p", null, `This is the beginning of ${isDirect(channel) ? "your conversation with " : "#"}${channelName(channel)}.`)) });
  keyed(parts.posts, items);
  parts.settlePosts(channel.id);
  tell("channel", channel.id, all, `in ${channelName(channel)}`);
}

const earlierButton = () => h("li", { class: "day" }, h("button", { type: "button", class: "button small", onclick: () => { shown += POSTS_STEP; choose({}); } }, "Show earlier messages"));

/** Reads new posts of an open list to people who listen; own ones they know. */
function tell(list, place, posts, where) {
  const newest = posts.at(-1);
  const before = announced[list];
  announced[list] = { place, ts: newest?.ts ?? "" };
  if (before?.place !== place || !newest || newest.ts <= before.ts || newest.user === you()?.id) return;
  announce(`New message ${where}: ${newest.username ?? ""} ${newest.text ?? ""}`);
}

function paintFoot(channel) {
  const closed = Boolean(channel.is_archived);
  patch(parts.foot, `${channel.id} ${closed}`, () => [closed ? archivedNote(channel) : parts.composer.node]);
  parts.composer.aim({ channel: channel.id, label: `Message ${isDirect(channel) ? "" : "#"}${channelName(channel)}` });
}

const archivedNote = (channel) =>
  h("p", { class: "closed-note" }, icon("archive"), "This channel is archived.", h("button", { type: "button", class: "button small", onclick: () => attempt("slack/channel", { channel: channel.id, action: "unarchive", user: you().id }) }, "Unarchive"));

// Thread

function paintThread(channel) {
  const parent = choice.thread ? postAt(channel.id, choice.thread) : null;
  parts.window.classList.toggle("has-thread", Boolean(parent));
  parts.thread.hidden = !parent && choice.view !== "thread";
  if (!parent) return paintNoThread();
  const replies = threadsOf(channel.id).get(parent.ts) ?? [];
  patch(parts.threadHeader, channel.id, () => [h("h2", null, "Thread"), h("span", { class: "quiet members" }, `#${channelName(channel)}`), iconButton("close", "Close thread", closeThread)]);
  const items = postItems([parent, ...replies], ephemeralsFor(you()?.id, channel.id, parent.ts), { inThread: true });
  if (replies.length > 0) items.splice(1, 0, { key: "count", signature: String(replies.length), build: () => h("li", { class: "day" }, h("span", null, replies.length === 1 ? "1 reply" : `${replies.length} replies`)) });
  keyed(parts.threadPosts, items);
  parts.settleThread(`${channel.id} ${parent.ts}`);
  patch(parts.threadFoot, `${channel.id} ${Boolean(channel.is_archived)}`, () => [channel.is_archived ? archivedNote(channel) : parts.threadComposer.node]);
  parts.threadComposer.aim({ channel: channel.id, thread: parent.ts, label: "Reply…" });
  tell("thread", parent.ts, replies, "in the thread");
  focusNewThread(parent.ts);
}

function paintNoThread() {
  patch(parts.threadHeader, "none", () => [h("h2", null, "Thread")]);
  keyed(parts.threadPosts, [{ key: "none", signature: "", build: () => h("li", { class: "posts-empty" }, h("p", null, "No thread is open."), h("p", { class: "quiet" }, "In the Slack view, choose a message with replies.")) }]);
  patch(parts.threadFoot, "none", () => []);
  threadSeen = null;
}

let threadSeen = null;

/** A thread that was just opened by hand takes the cursor; one that was open when the page came does not. */
function focusNewThread(ts) {
  if (threadSeen !== ts && threadOpenedByHand) parts.threadComposer.focus();
  threadSeen = ts;
  threadOpenedByHand = false;
}

let threadOpenedByHand = false;
const noteHand = (event) => {
  if (event.target.closest?.(".replies, .toolbar")) threadOpenedByHand = true;
};
document.addEventListener("click", noteHand, { capture: true });

/** Closes the open thread and gives the focus to its parent; answers whether there was one. */
export function closeThread() {
  if (!choice.thread) return false;
  const parent = choice.thread;
  choose({ thread: null, view: choice.view === "thread" ? "slack" : choice.view });
  requestAnimationFrame(() => setTimeout(() => parts.posts.querySelector(`[data-focus="replies-${CSS.escape(parent)}"]`)?.focus(), 40));
  return true;
}
