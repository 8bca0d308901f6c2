// Step 3: the page asks, and the server answers when there is something new.
import { fetch, onSend, problem, retry, show, status, user } from "./page.js";

let cursor = 0; // the id of the newest message on this page

async function receive() {
  status("waiting", "Waiting for the server's answer");
  const response = await fetch(`/messages?after=${cursor}`, {
    signal: AbortSignal.timeout(40_000), // longer than the 30 s that the server waits
    cache: "no-store", // or a second window that asks the same waits until this one is answered
  });
  if (!response.ok) {
    throw await problem(response);
  }
  if (response.status === 204) {
    return; // nothing new in 30 s
  }
  const messages = await response.json();
  show(messages);
  cursor = messages.at(-1).id;
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

while (true) {
  await retry(receive);
}
