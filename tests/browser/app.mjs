/**
 * Goes through the whole Slack app in the sandbox's page as a person would: a channel for one customer, a picture, an archived
 * channel, the panel, a scheduled text, confirming, taking back, working on a conversation, the home tab.
 *
 *   BASE_URL=http://127.0.0.1:8080 SCREENSHOTS=/some/folder node tests/browser/app.mjs
 *
 * Each step is one claim and goes on from the one before. The free plan has 10 segments a month, so every text counts here.
 */
import { BASE_URL, DELIVERED_MS, NARROW, WIDE, claim, walk } from "./walk.mjs";

const MARIA = /Maria|415\D*555\D*0101/;
const QUESTION = "Is my appointment at 3 still on?";

const { page, step, picture, end, phone, channel, thread, parent, install, getNumber, text, confirmIfAsked, nothingOverflows } = await walk("app");
const sidebar = page.locator("#sidebar");
const modal = page.locator("dialog.modal[open]");
const own = sidebar.locator(".channel-row:not(.is-archived)").filter({ hasText: /0101|maria/i });
const head = channel.locator(".post").filter({ has: page.getByRole("button", { name: "Details" }) }).first();
const shown = (where, words) => where.locator(".post").filter({ hasText: words }).last();
const privately = (where, words) => where.locator(".post.is-private").filter({ hasText: words }).last();
const bubble = (words) => phone.locator(".is-theirs .bubble").filter({ hasText: words });

await step("Clerk is added to Slack and has a number", async () => {
  await page.goto(`${BASE_URL}/sandbox/`);
  await install();
  await getNumber();
});

await step("a text of a new customer opens a thread", async () => {
  await phone.getByRole("button", { name: QUESTION }).click();
  await parent(MARIA).locator(".replies").click();
  await shown(thread, QUESTION).waitFor();
});

await step("“Create channel” makes a channel with what was said so far", async () => {
  await thread.locator(".post").first().getByRole("button", { name: "Create channel" }).click();
  await own.waitFor();
  await shown(thread, "goes on in").waitFor();
  await parent(MARIA).getByRole("button", { name: "Create channel" }).waitFor({ state: "detached" });
  await picture("pointer");
  await own.click();
  await shown(channel, "What was said so far").waitFor();
  await shown(channel, QUESTION).waitFor();
  await picture("channel");
});

await step("a picture written there arrives on the phone", async () => {
  const chooser = page.waitForEvent("filechooser");
  await channel.getByRole("button", { name: "Attach files" }).click();
  const image = await phone.locator(".personas").screenshot();
  await (await chooser).setFiles({ name: "team.png", mimeType: "image/png", buffer: image });
  await channel.getByText("team.png").waitFor();
  await channel.getByRole("textbox").fill("Yes! This is us.");
  await picture("attached");
  await page.keyboard.press("Enter");
  await bubble("Yes! This is us.").waitFor({ timeout: DELIVERED_MS });
  await phone.locator(".is-theirs img").first().waitFor();
  const width = await phone.locator(".is-theirs img").first().evaluate((image) => image.naturalWidth);
  claim(width > 0, "the picture on the phone cannot be shown");
  await shown(channel, "This is us").locator('[data-reaction="white_check_mark"]').waitFor({ timeout: DELIVERED_MS });
  await picture("mms");
});

await step("the channel is archived from its menu", async () => {
  await channel.getByRole("button", { name: "Channel menu" }).click();
  await picture("channel-menu");
  await page.getByRole("menuitem", { name: "Archive channel" }).click();
  await channel.getByText("This channel is archived.").waitFor();
  await picture("archived");
});

await step("the next text arrives in the shared channel with a note", async () => {
  await text("Great picture, see you then.");
  await sidebar.getByRole("button", { name: "clerk-sms" }).click();
  await parent(MARIA).locator(".replies").click();
  await shown(thread, "Great picture").waitFor();
  await thread.getByRole("button", { name: "Re-create channel" }).waitFor();
  await picture("fallback");
});

await step("“Re-create channel” makes a new one", async () => {
  await thread.getByRole("button", { name: "Re-create channel" }).click();
  await own.click();
  await shown(channel, "Great picture").waitFor();
  await picture("recreated");
});

await step("/clerk shows the panel to the member alone", async () => {
  await sidebar.getByRole("button", { name: "clerk-sms" }).click();
  await channel.getByRole("textbox").fill("/cl");
  await channel.getByRole("option", { name: "/clerk" }).waitFor();
  await picture("commands");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await privately(channel, "used this month").getByRole("button", { name: "Send text" }).waitFor();
  await picture("panel");
});

