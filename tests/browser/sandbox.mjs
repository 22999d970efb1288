/**
 * Goes through the sandbox's page as a person would: adds Clerk to Slack, gets a number, texts, answers, blocks, opts out.
 * Needs a fresh sandbox, Chromium and playwright-core (found from this folder, the working folder or NODE_PATH).
 *
 *   BASE_URL=http://127.0.0.1:8080 SCREENSHOTS=/some/folder node tests/browser/sandbox.mjs
 *
 * Each step is one claim and goes on from the one before. Prints "N passed, N failed"; exit code 1 if anything failed.
 */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BASE_URL = (process.env.BASE_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const SCREENSHOTS = process.env.SCREENSHOTS;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARRIVES_MS = 1_000;
/** The undo window (5 s by default), the carrier's way to delivered, and room. */
const DELIVERED_MS = 20_000;
const SOON_MS = 8_000;
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 780 };
const MARIA = /Maria|415\D*555\D*0101/;
const TOM = /Tom|415\D*555\D*0102/;
const QUESTION = "Is my appointment at 3 still on?";
const ANSWER = "Yes, see you at 3!";

const { chromium } = find("playwright-core");
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = await (await browser.newContext({ viewport: WIDE })).newPage();
page.setDefaultTimeout(SOON_MS);
const complaints = [];
page.on("console", (message) => message.type() === "error" && complaints.push(`${message.text()} (${message.location().url})`));
page.on("pageerror", (error) => complaints.push(error.message));

const phone = page.locator("#phone");
const channel = page.locator(".channel");
const thread = page.locator(".thread");
const parent = (whom) =>
  channel
    .locator(".post")
    .filter({ hasText: whom })
    .filter({ has: page.locator(".replies") });
let passed = 0;
let failed = 0;

await step("the page invites to add Clerk to Slack", async () => {
  await page.goto(`${BASE_URL}/sandbox/`);
  await page.getByRole("link", { name: "Add to Slack" }).waitFor();
  await page.getByRole("heading", { name: "Nobody to text yet" }).waitFor();
});

await step("after consent Clerk is in the small Slack", async () => {
  await page.getByRole("link", { name: "Add to Slack" }).click();
  await page.getByRole("button", { name: /^allow$/i }).click();
  await page.waitForLoadState();
  await page.goto(`${BASE_URL}/sandbox/`);
  await page.getByRole("button", { name: "clerk-sms" }).click();
  await channel.getByRole("button", { name: "Get a number" }).waitFor();
});

await step("“Get a number” gives the phone somebody to text", async () => {
  await channel.getByRole("button", { name: "Get a number" }).first().click();
  await phone.getByRole("textbox", { name: "Text", exact: true }).waitFor({ timeout: DELIVERED_MS });
});

await step("a text from Maria’s phone is in a thread within a second", async () => {
  const began = Date.now();
  await phone.getByRole("button", { name: QUESTION }).click();
  await parent(MARIA).locator(".replies").first().waitFor();
  const took = Date.now() - began;
  claim(took <= ARRIVES_MS, `it took ${took} ms`);
  await parent(MARIA).locator(".replies").first().click();
  await thread.locator(".post").filter({ hasText: QUESTION }).waitFor();
});

await step("a reply in the thread becomes a bubble on the phone", async () => {
  claim(
    await thread.getByRole("textbox").evaluate((box) => box === document.activeElement),
    "the opened thread did not take the cursor",
  );
  await page.keyboard.type(ANSWER);
  await page.keyboard.press("Enter");
  await thread.locator(".post").filter({ hasText: ANSWER }).waitFor();
  await phone.locator(".is-theirs .bubble").filter({ hasText: ANSWER }).waitFor({ timeout: DELIVERED_MS });
});

await step("the member’s message is marked as delivered", async () => {
  const mine = thread.locator(".post").filter({ hasText: ANSWER });
  await mine.locator('[data-reaction="white_check_mark"]').waitFor({ timeout: DELIVERED_MS });
  claim((await mine.locator(".reaction").count()) === 1, "there is more than one mark");
  await picture("answered");
});

