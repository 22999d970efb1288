/**
 * The drawer "What happens underneath": every request that Clerk makes to the carrier and to Slack, live, and switches
 * that make the two misbehave. A switch is on while its fault is still in force, which the sandbox knows: the page asks
 * again after each request, because faults wear out.
 */
import { exactTimeOf, momentAt } from "./clock.js";
import { followEnd, h, icon, keyed, patch, toast } from "./dom.js";
import { call } from "./live.js";
import { changed, choice, choose, world } from "./store.js";

const VENDORS = { twilio: "Carrier", slack: "Slack" };
const NORMAL = { duplicate: 0, reorder: false, delay_ms: 0, lose: false };

/** Faults of calls: `order` is what the sandbox is told, and by what its fault is recognised later. */
const FAULTS = [
  {
    id: "carrier-500",
    label: "Carrier answers 500",
    hint: "the next 3 texts",
    order: { vendor: "twilio", method: "messages.create", effect: "status", status: 500, times: 3 },
  },
  {
    id: "slack-429",
    label: "Slack says 429",
    hint: "the next 3 posts, retry after 2 s",
    order: { vendor: "slack", method: "chat.postMessage", effect: "status", status: 429, retry_after: "2", times: 3 },
  },
  {
    id: "carrier-drop",
    label: "Carrier drops the connection",
    hint: "once, after accepting the text",
    order: { vendor: "twilio", method: "messages.create", effect: "reset_after", times: 1 },
  },
];

/** Faults of webhooks, on until switched off. */
const MANNERS = [
  { id: "twice", label: "Deliver webhooks twice", hint: "carrier and Slack", part: { duplicate: 1 } },
  { id: "lost", label: "Lose webhooks", hint: "Clerk must find out by itself", part: { lose: true } },
];

let parts;

/** Draws the drawer into `root` once; `paintUnder` keeps it current. */
export function makeUnder(root) {
  parts = {
    bar: h("button", {
      type: "button",
      class: "under-bar",
      "aria-controls": "under-panel",
      onclick: () => choose({ under: !choice.under }),
    }),
    panel: h("div", { class: "under-panel", id: "under-panel" }),
    log: h("ol", { class: "log", tabindex: "0", "aria-label": "Requests of Clerk to its providers" }),
    switches: h("div", { class: "fault-list" }),
  };
  parts.panel.append(
    h("section", { class: "under-log" }, h("h2", null, "Requests of Clerk"), parts.log),
    h(
      "section",
      { class: "under-faults" },
      h(
        "div",
        { class: "under-title" },
        h("h2", null, "Make something go wrong"),
        h("button", { type: "button", class: "button small", onclick: clearAll }, "Clear all"),
      ),
      parts.switches,
    ),
  );
  parts.settle = followEnd(parts.log);
  root.append(parts.bar, parts.panel);
}

/** Repaints what changed. */
export function paintUnder() {
  const last = world.requests.at(-1);
  const active = FAULTS.filter(isOrdered).length + MANNERS.filter(isKept).length;
  parts.bar.setAttribute("aria-expanded", String(choice.under));
  document.body.classList.toggle("under-open", Boolean(choice.under));
  parts.panel.hidden = !choice.under;
  patch(parts.bar, JSON.stringify([last, active]), () => [
    icon("chevron"),
    h("strong", null, "What happens underneath"),
    active > 0 && h("span", { class: "tag is-warning" }, active === 1 ? "1 fault on" : `${active} faults on`),
    last && h("span", { class: "under-last", "aria-hidden": "true" }, line(last)),
  ]);
  if (!choice.under) return;
  paintLog();
  paintSwitches();
}

function paintLog() {
  const items = world.requests.map((request, index) => ({
    key: request.seq ?? `${request.at} ${index}`,
    signature: "",
    build: () => h("li", null, line(request)),
  }));
  if (items.length === 0)
    items.push({
      key: "empty",
      signature: "",
      build: () => h("li", { class: "quiet" }, "Nothing yet. Each call that Clerk makes to the carrier or to Slack shows here."),
    });
  keyed(parts.log, items);
  parts.settle("log");
}