await step("“Send text” opens a window that counts segments while one types", async () => {
  await privately(channel, "used this month").getByRole("button", { name: "Send text" }).click();
  await modal.getByLabel("To", { exact: true }).waitFor();
  claim(
    await modal.getByLabel("To", { exact: true }).evaluate((field) => field === document.activeElement),
    "the window did not take the cursor",
  );
  await page.keyboard.type("(415) 555-0101");
  await page.keyboard.press("Tab");
  await page.keyboard.type("See you tomorrow at nine");
  await modal.getByText("24 of 1600 characters, 1 segment. 4 of 10 segments left").waitFor();
  await page.keyboard.type(` 🎉 ${"and bring your card ".repeat(3)}`);
  await modal.getByText("2 segments. 3 of 10").waitFor();
  await modal.getByText("because of: 🎉").waitFor();
  await picture("window");
});

await step("a text without words is refused in the window, and Escape closes it", async () => {
  await modal.getByLabel(/^Text/).fill("");
  await modal.getByText("0 of 1600 characters").waitFor();
  await modal.getByLabel("To", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await modal.getByText("The text is empty").waitFor();
  await picture("window-errors");
  await page.keyboard.press("Escape");
  await modal.waitFor({ state: "detached" });
});

await step("a text for later stands as scheduled where the conversation is", async () => {
  await privately(channel, "used this month").getByRole("button", { name: "Send text" }).click();
  await modal.getByLabel("To", { exact: true }).fill("415-555-0101");
  await modal.getByLabel(/^Text/).fill("Reminder: tomorrow at nine.");
  await modal.getByLabel("Send later").fill(tomorrowAtNine());
  await picture("window-later");
  await modal.getByLabel("To", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await modal.waitFor({ state: "detached" });
  await privately(channel, "is scheduled for").waitFor();
  await picture("told-scheduled");
  await own.click();
  await shown(channel, "Scheduled for").waitFor();
  await picture("scheduled");
});

await step("“Withdraw” asks once more, and takes it out", async () => {
  await shown(channel, "Scheduled for").getByRole("button", { name: "Withdraw" }).click();
  const question = page.locator("dialog[open]").filter({ hasText: "Withdraw this text?" });
  await question.getByRole("button", { name: "Keep it" }).waitFor();
  await picture("withdraw-asked");
  await question.getByRole("button", { name: "Withdraw" }).click();
  await shown(channel, "It was withdrawn and not sent.").waitFor();
});

await step("the settings of the channel are changed to confirm everything", () => choose("Everything is confirmed before it is sent"));

await step("a discarded text does not arrive", async () => {
  await write(channel, "Not for her");
  await privately(channel, "Not for her").waitFor();
  await picture("preview");
  await privately(channel, "Not for her").getByRole("button", { name: "Discard" }).click();
  await privately(channel, "Not for her").waitFor({ state: "detached" });
  await shown(channel, "Not for her").locator('[data-reaction="no_entry_sign"]').waitFor();
});

await step("a confirmed text arrives, and the discarded one did not", async () => {
  await write(channel, "For her");
  await privately(channel, "For her").getByRole("button", { name: "Send", exact: true }).click();
  await bubble("For her").waitFor({ timeout: DELIVERED_MS });
  claim((await bubble("Not for her").count()) === 0, "the discarded text arrived");
});

await step("the channel goes back to sending what is written", () => choose("What is written is sent"));

await step("a text whose post is deleted in time does not arrive", async () => {
  await write(channel, "Oops, wrong person");
  await shown(channel, "Oops, wrong person").hover();
  await shown(channel, "Oops, wrong person").getByRole("button", { name: "Delete message" }).click();
  await confirmIfAsked();
  await privately(channel, "You took it back in time").waitFor();
  await picture("taken-back");
});

await step("a text whose post is edited in time arrives as edited, and the deleted one never", async () => {
  await write(channel, "See you at thre");
  await shown(channel, "See you at thre").hover();
  await shown(channel, "See you at thre").getByRole("button", { name: "Edit message" }).click();
  await channel.getByRole("textbox", { name: "Edit message" }).fill("See you at three");
  await page.keyboard.press("Enter");
  await bubble("See you at three").waitFor({ timeout: DELIVERED_MS });
  claim((await bubble("Oops").count()) === 0, "the text that was taken back arrived");
  claim((await bubble("See you at thre").count()) === 1, "the text came as it was first written, too");
});

await step("deleting a post whose text has gone says so", async () => {
  await shown(channel, "See you at three").locator('[data-reaction="white_check_mark"]').waitFor({ timeout: DELIVERED_MS });
  await shown(channel, "See you at three").hover();
  await shown(channel, "See you at three").getByRole("button", { name: "Delete message" }).click();
  await confirmIfAsked();
  await privately(channel, "had already gone").waitFor();
  await picture("too-late");
});

await step("the head of the channel assigns and solves", async () => {
  await head.getByRole("button", { name: "Assign" }).click();
  await head.getByText("@Ana Ruiz").waitFor();
  await head.getByRole("button", { name: "Solve" }).click();
  await head.getByText("Solved").waitFor();
  await head.getByRole("button", { name: "Re-open" }).waitFor();
  await head.scrollIntoViewIfNeeded();
  await picture("solved");
});

await step("“Details” names the contact, and says what it is about", async () => {
  await head.getByRole("button", { name: "Details" }).click();
  await modal.getByLabel("Name of the contact").fill("Maria Lopez");
  await modal.getByLabel("Subject").fill("Check-up in the afternoon");
  await modal.getByLabel("Priority").selectOption({ label: "High" });
  await modal.getByLabel("Tags").fill("insurance, new");
  await modal.getByLabel("Notes").fill("Prefers texts in the morning.");
  await picture("details");
  await modal.getByRole("button", { name: "Save" }).click();
  await modal.waitFor({ state: "detached" });
  await head.getByText("Maria Lopez").waitFor();
  await head.getByText("Check-up in the afternoon").waitFor();
  await head.scrollIntoViewIfNeeded();
  await picture("named");
});

await step("shortcuts open the window, from a post with the number that stands in it", async () => {
  await sidebar.getByRole("button", { name: "general" }).click();
  await write(channel, "Please ask (415) 555-0102 for the form");
  await shown(channel, "Please ask").hover();
  await shown(channel, "Please ask").getByRole("button", { name: "More actions" }).click();
  const room = await page.locator(".menu").evaluate((menu) => menu.closest(".posts").getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom);
  claim(room >= 0, "the menu is cut off by the end of the list");
  await picture("shortcuts");
  await page.getByRole("menuitem", { name: "Text this number" }).click();
  await modal.getByLabel("To", { exact: true }).waitFor();
  claim(/415\D*555\D*0102/.test(await modal.getByLabel("To", { exact: true }).inputValue()), "the number was not taken over");
  await modal.getByRole("button", { name: "Cancel" }).click();
  await modal.waitFor({ state: "detached" });
  await channel.getByRole("button", { name: "Shortcuts" }).click();
  await page.getByRole("menuitem", { name: "Send a text" }).click();
  await modal.getByLabel("To", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await modal.waitFor({ state: "detached" });
});

await step("the home shows the number, what was used and the conversation", async () => {
  await sidebar.getByRole("button", { name: "Clerk", exact: true }).click();
  const home = page.locator(".home");
  await home.getByText("+1 201-555-0110").first().waitFor();
  await home.getByText("7 of 10 segments used this month").waitFor();
  await home.getByText("Maria Lopez").waitFor();
  await picture("home");
});

await step("nothing overflows on a wide screen", () => nothingOverflows("home"));

await step("nothing overflows at 360 pixels, light or dark", async () => {
  await page.setViewportSize(NARROW);
  await look("home");
  await page.locator(".home").getByRole("button", { name: "Send text" }).click();
  await modal.getByLabel("To", { exact: true }).waitFor();
  await look("window");
  await page.keyboard.press("Escape");
  await modal.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Channels" }).first().click();
  await look("sidebar");
  await own.click();
  await look("channel");
  await page.locator("#views").getByRole("button", { name: "Phone" }).click();
  await look("phone");
});

await step("the dark page is as wide as the light one", async () => {
  await page.setViewportSize(WIDE);
  await look("channel-wide");
  await head.getByRole("button", { name: "Details" }).click();
  await modal.getByLabel("Subject").waitFor();
  await look("details-wide");
  await page.keyboard.press("Escape");
  await sidebar.getByRole("button", { name: "clerk-sms" }).click();
  await parent(MARIA).locator(".replies").click();
  await thread.locator(".post").nth(5).waitFor();
  await look("thread-wide");
});

await end();

/** What is on the screen now, in both colour schemes. */
async function look(what) {
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await nothingOverflows(`${what}, ${colorScheme}`);
    await picture(`${what}-${colorScheme}`);
  }
}

/** Writes into the composer of a channel or thread. */
async function write(where, words) {
  await where.getByRole("textbox").last().fill(words);
  await page.keyboard.press("Enter");
  await shown(where, words).waitFor();
}

/** Opens the settings by the command and chooses how the open channel sends. */
async function choose(mode) {
  await channel.getByRole("textbox").fill("/clerk settings");
  await page.keyboard.press("Enter");
  await modal.getByLabel("In this channel").selectOption({ label: mode });
  await picture("settings");
  await modal.getByRole("button", { name: "Save" }).click();
  await modal.waitFor({ state: "detached" });
  await privately(channel, "settings are saved").waitFor();
  await privately(channel, "settings are saved").getByRole("button", { name: "Dismiss message" }).click();
}

/** Tomorrow at nine where Maria is, which is no quiet hour there, in the form of a date field: by the clock of this page. */
function tomorrowAtNine() {
  const there = new Date(new Date().toLocaleString("en-US", { timeZone: "America/Los_Angeles" }));
  const ahead = 24 * 60 * 60 * 1_000 - ((there.getHours() - 9) * 60 + there.getMinutes()) * 60 * 1_000;
  const day = new Date(Date.now() + ahead);
  const two = (count) => String(count).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
}
