// What the diagram shows, worked out from what is known and from nothing else. What lies behind a live source and a
// closed contact is live. Behind a closed contact and a source that nobody watches it is live perhaps, for that is all
// that feedback says; and where a contact is not known, neither is what lies behind it.

const LIVE = { on: "live", off: "dead", unknown: "unknown" };
const NAMES = { km1: "KM1", km2: "KM2", bond: "N-E bond" };

/** What is so: on the bench the truth, else what the board sees. Contacts are open or closed, the rest on or off. */
function facts({ plant, status }) {
  const seen = status?.status.inputs ?? {};
  if (plant) {
    const { km1, km2, pilot, guard, bond, grid, car } = plant;
    return {
      seen, bond, grid, car, isTruth: true, fuse: plant.fuse === "ok", km1: km1.contact, km2: km2.contact,
      pilot: pilot.contact, guard: guard?.contact ?? "off", km1Coil: km1.coil, km2Coil: km2.coil,
    };
  }
  const one = (name, ...words) => (words.includes(seen[name]) ? seen[name] : "unknown");
  const command = { v2l: "on", grid: "off" }[status?.status.command] ?? "unknown";
  return {
    seen, isTruth: false, fuse: true, pilot: command, guard: "unknown", km1Coil: "unknown", km2Coil: "unknown",
    km1: one("km1", "open", "closed"), km2: one("km2", "open", "closed"), bond: one("bond", "open", "closed"),
    grid: one("grid", "on", "off"), car: one("car", "on", "off"),
  };
}

/** What the conductors behind the contacts carry: live, dead, perhaps or unknown, and of which source. */
function behind(fact) {
  const ways = [["grid", fact.km1, fact.grid], ["v2l", fact.km2, fact.car]];
  const live = ways.filter(([, contact, supply]) => contact === "closed" && supply === "on");
  if (live.length) return { live: "live", source: live.length === 2 ? "both" : live[0][0] };
  const possible = ways.filter(([, contact, supply]) => contact !== "open" && supply !== "off");
  if (!possible.length) return { live: "dead", source: null };
  const isOne = possible.length === 1 && possible[0][1] === "closed";
  return isOne ? { live: "perhaps", source: possible[0][0] } : { live: "unknown", source: null };
}

/** The control circuit: grid, fuse, pilot relay, guard, coils. */
function control(fact, twoRelays) {
  const power = fact.fuse ? LIVE[fact.grid] : "dead";
  const on = fact.pilot === "unknown" ? "unknown" : power === "live" && fact.pilot === "off" ? "dead" : power;
  const off = fact.pilot === "unknown" ? "unknown" : power === "live" && fact.pilot === "on" ? "dead" : power;
  const carried = { "coil-feed": power, "coil-no": on, "coil-nc": off, "no-guard": on };
  carried["coil-guard"] = twoRelays && fact.guard === "off" ? "dead" : on;
  const marks = Object.fromEntries(Object.entries(carried).map(([name, live]) => [name, { live, source: "grid" }]));
  marks["no-guard"].hidden = twoRelays;
  marks["guard-group"] = { hidden: !twoRelays };
  marks.pilot = { at: fact.pilot };
  marks.guard = { at: { on: "closed", off: "open", unknown: "unknown" }[fact.guard] };
  marks["km1-coil"] = { on: fact.km1Coil === "on" };
  marks["km2-coil"] = { on: fact.km2Coil === "on" };
  return marks;
}

function power(fact, isTrue) {
  const load = behind(fact);
  const marks = { "grid-out": load, "car-out": load, load, board: load };
  for (const [name, contact, source] of [["grid", fact.km1, "grid"], ["car", fact.km2, "v2l"]]) {
    const supply = { live: LIVE[fact[name]], source };
    const isPerhaps = load.live === "perhaps" && load.source === source;
    const flow = { on: isTrue && contact === "closed" && load.live === "live", source: load.source };
    marks[name] = supply;
    marks[`${name}-in`] = isPerhaps ? load : supply;
    marks[`${name}-in-flow`] = marks[`${name}-out-flow`] = flow;
  }
  marks["load-flow"] = { on: isTrue && load.live === "live", source: load.source };
  const bond = { live: { closed: "live", open: "dead", unknown: "unknown" }[fact.bond], source: "earth" };
  return { ...marks, "bond-in": bond, "bond-out": bond };
}

