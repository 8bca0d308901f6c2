// The page of the race: shows what the Classroom tells, and sends what is clicked.

/** The time line's length, in milliseconds: a dot that is later waits at its end. */
const LINE = 10_000;

/** Dots in a lane, the newest. A busy class must not keep the browser busy, on the machine of the servers. */
const MOST_DOTS = 20;

/** How often a dot moves on its way: 25 times a second are enough, and cost half of what the screen could show. */
const STEPS = LINE / 40;

/** How long a counter that has moved is marked, in milliseconds. */
const MARKED = 700;

const element = id => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let lanes = [];

// ---- Telling the Classroom

async function tell(path, body = {}) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.ok;
  } catch {
    return false; // The race is away: the stream says so.
  }
}

element("form").addEventListener("submit", async event => {
  event.preventDefault();
  const input = element("text");
  // The steps refuse control characters, and half of a character that is written as two.
  const text = input.value.replace(/\p{Cc}/gu, " ").toWellFormed().trim();
  if (!text) {
    return;
  }
  input.value = "";
  const isSent = await tell("/messages", { text });
  if (!isSent && !input.value) {
    input.value = text;
  }
});

for (const id of ["writes", "rate"]) {
  element(id).addEventListener("change", () =>
    tell("/writing", { perSecond: element("writes").checked ? Number(element("rate").value) : 0 }));
}

element("reset").addEventListener("click", () => tell("/counters/reset"));

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", () =>
    tell("/faults", { fault: button.dataset.fault, step: Number(element("lane").value) || null }));
}

element("lane").addEventListener("change", showDelayButton);

// ---- Being told

const events = new EventSource("/events");

function on(type, take) {
  events.addEventListener(type, event => take(JSON.parse(event.data)));
}

on("race", showRace);
on("state", showState);
on("written", message => lanes.forEach(lane => lane.write(message)));
on("arrived", arrival => lanes[arrival.lane].arrive(arrival));

events.onopen = () => {
  element("problem").textContent = "";
};

events.onerror = () => {
  element("problem").textContent = "The race has ended. Start it again, and this page goes on.";
};

/** At the start, when the connection comes back, and when the counters are set to 0. */
function showRace(race) {
  const chosen = element("lane").value;
  element("lanes").replaceChildren();
  lanes = race.lanes.map(lane => new Lane(lane));
  element("students").textContent = race.students > 1 ? `${race.students} in each lane` : "";
  element("lane").replaceChildren(
    new Option("all lanes", ""),
    ...race.lanes.map(lane => new Option(lane.title, lane.number)));
  element("lane").value = chosen;
}

function showState(state) {
  state.lanes.forEach((counters, i) => lanes[i].count(counters));
  element("writes").checked = state.perSecond > 0;
  if (state.perSecond > 0) {
    element("rate").value = state.perSecond;
  }
  if (state.note && element("note").textContent !== state.note) {
    element("note").textContent = state.note; // A screen reader says what is written, also if it is the same.
  }
  showDelayButton();
}

/** Delay is a switch: on, if everything that is chosen is delayed. */
function showDelayButton() {
  const step = Number(element("lane").value);
  const chosen = lanes.filter(lane => !step || lane.number === step);
  const isOn = chosen.length > 0 && chosen.every(lane => lane.faults.includes("delayed"));
  document.querySelector("[data-fault=delay]").setAttribute("aria-pressed", isOn);
}

// ---- A lane

class Lane {
  constructor({ number, title, reading, hasWebhooks }) {
    this.number = number;
    this.reading = reading;
    this.good = { Reload: "loaded", ShortPoll: "asks every 3 s", LongPoll: "request waits" }[reading]
      ?? (hasWebhooks ? "by webhook" : "connected");
    this.faults = "";
    this.dots = new Map();
    this.section = element("lane-template").content.cloneNode(true).firstElementChild;
    this.find("h2").textContent = title;
    this.find("h2").id = `lane-${number}`;
    this.section.setAttribute("aria-labelledby", `lane-${number}`);
    this.find(".events").textContent = reading === "WebSocket" ? "frames" : "events";
    const refresh = this.find("button");
    if (reading === "Reload") {
      refresh.addEventListener("click", () => tell("/refresh"));
    } else {
      refresh.remove();
    }
    element("lanes").append(this.section);
  }

