// The page, whatever the technique: the same file in all steps. What chat.js imports is marked
// "export".

const element = id => document.getElementById(id);

export function sleep(ms) {
  return new Promise(resolve => setTimeout(resolve, ms));
}

// ---- Who I am

// The server refuses control characters. Its JSON reader refuses half of a surrogate pair, that is,
// half an emoji.
function clean(text) {
  return text.replace(/\p{Cc}/gu, " ").toWellFormed().trim();
}

/** The name in the page's address, ?user=Alice: at most 50 characters. */
export const user = nameInAddress() || "Anonymous";
element("user").textContent = user;

function nameInAddress() {
  const name = new URLSearchParams(location.search).get("user") ?? "";
  return clean(clean(name).slice(0, 50)); // once more: slice may have cut an emoji in half
}

// ---- Lists

// Makes a function that adds an item to the list. The list keeps the newest 1,000, and the
// newest in sight unless the reader has scrolled up.
function newestInSight(list, onRemove = () => {}) {
  let atEnd = true;
  let lastTop = 0;
  list.addEventListener("scroll", () => {
    // At the end stays at the end, unless the reader has scrolled up. A window that becomes smaller
    // also moves the end away, but scrolls nothing up.
    const scrolledUp = list.scrollTop < lastTop;
    const isNearEnd = list.scrollHeight - list.clientHeight - list.scrollTop < 50;
    atEnd = isNearEnd || (atEnd && !scrolledUp);
    lastTop = list.scrollTop;
  });
  return item => {
    list.append(item);
    if (list.children.length > 1000) {
      onRemove(list.firstElementChild);
      list.firstElementChild.remove();
    }
    if (atEnd) {
      list.scrollTop = list.scrollHeight;
    }
  };
}

// ---- Messages

const opened = Date.now();
const shownIds = new Set();
const shownKeys = new Set();
const addMessage = newestInSight(element("messages"), row => {
  shownIds.delete(row.id);
  shownKeys.delete(row.dataset.key);
});

/**
 * Shows messages at the end of the list, but none a second time: two answers may hold the same
 * message, and a server that was started anew gives a new id to what is sent to it again. The key
 * stays the same.
 */
export function show(messages) {
  for (const message of messages) {
    const isKnown = message.key && shownKeys.has(authorsKey(message));
    if (!isKnown && !shownIds.has(`message-${message.id}`)) {
      showOne(message);
    }
  }
}

/** Whether a message of mine with this key is on the page. */
export function isShown(key) {
  return shownKeys.has(authorsKey({ user, key }));
}

// A key is its author's own: nobody can hide a message of another by taking its key. The origin
// is the server that the author is on, in step 6.
function authorsKey({ origin, user, key }) {
  return JSON.stringify([origin, user, key]);
}

function showOne(message) {
  const row = element("row").content.cloneNode(true).firstElementChild;
  row.id = `message-${message.id}`;
  shownIds.add(row.id);
  if (message.key) {
    row.dataset.key = authorsKey(message);
    shownKeys.add(row.dataset.key);
  }

  const sent = new Date(message.timestamp);
  row.classList.toggle("mine", message.user === user);
  // textContent, not innerHTML: what a visitor writes is never markup.
  row.querySelector(".user").textContent = message.user;
  row.querySelector(".time").textContent = sent.toLocaleTimeString();
  row.querySelector(".text").textContent = message.text;
  if (message.origin) {
    row.querySelector(".time").append(` · from ${message.origin}`);
  }

  // What is older than this page is history, and not late.
  if (sent >= opened) {
    const late = delay(Date.now() - sent);
    row.querySelector(".late").textContent = late;
    element("delay").textContent = late;
  }
  addMessage(row);
}

function delay(ms) {
  return ms < 1000 ? `+${ms} ms` : `+${(ms / 1000).toFixed(1)} s`;
}

/** Shows who is online: a list of names. */
export function showUsers(names) {
  element("users").textContent = names.join(", ");
}

// ---- The state of the connection

let pause = 1; // before the next attempt, in seconds

/** Shows how receiving goes: "connected" (a success: see retry), "waiting", "reconnecting". */
export function status(state, text) {
  element("status").dataset.state = state;
  element("status").textContent = text;
  if (state === "connected") {
    pause = 1; // from step 4 on, retry cannot do it: its action never returns, it only fails
  }
}

/**
 * Calls the action, and returns what it returns. If it fails, shows why, pauses and calls it
 * again: after 1 s, 2 s, then every 4 s. After a success the pause is 1 s anew.
 */
