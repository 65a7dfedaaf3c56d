// What feeds the board, why, and what is next: for a glance from two metres.

import { byId, el, hold, mark, say } from "./dom.js";
import { icon } from "./icons.js";
import { clock, day, instant, span } from "./local.js";

export const parts = ["connection", "status", "link", "time", "zone", "plant", "over", "trouble"];

/** The look of what is so; the words come from the server. */
function tone(known, supply) {
  const status = known.status?.status;
  if (!known.isTrue) return "unknown";
  if (supply === "both" || (known.isLive && status?.state === "fault")) return "fault";
  if (!known.isLive || !status) return supply;
  return isMoving(known, status) ? "moving" : supply;
}

/** A transfer is under way; on the bench the relay says so before the next status does. */
function isMoving({ plant }, status) {
  if (status.state === "to_v2l" || status.state === "to_grid") return true;
  if (plant?.program !== "running" || plant.pilot.coil_open) return false;
  return (plant.pilot.coil === "on") !== (status.command === "v2l");
}

function lead(known) {
  if (!known.isTrue) return "As last heard, the essential board was on";
  return known.isBench ? "The essential board is fed from" : "By its feedback, the essential board is on";
}

const STATES = { fault: "fault", service: "in service", startup: "starting" };

function badge(known, status, look) {
  if (!known.isTrue) return "not live";
  if (!known.isLive) return "board not running";
  if (look === "moving") return "changing over";
  if (!status) return "";
  const plain = status.supervised?.open ? "supervised" : "";
  return STATES[status.state] ?? (isAlarmed(known, status) ? "alarm" : plain);
}

export function draw(known) {
  const status = known.status?.status;
  const { supply } = known;
  const look = tone(known, supply);
  mark(byId("headline"), "data-tone", look);
  hold(byId("headline-icon"), look, () => [icon(look === "fault" ? "fault" : look)]);
  say(byId("headline-lead"), lead(known));
  say(byId("headline-source"), known.words.supplies[supply]);
  const word = badge(known, status, look);
  say(byId("headline-badge"), word);
  byId("headline-badge").hidden = !word;
  say(byId("headline-why"), why(known));
  next(known, status);
  document.title = `${known.words.supplies[supply]}${word ? `, ${word}` : ""} - Gridrest`;
}

function isAlarmed({ words }, status) {
  return status.faults.some((code) => (words.faults[code] ?? words.unknown_fault).severity !== "notice");
}

function why(known) {
  if (known.trouble?.text) return known.trouble.text;
  if (!known.connected) return "The page has lost its server, and tries again every second.";
  if (!known.isHeard) return "Nothing comes from the server any more.";
  if (!known.isLive && known.link) return known.link.text;
  return known.status ? known.status.sentence : "No status has come yet.";
}

/** What stands on the right: [what it is about, a label, a length of time, what comes after it]. */
function corner(known, change) {
  const age = known.age_s;
  if (!known.isLive && age === null) return ["old", "Nothing heard yet", "", ""];
  if (!known.isLive) return ["old", "Last heard", span(age), "ago"];
  if (!change) return ["none", "No change is planned", "", ""];
  const at = instant(change.at);
  return [change.at + change.source, `By the plan, to ${known.words.supplies[change.source]} in`,
    at > known.now ? span(at - known.now) : "now", `${day(known.zone, at)}, ${clock(known.zone, at)}`];
}

function next(known, status) {
  const [about, label, count, after] = corner(known, status?.next);
  const node = byId("headline-next");
  hold(node, `${about}${after}`, () => [
    el("p", { class: "label" }, label), el("p", { class: "count" }), el("p", { class: "when" }, after)]);
  say(node.querySelector(".count"), count);
}
