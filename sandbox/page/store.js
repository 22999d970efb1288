/**
 * What the page knows: a copy of the sandbox's state, kept current by events, and what the person at the page has chosen.
 * Views read from here and never keep a copy; a change asks for one repaint of everything, which is cheap because
 * unchanged nodes stay. Choices live for the browser tab; nothing is kept about messages.
 */
import { momentAt } from "./clock.js";

const CHOICES = "clerk-sandbox";
const REPAINT_MS = 33;
const LOG_LENGTH = 200;

/** The copy of the sandbox's state; `null` until the first snapshot has come. */
export const world = {
  ready: false,
  clerkUrl: "",
  slack: null,
  users: new Map(),
  channels: new Map(),
  posts: new Map(),
  ephemerals: [],
  views: new Map(),
  commands: [],
  shortcuts: [],
  numbers: [],
  phones: [],
  texts: new Map(),
  faults: [],
  webhooks: null,
  requests: [],
};

/** What is chosen and open on the page. */
export const choice = Object.assign(
  { view: "phone", persona: null, clerkNumber: null, user: null, channel: null, home: false, thread: null, under: false },
  remembered(),
);

/** Things seen or hidden in this tab: channels by newest post, phones by texts, narrow views by both, dismissed private notices. */
export const seen = {
  channels: new Map(),
  phones: new Map(),
  dismissed: new Set(),
  answers: new Map(),
  views: { phone: null, slack: null },
};

const painters = [];
let planned = false;

/** Registers a view: `paint()` is called after each change. */
export const onPaint = (paint) => painters.push(paint);

/** Asks for a repaint; many changes at once cost one. */
export function changed() {
  if (planned) return;
  planned = true;
  setTimeout(() => {
    planned = false;
    paintAll();
  }, REPAINT_MS);
}

function paintAll() {
  if (world.ready) painters.forEach((paint) => paint());
}

/** Chooses something (`choose({ channel: "C1" })`), remembers it for this tab and repaints at once: a press must feel like one. */
export function choose(part) {
  Object.assign(choice, part);
  try {
    sessionStorage.setItem(CHOICES, JSON.stringify(choice));
  } catch {
    // Without storage the choice lasts until the page is left, which is good enough.
  }
  paintAll();
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(CHOICES)) ?? {};
  } catch {
    return {};
  }
}

/** Takes over a whole snapshot. */
export function takeSnapshot(state) {
  const first = !world.ready;
  const { slack, carrier } = state;
  world.ready = true;
  world.clerkUrl = state.clerk_url ?? "";
  world.slack = slack;
  world.users = new Map((slack.users ?? []).map((user) => [user.id, user]));
  world.channels = new Map();
  world.posts = new Map();
  (slack.channels ?? []).forEach(takeChannel);
  world.ephemerals = [...(slack.ephemerals ?? [])];
  world.views = new Map((slack.views ?? []).map((own) => [own.user, own]));
  world.commands = slack.commands ?? [];
  world.shortcuts = slack.shortcuts ?? [];
  world.numbers = [...(carrier.numbers ?? [])];
  world.phones = [...(carrier.phones ?? [])];
  world.texts = new Map((carrier.messages ?? []).map((text) => [text.sid, text]));
  world.faults = [...(state.faults ?? [])];
  world.webhooks = state.webhooks ?? world.webhooks;
  if (first) for (const id of world.channels.keys()) seen.channels.set(id, newestTs(id));
  if (first) for (const phone of world.phones) seen.phones.set(phone.number, textsOf(phone.number).length);
  changed();
}

function takeChannel(channel) {
  const { messages, ...rest } = channel;
  world.channels.set(rest.id, { ...world.channels.get(rest.id), ...rest });
  const posts = world.posts.get(rest.id) ?? new Map();
  world.posts.set(rest.id, posts);
  for (const post of messages ?? []) posts.set(post.ts, post);
}

const REDUCERS = {
  "slack.channel": (event) => {
    const channel = event.channel?.id ? event.channel : event;
    if (channel.is_deleted || channel.deleted) forgetChannel(channel.id);
    else takeChannel(channel);
  },
  "slack.message": (event) => {
    const post = event.message ?? event;
    if (!world.posts.has(post.channel)) world.posts.set(post.channel, new Map());
    world.posts.get(post.channel).set(post.ts, post);
  },
  "slack.message_deleted": (event) => world.posts.get(event.channel)?.delete(event.ts ?? event.deleted_ts),
  "slack.ephemeral": (event) => takeEphemeral(event.ephemeral ?? event),
  "carrier.message": (event) => {
    const text = event.message ?? event;
    world.texts.set(text.sid, text);
  },
  "carrier.phone": (event) => {
    world.phones = world.phones.map((phone) =>
      phone.number === event.number ? { ...phone, reachable: event.reachable } : phone,
    );
  },
  "slack.views": (event) => world.views.set(event.user, event),
  "slack.app": (event) => Object.assign(world, { commands: event.commands, shortcuts: event.shortcuts }),
  request: (event) => {
    world.requests.push(event.request ?? event);
    if (world.requests.length > LOG_LENGTH) world.requests.shift();
  },
};

function forgetChannel(id) {
  world.channels.delete(id);
  world.posts.delete(id);
  if (choice.channel === id) choose({ channel: null, thread: null });
}