  find(selector) {
    return this.section.querySelector(selector);
  }

  /** A message was written: its dot sets out. */
  write({ number, text }) {
    const dot = document.createElement("div");
    dot.className = "dot";
    dot.dataset.text = text ?? "";
    this.lastWritten = number;
    this.find(".late").dataset.waiting = "";
    this.find(".track").append(dot);
    this.dots.set(number, dot);
    this.dots.get(number - MOST_DOTS)?.remove();
    this.dots.delete(number - MOST_DOTS);
    if (!calm.matches) {
      // Only the transform changes: the browser does that without the page's help.
      dot.animate(
        { transform: ["translateX(0)", "translateX(100%)"] },
        { duration: LINE, easing: `steps(${STEPS})`, fill: "forwards" });
    }
  }

  /** A message is there: its dot stays where it is, and the newest one has its text beside it. */
  arrive({ number, late }) {
    this.find(".duration").textContent = duration(late);
    if (number === this.lastWritten) {
      delete this.find(".late").dataset.waiting;
    }
    const dot = this.dots.get(number);
    if (!dot) {
      return;
    }
    const percent = Math.min(late / LINE, 1) * 100;
    dot.getAnimations().forEach(way => way.cancel());
    dot.style.transform = `translateX(${percent}%)`;
    dot.dataset.arrived = "";
    delete this.newest?.dataset.newest;
    dot.dataset.newest = "";
    this.newest = dot;
    const text = this.find(".text");
    text.textContent = dot.dataset.text;
    text.style.left = percent < 50 ? `calc(${percent}% + 1.4rem)` : "";
    text.style.right = percent < 50 ? "" : `calc(${100 - percent}% + 1.4rem)`;
  }

  /** The counters of now. */
  count(counters) {
    for (const counter of this.section.querySelectorAll("[data-counter]")) {
      const name = counter.dataset.counter;
      const value = counters[name];
      mark(counter, name === "up" || name === "down" ? bytes(value) : value.toLocaleString("en"));
      counter.toggleAttribute("data-wrong", (name === "missing" || name === "twice") && value > 0);
    }
    this.faults = counters.faults;
    this.find(".faults").textContent = counters.faults;
    this.section.toggleAttribute("data-faults", counters.faults !== "");
    const [state, words] = this.stateOf(counters);
    this.find(".state").dataset.state = state;
    this.find(".words").textContent = words;
  }

  /** What Bob's page says; it may not know of a fault. */
  stateOf({ reconnecting, sent, arrived, missing }) {
    if (reconnecting) {
      return ["broken", this.reading === "Reload" ? "no page" : "Reconnecting"];
    }
    const isNew = sent - arrived - missing;
    return this.reading === "Reload" && isNew > 0 ? ["waiting", `${isNew} new`] : ["good", this.good];
  }
}

/** Shows a value, and marks it for a moment if it has changed. */
function mark(counter, value) {
  if (counter.textContent !== value) {
    counter.textContent = value;
    counter.dataset.moved = "";
    clearTimeout(counter.marked);
    counter.marked = setTimeout(() => delete counter.dataset.moved, MARKED);
  }
}

function duration(ms) {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function bytes(value) {
  if (value < 1000) {
    return `${value} B`;
  }
  const [count, unit] = value < 1_000_000 ? [value / 1000, "KB"] : [value / 1_000_000, "MB"];
  return `${count.toFixed(count < 100 ? 1 : 0)} ${unit}`;
}
