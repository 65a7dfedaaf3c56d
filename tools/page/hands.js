// What the bench's panel is made of.

import { el, mark, options, say } from "./dom.js";

/** A button that says what it will do: break what is sound, mend what is not. */
export function pair([verb, sound, breaks, mends, unsound], send) {
  let isSound = true;
  const order = () => ({ do: verb, to: isSound ? unsound : sound });
  const node = el("button", { type: "button", click: () => send(order()) }, breaks);
  const refresh = (plant) => {
    isSound = plant[verb] === sound || plant[verb] === null;
    say(node, isSound ? breaks : mends);
    mark(node, "data-broken", !isSound);
  };
  return [node, order, refresh];
}

/** A choice that always shows what is so. */
export function chooser(title, choices, chosen) {
  const select = el("select", { change: () => chosen(select.value) }, ...options(choices));
  const refresh = (value, isBroken) => {
    if (document.activeElement !== select) select.value = value;
    mark(select, "data-broken", isBroken);
  };
  return [el("label", { class: "chooser" }, el("span", {}, title), select), refresh];
}

function field(key) {
  const name = { name: key.key, "aria-label": key.key };
  if (key.choice) {
    const none = key.needed ? "" : el("option", { value: "" }, "-");
    return el("select", name, none, ...key.choice.map((word) => el("option", {}, word)));
  }
  if (key.flag) return el("input", { ...name, type: "checkbox" });
  const [min, max] = key.number ?? [];
  const more = key.number ? { type: "number", min, max } : { type: "text", maxlength: key.text };
  return el("input", { ...name, ...more, required: key.needed });
}

function value(key, input) {
  if (key.flag) return input.checked || null;
  if (input.value === "") return null;
  return key.number ? Number(input.value) : input.value;
}

/** A form for every order there is, made from what the server says of its keys. */
export function spare(verbs, send) {
  const fields = el("div", { class: "fields" });
  const choice = el("select", { "aria-label": "Order" }, ...verbs.map((verb) => el("option", {}, verb.do)));
  const verb = () => verbs.find((each) => each.do === choice.value);
  const show = () => fields.replaceChildren(...verb().keys.map((key) => el("label", {}, `${key.key} `, field(key))));
  choice.addEventListener("change", show);
  show();
  const submit = (event) => {
    event.preventDefault();
    const order = { do: verb().do };
    for (const key of verb().keys) {
      const given = value(key, fields.querySelector(`[name="${key.key}"]`));
      if (given !== null) order[key.key] = given;
    }
    send(order);
  };
  return el("form", { class: "spare", submit }, choice, fields, el("button", { type: "submit" }, "Do it"));
}