/** A private notice replaces its former version, and goes when it says so. */
function takeEphemeral(notice) {
  world.ephemerals = world.ephemerals.filter((other) => other.ts !== notice.ts || other.user !== notice.user);
  if (!notice.deleted) world.ephemerals.push(notice);
}

/** Takes over one event; answers false if only a new snapshot can tell what changed. */
export function takeEvent(event) {
  const reduce = REDUCERS[event.type];
  if (reduce) reduce(event);
  changed();
  return Boolean(reduce);
}

// What the views ask.

const byTs = (one, other) => (one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0);

/** True for a post that stands in a thread and not in its channel. */
const isReply = (post) => Boolean(post.thread_ts) && post.thread_ts !== post.ts;

/** Posts of the channel itself, oldest first. */
export const postsOf = (channel) =>
  [...(world.posts.get(channel)?.values() ?? [])]
    .filter((post) => !isReply(post) || post.subtype === "thread_broadcast")
    .sort(byTs);

/** Replies of every thread of a channel, oldest first, by the `ts` of the parent. */
export function threadsOf(channel) {
  const threads = new Map();
  for (const post of [...(world.posts.get(channel)?.values() ?? [])].filter(isReply).sort(byTs)) {
    if (!threads.has(post.thread_ts)) threads.set(post.thread_ts, []);
    threads.get(post.thread_ts).push(post);
  }
  return threads;
}

/** The one post, or undefined. */
export const postAt = (channel, ts) => world.posts.get(channel)?.get(ts);

/** Private notices for a user in a channel (`thread` undefined) or in one of its threads. */
export const ephemeralsFor = (user, channel, thread) =>
  world.ephemerals
    .filter((notice) => notice.user === user && notice.channel === channel && (notice.thread_ts || undefined) === thread)
    .filter((notice) => !seen.dismissed.has(noticeKey(notice)));

/** What identifies a private notice. */
export const noticeKey = (notice) => `${notice.channel}/${notice.ts}/${notice.user}`;

/** The newest `ts` of a channel, threads included, or "". */
export function newestTs(channel) {
  let newest = "";
  for (const ts of world.posts.get(channel)?.keys() ?? []) if (ts > newest) newest = ts;
  return newest;
}

/** People of the workspace who can be chosen as "you". */
export const people = () =>
  [...world.users.values()].filter(
    (user) => !user.is_bot && !user.deleted && user.id !== "USLACKBOT" && (user.team ?? world.slack.team.id) === world.slack.team.id,
  );

/** The chosen user; the first if the choice is gone. */
export const you = () => people().find((user) => user.id === choice.user) ?? people()[0];

/** Channels that the chosen user sees: every public one, private and direct ones only of their own; a guest's only those. */
export function visibleChannels() {
  const own = you();
  const isOpen = (channel) => !channel.is_private && !isDirect(channel) && !own?.is_restricted;
  return [...world.channels.values()].filter((channel) => isOpen(channel) || (channel.members ?? []).includes(own?.id));
}

/** True for a conversation between two. */
export const isDirect = (channel) => channel.id.startsWith("D") || channel.is_im === true;

/** The open channel: the chosen one, else Clerk's own, else the first. */
export function openChannel() {
  const all = visibleChannels();
  return (
    all.find((channel) => channel.id === choice.channel) ?? all.find((channel) => channel.name.startsWith("clerk")) ?? all[0]
  );
}

/** How a channel is called by the chosen user. */
export function channelName(channel) {
  if (!channel || !isDirect(channel)) return channel?.name ?? "unknown channel";
  const other = (channel.members ?? []).find((member) => member !== you()?.id);
  return userName(other ?? you()?.id);
}

/** How a user is called. */
export function userName(id) {
  const user = world.users.get(id);
  return user?.real_name || user?.name || (id === "USLACKBOT" ? "Slack" : "someone");
}

/** Answers names for mentions in markup. */
export const names = {
  user: userName,
  handle: (id) => world.users.get(id)?.name ?? id,
  channel: (id) => channelName(world.channels.get(id)),
};

/** The chosen phone; the first if the choice is gone. */
export const persona = () => world.phones.find((phone) => phone.number === choice.persona) ?? world.phones[0];

const partner = (text, phone) => (text.from === phone ? text.to : text.from);

/** All texts that a phone has to do with, oldest first. */
export const textsOf = (phone) =>
  [...world.texts.values()]
    .filter((text) => text.from === phone || text.to === phone)
    .sort((one, other) => momentAt(one.at) - momentAt(other.at));

/** The conversations of a phone, newest first: `{ number, label, texts, inService }`; numbers without texts come last. */
export function conversationsOf(phone) {
  const found = new Map(
    world.numbers.map((held) => [held.number, { number: held.number, label: held.friendly_name, texts: [], inService: true }]),
  );
  for (const text of textsOf(phone)) {
    const number = partner(text, phone);
    if (!found.has(number)) found.set(number, { number, label: "", texts: [], inService: false });
    found.get(number).texts.push(text);
  }
  const newest = (conversation) => (conversation.texts.length ? momentAt(conversation.texts.at(-1).at).getTime() : 0);
  return [...found.values()].sort((one, other) => newest(other) - newest(one));
}

/** A text that has reached the phone's screen, or left it. */
export const isOnScreen = (text, phone) => text.from === phone || ["delivered", "read"].includes(text.status);
