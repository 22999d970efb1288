/**
 * The start of the page: builds the phone, the small Slack and the drawer, connects them with the sandbox, and holds what
 * concerns the whole page: narrow-screen views, the connection line, Esc.
 */
import { h, patch } from "./dom.js";
import { paintSteps } from "./first_steps.js";
import { follow } from "./live.js";
import { closeMenu } from "./overlay.js";
import { makePhone, paintPhone } from "./phone.js";
import { closeSidebar } from "./sidebar.js";
import { makeSlack, paintSlack } from "./slack.js";
import { choice, choose, isOnScreen, newestTs, onPaint, seen, takeEvent, takeSnapshot, world } from "./store.js";
import { closeThread } from "./thread.js";
import { makeUnder, paintUnder, readFaults } from "./under.js";

const CALM_MS = 120;
const CLOCK_MS = 20_000;
const part = (id) => document.getElementById(id);

makePhone(part("phone"));
makeSlack(part("slack"));
makeUnder(part("under"));
onPaint(() => paintSteps(part("steps")));
onPaint(paintPhone);
onPaint(paintSlack);
onPaint(paintUnder);
onPaint(paintViews);

const readAgain = follow({ onSnapshot: takeSnapshot, onEvent, onStatus: paintConnection });
const soonAgain = calmly(readAgain);
const soonFaults = calmly(readFaults);
setInterval(() => choose({}), CLOCK_MS);

/** Some changes (added, removed, a number bought) touch so much that reading everything is simplest. */
function onEvent(event) {
  if (!takeEvent(event)) soonAgain();
  if (event.type === "request" && world.faults.length > 0) soonFaults();
}

/** Runs an action once after a burst of wishes. */
function calmly(action) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, CALM_MS);
  };
}

function paintConnection(status) {
  const live = status === "live";
  patch(part("connection"), status, () => [
    h("span", { class: live ? "live-dot" : "live-dot is-away", "aria-hidden": "true" }),
    live ? "Live" : "Reconnecting…",
  ]);
}

function paintViews() {
  document.body.dataset.view = choice.view;
  const news = newsOf();
  for (const button of part("views").children) {
    const { view } = button.dataset;
    button.setAttribute("aria-current", String(view === choice.view));
    button.classList.toggle("has-news", view !== choice.view && news.includes(view));
  }
}

/** The views of a narrow screen in which something has come since they were looked at. */
function newsOf() {
  const now = {
    phone: [...world.texts.values()].filter((text) =>
      world.phones.some((phone) => phone.number === text.to && isOnScreen(text, phone.number)),
    ).length,
    slack: [...world.channels.keys()].reduce((newest, id) => (newestTs(id) > newest ? newestTs(id) : newest), ""),
  };
  const looked = choice.view === "phone" ? "phone" : "slack";
  for (const view of Object.keys(now)) if (seen.views[view] === null || view === looked) seen.views[view] = now[view];
  return Object.keys(now).filter((view) => now[view] > seen.views[view]);
}

part("views").addEventListener("click", (event) => {
  const view = event.target.closest("button")?.dataset.view;
  if (view) choose({ view });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (closeMenu(true) || closeSidebar()) return;
  if (event.target.closest?.("#under")) choose({ under: false });
  else closeThread();
});
