// Step 6: as step 5. What is new happens between servers; the page only starts it and shows it.
// Both fetch and EventSource do what the browser's do, and show it in the wire panel.
import {
  EventSource, fetch, onSend, problem, retry, show, showUsers, status, user,
} from "./page.js";

let cursor = 0; // the id of the newest message on this page

// Receives as long as this EventSource lives: if its connection is lost, the browser makes the
// next one. Fails when the server refuses it, or when nothing has come for 40 s.
function connect() {
  return new Promise((_, reject) => {
    const events = new EventSource(`/events?user=${encodeURIComponent(user)}&after=${cursor}`);

    // An EventSource does not notice a dead network. After 15 s without news, the server sends a
    // heartbeat: so after 40 s of silence, this EventSource is given up.
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        events.close();
        reject(new Error("nothing came for 40 s"));
      }, 40_000);
    };

    heard(); // the 40 s begin
    events.onopen = () => status("connected", "Connected");
    events.addEventListener("messages", event => {
      heard();
      const messages = JSON.parse(event.data);
      show(messages);
      cursor = messages.at(-1).id;
    });
    events.addEventListener("users", event => {
      heard();
      showUsers(JSON.parse(event.data));
    });
    events.addEventListener("webhooks", event => {
      heard();
      showWebhooks(JSON.parse(event.data));
    });
    events.addEventListener("heartbeat", heard);

    // The browser connects again by itself, with Last-Event-ID, unless the answer was an error.
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) {
        clearTimeout(silence);
        reject(new Error("the server refuses the connection"));
      } else {
        status("reconnecting", "Reconnecting: the browser asks again soon.");
      }
    };
  });
}

// If it fails, and was not refused, it is called again with the same key: so it is stored once.
onSend(async ({ text, key }) => {
  const response = await fetch("/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, text, key }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 201) { // not "ok": that is true of a login page in the server's place
    throw await problem(response); // an Error with the words of the server
  }
});

// The second form: subscribes this server to another one.
document.getElementById("source").addEventListener("submit", async event => {
  event.preventDefault();
  const input = document.getElementById("url");
  const url = input.value;
  const notSubscribed = document.getElementById("not-subscribed");
  notSubscribed.textContent = "";
  try {
    const response = await fetch("/sources", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ url }),
      signal: AbortSignal.timeout(30_000), // longer than the 15 s that the server may need
    });
    if (response.status !== 201) {
      throw await problem(response); // an Error with the words of the server
    }
    if (input.value === url) { // else the next one is being typed
      input.value = "";
    }
  } catch (error) {
    notSubscribed.textContent = `Not subscribed: ${error.message}`;
  }
});

function showWebhooks(lines) {
  const items = lines.map(line => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  document.getElementById("webhooks").replaceChildren(...items);
}

retry(connect); // connect() ends only with an error: then retry makes a new EventSource