export async function retry(action) {
  while (true) {
    try {
      const result = await action();
      pause = 1;
      return result;
    } catch (error) {
      const reason = error.message.replace(/[.\s]+$/, "");
      status("reconnecting", `Reconnecting: ${reason}. Next attempt in ${pause} s.`);
      // A little less, at random, or all pages come back in the same instant.
      await sleep(pause * (750 + 250 * Math.random()));
      pause = Math.min(2 * pause, 4);
    }
  }
}

// ---- The form

/** The server has refused what it was sent. To send the same again would be in vain. */
export class Refused extends Error {}

/** An error in the words of the server's answer: problem details (RFC 9457). */
export async function problem(response) {
  const answer = await response.json().catch(() => ({}));
  const reasons = Object.values(answer.errors ?? {}).flat().join(" ");
  const reason = reasons || answer.detail || answer.title || `HTTP ${response.status}`;
  const isRefusal = response.status >= 400 && response.status < 500;
  return isRefusal ? new Refused(reason) : new Error(reason);
}

/**
 * Calls send({ text, key }) with what the user has written. If send fails, calls it again every
 * second until it succeeds, with the same key; but not if it fails with Refused.
 */
export function onSend(send) {
  const input = element("text");
  element("form").addEventListener("submit", async event => {
    event.preventDefault();
    const text = clean(input.value);
    if (text === "" || input.readOnly) {
      return;
    }
    input.readOnly = true;
    element("sending").textContent = "· sending…";
    element("problem").textContent = "";
    try {
      await sendUntilStored(send, { text, key: newKey() });
      input.value = "";
    } catch (refused) {
      element("problem").textContent = `Not sent: ${refused.message}`;
    }
    element("sending").textContent = "";
    input.readOnly = false;
    input.focus();
  });
}

async function sendUntilStored(send, message) {
  while (true) {
    try {
      return await send(message);
    } catch (error) {
      if (error instanceof Refused) {
        throw error;
      }
      await sleep(1000);
    }
  }
}

// 128 random bits. crypto.randomUUID() is there only by https, or from localhost.
function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

// ---- The wire panel

// chat.js imports these instead of the browser's own. They do the same, and also show in the
// wire panel what crosses. (To know its size, fetch returns when the whole body has come.)

const counted = { out: 0, in: 0, nothing: 0, bytes: 0 };
const addWireLine = newestInSight(element("wire"));

// A line in the panel. Its size is that of a body, a frame or an event's data, without headers.
function wire(direction, text, { body = "", news, ms } = {}) {
  const bytes = new TextEncoder().encode(body).length;
  counted[direction]++;
  if (direction === "in") {
    counted.bytes += bytes;
  }

  const parts = [direction === "out" ? `→ ${text}` : `← ${text}`];
  if (news === 0) {
    counted.nothing++;
    parts.push("nothing new");
  } else if (news > 0) {
    parts.push(`${news} new`);
  }
  if (bytes > 0) {
    parts.push(`${bytes} B`);
  }
  if (ms !== undefined) {
    parts.push(`${ms} ms`);
  }

  const line = document.createElement("li");
  line.className = direction;
  line.textContent = parts.join(" · ");
  addWireLine(line);
  for (const name in counted) {
    element(name).textContent = counted[name].toLocaleString();
  }
}

export async function fetch(url, options = {}) {
  const method = options.method ?? "GET";
  const started = performance.now();
  wire("out", `${method} ${url}`, { body: options.body });
  const response = await window.fetch(url, options);

  const body = await response.clone().text();
  const ms = Math.round(performance.now() - started);
  let news;
  if (method === "GET" && response.ok) {
    news = body === "" ? 0 : JSON.parse(body).length;
  }
  wire("in", response.status, { body, news, ms });
  return response;
}

export class WebSocket extends window.WebSocket {
  constructor(url) {
    super(url);
    wire("out", `GET ${url} · upgrade`);
    this.addEventListener("open", () => wire("in", "101 · open"));
    this.addEventListener("message", event => {
      const frame = JSON.parse(event.data);
      wire("in", `frame ${frame.type}`, { body: event.data, news: frame.messages?.length });
    });
    this.addEventListener("close", event => wire("in", `close ${event.code}`));
  }

  send(body) {
    super.send(body);
    wire("out", "frame message", { body });
  }
}

export class EventSource extends window.EventSource {
  constructor(url) {
    super(url);
    wire("out", `GET ${url}`);
    // super: the one below would show these as events with data.
    super.addEventListener("open", () => wire("in", "200 · open"));
    super.addEventListener("error", () => wire("in", "no connection"));
  }

  addEventListener(type, listener) {
    super.addEventListener(type, event => {
      const isMessages = type === "messages";
      wire("in", isMessages ? `event messages · id ${event.lastEventId}` : `event ${type}`, {
        body: event.data,
        news: isMessages ? JSON.parse(event.data).length : undefined,
      });
      listener(event);
    });
  }
}
