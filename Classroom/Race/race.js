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
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(await response.json());
  }
}

async function tellOrSay(path, body) {
  try {
    await tell(path, body);
    element("problem").textContent = "";
    return true;
  } catch (error) {
    // While the race is away, the stream says so.
    if (events.readyState === EventSource.OPEN) {
      element("problem").textContent = error.message;
    }
    return false;
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
  const isSent = await tellOrSay("/messages", { text });
  if (!isSent && !input.value) {
    input.value = text;
  }
});

function tellRate() {
  tellOrSay("/writing", { perSecond: element("writes").checked ? Number(element("rate").value) : 0 });
}

element("writes").addEventListener("change", tellRate);

element("rate").addEventListener("change", () => {
  if (element("writes").checked) {
    tellRate();
  }
});

element("reset").addEventListener("click", () => tellOrSay("/counters/reset"));

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", () => {
    const step = element("lane").value;
    tellOrSay("/faults", { fault: button.dataset.fault, step: step ? Number(step) : null });
  });
}

element("lane").addEventListener("change", showDelayButton);

// ---- Being told

const events = new EventSource("/events");

function on(type, take) {
  events.addEventListener(type, event => take(JSON.parse(event.data)));
}

on("race", showRace);
on("written", message => lanes.forEach(lane => lane.write(message)));
on("arrived", ({ lane, arrivals }) => lanes[lane].arrive(arrivals));
on("counters", showCounters);
on("writing", showWriting);
on("note", showNote);

events.onopen = () => {
  element("problem").textContent = "";
};

events.onerror = () => {
  element("problem").textContent =
    "The race has ended. Start it again, and this page goes on: ./run.sh race (on Windows ./run.ps1 race)";
};

/** All that there is: at the start, when the connection comes back, and when the counters are set to 0. */
function showRace(race) {
  if (race.lanes.length !== lanes.length) {
    element("lanes").replaceChildren();
    lanes = race.lanes.map(lane => new Lane(lane));
    element("students").textContent = race.students > 1 ? `${race.students} in each lane` : "";
    element("lane").replaceChildren(
      new Option("all lanes", ""),
      ...race.lanes.map(lane => new Option(lane.title, lane.number)));
  }
  lanes.forEach((lane, i) => lane.begin(race.messages, i));
  showCounters(race.counters);
  showWriting(race);
  showNote(race);
}

function showCounters(counters) {
  counters.forEach((counter, i) => lanes[i].count(counter));
  showDelayButton();
}

function showWriting({ perSecond }) {
  element("writes").checked = perSecond > 0;
  if (perSecond > 0) {
    element("rate").value = perSecond;
  }
}

function showNote({ note }) {
  // Not said again by a screen reader when it has not changed.
  const words = note || "A dot sets out when a message is written, and stays where it was when Bob had it. "
    + "While nobody writes: whose counters move?";
  if (element("note").textContent !== words) {
    element("note").textContent = words;
  }
}

/** Delay is a switch: on, if everything that is chosen is delayed. */
function showDelayButton() {
  const step = element("lane").value;
  const chosen = lanes.filter(lane => !step || lane.number === Number(step));
  const isOn = chosen.length > 0 && chosen.every(lane => lane.faults.includes("delayed"));
  document.querySelector("[data-fault=delay]").setAttribute("aria-pressed", isOn);
}

// ---- The time line above the lanes

function showAxis() {
  const line = document.createElement("div");
  for (let second = 0; second <= LINE / 1000; second++) {
    const tick = document.createElement("span");
    tick.className = "tick";
    tick.textContent = second === 0 ? "written" : `${second} s`;
    tick.style.left = `${second * 1000 / LINE * 100}%`;
    line.append(tick);
  }
  const last = document.createElement("div");
  last.textContent = "last delay";
  element("axis").append(line, last);
}

showAxis();

// ---- A lane

class Lane {
  constructor({ number, title, reading, hasWebhooks }) {
    this.number = number;
    this.reading = reading;
    this.hasWebhooks = hasWebhooks;
    this.faults = "";
    this.dots = new Map();
    const section = element("lane-template").content.cloneNode(true).firstElementChild;
    this.section = section;
    this.track = section.querySelector(".track");
    this.text = section.querySelector(".text");
    this.late = section.querySelector(".late");
    this.duration = section.querySelector(".duration");
    this.state = section.querySelector(".state");
    this.shownFaults = section.querySelector(".faults");
    this.counters = [...section.querySelectorAll("[data-counter]")];
    const heading = section.querySelector("h2");
    heading.textContent = title;
    heading.id = `lane-${number}`;
    section.dataset.step = number;
    section.setAttribute("aria-labelledby", heading.id);
    section.querySelector(".events").textContent = reading === "WebSocket" ? "frames" : "events";
    if (reading === "Reload") {
      this.state.append(refreshButton());
    }
    this.state.append(new Text());
    element("lanes").append(section);
  }

  /** Shows the messages of which the Classroom knows, as if one had seen them come. */
  begin(messages, index) {
    for (const dot of this.dots.values()) {
      dot.remove();
    }
    this.dots.clear();
    this.newest = null;
    this.lastWritten = 0;
    this.text.textContent = "";
    this.duration.textContent = "–";
    delete this.late.dataset.waiting;
    for (const message of messages) {
      this.write(message, message.age);
      if (message.late[index] !== null) {
        this.arrive([{ number: message.number, late: message.late[index] }]);
      }
    }
  }

