// How the bench's time passes, the clock, who is shown, and whether all that is so now.

import { byId, el, hold, mark, say } from "./dom.js";
import { clock, day, span } from "./local.js";

export const parts = ["connection", "time", "zone", "link", "boards", "board", "status"];

const OLD_S = 60; // an age that is worth telling: a board speaks once a minute
const SPEEDS = { 0: "full speed", 1: "real time", 1440: "a day a minute" };
const STATES = {
  starting: "starting", paused: "paused", jumping: "to the next transfer", over: "over", broken: "broken",
};

function build(known, send) {
  const button = (id, text, title, pace) =>
    el("button", { type: "button", id, title, click: () => send({ pace: pace() }) }, text);
  const speed = el("select", { id: "speed", "aria-label": "Speed", change: () => send({ pace: Number(speed.value) }) },
    ...known.hello.bench.speeds.map((value) => el("option", { value }, SPEEDS[value] ?? `${value} ×`)));
  byId("time").append(
    button("pause", "Pause", "Time stands still", () => (known.time?.state === "paused" ? "go" : "pause")),
    button("step", "1 s", "One second, then pause", () => "step"),
    button("jump", "Next transfer", "As fast as it goes to the next transfer, then pause", () => "jump"),
    speed, el("span", { id: "pace", role: "status" }));
  byId("time").hidden = false;
}

function pace(known) {
  const { time } = known;
  if (!time) return;
  const isPaused = time.state === "paused";
  say(byId("pause"), isPaused ? "Go on" : "Pause");
  mark(byId("pause"), "data-paused", isPaused);
  const speed = byId("speed");
  if (document.activeElement !== speed) speed.value = String(time.speed);
  say(byId("pace"), STATES[time.state] || (time.behind ? "does not keep up" : ""));
  const isDead = !known.connected || time.state === "broken";
  for (const node of byId("time").querySelectorAll("button, select")) node.disabled = isDead;
}

function link(known) {
  const age = known.age_s;
  const old = age === null ? "nothing heard yet" : `last heard ${span(age)} ago`;
  const live = known.isLive;
  const [good, bad] = known.isBench && known.isHeard ? ["Live: simulated board", "BOARD NOT RUNNING"]
    : [`Live: ${old}`, "NOT LIVE"];
  say(byId("link-text"), live ? good : `${known.connected ? bad : "NO SERVER"}: ${old}`);
  mark(byId("link"), "data-live", live ? "yes" : "no");
}

/** One button for each of several boards, which says how that one stands. */
function boards(known, send) {
  const node = byId("boards");
  node.hidden = known.boards.length < 2;
  if (node.hidden) return;
  hold(node, known.boards.map((board) => board.id).join(), () => known.boards.map((board) =>
    el("button", { type: "button", click: () => send({ board: board.id }) })));
  known.boards.forEach((board, index) => {
    const button = node.children[index];
    const isOnline = board.availability === "online";
    const state = isOnline ? board.state ?? "nothing heard" : board.availability ?? "not known whether online";
    const age = board.age_s >= OLD_S || !isOnline ? board.age_s && `${span(board.age_s)} ago` : "";
    say(button, [board.id, state, ...board.faults, age].filter(Boolean).join(", "));
    mark(button, "aria-current", board.id === known.board && "true");
    mark(button, "data-fault", board.faults.length > 0 || !isOnline);
  });
}

export function draw(known, send) {
  if (known.isBench) {
    if (!byId("pause")) build(known, send);
    pace(known);
  }
  link(known);
  boards(known, send);
  say(byId("clock-time"), clock(known.zone, known.now, true));
  say(byId("clock-day"), `${day(known.zone, known.now)}${known.zone ? "" : ", your time"}`);
}
