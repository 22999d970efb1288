/**
 * The small Slack: sidebar, channel and thread side by side, or the card that adds Clerk while it is not installed. Which
 * person you are decides what you see and under whose name you write.
 */
import { makeChannel, paintChannel } from "./channel.js";
import { h, patch } from "./dom.js";
import { installCard } from "./first_steps.js";
import { makeHome, paintHome } from "./home.js";
import { paintModal } from "./modal.js";
import { makeSidebar, paintSidebar } from "./sidebar.js";
import { choice, openChannel, world } from "./store.js";
import { makeThread, openParent, paintThread } from "./thread.js";

let install;
let frame;
let home;
let channelPart;

/** Draws the frame into `root` once; `paintSlack` keeps it current. */
export function makeSlack(root) {
  install = h("div", { class: "install" });
  home = makeHome();
  channelPart = makeChannel();
  frame = h("div", { class: "window" }, makeSidebar(), channelPart, home, makeThread());
  root.append(install, frame);
}

/** Repaints what changed. */
export function paintSlack() {
  const { installed, install_url: url, team } = world.slack;
  install.hidden = installed;
  frame.hidden = !installed;
  paintModal();
  if (!installed) return patch(install, JSON.stringify([url, team?.name]), () => [installCard()]);
  const channel = openChannel();
  const atHome = Boolean(choice.home);
  home.hidden = !atHome;
  channelPart.hidden = atHome;
  paintSidebar(atHome ? null : channel);
  if (atHome) {
    paintHome();
    frame.classList.remove("has-thread");
    return;
  }
  if (!channel) return;
  paintChannel(channel);
  const parent = openParent(channel);
  frame.classList.toggle("has-thread", Boolean(parent));
  paintThread(channel, parent);
}
