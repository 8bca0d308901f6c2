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
let connection, sent;

// A message has arrived when it comes back in a batch. Until then its text stays in the input.
async function send(text) {
  if (connection?.readyState !== WebSocket.OPEN) throw new Error("not connected");
  const body = JSON.stringify({ type: "message", text });
  wire("→", "frame message", { body });
  connection.send(body);
  sent = { text, ...Promise.withResolvers() };
  setTimeout(sent.reject, 40_000, new Error("the server does not answer"));
  return sent.promise;
}

// One connection: it lasts until it fails.
async function connect() {
  const url = `/ws?${new URLSearchParams({ user, after: cursor })}`;
  wire("→", `GET ${url} · upgrade`);
  connection = new WebSocket(url);
  connection.onopen = () => {
    wire("←", "open");
    status("connected", "Connected");
    pause = 1;
  };
  connection.onmessage = ({ data }) => {
    const { type, messages, users, error } = JSON.parse(data);
    wire("←", `frame ${type}`, { body: data, messages });
    if (messages) show(messages);
    if (messages?.some(message => message.user === user && message.text === sent?.text)) sent.resolve();
    if (users) $("users").textContent = users.join(", ");
    if (error) sent?.reject(new Error(error));
  };
  const { code } = await new Promise(resolve => connection.onclose = resolve);
  wire("←", `close ${code}`);
  const closed = new Error("the connection is closed");
  sent?.reject(closed);
  throw closed;
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
