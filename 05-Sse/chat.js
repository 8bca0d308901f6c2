// Step 5: one answer that does not end. What the page sends is a request of its own.
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

retry(connect); // connect() ends only with an error: then retry makes a new EventSource
