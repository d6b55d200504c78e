// A chart of two curves, as SVG: the training loss, and the validation error of each epoch. Both scales begin at 0.

import { number } from "./dom.js";

const name = "http://www.w3.org/2000/svg", width = 320, height = 150, margin = { left: 34, right: 40, top: 8, bottom: 20 };

function element(tag, attributes, text) {
  const made = document.createElementNS(name, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// losses: [t, loss] with t in epochs; errors: [t, share].
export function draw(svg, losses, errors, epochs) {
  const x = t => margin.left + t / Math.max(epochs, 1e-9) * (width - margin.left - margin.right);
  const y = (value, most) => height - margin.bottom - Math.min(1, value / most) * (height - margin.top - margin.bottom);
  const mostLoss = nice(Math.max(...losses.map(([, value]) => value).filter(Number.isFinite), 1e-9)), mostError = nice(Math.max(...errors.map(([, value]) => value), 0.01));
  const parts = [];
  for (const share of [0, .5, 1]) {
    const at = y(share, 1);
    parts.push(element("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: at, y2: at }),
      element("text", { x: margin.left - 4, y: at + 4, "text-anchor": "end" }, number(share * mostLoss)),
      element("text", { x: width - margin.right + 4, y: at + 4 }, `${number(100 * share * mostError)} %`));
  }
  const every = Math.ceil(epochs / 10);
  for (let t = 0; t <= epochs; t += every) parts.push(element("text", { x: x(t), y: height - 4, "text-anchor": "middle" }, t));
  const path = (points, most) => points.filter(([, value]) => Number.isFinite(value)).map(([t, value], i) => `${i ? "L" : "M"}${x(t).toFixed(1)} ${y(value, most).toFixed(1)}`).join("");
  parts.push(element("path", { class: "curve c0", d: path(losses, mostLoss) }), element("path", { class: "curve c1", d: path(errors, mostError) }));
  for (const [t, value] of errors) parts.push(element("circle", { class: "dot c1", cx: x(t), cy: y(value, mostError), r: 3 }));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);
}

export function make() {
  const svg = element("svg", { class: "chart", role: "img" });
  svg.setAttribute("aria-label", "Curves of training");
  return svg;
}

// The next larger of 1, 2, 5, 10 ...
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find(step => step * power >= value * .999);
}