await step("“Block” on the parent blocks the sender", async () => {
  const replies = await thread.locator(".post").count();
  await thread.locator(".post").first().getByRole("button", { name: "Block", exact: true }).click();
  await confirmIfAsked();
  await thread
    .getByText(/unblock|blocked/i)
    .first()
    .waitFor();
  await phone.getByRole("textbox", { name: "Text", exact: true }).fill("Can you still read me?");
  await page.keyboard.press("Enter");
  await phone.locator(".is-mine").filter({ hasText: "Can you still read me?" }).getByText("Delivered").waitFor();
  await page.waitForTimeout(ARRIVES_MS);
  claim((await thread.getByText("Can you still read me?").count()) === 0, `the blocked text is shown after ${replies} posts`);
});

await step("Tom texts and then sends STOP", async () => {
  await phone.getByRole("button", { name: "Tom" }).click();
  await phone.getByRole("textbox", { name: "Text", exact: true }).fill("Hello, this is Tom");
  await page.keyboard.press("Enter");
  await parent(TOM).locator(".replies").first().waitFor();
  await phone.getByRole("button", { name: "STOP" }).click();
  await phone.locator(".is-theirs .bubble").first().waitFor({ timeout: DELIVERED_MS });
});

await step("a later reply to Tom is refused with a private notice", async () => {
  const bubbles = await phone.locator(".is-theirs .bubble").count();
  await parent(TOM).locator(".replies").first().click();
  await thread.getByRole("textbox").fill("One more thing, Tom");
  await page.keyboard.press("Enter");
  const notice = page.locator(".post.is-private").filter({ hasText: /stop|opt/i });
  await notice.first().waitFor({ timeout: DELIVERED_MS });
  claim((await phone.locator(".is-theirs .bubble").count()) === bubbles, "the refused text reached the phone");
  await picture("refused");
});

await step("another member does not see the private notice", async () => {
  const you = page.getByLabel("You are");
  const first = await you.inputValue();
  await you.selectOption({ index: 1 });
  await page.locator(".post.is-private").first().waitFor({ state: "detached" });
  await you.selectOption(first);
  await page.locator(".post.is-private").first().waitFor();
});

await step("Esc closes the thread and the focus returns to its parent", async () => {
  await thread.getByRole("textbox").focus();
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "hidden" });
  await page.waitForFunction(() => document.activeElement?.classList.contains("replies"));
});

await step("the page shows what happens underneath", async () => {
  await page.getByRole("button", { name: "What happens underneath" }).click();
  await page.locator(".log").getByText("messages.create").first().waitFor();
  const fault = page.getByRole("switch", { name: /Carrier answers 500/ });
  await fault.click();
  await page.locator('.switch[aria-checked="true"]').filter({ hasText: "Carrier answers 500" }).waitFor();
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.locator('.switch[aria-checked="false"]').filter({ hasText: "Carrier answers 500" }).waitFor();
  await picture("underneath");
  await page.getByRole("button", { name: "What happens underneath" }).click();
});

await step("nothing overflows on a wide screen", () => nothingOverflows("wide"));

await step("nothing overflows at 360 pixels in any view", async () => {
  await page.setViewportSize(NARROW);
  for (const view of ["Phone", "Slack", "Thread"]) {
    await page.locator("#views").getByRole("button", { name: view }).click();
    await nothingOverflows(view);
    await picture(`narrow-${view.toLowerCase()}`);
  }
});

await step("a reload shows the same", async () => {
  await page.setViewportSize(WIDE);
  await page.reload();
  await parent(MARIA).first().waitFor();
  await phone.locator(".bubble").first().waitFor();
});

await step("the console is clean", () => claim(complaints.length === 0, complaints.join("; ")));

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Runs one claim; a failure is told with a picture, and the next step goes on from there. */
async function step(name, act) {
  try {
    await act();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error.message).split("\n").slice(0, 4).join("\n        ")}`);
    await picture(`failed-${failed}`).catch(() => {});
  }
}

function claim(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** Presses the agreeing button of Slack's confirmation, if the app asks for one. */
async function confirmIfAsked() {
  const question = page.locator("dialog[open]");
  await question.waitFor({ timeout: ARRIVES_MS }).catch(() => {});
  if (await question.count()) await question.getByRole("button").last().click();
}

/** No part of the page may scroll sideways; rows of quick texts are made to. */
async function nothingOverflows(where) {
  const wide = await page.evaluate(() =>
    [
      document.documentElement,
      document.body,
      ...document.querySelectorAll("main, .pane, .device-glass, .texts, .window, .channel, .thread, .posts, .under"),
    ]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`),
  );
  claim(wide.length === 0, `${where}: ${wide.join(", ")}`);
}

async function picture(name) {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `sandbox-${name}.png`) });
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
