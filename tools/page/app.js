// Puts the parts of the page together: each is drawn when something it shows is new, at most once a frame.

import * as band from "./band.js";
import * as benchpanel from "./benchpanel.js";
import * as diagram from "./diagram.js";
import { byId } from "./dom.js";
import * as faults from "./faults.js";
import * as headline from "./headline.js";
import * as journal from "./journal.js";
import { Known, connect } from "./protocol.js";
import * as transport from "./transport.js";
import * as trend from "./trend.js";
import * as why from "./why.js";

const PARTS = [transport, headline, faults, diagram, why, band, trend, journal, benchpanel];
const AGES_MS = 1000;

const known = new Known();
const news = new Set();
const failing = new Set(); // parts that could not be drawn
let send = null;

function draw() {
  const kinds = [...news];
  news.clear();
  if (!known.isReady) return;
  for (const part of PARTS) if (kinds.some((kind) => part.parts.includes(kind))) attempt(part);
  byId("failed").hidden = !failing.size;
  if (known.isWhole === Boolean(failing.size)) {
    known.isWhole = !failing.size;
    changed(["link"]);
  }
}

/** A part that cannot be drawn shows the past: the others then show nothing as live either. */
function attempt(part) {
  try {
    part.draw(known, send);
    failing.delete(part);
  } catch (mistake) {
    if (!failing.has(part)) reportError(mistake);
    failing.add(part);
  }
}

function changed(kinds) {
  if (!news.size) requestAnimationFrame(draw);
  for (const kind of kinds) news.add(kind);
}

function colours() {
  const select = byId("theme");
  const choose = () => {
    if (select.value) document.documentElement.dataset.theme = select.value;
    else delete document.documentElement.dataset.theme;
    localStorage.setItem("colours", select.value);
  };
  select.value = localStorage.getItem("colours") ?? "";
  select.addEventListener("change", choose);
  choose();
}

colours();
send = connect(known, changed);
// Ages and countdowns go on when nothing comes, and then most of all.
setInterval(() => changed(["link"]), AGES_MS);
