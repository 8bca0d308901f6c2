// Step 3: the page asks, and the server answers when there is something new.
// This fetch does what the browser's does, and shows requests and answers in the wire panel.
import { fetch, onSend, problem, retry, show, status, user } from "./page.js";

let cursor = 0; // the id of the newest message on this page

async function receive() {
  status("waiting", "Waiting for the server's answer");
  const response = await fetch(`/messages?after=${cursor}`, {
    signal: AbortSignal.timeout(40_000), // longer than the 30 s that the server waits
    // Or the browser holds back a second window's request for the same URL, with the same cursor,
    // until this one is answered. The server says "no-store" as well, but only in its answer.
    cache: "no-store",
  });
  if (!response.ok) {
    throw await problem(response); // an Error with the words of the server
  }
  if (response.status === 204) {
    return; // nothing new in 30 s
  }
  const messages = await response.json();
  show(messages);
  cursor = messages.at(-1).id;
}

onSend(async ({ text, key }) => {
  const response = await fetch("/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, text, key }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) {
    throw await problem(response); // an Error with the words of the server
  }
});

// What I have sent comes with the next answer as well.
while (true) {
  await retry(receive);
}
