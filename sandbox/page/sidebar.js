/**
 * The left edge of the small Slack: workspace, channels (archived ones apart), direct messages, and who you are. On a
 * narrow screen it comes over the channel when asked for, and goes when a channel was chosen.
 */
import { h, icon, iconButton, patch } from "./dom.js";
import { openApp } from "./home.js";
import { attempt } from "./live.js";
import { ask, askText, menu } from "./overlay.js";
import { avatarNode } from "./posts.js";
import {
  channelName,
  choice,
  choose,
  isDirect,
  newestTs,
  openChannel,
  people,
  seen,
  visibleChannels,
  world,
  you,
} from "./store.js";

const OPEN = "sidebar-open";
let parts;

/** Makes the sidebar; `paintSidebar` keeps it current. */
export function makeSidebar() {
  parts = {
    workspace: h("div", { class: "workspace" }),
    channels: h("div", { class: "channels" }),
    you: h("div", { class: "you" }),
  };
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.("#sidebar, .for-phones, dialog")) document.body.classList.remove(OPEN);
  });
  return h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Channels" }, parts.workspace, parts.channels, parts.you);
}

/** Opens the sidebar over the channel, with the focus on where you are, or closes it. */
export function toggleSidebar() {
  if (document.body.classList.toggle(OPEN)) parts.channels.querySelector("[aria-current]")?.focus();
}

/** Closes the sidebar of a narrow screen; answers whether it was open. */
export function closeSidebar() {
  const wasOpen = document.body.classList.contains(OPEN);
  document.body.classList.remove(OPEN);
  if (wasOpen) document.querySelector(".for-phones")?.focus();
  return wasOpen;
}

/** Repaints what changed; `open` is the channel on the screen, which counts as read. */
export function paintSidebar(open) {
  const team = world.slack.team ?? { name: "Workspace" };
  patch(parts.workspace, team.name, () => [
    h("span", { class: "workspace-sign", "aria-hidden": "true" }, team.name[0]),
    h("h2", null, team.name),
    workspaceMenu(team),
  ]);
  if (open) seen.channels.set(open.id, newestTs(open.id));
  const rows = visibleChannels().map((channel) => rowOf(channel, open));
  patch(parts.channels, JSON.stringify([rows, choice.home, you()?.id]), () => [
    group(
      "Channels",
      rows.filter((row) => !row.direct && !row.archived),
      iconButton("plus", "Create a channel", createChannel, { "data-focus": "create-channel" }),
    ),
    group(
      "Direct messages",
      rows.filter((row) => row.direct),
    ),
    appGroup(),
    group(
      "Archived",
      rows.filter((row) => row.archived),
    ),
  ]);
  patch(parts.you, JSON.stringify([you()?.id, people().length]), () => [
    avatarNode({ avatar: you()?.avatar || "🙂", name: you()?.real_name ?? "" }),
    h("label", null, h("span", null, "You are"), youPicker()),
  ]);
}

const rowOf = (channel, open) => ({
  id: channel.id,
  name: channelName(channel),
  direct: isDirect(channel),
  archived: Boolean(channel.is_archived),
  locked: Boolean(channel.is_private),
  shared: Boolean(channel.is_ext_shared),
  open: channel.id === open?.id,
  unread: newestTs(channel.id) > (seen.channels.get(channel.id) ?? ""),
});

function youPicker() {
  const name = (user) => `${user.real_name || user.name}${user.is_restricted ? " (guest)" : ""}`;
  const option = (user) => h("option", { value: user.id, selected: user.id === you()?.id }, name(user));
  const change = (event) => choose({ user: event.target.value });
  return h("select", { "data-focus": "you", onchange: change }, people().map(option));
}

function group(title, rows, button = null) {
  if (rows.length === 0 && !button) return null;
  return h("div", { class: "group" }, h("h3", null, title, button), h("ul", null, rows.map(channelRow)));
}

/** The app's own entry, which opens its home. */
function appGroup() {
  const properties = { type: "button", class: "channel-row", "aria-current": choice.home ? "page" : null, "data-focus": "app-home" };
  const open = () => {
    closeSidebar();
    openApp("home");
  };
  const mark = h("img", { class: "app-mark", src: "assets/mark.svg", alt: "" });
  const row = h("button", { ...properties, onclick: open }, mark, h("span", null, world.slack.app?.name ?? "Clerk"));
  return h("div", { class: "group" }, h("h3", null, "Apps"), h("ul", null, h("li", null, row)));
}

async function createChannel() {
  const name = await askText({ title: "Create a channel", label: "Name", confirm: "Create", placeholder: "e.g. texts-uptown" });
  if (name) attempt("slack/channel", { user: you().id, action: "create", name: name.toLowerCase().replaceAll(" ", "-") });
}

function channelRow(row) {
  const button = h(
    "button",
    {
      type: "button",
      class: `channel-row${row.unread ? " is-unread" : ""}${row.archived ? " is-archived" : ""}`,
      "aria-current": row.open ? "page" : null,
      "data-focus": `channel-${row.id}`,
      onclick: () => enter(row.id),
    },
    icon(row.archived ? "archive" : row.direct ? "reply" : row.locked ? "lock" : "hash"),
    h("span", null, row.name),
    row.shared && h("span", { class: "side-tag", title: "Shared with another company" }, "ext"),
    row.unread && h("span", { class: "dot" }, h("span", { class: "unseen" }, "unread")),
  );
  return h("li", null, button);
}

function enter(channel) {
  closeSidebar();
  choose({ channel, home: false, thread: channel === openChannel()?.id ? choice.thread : null });
}

function workspaceMenu(team) {
  const items = [{ label: "Uninstall Clerk", danger: true, act: () => uninstall(team) }];
  const button = iconButton("chevron", "Workspace menu", () => menu(button, items), {
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  });
  return h("span", { class: "menu-home" }, button);
}

async function uninstall(team) {
  const text = `${team.name} takes back Clerk’s access, as an owner would do in Slack’s settings.`;
  if (await ask({ title: "Uninstall Clerk", text, confirm: "Uninstall", danger: true })) attempt("slack/uninstall", {});
}
