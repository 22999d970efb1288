/**
 * The small Slack: sidebar, channel and thread side by side, or the card that adds Clerk while it is not installed. Which
 * person you are decides what you see and under whose name you write.
 */
import { makeChannel, paintChannel } from "./channel.js";
import { h, patch } from "./dom.js";
import { installCard } from "./first_steps.js";
import { makeSidebar, paintSidebar } from "./sidebar.js";
import { openChannel, world } from "./store.js";
import { makeThread, openParent, paintThread } from "./thread.js";

let install;
let frame;

/** Draws the frame into `root` once; `paintSlack` keeps it current. */
export function makeSlack(root) {
  install = h("div", { class: "install" });
  frame = h("div", { class: "window" }, makeSidebar(), makeChannel(), makeThread());
  root.append(install, frame);
}

/** Repaints what changed. */
export function paintSlack() {
  const { installed, install_url: url, team } = world.slack;
  install.hidden = installed;
  frame.hidden = !installed;
  if (!installed) return patch(install, JSON.stringify([url, team?.name]), () => [installCard()]);
  const channel = openChannel();
  paintSidebar(channel);
  if (!channel) return;
  paintChannel(channel);
  const parent = openParent(channel);
  frame.classList.toggle("has-thread", Boolean(parent));
  paintThread(channel, parent);
}
