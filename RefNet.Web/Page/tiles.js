// The maps of a layer as small canvases, as buttons if they can be opened. One of them is in the tab order; arrow keys move between them.

import { make } from "./dom.js";
import { paint } from "./colours.js";

const mostAcross = 40; // units of a vector per row

// The layout of a layer as tiles: a vector is one tile, wrapped.
export function gridOf(layer) {
  const isVector = layer.maps === 1 && layer.rows === 1 && layer.columns > 1;
  if (!isVector) return { rows: layer.rows, columns: layer.columns, isVector: false };
  const columns = Math.min(mostAcross, layer.columns);
  return { rows: Math.ceil(layer.columns / columns), columns, isVector };
}

export function makeTiles(path, layer, open) {
  const grid = gridOf(layer), box = make("div", { className: "tiles", role: "group" });
  box.setAttribute("aria-label", `Maps of ${path}`);
  const side = Math.max(grid.rows, grid.columns), scale = grid.isVector ? 9 : Math.max(1, Math.min(24, Math.round(58 / side)));
  for (let k = 0; k < layer.maps; k++) {
    const tile = open ? make("button", { type: "button", className: "tile", tabIndex: k === 0 ? 0 : -1 }, make("canvas")) : make("div", { className: "tile", role: "img" }, make("canvas"));
    tile.setAttribute("aria-label", grid.isVector ? `${path}, ${layer.columns} units` : `${path}, map ${k}`);
    [tile.style.width, tile.style.height] = [`min(100%, ${grid.columns * scale + 2}px)`, grid.isVector ? "auto" : `${grid.rows * scale + 2}px`];
    box.append(tile);
    if (open) tile.addEventListener("click", event => {
      const place = event.detail > 0 ? cellUnder(event, tile, grid) : { row: Math.floor(grid.rows / 2), column: Math.floor(grid.columns / 2) };
      open(grid.isVector ? { map: Math.min(layer.columns - 1, event.detail > 0 ? place.row * grid.columns + place.column : 0), row: 0, column: 0 } : { map: k, ...place });
    });
  }
  box.addEventListener("keydown", event => {
    const tiles = [...box.children], at = tiles.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: tiles.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = tiles[Math.min(tiles.length - 1, Math.max(0, to))];
    tiles.forEach(tile => { tile.tabIndex = tile === next ? 0 : -1; });
    next.focus();
  });
  return box;
}

// The last row of a wrapped vector may be shorter: the rest stays transparent.
export function paintTiles(box, layer, colours) {
  const grid = gridOf(layer);
  for (let k = 0; k < layer.maps; k++) {
    paint(box.children[k].firstChild, grid.rows, grid.columns, layer.map(k).cells, colours);
  }
}

function cellUnder(event, tile, grid) {
  const rectangle = tile.firstChild.getBoundingClientRect();
  const part = (place, start, length, count) => Math.min(count - 1, Math.max(0, Math.floor((place - start) / length * count)));
  return { row: part(event.clientY, rectangle.top, rectangle.height, grid.rows), column: part(event.clientX, rectangle.left, rectangle.width, grid.columns) };
}
