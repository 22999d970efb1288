/**
 * The phone: five people who can text, the conversations of the chosen one, and the conversation that is open. A text
 * to the phone appears when the carrier has delivered it, and not before: what is on the way shows as three dots.
 */
import { briefOf, dayOf, fullTimeOf, momentAt, phoneText, sameDay, timeOf } from "./clock.js";
import { announce, followEnd, h, icon, iconButton, keyed, patch, toast } from "./dom.js";
import { call } from "./live.js";
import { PhoneComposer } from "./phone_composer.js";
import { changed, choice, choose, conversationsOf, isOnScreen, persona, seen, textsOf, world } from "./store.js";

const TEXTS_SHOWN = 200;
const ON_THE_WAY = ["accepted", "scheduled", "queued", "sending", "sent"];

let parts;
let settle;
let announced = null;

/** Draws the phone into `root` once; `paint` keeps it current. */
export function makePhone(root) {
  parts = {
    personas: h("div", { class: "personas", role: "group", "aria-label": "Whose phone" }),
    device: h("div", { class: "device" }),
    bar: h("div", { class: "phone-bar" }),
    screen: h("div", { class: "phone-screen" }),
    status: h("div", { class: "phone-status", "aria-hidden": "true" }),
    settings: h("div", { class: "phone-settings" }),
  };
  parts.texts = h("ol", { class: "texts", tabindex: "0", "aria-label": "Texts" });
  settle = followEnd(parts.texts);
  parts.composer = new PhoneComposer();
  parts.device.append(h("div", { class: "device-glass" }, parts.status, parts.bar, parts.screen));
  root.append(parts.personas, parts.device, parts.settings);
}

/** Repaints what changed. */
export function paintPhone() {
  const owner = persona();
  if (!owner) return;
  const conversations = conversationsOf(owner.number);
  const open = openConversation(conversations);
  paintPersonas(owner);
  paintSettings(owner);
  patch(parts.status, timeOf(new Date()), () => [
    h("span", null, timeOf(new Date())),
    h("span", { class: "speaker" }),
    h("span", { class: "signal" }, h("i"), h("i"), h("i"), h("i")),
  ]);
  parts.device.classList.toggle("is-off", !owner.reachable);
  if (!owner.reachable) return paintOff(owner);
  if (conversations.length === 0) return paintWaiting(owner);
  if (!open) return paintList(owner, conversations);
  paintConversation(owner, open, conversations);
}

