/**
 * A list of posts as Slack shows it: days, groups by author, app badges, reactions, replies, private notices. Own posts
 * can be edited and deleted from a bar that appears on hover and on focus. Each post is one item with a signature of all
 * that it shows, so a live update touches only what changed.
 */
import { pictureOf, renderBlocks } from "./blocks.js";
import { agoOf, dayOf, fullTimeOf, momentOf, sameDay, timeOf } from "./clock.js";
import { escapeEdited } from "./composer.js";
import { h, icon, iconButton } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { attempt } from "./live.js";
import { renderMarkup, typedAgain } from "./mrkdwn.js";
import { ask, menu } from "./overlay.js";
import { changed, choose, names, noticeKey, seen, userName, world, you } from "./store.js";

const GROUP_SECONDS = 300;
const SYSTEM = new Set([
  "channel_join",
  "channel_leave",
  "channel_archive",
  "channel_unarchive",
  "channel_name",
  "channel_topic",
  "channel_purpose",
  "bot_add",
  "bot_remove",
  "tombstone",
]);
let editing = null;

/** Items for `keyed`: the posts and private notices of one list. `threads` is given where replies are counted. */
export function postItems(posts, notices, { threads = null, inThread = false } = {}) {
  const items = [];
  let before = null;
  for (const entry of merged(posts, notices)) {
    const moment = momentOf(entry.ts);
    if (!inThread && (!before || !sameDay(momentOf(before.ts), moment))) items.push(dayItem(moment));
    const replies = threads?.get(entry.ts) ?? [];
    const compact = Boolean(before) && replies.length === 0 && isSimple(before) && isSimple(entry) && sameAuthor(before, entry);
    items.push(entry.private ? noticeItem(entry) : postItem(entry, { compact, replies, inThread }));
    before = entry;
  }
  return items;
}

function merged(posts, notices) {
  const all = [...posts, ...notices.map((notice) => ({ ...notice, private: true }))];
  return all.sort((one, other) => Number(one.ts) - Number(other.ts));
}

const dayItem = (moment) => ({
  key: `day ${dayOf(moment)}`,
  signature: "",
  build: () => h("li", { class: "day" }, h("span", null, dayOf(moment))),
});

/** Only plain text is joined under one name; a card of an app always shows whose it is. */
const isSimple = (entry) => !entry.private && isTyped(entry) && !SYSTEM.has(entry.subtype);

function sameAuthor(one, other) {
  const who = (post) => `${post.user} ${post.bot_id} ${post.username}`;
  return who(one) === who(other) && Number(other.ts) - Number(one.ts) < GROUP_SECONDS;
}

function postItem(post, place) {
  const isEdited = editing?.channel === post.channel && editing.ts === post.ts;
  const replies = place.replies.map((reply) => [reply.ts, reply.user, reply.username]);
  const signature = isEdited
    ? "editing"
    : JSON.stringify([post, place.compact, replies, author(post).name, post.user === you()?.id, world.shortcuts.length]);
  return {
    key: post.ts,
    signature,
    build: () => (SYSTEM.has(post.subtype) ? systemPost(post) : ordinaryPost(post, place, isEdited)),
  };
}

/** Name, picture and kind of who wrote a post; an app may give itself another name. */
function author(post) {
  const user = world.users.get(post.user);
  const isApp = Boolean(post.bot_id) || Boolean(user?.is_bot);
  const name = post.username || (user ? userName(post.user) : isApp ? (world.slack.app?.name ?? "App") : userName(post.user));
  return { name, isApp, avatar: post.username ? initialsOf(post.username) : isApp ? null : user?.avatar || initialsOf(name) };
}

const initialsOf = (name) =>
  (name.match(/\p{L}+/gu) ?? ["?"])
    .slice(0, 2)
    .map((word) => word[0].toUpperCase())
    .join("");

/** A colour that stays with a name; people with a phone have the colour they have at the phone. */
function toneOf(name) {
  const phone = world.phones.findIndex((one) => one.name && name.startsWith(one.name));
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  return `tone-${((phone >= 0 ? phone : sum) % 5) + 1}`;
}

