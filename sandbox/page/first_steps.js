/**
 * The way in: what to do first, and which of it is done. The card stands in the place of the small Slack until Clerk is
 * added to it; the line in the page's head stays until the first text has been sent.
 */
import { h, icon, patch } from "./dom.js";
import { world } from "./store.js";

const STEPS = [
  { title: "Add Clerk to Slack", text: "Slack asks what Clerk may do. Allow it, then come back to this page." },
  { title: "Get a number", text: "In #clerk-sms, press “Get a number”. It is free for 21 days." },
  { title: "Text it", text: "Use the phone on the left. The text appears in Slack; answer in its thread." },
];

/** How many steps are done. */
function done() {
  if (!world.slack.installed) return 0;
  if (world.numbers.length === 0) return 1;
  return world.texts.size === 0 ? 2 : 3;
}

/** Shows the steps in the page's head until all are done. */
export function paintSteps(root) {
  const count = done();
  root.hidden = count === STEPS.length;
  patch(root, String(count), () =>
    STEPS.map((step, index) =>
      h(
        "li",
        { class: index < count ? "is-done" : index === count ? "is-next" : "", "aria-current": index === count ? "step" : null },
        h("span", { class: "step-sign" }, index < count ? icon("check") : String(index + 1)),
        step.title,
        index < count && h("span", { class: "unseen" }, " (done)"),
      ),
    ),
  );
}

/** The card that adds Clerk to the small Slack. */
export function installCard() {
  const url = world.slack.install_url ?? "";
  const team = world.slack.team?.name ?? "the small Slack";
  return h(
    "div",
    { class: "install-card" },
    h("img", { src: "assets/mark.svg", alt: "", width: "64", height: "64" }),
    h("h2", null, "Your customers text. Your team answers in Slack."),
    h(
      "p",
      { class: "install-lead" },
      `${team} has no Clerk yet. Three steps, and a text from the phone is a thread in #clerk-sms.`,
    ),
    h(
      "ol",
      { class: "install-steps" },
      STEPS.map((step, index) =>
        h(
          "li",
          null,
          h("span", { class: "step-sign", "aria-hidden": "true" }, String(index + 1)),
          h("div", null, h("strong", null, step.title), h("p", null, step.text)),
        ),
      ),
    ),
    /^https?:\/\//.test(url)
      ? h("a", { class: "button primary large", href: url }, "Add to Slack")
      : h("p", { class: "quiet" }, "Waiting for Clerk’s address…"),
    h("p", { class: "quiet" }, "Phone, carrier and Slack are simulated here; nothing leaves this machine."),
  );
}
