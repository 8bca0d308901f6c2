// ---- Who I am, and my cursor: the id of the last message that this page has shown
const clean = text => text.replace(/\p{Cc}/gu, " ").trim(); // the server refuses control characters
const user = clean(clean(new URLSearchParams(location.search).get("user") ?? "").slice(0, 50).toWellFormed()) || "Anonymous";
let cursor = 0;

// ---- The page
const $ = id => document.getElementById(id);
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
const opened = Date.now();
const counted = { out: 0, in: 0, nothing: 0, bytes: 0 };

function show(messages) {
  for (const { id, user: author, text, timestamp } of messages) {
    if ($(`message-${id}`)) continue; // two answers may overlap
    const row = $("row").content.cloneNode(true).firstElementChild;
    const ms = Date.now() - Date.parse(timestamp);
    row.id = `message-${id}`;
    row.classList.toggle("mine", author === user);
    row.querySelector(".user").textContent = author;
    row.querySelector(".time").textContent = new Date(timestamp).toLocaleTimeString();
    row.querySelector(".text").textContent = text;
    if (Date.parse(timestamp) >= opened) // what is older is history, not late
      $("delay").textContent = row.querySelector(".late").textContent = ms < 1000 ? `+${ms} ms` : `+${(ms / 1000).toFixed(1)} s`;
    append($("messages"), row);
    cursor = id;
  }
}

function status(state, text) {
  $("status").dataset.state = state;
  $("status").textContent = text;
}

// A line on the wire panel. Its size is that of the body, frame or event, without headers.
function wire(arrow, what, { body = "", messages, ms } = {}) {
  const line = document.createElement("li");
  const bytes = new TextEncoder().encode(body).length;
  const news = messages && (messages.length ? `${messages.length} new` : "nothing new");
  line.textContent = [`${arrow} ${what}`, news, bytes && `${bytes} B`, ms >= 0 && `${ms} ms`].filter(Boolean).join(" · ");
  line.className = arrow === "→" ? "out" : "in";
  append($("wire"), line);
  counted[line.className]++;
  if (line.className === "in") counted.bytes += bytes;
  if (messages?.length === 0) counted.nothing++;
  for (const name in counted) $(name).textContent = counted[name].toLocaleString();
}

// Keeps the newest 1,000, and the newest in sight unless the reader has scrolled up.
function append(list, item) {
  const atEnd = list.scrollHeight - list.clientHeight - list.scrollTop < 50 || list.scrollTop > list.end - 50; // or the window has shrunk
  list.append(item);
  if (list.children.length > 1000) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.end = list.scrollHeight - list.clientHeight;
}

// Repeats what fails until it works: after 1 s, 2 s, then every 4 s, so that a server that is back is soon found.
let pause = 1;
async function retry(action) {
  for (;; pause = Math.min(2 * pause, 4)) {
    try {
      const result = await action();
      pause = 1;
      return result;
    } catch (error) {
      status("reconnecting", `Reconnecting: ${error.message}. Next attempt in ${pause} s.`);
      await sleep(pause * (750 + 250 * Math.random())); // or all pages come back in the same instant
    }
  }
}

// ---- The technique
async function request(method, url, content) {
  const body = content && JSON.stringify(content);
  const headers = body && { "Content-Type": "application/json" };
  const started = performance.now();
  wire("→", `${method} ${url}`, { body });
  const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(40_000) }); // a dead network never answers
  const text = await response.text();
  const answer = response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : [];
  const messages = response.ok && method === "GET" ? answer : undefined;
  wire("←", response.status, { body: text, messages, ms: Math.round(performance.now() - started) });
  if (!response.ok) throw new Error(Object.values(answer.errors ?? {}).flat().join(" ") || answer.detail || `HTTP ${response.status}`);
  return answer;
}

async function send(text) {
  await request("POST", "/messages", { user, text });
}

// One event stream: it lasts until it fails. The browser mends a broken connection by itself, with Last-Event-ID.
async function connect() {
  const url = `/events?${new URLSearchParams({ user, after: cursor })}`;
  wire("→", `GET ${url}`);
  const connection = new EventSource(url);
  connection.onopen = () => {
    wire("←", "open");
    status("connected", "Connected");
    pause = 1;
  };
  for (const type of ["messages", "users", "heartbeat"]) connection.addEventListener(type, ({ data, lastEventId }) => {
    const { messages, users } = { [type]: JSON.parse(data) };
    wire("←", messages ? `event ${type} · id ${lastEventId}` : `event ${type}`, { body: data, messages });
    if (messages) show(messages);
    if (users) $("users").textContent = users.join(", ");
  });
  do {
    await new Promise(resolve => connection.onerror = resolve);
    wire("←", "end of stream");
    status("reconnecting", "Reconnecting: the browser asks again in 1 s.");
  } while (connection.readyState !== EventSource.CLOSED);
  throw new Error("the stream is refused");
}

// ---- Start
$("user").textContent = user;
document.querySelector("form").addEventListener("submit", async event => {
  event.preventDefault();
  const input = $("text");
  if (input.readOnly || !clean(input.value)) return;
  input.readOnly = true;
  try {
    await send(clean(input.value));
    input.value = $("problem").textContent = "";
  } catch (error) {
    $("problem").textContent = `Not sent: ${error.message}`; // and the text stays in the input
  }
  input.readOnly = false;
  input.focus();
});
retry(connect);
