// Step 4: one connection, open both ways.
import { onSend, Refused, retry, show, showUsers, status, user, WebSocket } from "./page.js";

let cursor = 0; // the id of the newest message on this page
let socket;
let unconfirmed; // the message that has left and has not come back yet

// Receives as long as the connection lasts, and fails when it ends.
function connect() {
  return new Promise((resolve, reject) => {
    socket = new WebSocket(`/ws?user=${encodeURIComponent(user)}&after=${cursor}`);
    socket.onopen = () => status("connected", "Connected");
    socket.onmessage = event => receive(JSON.parse(event.data));
    socket.onclose = event => {
      const reason = event.reason || "the connection is closed";
      const error = event.code === 1008 ? new Refused(reason) : new Error(reason);
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
  for (const message of frame.messages) {
    if (unconfirmed && unconfirmed.key === message.key) {
      unconfirmed.resolve();
    }
  }
}

// A frame has no answer: the message is stored when it comes back, with its key.
onSend(async message => {
  if (socket.readyState !== WebSocket.OPEN) {
    throw new Error("not connected");
  }
  const limit = setTimeout(() => socket.close(), 10_000); // or a dead network is never noticed
  try {
    await new Promise((resolve, reject) => {
      unconfirmed = { key: message.key, resolve, reject };
      socket.send(JSON.stringify({ type: "message", ...message }));
    });
  } finally {
    clearTimeout(limit);
  }
});

while (true) {
  await retry(connect);
}
