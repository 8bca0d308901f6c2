// Step 2: the page asks again and again.
// This fetch does what the browser's does, and shows requests and answers in the wire panel.
import { fetch, onSend, problem, retry, show, sleep, status, user } from "./page.js";

let cursor = 0; // the id of the newest message on this page

async function receive() {
  const response = await fetch(`/messages?after=${cursor}`, {
    signal: AbortSignal.timeout(10_000), // or a dead network is noticed only after minutes
  });
  if (!response.ok) {
    throw await problem(response); // an Error with the words of the server
  }
  const messages = await response.json();
  show(messages);
  cursor = messages.at(-1)?.id ?? cursor;
  status("connected", "Asks every 3 s"); // "connected": it went well
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
  await sleep(3000); // after the answer: so only one question is under way
}
