// Step 3: the page asks, and the server answers when there is something new.
// This fetch does what the browser's does, and shows requests and answers in the wire panel.
import { fetch, onSend, problem, retry, show, status, user } from "./page.js";

let cursor = 0; // the id of the newest message on this page

async function receive() {
  status("waiting", "Waiting for the server's answer");
  const response = await fetch(`/messages?after=${cursor}`, {
    signal: AbortSignal.timeout(40_000), // longer than the 30 s that the server waits
    // Without this, a second window's request for the same URL waits until this one is answered:
    // the browser hopes for its cache. The server's own "no-store" comes too late, with the answer.
    cache: "no-store",
  });
  if (!response.ok) {
    throw await problem(response); // an Error with the words of the server
  }
  if (response.status === 204) {
    return; // nothing new
  }
  const messages = await response.json();
  show(messages);
  cursor = messages.at(-1)?.id ?? cursor;
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

// My own messages come with the next answer too, like those of others.
while (true) {
  await retry(receive);
}
