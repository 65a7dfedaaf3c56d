// The journal and the resets, newest first, and a sieve for them.

import { byId, el, hold, options } from "./dom.js";
import { clock, day } from "./local.js";

export const parts = ["event", "reset", "zone", "board"];

const LEVELS = { fault: "fault", alarm: "alarm" }; // those that are said
const WITH = "with the words";
let wanted = null;

function build(known) {
  const again = () => draw(wanted);
  const kind = { id: "journal-kind", "aria-label": "Show", change: again };
  const text = { id: "journal-text", type: "search", "aria-label": WITH, placeholder: WITH, input: again };
  byId("journal").append(
    el("div", { class: "sieve" }, byId("journal-name"),
      el("select", kind, ...options({ "": "everything", ...known.words.kinds, reset: "reset" })), el("input", text)),
    el("ol", { id: "journal-list", class: "scrolls", tabindex: 0, "aria-labelledby": "journal-name" }));
}

/** The newest first; of one moment, what was told last. */
function lines(known) {
  const rows = known.events.map((row) => ({ at: row.at, kind: row.event.kind, text: row.text, level: row.level }));
  rows.push(...known.resets.map((row) => ({ at: row.at, kind: "reset", text: row.text, level: "notice" })));
  return rows.reverse().sort((one, other) => other.at - one.at);
}

function line(known, row) {
  const level = LEVELS[row.level];
  return el("li", { class: row.level },
    el("time", {}, row.at === null ? "no time" : `${day(known.zone, row.at)} ${clock(known.zone, row.at, true)}`), " ",
    el("span", { class: "kind" }, known.words.kinds[row.kind] ?? row.kind), " ",
    level && level !== row.kind ? el("b", { class: "level" }, `${level} `) : "", row.text);
}

export function draw(known) {
  wanted = known;
  if (!byId("journal-list")) build(known);
  const kind = byId("journal-kind").value;
  const text = byId("journal-text").value.trim().toLowerCase();
  const rows = lines(known).filter((row) => (!kind || row.kind === kind) && row.text.toLowerCase().includes(text));
  const key = [known.board, kind, text, rows.length, rows[0]?.at, rows.at(-1)?.at, known.zone?.text];
  hold(byId("journal-list"), key.join("|"), () => (rows.length ? rows.map((row) => line(known, row))
    : [el("li", { class: "info" }, "Nothing of the kind has been told since this was opened.")]));
}
