// Step 4: one connection, open both ways.
// This WebSocket does what the browser's does, and shows its frames in the wire panel.
import {
  isShown, onSend, Refused, retry, show, showUsers, status, user, WebSocket,
} from "./page.js";

let cursor = 0; // the id of the newest message on this page
let socket;
let unconfirmed; // the message under way: its key, and how to settle its promise

// Receives as long as the connection lasts, and fails when it ends. A dead network is noticed
// late: the browser shows no pings to the page, so the page cannot see them stop.
function connect() {
  return new Promise((_, reject) => {
    // In a URL without a scheme, http becomes ws, and https wss.
    socket = new WebSocket(`/ws?user=${encodeURIComponent(user)}&after=${cursor}`);
    socket.onopen = () => status("connected", "Connected");
    socket.onmessage = event => receive(JSON.parse(event.data));
    socket.onclose = event => {
      const reason = event.reason || "the connection is closed";
      const isRefusal = event.code === 1008; // "policy violation": the message is not valid
      // What is refused is not sent again: the text goes back into the form.
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

// If it fails, and was not refused, it is called again with the same key: so it is stored once.
// A frame has no answer: when the message comes back, with its key, I know that it is stored.
onSend(async ({ text, key }) => {
  if (isShown(key)) {
    return; // stored, though the connection was lost: the next connection has brought it
  }
  if (socket.readyState !== WebSocket.OPEN) {
    throw new Error("not connected");
  }
  const limit = setTimeout(giveUp, 10_000); // or, on a dead network, this waits for minutes
  try {
    await new Promise((resolve, reject) => {
      unconfirmed = { key, resolve, reject };
      socket.send(JSON.stringify({ type: "message", text, key }));
    });
  } finally {
    clearTimeout(limit);
    unconfirmed = undefined;
  }
});

// On a dead network, close() alone can take a minute: it waits for the server's close frame. So
// this does at once what onclose does: the send fails, and the page connects anew.
function giveUp() {
  socket.onclose({ reason: "nothing came back for 10 s" });
  socket.onclose = null;
  socket.close();
}

retry(connect); // connect() ends only with an error: then retry makes a new WebSocket
