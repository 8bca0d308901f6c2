// Step 4: one connection, open both ways.
// WebSocket is the browser's own: page.js only shows in the wire panel what crosses.
import {
  isShown, onSend, Refused, retry, show, showUsers, status, user, WebSocket,
} from "./page.js";

let cursor = 0; // the id of the newest message on this page
let socket;
let unconfirmed; // the message that was sent last, with what to call when it has come back

// Receives as long as the connection lasts, and fails when it ends. When the network is dead,
// it ends late: the server's pings are answered by the browser, and a page cannot see them.
function connect() {
  return new Promise((resolve, reject) => {
    socket = new WebSocket(`/ws?user=${encodeURIComponent(user)}&after=${cursor}`);
    socket.onopen = () => status("connected", "Connected");
    socket.onmessage = event => receive(JSON.parse(event.data));
    socket.onclose = event => {
      const reason = event.reason || "the connection is closed";
      const isRefusal = event.code === 1008; // "policy violation": the message is not valid
      const error = isRefusal ? new Refused(reason) : new Error(reason);
      unconfirmed?.reject(error);
      reject(error);
    };
  });
}

function receive(frame) {
  if (frame.type === "users") {
    showUsers(frame.users);
    return;
  }
  show(frame.messages);
  cursor = frame.messages.at(-1).id;
  if (unconfirmed && isShown(unconfirmed.key)) {
    unconfirmed.resolve();
  }
}

// A frame has no answer: the message is stored when it comes back, with its key.
onSend(async message => {
  if (isShown(message.key)) {
    return; // the connection was lost, and it has come back over the next one
  }
  if (socket.readyState !== WebSocket.OPEN) {
    throw new Error("not connected");
  }
  // Closing calls onclose, which rejects. Without a limit, a dead network is never noticed.
  const limit = setTimeout(() => socket.close(), 10_000);
  try {
    await new Promise((resolve, reject) => {
      unconfirmed = { key: message.key, resolve, reject };
      socket.send(JSON.stringify({ type: "message", ...message }));
    });
  } finally {
    clearTimeout(limit);
  }
});

await retry(connect); // connect never succeeds, so this never ends