  /** A message was written: its dot sets out. */
  write({ number, text }, age = 0) {
    const dot = document.createElement("div");
    dot.className = "dot";
    dot.dataset.text = text ?? "";
    this.lastWritten = number;
    this.late.dataset.waiting = "";
    this.track.append(dot);
    this.dots.set(number, dot);
    if (this.dots.size > MOST_DOTS) {
      const [oldest, its] = this.dots.entries().next().value;
      its.remove();
      this.dots.delete(oldest);
    }
    if (!calm.matches) {
      // Only the transform changes: the browser does that without the page's help.
      const travel = dot.animate(
        [{ transform: "translateX(0)" }, { transform: "translateX(100%)" }],
        { duration: LINE, easing: `steps(${STEPS})`, fill: "forwards" });
      travel.currentTime = age;
    }
  }

  /** Messages are there: their dots stay where they are. */
  arrive(arrivals) {
    for (const { number, late } of arrivals) {
      const dot = this.dots.get(number);
      if (dot) {
        dot.getAnimations().forEach(travel => travel.cancel());
        dot.style.transform = `translateX(${position(late)}%)`;
        dot.dataset.arrived = "";
      }
    }
    const last = arrivals.at(-1);
    const dot = this.dots.get(last.number);
    this.duration.textContent = duration(last.late);
    if (last.number === this.lastWritten) {
      delete this.late.dataset.waiting;
    }
    if (dot) {
      this.showText(dot, position(last.late));
    }
  }

  /** The text of the message that came last, beside its dot; none if the class wrote it. */
  showText(dot, percent) {
    delete this.newest?.dataset.newest;
    dot.dataset.newest = "";
    this.newest = dot;
    this.text.textContent = dot.dataset.text;
    const isLeft = percent < 50;
    this.text.style.left = isLeft ? `calc(${percent}% + 1.4rem)` : "";
    this.text.style.right = isLeft ? "" : `calc(${100 - percent}% + 1.4rem)`;
  }

  /** The counters of now. */
  count({ traffic, open, sent, tally, reconnecting, faults }) {
    this.faults = faults;
    const values = {
      requests: number(traffic.requests),
      empty: number(traffic.empty),
      events: this.hasEvents() ? number(traffic.events) : "–",
      up: bytes(traffic.up),
      down: bytes(traffic.down),
      open: number(open),
      sent: number(sent),
      arrived: number(tally.arrived),
      missing: number(tally.missing),
      twice: number(tally.twice),
    };
    for (const counter of this.counters) {
      mark(counter, values[counter.dataset.counter]);
    }
    for (const name of ["missing", "twice"]) {
      const counter = this.counters.find(({ dataset }) => dataset.counter === name);
      counter.toggleAttribute("data-wrong", tally[name] > 0);
    }
    this.showState(reconnecting, sent - tally.arrived - tally.missing);
  }

  showState(isReconnecting, onTheWay) {
    const [state, words] = this.stateOf(isReconnecting, onTheWay);
    this.state.dataset.state = state;
    this.state.lastChild.data = words;
    this.shownFaults.textContent = this.faults;
    this.section.toggleAttribute("data-faults", this.faults !== "");
  }

  /** What the student's page says; it may not know of a fault. */
  stateOf(isReconnecting, onTheWay) {
    if (this.reading === "Reload") {
      if (isReconnecting) {
        return ["broken", "no page"];
      }
      return onTheWay > 0 ? ["waiting", `${number(onTheWay)} new`] : ["good", "loaded"];
    }
    if (isReconnecting) {
      return ["broken", "Reconnecting"];
    }
    switch (this.reading) {
      case "ShortPoll": return ["good", "asks every 3 s"];
      case "LongPoll": return ["good", "request waits"];
      case "WebSocket": return ["good", "connected"];
      default: return ["good", this.hasWebhooks ? "by webhook" : "connected"];
    }
  }

  hasEvents() {
    return this.reading === "WebSocket" || this.reading === "EventStream";
  }
}

function refreshButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.id = "refresh";
  button.textContent = "Refresh";
  button.addEventListener("click", () => tellOrSay("/refresh"));
  return button;
}

/** Shows a value, and marks it for a moment if it has changed. */
function mark(counter, value) {
  if (counter.textContent === value) {
    return;
  }
  counter.textContent = value;
  counter.dataset.moved = "";
  clearTimeout(counter.marked);
  counter.marked = setTimeout(() => delete counter.dataset.moved, MARKED);
}

// ---- Figures in words

/** Where on the line, in percent. */
function position(late) {
  return Math.min(late / LINE, 1) * 100;
}

function duration(ms) {
  if (ms < 9.95) {
    return `${ms.toFixed(1)} ms`;
  }
  if (ms < 999.5) {
    return `${ms.toFixed(0)} ms`;
  }
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 1000).toFixed(0)} s`;
}

function number(value) {
  return value.toLocaleString("en");
}

function bytes(value) {
  if (value < 1000) {
    return `${value} B`;
  }
  if (value < 999_500) {
    return `${(value / 1000).toFixed(value < 99_950 ? 1 : 0)} KB`;
  }
  return `${(value / 1_000_000).toFixed(value < 99_950_000 ? 1 : 0)} MB`;
}
