// The single-line diagram, after the changeover guides: each thick line is line and neutral together, both switched.
// On the bench a contact is drawn as it is, and beside it stands what the board sees. Of a real board there is only
// what it sees, and what it does not know is drawn as unknown.

import { byId, el, mark, say, svg } from "./dom.js";
import { outline } from "./icons.js";
import { picture } from "./picture.js";

export const parts = ["connection", "status", "plant", "link", "installation"];

const GRID_X = 130;
const CAR_X = 330;
const LINES = { // name: path, in the direction in which power flows
  "grid-in": `M${GRID_X} 60V172`, "grid-out": `M${GRID_X} 218V266H230`,
  "car-in": `M${CAR_X} 60V172`, "car-out": `M${CAR_X} 218V266H230`,
  load: "M230 266V340",
};
const THIN = {
  "coil-feed": `M${GRID_X} 86H230V104`, "coil-nc": "M206 134V144H176V182", "coil-no": "M254 134V144H276V150",
  "coil-guard": "M276 172V182",
  "bond-in": `M${CAR_X} 118H462V240`, "bond-out": "M462 276V356",
};

const label = (x, y, text, attributes = {}) => svg("text", { x, y, ...attributes }, text);

function source(name, x, title) {
  return svg("g", { class: "source", "data-part": name },
    svg("rect", { x: x - 78, y: 6, width: 156, height: 54, rx: 6 }),
    outline(name === "grid" ? "grid" : "v2l", { transform: `translate(${x - 70} 13) scale(1.6)` }),
    label(x - 24, 28, title, { class: "name" }), label(x - 24, 48, "", { "data-say": name }));
}

/** A contact between (x, y) above and (x, y + length) below; it opens to the left. */
function contact(name, x, y, length, thick) {
  return svg("g", { class: `contact${thick ? " thick" : ""}`, "data-part": name },
    thick ? svg("path", { d: `M${x} ${y - 5}a5 5 0 0 1 0 10`, class: "arc" }) : "",
    svg("g", { transform: `translate(${x} ${y + length})` }, svg("path", { d: `M0 0V${-length}`, class: "blade" })),
    svg("circle", { cx: x, cy: y + length, r: thick ? 4 : 3, class: "joint" }));
}

function coil(name, x) {
  return svg("g", { class: "coil", "data-part": `${name}-coil` },
    svg("rect", { x: x - 20, y: 182, width: 40, height: 26, rx: 3 }),
    label(x, 200, name.toUpperCase(), { class: "mid" }));
}

/** Name, what it is, what the board sees. */
function tag(name, x, y, title, end) {
  const anchor = end ? "end" : "start";
  const line = (dy, key, kind) =>
    label(x, y + dy, "", { "data-say": `${name}-${key}`, class: kind, "text-anchor": anchor });
  return svg("g", { class: "tag", "data-part": `${name}-tag` },
    label(x, y, title, { class: "name", "text-anchor": anchor }),
    line(19, "is", "is"), line(37, "sees", "sees"), line(55, "note", "note"));
}

function conductors() {
  const drawn = Object.entries({ ...THIN, ...LINES }).map(([name, d]) =>
    svg("path", { d, class: `wire ${name in THIN ? "thin" : ""}`, "data-part": name }));
  const flow = Object.entries(LINES).map(([name, d]) => svg("path", { d, class: "flow", "data-part": `${name}-flow` }));
  const poles = [GRID_X, CAR_X].map((x) => svg("path", { d: `M${x - 7} 146l14-7M${x - 7} 153l14-7`, class: "poles" }));
  return [...drawn, ...flow, ...poles, ...[[GRID_X, 86], [CAR_X, 118], [230, 266]].map(([cx, cy]) =>
    svg("circle", { cx, cy, r: 4, class: "joint" }))];
}

