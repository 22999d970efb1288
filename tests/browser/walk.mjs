/**
 * What the walks through the sandbox's page share: a browser of their own, steps that are counted, and claims about what is
 * on the screen. A walk goes on after a step that failed, so that one fault does not hide the next; `end` answers with the
 * exit code. Needs a fresh sandbox at BASE_URL, Chromium and playwright-core (found from this folder, the working folder or
 * NODE_PATH). With SCREENSHOTS set to a folder, pictures are kept there.
 */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const BASE_URL = (process.env.BASE_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const { SCREENSHOTS } = process.env;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** A text must be on the other side within this time. */
export const ARRIVES_MS = 1_000;
/** The undo window (5 s by default), the carrier's way to delivered, and room. */
export const DELIVERED_MS = 20_000;
const SOON_MS = 8_000;
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 780 };
const PARTS = "main, .pane, .device-glass, .texts, .window, .channel, .home, .thread, .posts, .under, dialog, .modal-body, .home-panel";
const SWITCHES = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a page in a browser of its own; `name` begins the names of the pictures. */
export async function walk(name) {
  const { chromium } = find("playwright-core");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
  const page = await (await browser.newContext({ viewport: WIDE })).newPage();
  page.setDefaultTimeout(SOON_MS);
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(`${message.text()} (${message.location().url})`));
  page.on("pageerror", (error) => complaints.push(error.message));
  const count = { passed: 0, failed: 0 };

  async function picture(of) {
    if (!SCREENSHOTS) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ animations: "disabled", path: join(SCREENSHOTS, `${name}-${of}.png`) });
  }

  /** Runs one claim; a failure is told with a picture, and the next step goes on from there. */
  async function step(sentence, act) {
    try {
      await act();
      count.passed += 1;
      console.log(`ok      ${sentence}`);
    } catch (error) {
      count.failed += 1;
      console.log(`FAILED  ${sentence}\n        ${String(error.message).split("\n").slice(0, 4).join("\n        ")}`);
      await picture(`failed-${count.failed}`).catch(() => {});
    }
  }

  /** Closes the browser, says how it went and ends the program: 1 if anything failed. */
  async function end() {
    await step("the console is clean", () => claim(complaints.length === 0, complaints.join("; ")));
    await browser.close();
    console.log(`${count.passed} passed, ${count.failed} failed`);
    process.exit(count.failed === 0 ? 0 : 1);
  }

  return { page, step, picture, end, ...ways(page) };
}

/** What is on the page, and what a person does there again and again. */
function ways(page) {
  const phone = page.locator("#phone");
  const channel = page.locator(".channel");
  const thread = page.locator(".thread");

  /** Adds Clerk to the small Slack and opens its channel. */
  async function install() {
    await page.getByRole("link", { name: "Add to Slack" }).click();
    await page.getByRole("button", { name: /^allow$/i }).click();
    await page.waitForLoadState();
    await page.goto(`${BASE_URL}/sandbox/`);
    await page.getByRole("button", { name: "clerk-sms" }).click();
    await channel.getByRole("button", { name: "Get a number" }).waitFor();
  }

  /** Gets the first number, after which the phone has somebody to text. */
  async function getNumber() {
    await channel.getByRole("button", { name: "Get a number" }).first().click();
    await phone.getByRole("textbox", { name: "Text", exact: true }).waitFor({ timeout: DELIVERED_MS });
  }

  /** A text from the phone that is on the screen. */
  async function text(body) {
    await phone.getByRole("textbox", { name: "Text", exact: true }).fill(body);
    await page.keyboard.press("Enter");
  }

  /** The first post of somebody's thread. */
  const parent = (whom) =>
    channel
      .locator(".post")
      .filter({ hasText: whom })
      .filter({ has: page.locator(".replies") });

  /** Presses the agreeing button of Slack's confirmation, if the app asks for one. */
  async function confirmIfAsked() {
    const question = page.locator("dialog[open]");
    await question.waitFor({ timeout: ARRIVES_MS }).catch(() => {});
    if (await question.count()) await question.getByRole("button").last().click();
  }

  /** Waits until nothing that ends is moving any more. */
  const settled = () =>
    page.evaluate(() => {
      const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity;
      return Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
    });

  /** No part of the page may scroll sideways; rows of quick texts are made to. */
  async function nothingOverflows(where) {
    await settled();
    const wide = await page.evaluate(
      (parts) =>
        [document.documentElement, document.body, ...document.querySelectorAll(parts)]
          .filter((element) => element.scrollWidth > element.clientWidth + 1)
          .map((element) => `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`),
      PARTS,
    );
    claim(wide.length === 0, `${where}: ${wide.join(", ")}`);
  }

  return { phone, channel, thread, parent, install, getNumber, text, confirmIfAsked, nothingOverflows };
}

/** Fails the step unless it holds. */
export function claim(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

function find(name) {
  const places = [fileURLToPath(import.meta.url), join(process.cwd(), "here.js")];
  for (const place of places) {
    try {
      return createRequire(place)(name);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  console.error(`${name} is missing. Run "npm install ${name}" in any folder and start this script from there.`);
  process.exit(2);
}
