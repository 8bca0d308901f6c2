// The page, whatever the technique: the same file in all steps. What chat.js imports is marked
// "export".

const element = id => document.getElementById(id);

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// A name stands apart (<bdi>): otherwise a character in it that turns the direction of writing
// would turn round what stands beside it.
function isolate(text) {
  const bdi = document.createElement("bdi");
  bdi.textContent = text;
  return bdi;
}

// ---- Who I am

// The server refuses control characters. Its JSON reader refuses half of a surrogate pair, that is,
// half an emoji.
function clean(text) {
  return text.replace(/\p{Cc}/gu, " ").toWellFormed().trim();
}

const nameInAddress = new URLSearchParams(location.search).get("user") ?? "";

// The server takes no name with characters that turn the direction of writing.
const plainName = nameInAddress.replace(/[\u202A-\u202E\u2066-\u2069]/g, "");

// Cleaned once more at the end: slice may have cut an emoji in half.
const name = clean(clean(plainName).slice(0, 50));

// Nor does it take one that nobody sees: blanks, format characters, marks alone, fillers.
const visible = /[^\p{White_Space}\p{Cf}\p{Mn}\u115F\u1160\u3164\uFFA0\u2800]/u;

/** The name in the page's address, ?user=Alice: at most 50 characters. */
export const user = visible.test(name) ? name : "Anonymous";
element("user").textContent = user;

// ---- Lists

// Makes a function that adds items to the list. The list keeps the newest 1,000, and the newest
// in sight unless the reader has scrolled up.
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
  return items => {
    list.append(...items);
    while (list.children.length > 1000) {
      onRemove(list.firstElementChild);
      list.firstElementChild.remove();
    }
    if (atEnd) {
      list.scrollTop = list.scrollHeight; // lays out the list: once for all items
    }
  };
}

// ---- Messages

const shownIds = new Set();
const shownKeys = new Set();
const addRows = newestInSight(element("messages"), row => {
  shownIds.delete(row.id);
  shownKeys.delete(row.dataset.key);
});

/**
 * Shows messages at the end of the list, but none a second time: two answers may hold the same
 * message, and a server that was started anew gives a new id to what is sent to it again. The key
 * stays the same.
 */
