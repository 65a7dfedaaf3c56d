// The hand on the bench: every order of a scenario, at the press of a button. What can be done, and why some of it can
// not be done here, the server says; what is so is the installation's word, never the last button pressed.

import { byId, el, mark, options, say } from "./dom.js";
import { chooser, pair, spare } from "./hands.js";

export const parts = ["connection", "installation", "plant", "said", "over"];

const SWITCHES = { // order: key of the plant, its sound value, [what makes it unsound], [what mends it]
  supplies: [
    ["car", "on", "Pull the car", "Plug the car in", "off"],
    ["grid", "on", "Cut the grid", "Restore the grid", "off"],
    ["charging", "off", "Start charging", "Stop charging", "on"],
    ["enable", "on", "Lock V2L out", "Lift the lock-out", "off"],
    ["power", "on", "Cut the board's supply", "Restore its supply", "off"],
    ["fuse", "ok", "Blow the control fuse", "Replace the fuse", "failed"],
    ["interlock", "ok", "Break the interlock", "Mend the interlock", "failed"],
  ],
  network: [
    ["wifi", "on", "Cut Wi-Fi", "Restore Wi-Fi", "off"],
    ["broker", "on", "Stop the broker", "Start the broker", "off"],
    ["rtc", "ok", "Kill the clock's battery", "New clock battery", "lost"],
  ],
};
const WELCOME = "Gridrest chooses whether the grid or the car feeds the essential board, and rests on grid in any "
  + "doubt. Break something here, and watch what it makes of it.";
const BREAKS = [ // orders, key of the part, what the buttons say
  ["weld", "free", "welded", "Weld", "Free"], ["coil-open", "coil-mend", "coil_open", "Break coil", "Mend coil"],
];
const PARTS = { km1: "KM1", km2: "KM2", pilot: "Pilot", guard: "Guard" };
const FEEDBACK = {
  true: "is honest", open: "stuck open", closed: "stuck closed", bounce: "chatters", broken: "wire broken",
};
const CAUSES = {
  watchdog: "by the watchdog", panic: "after a crash", brownout: "by a supply dip", power: "by power-on",
  soft: "from the prompt",
};
const JUMPS = { "-3600": "back 1 h", 60: "forward 1 min", 3600: "forward 1 h", 86400: "forward 1 day" };

const controls = []; // [node, order it gives now] of each, to disable what is hindered
const refreshes = [];

function button(text, order, send) {
  const node = el("button", { type: "button", click: () => send(order) }, text);
  controls.push([node, () => order]);
  return node;
}

function group(title, open, ...children) {
  return el("details", { open }, el("summary", {}, title), ...children);
}

const row = (...children) => el("div", { class: "row" }, ...children);

function toggles(rows, send) {
  return row(...rows.map((spec) => {
    const [node, order, refresh] = pair(spec, send);
    controls.push([node, order]);
    refreshes.push(refresh);
    return node;
  }));
}

function part(name, title, send) {
  const made = BREAKS.map(([breaks, mends, key, broken, mended]) => {
    let isBroken = false;
    const order = () => ({ do: isBroken ? mends : breaks, what: name });
    const node = el("button", { type: "button", click: () => send(order()) });
    controls.push([node, order]);
    refreshes.push((plant) => {
      isBroken = Boolean(plant[name]?.[key]);
      say(node, isBroken ? mended : broken);
      mark(node, "aria-label", `${isBroken ? mended : broken}, ${title}`);
      mark(node, "data-broken", isBroken);
    });
    return node;
  });
  return el("div", { class: "part" }, el("span", {}, title), ...made);
}

function feedback(name, title, send) {
  const [node, refresh] = chooser(`${title} feedback`, FEEDBACK, (to) => send({ do: "feedback", what: name, to }));
  controls.push([node.querySelector("select"), () => ({ do: "feedback", what: name })]);
  refreshes.push((plant) => refresh(String(plant.feedback[name]), plant.feedback[name] !== "true"));
  return node;
}

function acting(title, choices, order, send) {
  const choice = el("select", { "aria-label": title }, ...options(choices));
  const node = el("button", { type: "button", click: () => send(order(choice.value)) }, title);
  controls.push([node, () => order(choice.value)]);
  return el("div", { class: "acting" }, node, choice);
}

function play(known, send) {
  const names = known.hello.bench.scenarios;
  const file = el("input", { type: "file", accept: ".json", "aria-label": "Play a scenario file", change: async () => {
    if (file.files[0]) send({ play: await file.files[0].text() });
    file.value = "";
  } });
  const choice = el("select", { id: "scenario", "aria-label": "Scenario" },
    ...names.map((name) => el("option", { value: name }, name.replaceAll("-", " "))));
  const begin = el("button", { type: "button", click: () => send({ play: choice.value }) }, "Play");
  return group("Scenarios", false,
    el("div", { class: "acting" }, begin, choice),
    el("label", { class: "file" }, "or a file: ", file),
    row(el("button", { type: "button", click: () => send({ play: null }) }, "Start the installation anew")));
}

function build(known, send) {
  const turn = (text, to) => button(text, { do: "selector", to }, send);
  const press = (text, ms) => button(text, { do: "press", ms }, send);
  const isSelector = known.installation.button === "selector";
  byId("bench").append(
    el("p", { id: "said", role: "status" }, WELCOME),
    el("div", { id: "hands", class: "scrolls", tabindex: 0, role: "group", "aria-labelledby": "bench-name" },
      group("Button at the board", true,
        row(...isSelector ? [turn("To GRID", "grid"), turn("To AUTO", "auto")]
          : [press("Press", 200), press("Hold 2 s", 2500), press("Hold 6 s to acknowledge", 6000)])),
      group("Supplies", true, toggles(SWITCHES.supplies, send)),
      group("Contactors and relays", true, ...Object.entries(PARTS).map(([name, title]) => part(name, title, send))),
      group("Feedback", false, ...["km1", "km2", "bond"].map((name) => feedback(name, PARTS[name] ?? "Bond", send))),
      group("Board", false,
        acting("Reset", CAUSES, (cause) => ({ do: "reset", cause }), send),
        row(button("Hang the firmware", { do: "hang" }, send), button("Stall 1 s", { do: "stall", ms: 1000 }, send))),
      group("Clock and network", false,
        acting("Clock jumps", JUMPS, (jump) => ({ do: "clock", jump_s: Number(jump) }), send),
        toggles(SWITCHES.network, send)),
      play(known, send),
      group("Any other order", false, spare(known.hello.bench.verbs, send))));
}

function hinder(known) {
  const rows = known.installation?.hindered ?? [];
  for (const [node, order] of controls) {
    const { do: verb, what = null } = order();
    const found = rows.find((each) => each.do === verb && (each.what === null || each.what === what));
    node.disabled = Boolean(found) || !known.connected;
    mark(node, "title", found?.why);
  }
}

let built = null;

export function draw(known, send) {
  if (!known.isBench || !known.installation) return;
  const node = byId("bench");
  node.hidden = false;
  if (built !== known.installation.button) {
    built = known.installation.button;
    controls.length = refreshes.length = 0;
    for (const old of [...node.children].slice(1)) old.remove();
    build(known, send);
  }
  if (known.plant) for (const refresh of refreshes) refresh(known.plant);
  hinder(known);
  const { said, over } = known;
  const isRefused = said && !said.ok;
  if (said || over) say(byId("said"), isRefused ? said.text : over ? over.text : `Done: ${said.text}.`);
  mark(byId("said"), "data-refused", isRefused);
}
