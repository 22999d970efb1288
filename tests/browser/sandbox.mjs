/**
 * Goes through the sandbox's page as a person would: adds Clerk to Slack, gets a number, texts, answers, blocks, opts out.
 * The rest of the Slack app is gone through by `app.mjs`; what both need is told in `walk.mjs`.
 *
 *   BASE_URL=http://127.0.0.1:8080 SCREENSHOTS=/some/folder node tests/browser/sandbox.mjs
 *
 * Each step is one claim and goes on from the one before. Prints "N passed, N failed"; exit code 1 if anything failed.
 */
import { ARRIVES_MS, BASE_URL, DELIVERED_MS, NARROW, WIDE, claim, walk } from "./walk.mjs";

const MARIA = /Maria|415\D*555\D*0101/;
const TOM = /Tom|415\D*555\D*0102/;
const QUESTION = "Is my appointment at 3 still on?";
const ANSWER = "Yes, see you at 3!";

const { page, step, picture, end, phone, channel, thread, parent, install, getNumber, text, confirmIfAsked, nothingOverflows } =
  await walk("sandbox");

await step("the page invites to add Clerk to Slack", async () => {
  await page.goto(`${BASE_URL}/sandbox/`);
  await page.getByRole("link", { name: "Add to Slack" }).waitFor();
  await page.getByRole("heading", { name: "Nobody to text yet" }).waitFor();
});

await step("after consent Clerk is in the small Slack", install);

await step("“Get a number” gives the phone somebody to text", getNumber);

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
  await text("Can you still read me?");
  await phone.locator(".is-mine").filter({ hasText: "Can you still read me?" }).getByText("Delivered").waitFor();
  await page.waitForTimeout(ARRIVES_MS);
  claim((await thread.getByText("Can you still read me?").count()) === 0, `the blocked text is shown after ${replies} posts`);
});

await step("Tom texts and then sends STOP", async () => {
  await phone.getByRole("button", { name: "Tom" }).click();
  await text("Hello, this is Tom");
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

await end();
