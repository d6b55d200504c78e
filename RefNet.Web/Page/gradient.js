// Backward: the gradient of the loss, layer by layer from the last to the first, with the steps of each derivation.

import { $, make, fill, number, show } from "./dom.js";
import { postForMaps, query } from "./api.js";
import { signed } from "./colours.js";
import { makeTiles, paintTiles } from "./tiles.js";
import { sourceOf, excerpt, folded } from "./source.js";
import { newestLook } from "./layers.js";

const pause = 600; // milliseconds per layer
const symbols = { weight: "W", bias: "b", gamma: "γ", beta: "β" };
let network, header, waiting = [], timer = 0;

export function prepareGradients(described) {
  network = described;
  stop();
  header = null;
  $("gradients").replaceChildren();
  $("back-loss").textContent = "";
  fill($("wrong"), network.classes.map((name, c) => [c, name]), 0);
}

// The second most probable class: the most likely mistake.
export function suggestWrong(answer) {
  if (document.activeElement === $("wrong") || header) return;
  const order = answer.measures.map((value, c) => [value, c]).filter(([, c]) => c !== answer.class).sort((a, b) => b[0] - a[0]);
  if (order.length) $("wrong").value = order[0][1];
}

async function fetchGradient() {
  stop();
  if (!newestLook.id) throw new Error("Draw something first.");
  header = await postForMaps(`/api/networks/${network.id}/gradient?${query({ look: newestLook.id, class: $("wrong").value })}`);
  $("gradients").replaceChildren();
  $("back-loss").textContent = `${header.name} for class ${network.classes[header.class]}: ${number(header.loss)}.`;
  waiting = [...network.layers].reverse().concat(header.layers.some(layer => layer.path === "input") ? [{ path: "input", type: "", shape: network.input }] : []);
}

const isFresh = () => header && header.look === newestLook.id && String(header.class) === $("wrong").value && waiting.length > 0;

async function step() {
  const layer = waiting.shift();
  if (!layer) return stop();
  const maps = header.layers.find(known => known.path === layer.path), tiles = makeTiles(layer.path, maps, null);
  paintTiles(tiles, maps, signed);
  const steps = make("div"), norms = [`‖dY‖ = ${number(maps.norm)}`,
    ...header.parameters.filter(parameter => parameter.layer === layer.path).map(parameter => `‖d${symbols[parameter.name] ?? ` ${parameter.name}`}‖ = ${number(parameter.norm)}`)];
  $("gradients").append(make("section", { className: "gradient" },
    make("h3", {}, layer.path === "input" ? "The picture" : layer.path, " ", make("small", { className: "soft", textContent: `${layer.type} ${layer.shape.join("×")}` })),
    make("div", {}, make("p", { className: "norms", textContent: layer.path === "input" ? `‖dX‖ = ${number(maps.norm)}` : norms.join(", ") }), tiles), steps));
  if (layer.path === "input") return;
  const source = await sourceOf(network.id, layer.path, layer.type);
  if (source.derivation) steps.append(excerpt(source.derivation));
  if (source.backward) steps.append(folded("Backward, with the same numbers", excerpt(source.backward)));
}

function stop() {
  clearInterval(timer);
  timer = 0;
}

async function run(action) {
  try {
    show($("problem"));
    if (!isFresh()) await fetchGradient();
    await action();
  } catch (error) { show($("problem"), error); }
}

$("back-step").addEventListener("click", () => run(() => { stop(); return step(); }));
$("back-play").addEventListener("click", () => run(async () => { stop(); await step(); timer = setInterval(() => { step(); }, pause); }));
$("back-all").addEventListener("click", () => run(async () => { stop(); while (waiting.length) await step(); }));
$("wrong").addEventListener("change", () => { stop(); waiting = []; });