function control() {
  return [
    svg("rect", { x: 164, y: 80, width: 28, height: 12, rx: 2, class: "fuse", "data-part": "fuse" }),
    label(178, 74, "fuse", { class: "mid small", "data-say": "fuse" }),
    svg("g", { class: "pilot", "data-part": "pilot" },
      svg("g", { transform: "translate(230 106)" }, svg("path", { d: "M0 0-23 26", class: "blade" })),
      svg("circle", { cx: 230, cy: 106, r: 3.5, class: "joint" })),
    label(240, 92, "pilot relay", { class: "small bold" }),
    label(240, 109, "", { "data-say": "pilot", class: "small" }),
    label(200, 132, "NC", { class: "small", "text-anchor": "end" }), label(260, 132, "NO", { class: "small" }),
    svg("path", { d: "M206 136v-4M254 136v-4", class: "wire thin" }),
    svg("g", { "data-part": "guard-group" }, contact("guard", 276, 150, 22, false),
      label(262, 168, "guard", { class: "small", "text-anchor": "end" })),
    svg("path", { d: "M276 150V172", class: "wire thin", "data-part": "no-guard" }),
    svg("path", { d: "M130 195H156M196 195H256M296 195H330", class: "link" }),
    svg("path", { d: "M221 189h18l-9 13z", class: "interlock", "data-part": "interlock" }),
    label(230, 222, "interlock", { class: "mid small", "data-say": "interlock" }),
    coil("km1", 176), coil("km2", 276),
  ];
}

function load() {
  return [
    svg("rect", { x: 206, y: 284, width: 48, height: 26, rx: 3, class: "rcd" }),
    label(230, 302, "RCD", { class: "mid" }),
    svg("g", { class: "source", "data-part": "board" }, svg("rect", { x: 130, y: 340, width: 200, height: 62, rx: 6 }),
      outline("house", { transform: "translate(137 350) scale(1.7)" }),
      label(186, 366, "Essential board", { class: "name" }), label(186, 388, "", { "data-say": "board" })),
    svg("path", { d: "M330 371H376", class: "earth" }), svg("path", { d: "M376 371V356", class: "earth" }),
    svg("path", { d: "M366 356H476", class: "bar" }),
    svg("path", { d: "M422 356v14M408 370h28M413 376h18M418 382h8", class: "bar thin" }),
    label(478, 402, "earth, never switched", { class: "small", "text-anchor": "end" }),
  ];
}

function controller() {
  return [svg("g", { class: "source", "data-part": "controller" },
    svg("rect", { x: 2, y: 300, width: 112, height: 102, rx: 6 }), label(12, 322, "Gridrest", { class: "name" }),
    label(12, 341, "", { "data-say": "program" }), label(12, 363, "", { "data-say": "commands" }),
    label(12, 382, "", { "data-say": "command", class: "is" }))];
}

function build() {
  const drawing = svg("svg", { viewBox: "0 0 480 408", role: "img", "aria-labelledby": "diagram-words" },
    ...conductors(), source("grid", GRID_X, "Grid"), source("car", CAR_X, "Car (V2L)"), ...control(),
    contact("km1", GRID_X, 172, 46, true), tag("km1", 98, 168, "KM1 grid", true),
    contact("km2", CAR_X, 172, 46, true), tag("km2", 348, 168, "KM2 V2L", false),
    contact("bond", 462, 240, 36, false), tag("bond", 436, 250, "N-E bond", true),
    ...load(), ...controller());
  byId("diagram").append(drawing, el("p", { id: "diagram-words" }));
}

export function draw(known) {
  const node = byId("diagram");
  if (!node.querySelector("svg")) build();
  const shown = picture(known);
  mark(node, "data-old", !known.isTrue);
  for (const [name, attributes] of Object.entries(shown.marks)) {
    const part = node.querySelector(`[data-part="${name}"]`);
    for (const [key, value] of Object.entries(attributes)) mark(part, `data-${key}`, value);
  }
  for (const [name, text] of Object.entries(shown.texts)) say(node.querySelector(`[data-say="${name}"]`), text);
  say(byId("diagram-words"), shown.words);
}
