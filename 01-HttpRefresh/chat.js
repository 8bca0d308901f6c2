// Step 1: the page asks when it is loaded, and when it has sent a message.
// This fetch does what the browser's does, and shows requests and answers in the wire panel.
import { fetch, onSend, problem, retry, show, status, user } from "./page.js";

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
  status("connected", `Loaded at ${new Date().toLocaleTimeString()}`); // "connected": it went well
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
  retry(receive); // shows the message. Not awaited: it is stored, so the next one may go out
});

document.getElementById("refresh").addEventListener("click", () => location.reload());

retry(receive);
