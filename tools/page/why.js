// The permits, those that fail first. Which fail is the board's word alone.

import { byId, el, hold, say } from "./dom.js";

export const parts = ["connection", "status", "link"];

function row(known, code, fails) {
  const stay = known.words.stay_permits.includes(code);
  return el("li", { class: fails ? "fails" : "holds" },
    el("span", { class: "mark", "aria-hidden": "true" }, fails ? "✕" : "✓"),
    el("span", {}, el("b", { class: fails ? "" : "unseen" }, `${fails ? "not so" : "so"}: `),
      known.words.permits[code] ?? code, stay ? "" : el("i", {}, " (only to enter)")));
}

function build() {
  const holding = el("details", { open: matchMedia("(min-width: 1000px)").matches }, el("summary"), el("ul"));
  byId("permits").append(el("ul"), holding);
  return byId("permits");
}

export function draw(known) {
  const status = known.status?.status;
  const blocked = status ? status.blocked_by : [];
  const order = known.words.permit_order;
  const node = byId("permits").childElementCount ? byId("permits") : build();
  const [failing, holding] = node.children;
  node.className = known.isLive ? "scrolls" : "scrolls old";
  holding.hidden = !status;
  say(byId("why-name"), heading(status, blocked, known.isLive));
  const rest = order.filter((code) => !blocked.includes(code));
  say(holding.firstChild, blocked.length ? `The other ${rest.length} are so` : `All ${rest.length}`);
  hold(failing, `${blocked}`, () => [...order.filter((code) => blocked.includes(code)),
    ...blocked.filter((code) => !order.includes(code))].map((code) => row(known, code, true)));
  hold(holding.lastChild, `${blocked}`, () => rest.map((code) => row(known, code, false)));
}

function heading(status, blocked, live) {
  if (!status) return "What V2L needs";
  const was = live ? "" : ", as last heard";
  if (!blocked.length) return `What V2L needs: all of it is so${was}`;
  return `What V2L needs: ${blocked.length} not so${was}`;
}