/** The conversation on the screen: the chosen one; the only one, if nothing was chosen; none while the list is open. */
function openConversation(conversations) {
  if (choice.clerkNumber === "list" && conversations.length > 1) return null;
  return conversations.find(({ number }) => number === choice.clerkNumber) ?? conversations[0] ?? null;
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("");
const personaTone = (number) => `tone-${(world.phones.findIndex((phone) => phone.number === number) % 5) + 1}`;

function paintPersonas(owner) {
  const rows = world.phones.map((phone) => [
    phone.number,
    phone.name,
    phone.number === owner.number,
    unreadOf(phone, owner),
    phone.reachable,
  ]);
  patch(parts.personas, JSON.stringify(rows), () =>
    rows.map(([number, name, chosen, unread, reachable]) =>
      h(
        "button",
        {
          type: "button",
          class: "persona",
          "aria-pressed": String(chosen),
          "data-focus": `persona-${number}`,
          title: `${name}, ${phoneText(number)}`,
          onclick: () => choose({ persona: number, clerkNumber: null }),
        },
        h(
          "span",
          { class: `avatar ${personaTone(number)}${reachable ? "" : " is-off"}`, "aria-hidden": "true" },
          initials(name || "?"),
        ),
        h("span", { class: "persona-name" }, name.split(" ")[0] || number),
        unread > 0 && h("span", { class: "badge" }, String(unread), h("span", { class: "unseen" }, " new")),
      ),
    ),
  );
}

/** Texts that came to a phone nobody looks at. */
function unreadOf(phone, owner) {
  const count = textsOf(phone.number).filter((text) => text.to === phone.number && isOnScreen(text, phone.number)).length;
  if (phone.number === owner.number) seen.phones.set(phone.number, count);
  return Math.max(0, count - (seen.phones.get(phone.number) ?? 0));
}

function paintSettings(owner) {
  patch(parts.settings, JSON.stringify([owner.number, owner.reachable, owner.name]), () => [
    h("p", { class: "owner" }, h("strong", null, owner.name), h("span", null, phoneText(owner.number))),
    h(
      "button",
      {
        type: "button",
        class: "switch",
        role: "switch",
        "aria-checked": String(!owner.reachable),
        "data-focus": "power",
        onclick: () => setReachable(owner, !owner.reachable),
      },
      h("span", { class: "switch-track", "aria-hidden": "true" }),
      "Phone is off",
    ),
  ]);
}

async function setReachable(owner, reachable) {
  try {
    await call("phone/settings", { number: owner.number, reachable });
    const known = world.phones.find((phone) => phone.number === owner.number);
    if (known) known.reachable = reachable;
    changed();
  } catch (error) {
    toast(error.message);
  }
}

function paintOff(owner) {
  patch(parts.bar, "off", () => []);
  patch(parts.screen, `off ${owner.number}`, () => [
    h(
      "div",
      { class: "phone-note" },
      h("span", { class: "phone-note-sign" }, icon("power")),
      h("h2", null, "Phone is off"),
      h("p", null, `What is sent to ${owner.name.split(" ")[0]} now comes back as not delivered.`),
      h(
        "button",
        { type: "button", class: "button primary", "data-focus": "power-on", onclick: () => setReachable(owner, true) },
        "Turn it on",
      ),
    ),
  ]);
}

function paintWaiting(owner) {
  const installed = world.slack.installed;
  patch(parts.bar, "waiting", () => [h("h2", null, "Messages")]);
  patch(parts.screen, `waiting ${owner.number} ${installed}`, () => [
    h(
      "div",
      { class: "phone-note" },
      h("span", { class: "phone-note-sign" }, icon("reply")),
      h("h2", null, "Nobody to text yet"),
      h(
        "p",
        null,
        installed
          ? "Clerk has no phone number so far. Open #clerk-sms in the small Slack and press Get a number."
          : "First add Clerk to the small Slack, then press Get a number in #clerk-sms.",
      ),
      h("p", { class: "quiet" }, `Then ${owner.name.split(" ")[0]} can text it from here.`),
    ),
  ]);
}

function paintList(owner, conversations) {
  patch(parts.bar, "list", () => [h("h2", null, "Messages")]);
  const rows = conversations.map((one) => {
    const last = one.texts.filter((text) => isOnScreen(text, owner.number)).at(-1);
    return [one.number, one.label, last?.body ?? "", last ? briefOf(momentAt(last.at)) : "", one.inService];
  });
  patch(parts.screen, JSON.stringify(["list", owner.number, rows]), () => [
    h(
      "ul",
      { class: "conversations" },
      rows.map(([number, label, body, time, inService]) =>
        h(
          "li",
          null,
          h(
            "button",
            {
              type: "button",
              class: "conversation",
              "data-focus": `conversation-${number}`,
              onclick: () => choose({ clerkNumber: number }),
            },
            h("span", { class: "avatar tone-clerk", "aria-hidden": "true" }, icon("reply")),
            h("span", { class: "conversation-name" }, phoneText(number)),
            h("span", { class: "conversation-time" }, time),
            h(
              "span",
              { class: "conversation-text" },
              body ||
                (inService
                  ? label && label !== number && label !== phoneText(number)
                    ? label
                    : "New conversation"
                  : "No longer in service"),
            ),
          ),
        ),
      ),
    ),
  ]);
}

function paintConversation(owner, open, conversations) {
  paintBar(open, conversations);
  if (parts.screen.patchSignature !== "conversation")
    patch(parts.screen, "conversation", () => [parts.texts, parts.composer.node]);
  keyed(parts.texts, textItems(owner, open));
  settle(`${owner.number} ${open.number}`);
  parts.composer.aim(owner.number, open);
  announceTexts(owner, open);
}

function paintBar(open, conversations) {
  const several = conversations.length > 1;
  patch(parts.bar, JSON.stringify([open.number, open.inService, conversations.map((one) => one.number)]), () => [
    several && iconButton("back", "All conversations", () => choose({ clerkNumber: "list" }), { "data-focus": "back" }),
    several
      ? h(
          "label",
          { class: "to" },
          h("span", null, "To"),
          h(
            "select",
            { "data-focus": "to", onchange: (event) => choose({ clerkNumber: event.target.value }) },
            conversations.map((one) =>
              h("option", { value: one.number, selected: one.number === open.number }, phoneText(one.number)),
            ),
          ),
        )
      : h("h2", null, phoneText(open.number)),
  ]);
}

function textItems(owner, open) {
  const items = [];
  const shown = open.texts.slice(-TEXTS_SHOWN);
  if (shown.length === 0)
    items.push({
      key: "empty",
      signature: open.number,
      build: () =>
        h(
          "li",
          { class: "texts-empty" },
          h("p", null, "Say something to ", h("strong", null, phoneText(open.number)), "."),
          h("p", { class: "quiet" }, "It will appear in #clerk-sms a moment later."),
        ),
    });
  let day = null;
  shown.forEach((text, index) => {
    const moment = momentAt(text.at);
    if (!day || !sameDay(day, moment))
      items.push({ key: `day ${dayOf(moment)}`, signature: "", build: () => h("li", { class: "texts-day" }, dayOf(moment)) });
    day = moment;
    const mine = text.from === owner.number;
    const newestOfMine = mine && !shown.slice(index + 1).some((later) => later.from === owner.number);
    const note = mine ? ownNote(text, newestOfMine) : comingNote(text);
    const waits = !mine && ON_THE_WAY.includes(text.status);
    items.push({
      key: text.sid,
      signature: JSON.stringify([text.body, text.media, note, waits]),
      build: () => (waits ? dots() : bubble(text, mine, note)),
    });
  });
  return items;
}

/** What stands under an own text: always what went wrong, and for the newest that all is well. */
function ownNote(text, newest) {
  const answer = seen.answers.get(text.sid);
  if (text.error_code) return `Not delivered (error ${text.error_code})`;
  if (answer !== undefined && (answer < 200 || answer > 299))
    return answer ? `Delivered to the number, but Clerk answered ${answer}` : "Delivered to the number, but Clerk did not answer";
  if (!newest) return "";
  return ["receiving", "queued", "sending"].includes(text.status) ? "Sending…" : "Delivered";
}

const comingNote = (text) =>
  ["failed", "undelivered", "canceled"].includes(text.status)
    ? `Missed text${text.error_code ? ` (error ${text.error_code})` : ""}`
    : "";

function bubble(text, mine, note) {
  const missed = !mine && note;
  const moment = momentAt(text.at);
  return h(
    "li",
    { class: `text ${mine ? "is-mine" : "is-theirs"}${missed ? " is-missed" : ""}` },
    h("span", { class: "unseen" }, mine ? "You: " : "Clerk’s number: "),
    (text.media ?? []).map((item) => picture(item)),
    text.body && h("p", { class: "bubble" }, text.body),
    h(
      "p",
      { class: "text-note" },
      h("time", { datetime: moment.toISOString(), title: fullTimeOf(moment) }, timeOf(moment)),
      note && ` · ${note}`,
    ),
  );
}

/** Where the bytes of a medium are: where they came from, or with the sandbox, which has made or fetched them. */
function addressOf(item) {
  if (typeof item === "string") return item;
  const isKept = item.sid && (item.url === "" || (item.size && item.behaviour === "normal"));
  return isKept ? `api/carrier/media?sid=${item.sid}` : item.url;
}

function picture(item) {
  const url = addressOf(item);
  const kind = item.content_type ?? "image/*";
  if (!/^(https?:|data:image\/|api\/)/.test(url ?? "") || !kind.startsWith("image/"))
    return h("p", { class: "bubble file" }, icon("clip"), kind.startsWith("image/") ? "A picture" : kind);
  const image = h("img", { class: "picture", src: url, alt: "Picture", referrerpolicy: "no-referrer" });
  image.addEventListener("error", () =>
    image.replaceWith(h("p", { class: "bubble file" }, icon("clip"), "A picture that cannot be shown")),
  );
  return image;
}

const dots = () =>
  h(
    "li",
    { class: "text is-theirs" },
    h("p", { class: "bubble dots", role: "img", "aria-label": "A text is on its way" }, h("i"), h("i"), h("i")),
  );

function announceTexts(owner, open) {
  const arrived = open.texts.filter((text) => text.to === owner.number && isOnScreen(text, owner.number));
  const key = `${owner.number} ${open.number}`;
  if (announced?.key === key && arrived.length > announced.count) announce(`${owner.name} received: ${arrived.at(-1).body}`);
  announced = { key, count: arrived.length };
}
