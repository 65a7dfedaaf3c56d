// Making and changing elements. What does not change is not touched, so that screen readers hear only news.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

function made(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const el = (name, attributes = {}, ...children) => made(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) =>
  made(document.createElementNS(SVG, name), attributes, children);

/** Options of a choice, from {value: text}. */
export const options = (choices) => Object.entries(choices).map(([value, text]) => el("option", { value }, text));

export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function mark(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Let `node` hold exactly these children; while `key` stays what it was, those that are there stay too. */
export function hold(node, key, children) {
  if (node.dataset.holds === key) return;
  node.dataset.holds = key;
  node.replaceChildren(...children());
}
