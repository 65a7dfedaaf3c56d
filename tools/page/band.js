// A day around now: what the schedule wants above, what really fed the load below. What nobody knows is drawn as that.

import { byId, el, say, svg } from "./dom.js";
import { changes, clock, day, offsetAt, span } from "./local.js";

export const parts = ["connection", "fed", "plan", "time", "zone", "transfer", "reset", "link"];

const PAST_S = 16 * 3600;
const AHEAD_S = 8 * 3600;
const LEFT = 44;
const HEIGHT = 96;
const ROWS = { plan: [20, 22], fed: [50, 26] }; // top, height
const STEPS = [1, 2, 3, 4, 6]; // hours between two labels
const LABEL = 64; // pixels that one takes
const LETTER = 10;
const PLAIN = 15; // pixels of the page's letters for which all this is measured
let width = 0; // in those pixels
let scale = 1;
let wanted = null;

/** [[from, to, what]] within a window, of what begins at each row's `at`. */
function pieces(rows, from, to, key) {
  return rows.map((row, index) => [Math.max(row.at, from), Math.min(rows[index + 1]?.at ?? to, to), row[key]])
    .filter(([begin, end]) => end > begin);
}

function planned(known, from, to) {
  const { plan } = known;
  if (!plan) return [[from, to, "unknown"]];
  const first = { at: plan.since, source: plan.source ?? "unknown" };
  const rows = [{ at: -Infinity, source: "unknown" }, first, ...plan.changes, { at: plan.until, source: "unknown" }];
  return pieces(rows, from, to, "source");
}

/** What fed the load: unknown before the first that was told, and since nothing comes any more. */
function fed(known, from, now) {
  const heard = known.isHeard || known.isBench ? now : now - known.silent_s;
  const rows = [{ at: -Infinity, supply: "unknown" }, ...known.fed, { at: heard, supply: "unknown" }];
  return pieces(rows, from, now, "supply");
}

const NAMES = { grid: "grid", v2l: "V2L", none: "none", both: "BOTH", unknown: "not known" };

function bar(name, [begin, end, what], at) {
  const [top, height] = ROWS[name];
  const low = what === "grid" && name === "plan" ? height - 8 : 0;
  const x = at(begin);
  const wide = Math.max(at(end) - x, what === "none" || what === "both" ? 2 : 0.5);
  const drawn = [svg("rect", { x, y: top + low, width: wide, height: height - low, class: `bar ${name} ${what}` })];
  if (low || wide <= NAMES[what].length * LETTER) return drawn;
  const middle = { x: x + wide / 2, y: top + height / 2 + 5 };
  return [...drawn, svg("text", { ...middle, class: `inside ${what}` }, NAMES[what])];
}

function hours(zone, from, to, at) {
  const step = 3600 * (STEPS.find((each) => at(from + each * 3600) - LEFT > LABEL) ?? 12);
  const lines = [];
  let tick = from - ((from + offsetAt(zone, from)) % 3600) + 3600;
  for (; tick < to; tick += 3600) {
    const local = (tick + offsetAt(zone, tick)) % 86400;
    if (local % step || at(tick) > width - LABEL / 3) continue;
    const text = local ? clock(zone, tick) : day(zone, tick).slice(0, -4);
    lines.push(svg("path", { d: `M${at(tick)} 16V${HEIGHT - 16}`, class: local ? "hour" : "hour midnight" }),
      svg("text", { x: at(tick), y: HEIGHT - 3, class: "tick" }, text));
  }
  return lines;
}

function moments(known, from, now, to, at) {
  const [top, height] = ROWS.fed;
  const drawn = known.transfers.filter((row) => row.at > from && row.at <= now).map((row) =>
    svg("path", { d: `M${at(row.at)} ${top - 1}l-4-6h8z`, class: "transfer" }));
  drawn.push(...known.resets.filter((row) => row.at > from && row.at <= now).map((row) =>
    svg("path", { d: `M${at(row.at)} ${top + height + 1}l-4 6h8z`, class: "reset" }, svg("title", {}, row.text))));
  for (const { at: when, by_s } of changes(known.zone, from, to)) {
    const text = `clocks ${by_s > 0 ? "forward" : "back"} ${span(Math.abs(by_s))}`;
    const [x, anchor] = at(when) > width - 130 ? [at(when) - 5, "end"] : [at(when) + 5, "start"];
    drawn.push(svg("path", { d: `M${at(when)} 4V${HEIGHT - 14}`, class: "change" }),
      svg("text", { x, y: 12, class: "change", "text-anchor": anchor }, text));
  }
  return drawn;
}

const PATTERNS = [["none", "M0 0 7 7"], ["unknown", "M0 3.500h3.500"], ["both", "M0 7 7 0"]];

const patterns = () => svg("defs", {}, ...PATTERNS.map(([name, d]) =>
  svg("pattern", { id: `band-${name}`, width: 7, height: 7, patternUnits: "userSpaceOnUse" },
    svg("rect", { width: 7, height: 7, class: `under ${name}` }), svg("path", { d, class: `over ${name}` }))));

function words(known, from, now) {
  const totals = {};
  for (const [begin, end, what] of fed(known, from, now)) totals[what] = (totals[what] ?? 0) + end - begin;
  const told = Object.entries(totals).filter(([, seconds]) => seconds >= 1)
    .map(([what, seconds]) => `${NAMES[what]} ${span(seconds)}`);
  return `Of the last ${span(PAST_S)}: ${told.join(", ")}.`;
}

function build() {
  byId("band").append(el("div", { id: "band-drawing" }), el("p", { id: "band-words" }));
  new ResizeObserver(([entry]) => {
    scale = Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / PLAIN);
    width = entry.contentRect.width / scale;
    if (wanted) draw(wanted);
  }).observe(byId("band-drawing"));
}

export function draw(known) {
  wanted = known;
  if (!byId("band-drawing")) build();
  if (!width) return;
  const now = known.now;
  const [from, to] = [now - PAST_S, now + AHEAD_S];
  const at = (instant) => Math.round((LEFT + (width - LEFT) * (instant - from) / (to - from)) * 10) / 10;
  const rows = [["plan", planned(known, from, to)], ["fed", fed(known, from, now)]];
  byId("band-drawing").replaceChildren(svg("svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT * scale, role: "img", "aria-labelledby": "band-words" },
    patterns(), ...hours(known.zone, from, to, at),
    ...rows.flatMap(([name, spans]) => spans.flatMap((piece) => bar(name, piece, at))),
    svg("text", { x: 0, y: 36, class: "row" }, "plan"), svg("text", { x: 0, y: 68, class: "row" }, "fed"),
    ...moments(known, from, now, to, at),
    svg("path", { d: `M${at(now)} 14V${HEIGHT - 14}`, class: "now" }),
    svg("text", { x: at(now), y: 11, class: "now" }, "now")));
  say(byId("band-words"), words(known, from, now));
}
