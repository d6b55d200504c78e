// Forward: every layer with all of its maps. The visible ones are drawn while the pen moves.

import { $, make, show } from "./dom.js";
import { grey } from "./colours.js";
import { makeTiles, paintTiles } from "./tiles.js";
import { openCell } from "./cell.js";

const smallNetwork = 400_000; // elements of all layers: up to this many are sent with each answer

let network, places = new Map(), newest = new Map();
let wanted = () => {};

// Draws layers that become visible, or requests them.
const sight = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    target.isInSight = isIntersecting;
    if (!isIntersecting) continue;
    if (newest.has(target.path)) draw(target.path);
    else if (!isSmall()) wanted();
  }
}, { rootMargin: "200px" });

export function onWanted(action) { wanted = action; }

const countOf = layer => layer.shape.reduce((product, extent) => product * extent, 1);
const isSmall = () => network.layers.reduce((sum, layer) => sum + countOf(layer), 0) <= smallNetwork;

// The layers to request with the next answer: null for all.
export const wantedLayers = () => isSmall() ? null : network.layers.map(layer => layer.path).filter(path => places.get(path)?.isInSight);

export function prepareLayers(described) {
  network = described;
  newest = new Map();
  places = new Map();
  sight.disconnect();
  const input = { path: "input", type: "", shape: network.input, parameters: 0, formula: "What the network sees of the picture.", lectures: [] };
  $("layers").replaceChildren(...[input, ...network.layers].map(layer => {
    const section = make("section", { className: "layer" },
      make("h3", {}, layer.path, make("small", { textContent: [layer.type, layer.shape.join("×"), layer.parameters ? `${layer.parameters.toLocaleString("en")} parameters` : ""].filter(Boolean).join(" · ") })),
      make("p", { className: "soft", textContent: short(layer.formula) }));
    section.path = layer.path;
    places.set(layer.path, section);
    sight.observe(section);
    return section;
  }));
}

// Up to the shapes, which are next to the name.
const short = formula => formula.split(/[;,] (?:samples of|any shape|with stride)/)[0].replace(/\.?$/, ".");

export function showLayers(header) {
  newest = new Map(header.layers.map(layer => [layer.path, layer]));
  for (const path of newest.keys()) if (places.get(path)?.isInSight) draw(path);
}

export const newestLook = { id: 0 };

function draw(path) {
  const section = places.get(path), layer = newest.get(path);
  if (!section.tiles || section.tiles.children.length !== layer.maps) {
    section.tiles?.remove();
    section.tiles = makeTiles(path, layer, path === "input" ? null : place => openTile(path, layer, place));
    section.append(section.tiles);
    if (layer.note) section.append(make("p", { className: "soft", textContent: `Shown: ${layer.note}.` }));
  }
  if (section.drawn !== layer) paintTiles(section.tiles, layer, grey);
  section.drawn = layer;
}

function openTile(path, layer, place) {
  const described = network.layers.find(known => known.path === path);
  openCell(network.id, newestLook.id, described, { map: place.map, row: place.row * layer.step, column: place.column * layer.step }).catch(error => show($("problem"), error));
}