/** The picture of a person (initials or an emoji) or Clerk's mark. */
export function avatarNode({ avatar, name }, size = "") {
  if (avatar === null) return h("img", { class: `avatar is-app ${size}`, src: "assets/mark.svg", alt: "" });
  const isEmoji = !/\p{L}/u.test(avatar);
  return h("span", { class: `avatar ${isEmoji ? "is-emoji" : ""} ${toneOf(name)} ${size}`, "aria-hidden": "true" }, avatar);
}

function ordinaryPost(post, place, isEdited) {
  const who = author(post);
  const node = h(
    "li",
    { class: `post${place.compact ? " is-compact" : ""}`, tabindex: "-1", "data-focus": post.ts, "data-ts": post.ts },
    h("div", { class: "post-gutter" }, place.compact ? timeNode(post.ts) : avatarNode(who)),
    h(
      "div",
      { class: "post-main" },
      h(
        "p",
        { class: place.compact ? "unseen" : "post-head" },
        h("strong", null, who.name),
        who.isApp && h("span", { class: "app-badge" }, "App"),
        !place.compact && timeNode(post.ts),
      ),
      isEdited ? editor(post) : body(post),
      reactions(post),
      place.replies.length > 0 && repliesButton(post, place.replies),
    ),
  );
  if (!isEdited) node.append(toolbar(post, place));
  return node;
}

const timeNode = (ts) =>
  h("time", { datetime: momentOf(ts).toISOString(), title: fullTimeOf(momentOf(ts)) }, timeOf(momentOf(ts)));

function body(post) {
  const act = (element, value, block) => press(post, element, value, block);
  return h(
    "div",
    { class: "post-body" },
    isTyped(post) ? typedText(post) : renderBlocks(post.blocks, act),
    (post.attachments ?? []).map((attachment) => attachmentNode(attachment, act)),
    (post.files ?? []).map(fileNode),
  );
}

/** What people write comes as text, and once more as rich text made from it; the text is all that is needed. */
const isTyped = (post) => !post.blocks?.length || (!post.bot_id && post.blocks.every((block) => block.type === "rich_text"));

function typedText(post) {
  const edited = post.edited && !post.bot_id;
  return h(
    "div",
    { class: "block-text" },
    renderMarkup(post.text, names),
    edited && h("small", { class: "edited" }, " (edited)"),
  );
}

function attachmentNode(attachment, act) {
  const inside = attachment.blocks
    ? renderBlocks(attachment.blocks, act)
    : renderMarkup(attachment.text ?? attachment.fallback ?? "", names);
  return h("div", { class: "attachment" }, inside);
}

function fileNode(file) {
  const url = file.permalink_public ?? file.thumb_360 ?? file.url;
  const isPicture = (file.mimetype ?? file.content_type ?? "").startsWith("image/");
  if (isPicture && url) return pictureOf(url, file.title ?? file.name ?? "Picture");
  return h("p", { class: "file" }, icon("clip"), file.title ?? file.name ?? "A file");
}

function press(post, element, value, block) {
  const { action_id, block_id } = { ...element, block_id: block.block_id };
  return attempt("slack/press", { user: you().id, channel: post.channel, message_ts: post.ts, action_id, value, block_id });
}

function reactions(post) {
  if (!post.reactions?.length) return null;
  const pill = (reaction) => {
    const by = reaction.users.map(userName).join(", ");
    return h(
      "li",
      { class: "reaction", title: `:${reaction.name}: by ${by}`, "data-reaction": reaction.name },
      h(
        "span",
        { class: "emoji", role: "img", "aria-label": `${reaction.name.replaceAll("_", " ")} by ${by}` },
        emojiOf(reaction.name) ?? `:${reaction.name}:`,
      ),
      h("span", { class: "reaction-count" }, String(reaction.users.length)),
    );
  };
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, post.reactions.map(pill));
}

const openThread = (post) => choose({ thread: post.ts, view: "thread" });

function repliesButton(post, replies) {
  const faces = [...new Map(replies.map((reply) => [author(reply).name, author(reply)])).values()].slice(-3);
  const label = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  return h(
    "button",
    { type: "button", class: "replies", "data-focus": `replies-${post.ts}`, onclick: () => openThread(post) },
    faces.map((face) => avatarNode(face, "is-small")),
    h("strong", null, label),
    h("span", { class: "quiet" }, `Last ${agoOf(momentOf(replies.at(-1).ts))}`),
  );
}

