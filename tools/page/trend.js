// The last transfers, each as long as it took, under what is allowed; and the figures of the status.

import { byId, el, hold, say, svg } from "./dom.js";
import { clock, day, instant, span } from "./local.js";

export const parts = ["transfer", "installation", "status", "zone", "link", "connection"];

const SHOWN = 24;
const WIDE = 300;
const TALL = 40;
const ROWS = [ // key, name, what the configuration allows for it
  ["drop_ms", "lets go", ({ limits }) => limits.release_ms],
  ["gap_ms", "no supply", ({ limits, two_relays }) => limits.pull_ms + (two_relays ? limits.dead_time_ms : 0)],
];

function chart(rows, key, limit, y) {
  const most = Math.max(limit ?? 0, ...rows.map((row) => row[key] ?? 0), 10) * 1.15;
  const at = (value) => y + TALL - (TALL - 6) * value / most;
  const x = (index) => 72 + (WIDE - 148) * (index + 0.5 + SHOWN - rows.length) / SHOWN;
  const drawn = rows.map((row, index) => {
    if (row[key] === null) return svg("text", { x: x(index), y: y + TALL, class: "missing" }, "?");
    const over = limit !== null && row[key] > limit ? " over" : "";
    if (row.to === "v2l") return svg("circle", { cx: x(index), cy: at(row[key]), r: 4, class: `v2l${over}` });
    return svg("rect", { x: x(index) - 3.5, y: at(row[key]) - 3.5, width: 7, height: 7, class: `grid${over}` });
  });
  const last = rows.at(-1)?.[key] ?? null;
  return [svg("path", { d: `M72 ${y + TALL}H${WIDE - 76}`, class: "floor" }),
    limit === null ? "" : svg("path", { d: `M72 ${at(limit)}H${WIDE - 76}`, class: "limit" }),
    limit === null ? "" : svg("text", { x: WIDE - 70, y: at(limit) + 4, class: "limit" }, `limit ${limit}`), ...drawn,
    svg("text", { x: WIDE - 70, y: y + TALL, class: "last" }, measured(last))];
}

function transfers(known) {
  const rows = known.transfers.slice(-SHOWN);
  const viewBox = `0 0 ${WIDE} ${TALL * 2 + 16}`;
  const drawing = svg("svg", { viewBox, role: "img", "aria-labelledby": "trend-words" });
  ROWS.forEach(([key, name, allowed], index) => {
    const limit = known.installation ? allowed(known.installation) : null;
    const y = index * (TALL + 12);
    drawing.append(svg("text", { x: 0, y: y + TALL, class: "row" }, name), ...chart(rows, key, limit, y));
  });
  return drawing;
}

const measured = (value) => (value === null ? "not known" : `${value} ms`);

function words(known) {
  const last = known.transfers.at(-1);
  if (!last) return "No transfer has been measured since this was opened.";
  const when = `${day(known.zone, last.at)} ${clock(known.zone, last.at)}`;
  return `Last, ${when}, to ${known.words.supplies[last.to]}: the other let go after `
    + `${measured(last.drop_ms)}, the load had no supply for ${measured(last.gap_ms)}.`;
}

/** For how long somebody asks for grid; null: nobody does. */
function asked({ zone }, { local, remote, until }) {
  if (local === "none" && remote === "none") return null;
  if (until === null) return "until somebody lifts it";
  return `until ${day(zone, instant(until))} ${clock(zone, instant(until))}`;
}

function figures(known) {
  const status = known.status?.status;
  if (!status) return [];
  const { counters, clock: trust, loop, net } = status;
  const { words: told } = known;
  const error = trust.error_s === null ? "" : `within ${trust.error_s} s`;
  return [
    ["As last heard,", known.isLive || known.age_s === null ? null : `${span(known.age_s)} ago`],
    ["Clock", [told.trust[trust.trust], told.sources[trust.source], error].filter(Boolean).join(", ")],
    ["Transfers", String(counters.transfers)], ["On V2L, in all", span(counters.v2l_s)],
    ["Starts of the board", `${counters.resets}, running for ${span(status.uptime_s)}`],
    ["Hold", asked(known, status.hold)],
    ["State of charge", status.soc === null ? null : `${status.soc} %`],
    ["Lamp", known.plant?.lamp ? told.lamp[known.plant.lamp] : null],
    ["Longest turn", loop.worst_ms === null ? null : `${loop.worst_ms} ms`],
    ["Wi-Fi", net.rssi === null ? null : `${net.rssi} dBm`],
    ["Refused messages", net.refused ? String(net.refused) : null],
    ["Firmware", status.fw],
  ].filter(([, value]) => value !== null);
}

export function draw(known) {
  const last = known.transfers.at(-1)?.at;
  if (!byId("trend-words")) byId("trend").append(el("div", { id: "trend-drawing" }),
    el("p", { class: "key" }, "● to V2L   ■ to grid"), el("p", { id: "trend-words", class: "unseen" }));
  const key = [known.board, last, known.transfers.length, JSON.stringify(known.installation?.limits)];
  hold(byId("trend-drawing"), key.join("|"), () => [transfers(known)]);
  say(byId("trend-words"), words(known));
  counters(figures(known), known.isLive);
}

function counters(rows, live) {
  const node = byId("counters");
  let list = node.querySelector("dl");
  if (!list) node.append(list = el("dl"));
  list.className = live ? "" : "old";
  hold(list, rows.map(([name]) => name).join(),
    () => rows.map(([name]) => el("div", {}, el("dt", {}, name), el("dd"))));
  rows.forEach(([, value], index) => say(list.children[index].lastChild, value));
}
