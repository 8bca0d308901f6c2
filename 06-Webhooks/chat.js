// Step 6: as step 5. What is new happens between servers; the page only subscribes and shows.
import {
  EventSource, fetch, onSend, problem, retry, show, showUsers, status, user,
} from "./page.js";

let cursor = 0; // the id of the newest message on this page

// Receives as long as the connection lasts, and fails when it ends.
function connect() {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/events?user=${encodeURIComponent(user)}&after=${cursor}`);

    // The server sends a heartbeat every 15 s. After 40 s of silence the connection is dead.
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        events.close();
        reject(new Error("nothing came for 40 s"));
      }, 40_000);
    };

    heard();
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

    // The browser connects again by itself, with Last-Event-ID, unless the server refuses.
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) {
        reject(new Error("the server refuses the connection"));
      } else {
        status("reconnecting", "Reconnecting: the browser asks again in 1 s.");
      }
    };
  });
}

onSend(async message => {
  const response = await fetch("/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, ...message }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) {
    throw await problem(response);
  }
});

// The second form: subscribes this server to another one.
document.getElementById("source").addEventListener("submit", async event => {
  event.preventDefault();
  const url = document.getElementById("url");
  const notSubscribed = document.getElementById("not-subscribed");
  notSubscribed.textContent = "";
  try {
    const response = await fetch("/sources", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ url: url.value }),
    });
    if (!response.ok) {
      throw await problem(response);
    }
    url.value = "";
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

while (true) {
  await retry(connect);
}