export function show(messages) {
  const rows = [];
  for (const message of messages) {
    const isKnown = message.key && shownKeys.has(authorsKey(message));
    if (!isKnown && !shownIds.has(`message-${message.id}`)) {
      rows.push(newRow(message));
    }
  }
  addRows(rows);
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

function newRow(message) {
  const row = element("row").content.cloneNode(true).firstElementChild;
  row.id = `message-${message.id}`;
  shownIds.add(row.id);
  if (message.key) {
    row.dataset.key = authorsKey(message);
    shownKeys.add(row.dataset.key);
  }

  row.classList.toggle("mine", message.user === user);
  // textContent, not innerHTML: what a visitor writes is never markup.
  row.querySelector(".user").textContent = message.user;
  row.querySelector(".time").textContent = new Date(message.timestamp).toLocaleTimeString();
  row.querySelector(".text").textContent = message.text;
  if (message.origin) {
    row.querySelector(".time").append(" · from ", isolate(message.origin));
  }

  const late = delay(message);
  row.querySelector(".late").textContent = late;
  if (late !== "") {
    element("delay").textContent = late;
  }
  return row;
}

/** Shows who is online: a list of names. */
export function showUsers(names) {
  const parts = names.flatMap(name => [", ", isolate(name)]);
  element("users").replaceChildren(...parts.slice(1)); // without the first comma
}

// ---- How late a message comes

// A message is stored by the clock of a server, and shown by mine. On one machine that is the same
// clock. If it is another one, I can compare them as soon as I have sent a message: until then, it
// may be ahead by Infinity.
const opened = Date.now();
const clocks = new Map(); // by server: how many ms, at most, its clock is ahead of mine
let lastSent = { key: "", at: 0 };

// "+?" is unknown, and "" is history: older than this page.
function delay({ origin, key, timestamp }) {
  const stored = Date.parse(timestamp);
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(origin ?? location.host);

  // My own was not stored before I sent it: so the server's clock is ahead by this at most.
  const atMost = key === lastSent.key ? stored - lastSent.at : Infinity;
  let ahead = Math.min(clocks.get(origin) ?? (isHere ? 0 : Infinity), atMost);

  // It has not arrived before it was stored: so the clock may be further ahead than I thought.
  // (50 ms tell nothing: two programs may read the clock of one machine a little apart.)
  if (stored - Date.now() > ahead + 50) {
    ahead = atMost;
  }
  clocks.set(origin, ahead);

  if (ahead === Infinity) {
    return stored < opened ? "" : "+?";
  }
  if (stored - ahead < opened) {
    return "";
  }
  const ms = Math.max(0, Date.now() - stored + ahead);
  return ms < 1000 ? `+${ms} ms` : `+${(ms / 1000).toFixed(1)} s`;
}

// ---- The state of the connection

let pause = 1; // before the next attempt, in seconds

/** Shows how receiving goes: "connected" (it went well last time), "waiting", "reconnecting". */
export function status(state, text) {
  element("status").dataset.state = state;
  if (element("status").textContent !== text) { // or a screen reader says the same once more
    element("status").textContent = text;
  }
  if (state === "connected") {
    pause = 1; // from step 4 on, retry cannot do it: its action never returns, it only fails
  }
}

/**
 * Calls the action, and returns what it returns. If it fails, shows why, pauses and calls it
 * again: after 1 s, 2 s, then every 4 s, and later if the server asks for that. After a success
 * the pause is 1 s anew.
 */
export async function retry(action) {
  while (true) {
    try {
      const result = await action();
      pause = 1;
      return result;
    } catch (error) {
      const reason = error.message.replace(/[.\s]+$/, "");
      const seconds = pause + (error.retryAfter ?? 0);
      status("reconnecting", `Reconnecting: ${reason}. Next attempt in ${seconds} s.`);
      // A little less, at random, or all pages come back in the same instant.
      await sleep(1000 * seconds - 250 * pause * Math.random());
      pause = Math.min(2 * pause, 4);
    }
  }
}

// ---- The form

/** The server has refused what it was sent. To send the same again would be in vain. */
export class Refused extends Error {}

/** An error in the words of the server's answer: problem details (RFC 9457). */
export async function problem(response) {
  const answer = await response.json().catch(() => null);
  const reasons = Object.values(answer?.errors ?? {}).flat(); // { Text: ["Too long.", …], … }
  const reason = reasons.join(" ") || answer?.detail || answer?.title || `HTTP ${response.status}`;
  const isLater = [408, 425, 429].includes(response.status); // the same may be sent again
  const isRefusal = response.status >= 400 && response.status < 500 && !isLater;
  const error = isRefusal ? new Refused(reason) : new Error(reason);
  error.retryAfter = retryAfter(response);
  return error;
}

// In how many seconds the server wants to be asked again: a number, or a date. At most an hour.
function retryAfter(response) {
  const value = response.headers.get("Retry-After");
  const seconds = Number(value) || (Date.parse(value) - Date.now()) / 1000 || 0;
  return Math.min(Math.max(0, Math.ceil(seconds)), 3600);
}

/**
 * Calls send({ text, key }) with what the user has written, one message after the other. If send
 * fails, calls it again after a second, with the same key, until it succeeds. If it fails with
 * Refused, the text comes back into the field.
 */
export function onSend(send) {
  const input = element("text");
  const unsent = [];

  element("form").addEventListener("submit", event => {
    event.preventDefault();
    input.focus(); // after a click on the button as well
    const text = clean(input.value);
    if (text === "") {
      return;
    }
    input.value = ""; // free for the next one
    element("problem").textContent = "";
    unsent.push({ text, key: newKey() });
    lastSent = { key: unsent.at(-1).key, at: Date.now() };
    showUnsent();
    if (unsent.length === 1) {
      sendAll();
    }
  });

  async function sendAll() {
    while (unsent.length > 0) {
      try {
        await send(unsent[0]);
        unsent.shift();
      } catch (error) {
        lastSent.key = ""; // it may be stored much later than it was sent
        if (error instanceof Refused) {
          element("problem").textContent = `Not sent: ${error.message}`;
          input.value = `${unsent.shift().text} ${input.value}`.trim();
        } else {
          await sleep(1000 * (1 + (error.retryAfter ?? 0)));
        }
      }
      showUnsent();
    }
  }

  function showUnsent() {
    const texts = unsent.map(message => message.text).join(" · ");
    element("sending").textContent = texts && `· sending… ${texts}`;
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
const addWireLines = newestInSight(element("wire"));

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
  addWireLines([line]);
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
  let news = response.status === 204 ? 0 : undefined;
  if (body.startsWith("[")) {
    news = JSON.parse(body).length;
  }
  wire("in", response.status, { body, news, ms });
  return response;
}

export class WebSocket extends window.WebSocket {
  constructor(url) {
    super(url);
    wire("out", `GET ${decodeURI(url)} · upgrade`); // Олена instead of %D0%9E%D0%BB…
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
    wire("out", `GET ${decodeURI(url)}`);
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