function toolbar(post, place) {
  const own = post.user === you()?.id && !post.bot_id;
  const buttons = [
    !place.inThread && iconButton("reply", "Reply in thread", () => openThread(post), { "data-focus": `reply-${post.ts}` }),
    own && iconButton("edit", "Edit message", () => edit(post), { "data-focus": `edit-${post.ts}` }),
    own && iconButton("trash", "Delete message", () => remove(post), { "data-focus": `delete-${post.ts}` }),
    moreButton(post),
  ].filter(Boolean);
  return buttons.length ? h("div", { class: "toolbar", role: "group", "aria-label": "Message actions" }, buttons) : "";
}

/** The app's shortcuts for a post; no button when it has none. */
function moreButton(post) {
  const offered = () => world.shortcuts.filter((shortcut) => shortcut.type === "message");
  if (offered().length === 0) return null;
  const run = (shortcut) => () =>
    attempt("slack/shortcut", { user: you().id, channel: post.channel, message_ts: post.ts, callback_id: shortcut.callback_id });
  const items = () => offered().map((shortcut) => ({ label: `${shortcut.name} · Clerk`, act: run(shortcut) }));
  const properties = { "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": `more-${post.ts}` };
  const button = iconButton("dots", "More actions", () => menu(button, items()), properties);
  return h("span", { class: "menu-home" }, button);
}

function edit(post) {
  editing = { channel: post.channel, ts: post.ts };
  changed();
}

function stopEditing() {
  editing = null;
  changed();
}

function editor(post) {
  const input = h("textarea", { rows: "2", "aria-label": "Edit message", value: typedAgain(post.text, names) });
  const save = async () => {
    const text = escapeEdited(input.value.trim());
    stopEditing();
    if (text === "" || text === post.text) return;
    await attempt("slack/edit", { user: you().id, channel: post.channel, ts: post.ts, text });
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stopEditing();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  setTimeout(() => input.focus(), 30);
  return h(
    "div",
    { class: "editor" },
    input,
    h(
      "div",
      { class: "editor-answers" },
      h("button", { type: "button", class: "button small", onclick: stopEditing }, "Cancel"),
      h("button", { type: "button", class: "button small primary", onclick: save }, "Save"),
    ),
  );
}

async function remove(post) {
  const sure = await ask({ title: "Delete message", text: "Delete this message for everyone?", confirm: "Delete", danger: true });
  if (sure) await attempt("slack/delete", { user: you().id, channel: post.channel, ts: post.ts });
}

const systemPost = (post) =>
  h(
    "li",
    { class: "post is-system", "data-ts": post.ts, tabindex: "-1" },
    h("div", { class: "post-gutter" }, timeNode(post.ts)),
    h(
      "div",
      { class: "post-main" },
      post.subtype !== "tombstone" && !post.text.startsWith("<@") && h("strong", null, userName(post.user), " "),
      renderMarkup(post.text, names),
    ),
  );

function noticeItem(notice) {
  return { key: `private ${noticeKey(notice)}`, signature: JSON.stringify(notice), build: () => noticeNode(notice) };
}

function noticeNode(notice) {
  const act = (element, value, block) => press(notice, element, value, block);
  const dismiss = () => {
    seen.dismissed.add(noticeKey(notice));
    attempt("slack/dismiss", { user: you().id, channel: notice.channel, ts: notice.ts });
    changed();
  };
  return h(
    "li",
    { class: "post is-private", "data-focus": noticeKey(notice), tabindex: "-1" },
    h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
    h("div", { class: "post-gutter" }, avatarNode({ avatar: null, name: "" })),
    h(
      "div",
      { class: "post-main" },
      h(
        "p",
        { class: "post-head" },
        h("strong", null, world.slack.app?.name ?? "Clerk"),
        h("span", { class: "app-badge" }, "App"),
        timeNode(notice.ts),
      ),
      h(
        "div",
        { class: "post-body" },
        notice.blocks?.length
          ? renderBlocks(notice.blocks, act)
          : h("div", { class: "block-text" }, renderMarkup(notice.text, names)),
      ),
      h("button", { type: "button", class: "text-button dismiss", onclick: dismiss }, "Dismiss message"),
    ),
  );
}
