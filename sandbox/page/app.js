/**
 * The start of the page: builds the phone, the small Slack and the drawer, connects them with the sandbox, and holds what
 * concerns the whole page: narrow-screen views, the connection line, Esc.
 */
import { patch } from "./dom.js";
import { h } from "./dom.js";
import { paintSteps } from "./first_steps.js";
import { follow } from "./live.js";
import { closeMenu } from "./overlay.js";
import { makePhone, paintPhone } from "./phone.js";
import { closeThread, makeSlack, paintSlack } from "./slack.js";
import { choice, choose, onPaint, takeEvent, takeSnapshot, world } from "./store.js";
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
  patch(part("connection"), status, () => [h("span", { class: live ? "live-dot" : "live-dot is-away", "aria-hidden": "true" }), live ? "Live" : "Reconnecting…"]);
}

function paintViews() {
  document.body.dataset.view = choice.view;
  for (const button of part("views").children) button.setAttribute("aria-current", String(button.dataset.view === choice.view));
}

part("views").addEventListener("click", (event) => {
  const view = event.target.closest("button")?.dataset.view;
  if (view) choose({ view });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (closeMenu(true)) return;
  if (document.body.classList.contains("sidebar-open")) document.body.classList.remove("sidebar-open");
  else if (event.target.closest?.("#under")) choose({ under: false });
  else closeThread();
});