function broken(part) {
  if (part?.welded) return "WELDED";
  return part?.coil_open ? "coil broken" : part?.blocked ? "held back" : "";
}

/** The three lines beside a contact: what it is, what the board sees, what is broken. */
function beside(known, fact, name) {
  const seen = fact.seen[name];
  const part = known.plant?.[name];
  const is = known.isTrue ? "is" : "was";
  const sees = fact.isTruth ? (known.isLive ? "sees" : "saw") : known.isLive ? "says" : "said";
  const told = { unfitted: "no feedback", unknown: "not sure yet", undefined: "not heard" }[seen];
  // Feedback that merely lags behind its contact is no lie, so the bench is asked which it is.
  const lies = known.isLive && fact.isTruth && known.plant.feedback[name] !== "true" && !told && seen !== fact[name];
  const [first, second] = fact.isTruth ? [`${is} ${fact[name]}`, told ?? `${lies ? "✕ " : ""}${sees} ${seen}`]
    : told ? ["", told] : [`${sees} ${seen}`, ""];
  return {
    texts: { [`${name}-is`]: first, [`${name}-sees`]: second, [`${name}-note`]: broken(part) },
    marks: { [`${name}-tag`]: { lies }, [name]: { at: fact[name], welded: Boolean(part?.welded) } },
  };
}

function supplyWord(fact, name, isTrue) {
  const was = isTrue ? "" : "was ";
  if (fact.isTruth) return `${was}${{ on: "live", off: "dead" }[fact[name]]}`;
  return { on: `${was}seen live`, off: `${was}seen dead`, unfitted: "no detector" }[fact.seen[name]] ?? "not known";
}

function texts(known, fact) {
  const { plant, words } = known;
  const load = behind(fact);
  const was = known.isTrue ? "" : "was ";
  const command = known.status?.status.command;
  const pilot = fact.pilot === "unknown" ? "?" : fact.pilot;
  const from = words.supplies[load.source];
  const fed = {
    live: `${was}fed from ${from}`, dead: `${was}without supply`, perhaps: `${was}on ${from}`, unknown: "not known",
  };
  return {
    grid: supplyWord(fact, "grid", known.isTrue), car: supplyWord(fact, "car", known.isTrue),
    pilot: plant ? [pilot, broken(plant.pilot)].filter(Boolean).join(", ") : `told: ${pilot}`,
    interlock: plant?.interlock === "failed" ? "interlock FAILED" : "interlock",
    fuse: fact.fuse ? "fuse" : "fuse BLOWN",
    board: fed[load.live],
    program: plant ? plant.program : known.link?.board ?? "not known",
    commands: known.isLive ? "commands" : "commanded", command: command ? words.supplies[command] : "not heard",
  };
}

/** {marks: part -> data attributes, texts, words: the whole in one paragraph}. */
export function picture(known) {
  const { plant } = known;
  const fact = facts(known);
  const twoRelays = Boolean(known.installation?.two_relays);
  const shown = { marks: { ...power(fact, known.isTrue), ...control(fact, twoRelays) }, texts: texts(known, fact) };
  for (const name of Object.keys(NAMES)) {
    const tag = beside(known, fact, name);
    Object.assign(shown.texts, tag.texts);
    Object.assign(shown.marks, tag.marks);
  }
  shown.marks.interlock = { failed: plant?.interlock === "failed" };
  shown.marks.fuse = { failed: !fact.fuse };
  shown.marks.controller = { live: plant && plant.program !== "running" ? "dead" : "live" };
  return { ...shown, words: paragraph(known, shown.texts) };
}

function paragraph(known, told) {
  const contacts = Object.entries(NAMES).map(([name, title]) => {
    const lines = [told[`${name}-is`], told[`${name}-sees`].replace("✕ ", "but the board "), told[`${name}-note`]];
    return `${title}: ${lines.filter(Boolean).join(", ")}.`;
  });
  return `${known.isTrue ? "" : "Not live. "}Grid: ${told.grid}. Car: ${told.car}. ${contacts.join(" ")} `
    + `Pilot relay: ${told.pilot}. Essential board: ${told.board}.`;
}
