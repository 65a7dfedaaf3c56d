// What the server says and what the page may say to it: the other side of tools/live/messages.py, where each message
// stands with its meaning and an example. Here it is only kept: the newest of each kind, or the last ones in order.

const SINGLE = ["installation", "zone", "plan", "status", "plant", "link", "time", "over", "trouble"];
const PLURAL = { fed: "fed", transfer: "transfers", event: "events", reset: "resets" };
const KEPT = { fed: 2000, transfers: 200, events: 500, resets: 500 };
const SUPPLIES = { grid: "grid", v2l: "v2l", neither: "none", both: "both", unknown: "unknown" };
const MOVING = ["running", "jumping"];
const SILENT_S = 5; // a server tells the time once a second at least
const AGAIN_MS = 1000;

// One of the clocks may be set, the other may rest while the machine sleeps: what has grown older counts.
const moment = () => [performance.now(), Date.now()];
const passed_s = ([steady, wall]) => Math.max(performance.now() - steady, Date.now() - wall) / 1000;

export class Known {
  constructor() {
    this.connected = false;
    this.isWhole = true; // all of it could be drawn
    this.hello = null;
    this.boards = [];
    this.said = null;
    this.paces = new Set(); // orders whose success everybody sees
    this.since = {}; // the moments at which the last message of each kind came
    this.forget();
  }

  forget() {
    this.board = null;
    for (const kind of SINGLE) this[kind] = null;
    for (const name of Object.values(PLURAL)) this[name] = [];
  }

  /** Take a message in; the kinds of which something is new. */
  take(message) {
    const kind = message.kind;
    this.since[kind] = this.since.any = moment();
    if (kind === "snapshot") return this.begin(message);
    if (kind === "hello") {
      this.hello = message;
      this.boards = message.boards;
      return []; // until the snapshot comes there is nothing to show
    }
    if (kind === "boards") this.boards = message.boards;
    else if (kind === "said") this.said = message.ok && this.paces.delete(message.order) ? this.said : message;
    else if (SINGLE.includes(kind)) this[kind] = message;
    else if (PLURAL[kind]) this.append(PLURAL[kind], message);
    return [kind];
  }

  begin(snapshot) {
    this.forget();
    this.board = snapshot.board;
    for (const kind of [...SINGLE, ...Object.values(PLURAL)]) this[kind] = snapshot[kind];
    this.since.link = moment();
    return [...SINGLE, ...Object.keys(PLURAL), "boards", "board"];
  }

  append(name, message) {
    this[name].push(message);
    if (this[name].length > KEPT[name]) this[name].shift();
  }

  get isReady() {
    return this.hello !== null && this.board !== null;
  }

  get words() {
    return this.hello.words;
  }

  get isBench() {
    return this.hello?.mode === "bench";
  }

  /** Whether news come and are shown. Only a bench whose time stands still has nothing to say. */
  get isHeard() {
    const mayBeSilent = this.isBench && !MOVING.includes(this.time?.state);
    return this.connected && this.isWhole && (mayBeSilent || this.silent_s < SILENT_S);
  }

  /** Whether what the board said last is so now. */
  get isLive() {
    return this.isHeard && Boolean(this.link?.live);
  }

  /** Whether what feeds the load is so now: the bench knows it even of a board that is off. */
  get isTrue() {
    return this.isHeard && (this.isBench || this.isLive);
  }

  /** What feeds the load: on the bench the truth, else what the last status says of the feedback. */
  get supply() {
    return this.plant?.supply ?? SUPPLIES[this.status?.status.feedback] ?? "unknown";
  }

  /** For how long nothing has come, in seconds. */
  get silent_s() {
    return passed_s(this.since.any);
  }

  /** How old the last status is, in seconds; null: none has ever come. The bench's time is not the reader's. */
  get age_s() {
    if (!this.link || this.link.age_s === null) return null;
    return this.link.age_s + (this.isBench && this.connected ? 0 : passed_s(this.since.link));
  }

  /** The installation's present: virtual on the bench, else everybody's. */
  get now() {
    return this.time && (this.connected || this.isBench) ? this.time.now : Date.now() / 1000;
  }
}

/** Keep a socket open. `changed` gets the kinds of which something is new. Gives what sends an order. */
export function connect(known, changed) {
  let socket = null;
  let order = 0;
  const open = () => {
    socket = new WebSocket(`ws://${location.host}/socket`);
    socket.onmessage = (frame) => {
      known.connected = true;
      changed(["connection", ...known.take(JSON.parse(frame.data))]);
    };
    socket.onclose = () => {
      known.connected = false;
      changed(["connection"]);
      setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return (message) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    order += 1;
    if ("pace" in message || "board" in message) known.paces.add(order);
    socket.send(JSON.stringify({ ...message, order }));
  };
}
