// Faults in words: what was seen with every cause that looks the same, and what to do.

import { byId, el, hold, mark } from "./dom.js";

export const parts = ["connection", "status", "link"];

const NAMES = { fault: "Fault", alarm: "Alarm", notice: "Notice" };

function card(known, code) {
  const { seen, remedy, severity } = known.words.faults[code] ?? known.words.unknown_fault;
  return el("article", { class: `fault ${severity}` },
    el("h3", {}, `${NAMES[severity]}: ${code}`),
    el("p", {}, el("b", {}, "Seen: "), seen),
    remedy ? el("p", {}, el("b", {}, "To do: "), remedy) : "");
}

export function draw(known) {
  const status = known.status?.status;
  const codes = status ? status.faults : [];
  const node = byId("faults");
  node.hidden = !codes.length;
  mark(node, "data-old", codes.length && !known.isLive);
  hold(node, `${status?.state} ${codes}`, () => codes.map((code) => card(known, code)));
}
