// Step 1: the page asks once, when it is loaded.
import { fetch, onSend, problem, retry, show, status, user } from "./page.js";

let cursor = 0; // the id of the newest message on this page

async function receive() {
  const response = await fetch(`/messages?after=${cursor}`, {
    signal: AbortSignal.timeout(10_000), // or a dead network is never noticed
  });
  if (!response.ok) {
    throw await problem(response);
  }
  const messages = await response.json();
  show(messages);
  cursor = messages.at(-1)?.id ?? cursor;
  status("connected", `Loaded at ${new Date().toLocaleTimeString()}`);
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
  retry(receive); // shows what I have sent
});

document.getElementById("refresh").addEventListener("click", () => location.reload());

await retry(receive);
