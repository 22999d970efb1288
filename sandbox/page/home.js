/**
 * The app's own place in Slack: the home tab that it publishes for each member, and the way to its direct messages.
 */
import { h, iconButton, patch, toast } from "./dom.js";
import { call } from "./live.js";
import { avatarNode } from "./posts.js";
import { toggleSidebar } from "./sidebar.js";
import { choose, world, you } from "./store.js";
import { ViewForm } from "./view_form.js";

let parts;

/** Makes the home's part of the window; `paintHome` keeps it current. */
export function makeHome() {
  const body = h("div", { class: "home-blocks" });
  parts = {
    head: h("header", { class: "channel-header" }),
    tabs: h("div", { class: "home-tabs", role: "tablist", "aria-label": "Clerk" }),
    empty: h("p", { class: "posts-empty" }, "Clerk has not put up anything here yet."),
    body,
    form: new ViewForm(body),
  };
  const panel = h("div", { class: "home-panel", role: "tabpanel", tabindex: "0", "aria-label": "Home" }, parts.empty, body);
  return h("section", { class: "home", "aria-label": "Clerk’s home", hidden: true }, parts.head, parts.tabs, panel);
}

/** Repaints what changed. */
export function paintHome() {
  const name = world.slack.app?.name ?? "Clerk";
  patch(parts.head, name, () => [
    iconButton("menu", "Channels", toggleSidebar, { class: "icon-button for-phones", "aria-controls": "sidebar" }),
    avatarNode({ avatar: null, name: "" }, "is-small"),
    h("h2", null, name),
  ]);
  patch(parts.tabs, "tabs", () => [tab("Home", true, () => {}), tab("Messages", false, () => openApp("messages"))]);
  const view = world.views.get(you()?.id)?.home;
  parts.empty.hidden = Boolean(view);
  parts.body.hidden = !view;
  if (view && (parts.shown !== view.hash || parts.user !== view.user)) {
    const isOther = parts.user !== view.user;
    Object.assign(parts, { shown: view.hash, user: view.user });
    parts.form.show(view, isOther ? new Map() : undefined);
  }
}

const tab = (label, isOpen, onclick) =>
  h("button", { type: "button", role: "tab", "aria-selected": String(isOpen), "data-focus": `tab-${label}`, onclick }, label);

/** Opens the app on one of its tabs, and lets it know. */
export async function openApp(tab) {
  if (tab === "home") choose({ home: true, thread: null, view: "slack" });
  try {
    const { channel } = await call("slack/home", { user: you().id, tab });
    if (tab === "messages") choose({ home: false, channel, thread: null });
  } catch (error) {
    toast(error.message);
  }
}