function line(request) {
  const good = request.status >= 200 && request.status < 400 && !request.fault && !request.error;
  const outcome = request.status ? String(request.status) : "dropped";
  return [
    h("time", null, exactTimeOf(request.at ? momentAt(request.at) : new Date())),
    h("span", { class: `vendor is-${request.vendor}` }, VENDORS[request.vendor] ?? request.vendor),
    h("code", null, request.method ?? request.path ?? ""),
    h(
      "span",
      { class: good ? "outcome" : "outcome is-bad" },
      request.error ? `${outcome} ${request.error}` : outcome,
      request.fault && ` (${request.fault})`,
    ),
    h("span", { class: "quiet" }, request.ms === undefined ? "" : `${Math.round(request.ms)} ms`),
  ];
}

/** The fault in force that an order made, if it has not worn out. */
const inForce = ({ order }) =>
  world.faults.find((fault) =>
    ["vendor", "method", "effect", "status"].every((field) => (fault[field] ?? null) === (order[field] ?? null)),
  );

const isOrdered = (fault) => Boolean(inForce(fault));

/** Whether all vendors deliver their webhooks in this manner now. */
const isKept = ({ part }) =>
  Object.keys(VENDORS).every((vendor) => Object.keys(part).every((field) => Boolean(world.webhooks?.[vendor]?.[field])));

function paintSwitches() {
  const rows = [
    ...FAULTS.map((fault) => ({ ...fault, on: isOrdered(fault), left: inForce(fault)?.times })),
    ...MANNERS.map((manner) => ({ ...manner, on: isKept(manner) })),
  ];
  patch(parts.switches, JSON.stringify(rows), () =>
    rows.map((row) =>
      h(
        "button",
        {
          type: "button",
          class: "switch",
          role: "switch",
          "aria-checked": String(row.on),
          "data-focus": row.id,
          onclick: () => turn(row.id, !row.on),
        },
        h("span", { class: "switch-track", "aria-hidden": "true" }),
        h("span", null, row.label, h("small", null, row.on && row.left ? `${row.left} to go` : row.hint)),
      ),
    ),
  );
}

function turn(id, on) {
  return MANNERS.some((manner) => manner.id === id) ? turnManner(id, on) : turnFault(id, on);
}

/** Faults can only be cleared together, so switching one off orders the others anew. */
async function turnFault(id, on) {
  const rest = FAULTS.filter((fault) => fault.id !== id && isOrdered(fault)).map((fault) => ({
    ...fault.order,
    times: inForce(fault).times,
  }));
  try {
    if (on) await call("faults", FAULTS.find((fault) => fault.id === id).order);
    else {
      await call("faults", undefined, "DELETE");
      for (const order of rest) await call("faults", order);
    }
    await readFaults();
  } catch (error) {
    toast(error.message);
  }
}

function turnManner(id, on) {
  const kept = MANNERS.filter((manner) => (manner.id === id ? on : isKept(manner)));
  return orderManners(Object.assign({}, NORMAL, ...kept.map((manner) => manner.part)));
}

async function orderManners(manner) {
  try {
    for (const vendor of Object.keys(VENDORS)) await call("webhooks", { vendor, ...manner });
    await readFaults();
  } catch (error) {
    toast(error.message);
  }
}

async function clearAll() {
  await call("faults", undefined, "DELETE").catch((error) => toast(error.message));
  await orderManners(NORMAL);
}

/** Reads what is still going wrong. */
export async function readFaults() {
  const state = await call("state?limit=1").catch(() => null);
  if (!state) return;
  world.faults = state.faults ?? [];
  world.webhooks = state.webhooks ?? world.webhooks;
  changed();
}
