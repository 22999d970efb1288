/**
 * The wire: calls of the control API and the stream of events. All addresses are relative to the page. The stream is
 * opened before the snapshot is read and events that come meanwhile wait, so nothing falls between the two; after every
 * reconnect the snapshot is read again, because events may have been missed. Events are upserts: applying one twice is harmless.
 */

import { toast } from "./dom.js";

const RETRY_MS = 1500;

/** Calls `api/<path>`; answers the parsed body, or throws an `Error` with a sentence for the person. */
export async function call(path, body, method = body === undefined ? "GET" : "POST") {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(`api/${path}`, request).catch(() => {
    throw new Error("The sandbox does not answer. Is it still running?");
  });
  const text = await response.text();
  if (!response.ok) throw new Error(complaint(text) || `The sandbox answered ${response.status} to ${path}.`);
  return text ? parse(text) : null;
}

/** Calls, and shows what went wrong instead of throwing it; also that Clerk did not take what it was told. */
export async function attempt(path, body) {
  try {
    const answer = await call(path, body);
    if (!isTaken(answer)) toast(`Clerk did not take this: ${answer.webhook_error ?? `it answered ${answer.webhook_status}`}.`);
  } catch (error) {
    toast(error.message);
  }
}

/** True unless Clerk refused the webhook of a call, or could not be reached; one that was never sent is no refusal. */
export function isTaken(answer) {
  const { webhook_status: status, webhook_error: error } = answer ?? {};
  return !error && (status === null || status === undefined || (status >= 200 && status < 300));
}

function complaint(text) {
  const body = parse(text);
  if (body && typeof body === "object") return String(body.message ?? body.error ?? "");
  return text.length < 200 && !text.startsWith("<") ? text : "";
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Follows the sandbox for as long as the page lives: `onSnapshot(state)`, `onEvent(event)`, `onStatus("live" | "away")`. */
export function follow({ onSnapshot, onEvent, onStatus }) {
  let waiting = [];
  let reading = false;
  let again = false;

  async function read() {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    waiting = waiting ?? [];
    try {
      onSnapshot(await call("state"));
      onStatus("live");
      const missed = waiting;
      waiting = null;
      missed.forEach(onEvent);
    } catch {
      onStatus("away");
      setTimeout(read, RETRY_MS);
    } finally {
      reading = false;
    }
    if (again) {
      again = false;
      read();
    }
  }

  open((event) => (waiting ? waiting.push(event) : onEvent(event)), read, onStatus);
  return read;
}

/** Opens the stream and opens it again when the browser has given it up (it does after an answer that is not 200). */
function open(onData, onOpen, onStatus) {
  const stream = new EventSource("api/events");
  stream.onopen = onOpen;
  stream.onmessage = (message) => {
    const event = parse(message.data);
    if (event?.type) onData(event);
  };
  stream.onerror = () => {
    onStatus("away");
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => open(onData, onOpen, onStatus), RETRY_MS);
  };
}
