// One element of a layer: the kernel over its input, the sum written out, the line of source that computes it.

import { $, make, fill, number, show } from "./dom.js";
import { get, query } from "./api.js";
import { grey, paint, shade, toBytes } from "./colours.js";
import { sourceOf, excerpt, folded } from "./source.js";

const dialog = $("cell");
const boxes = { map: $("cell-map"), row: $("cell-row"), column: $("cell-column") };
const side = 232; // pixels of a map
let at, answer, planes, group = 0, asked = 0;

// layer: path, type, shape; place: map, row, column.
export async function openCell(network, look, layer, place) {
  const isVector = layer.shape.length !== 3;
  at = { network, look, layer, isVector, extents: { map: layer.shape[0], row: isVector ? 1 : layer.shape[1], column: isVector ? 1 : layer.shape[2] }, ...place };
  [planes, group] = [new Map(), 0];
  for (const name of ["row", "column"]) $(`cell-${name}-label`).hidden = isVector;
  $("cell-map-label").firstChild.textContent = isVector ? "Unit " : "Map ";
  await Promise.all([showCell(), showSource()]);
  if (!dialog.open) dialog.showModal();
  $("cell-output").focus();
}

const address = (what, values) => `/api/networks/${at.network}/${what}?${query({ look: at.look, path: at.layer.path, ...values })}`;

async function plane(map, isInput) {
  const key = `${map} ${isInput}`;
  if (!planes.has(key)) planes.set(key, get(address("plane", { map, isInput })));
  return planes.get(key);
}

async function showCell() {
  for (const name of ["map", "row", "column"]) {
    at[name] = Math.min(at.extents[name] - 1, Math.max(0, at[name] || 0));
    [boxes[name].value, boxes[name].max] = [at[name], at.extents[name] - 1];
  }
  const ticket = ++asked;
  const found = await get(address("cell", { map: at.map, row: at.row, column: at.column }));
  if (ticket !== asked) return; // the cell has moved on
  answer = found;
  const groups = answer.sum.groups;
  group = Math.min(group, groups.length - 1);
  $("cell-title").textContent = at.isVector ? `${at.layer.path}, unit ${at.map}` : `${at.layer.path}, map ${at.map}, row ${at.row}, column ${at.column}`;
  $("cell-layer").textContent = at.layer.formula;
  $("cell-group-label").hidden = groups.length < 2;
  fill($("cell-group"), groups.map((one, n) => [n, `${one.name}: ${number(one.sum)}`]), group);
  $("cell-formula").textContent = answer.sum.formula;
  $("cell-lines").replaceChildren(...answer.sum.lines.map(line => make("p", { textContent: line })));
  $("cell-total").textContent = `Total: ${number(answer.sum.total)}; value in the tensor: ${number(answer.value)}.`;
  Object.assign($("cell-total").dataset, { total: answer.sum.total, value: answer.value });
  await Promise.all([showOutput(ticket), showGroup(ticket)]);
}

// Vectors are shown in rows of 20.
function arrange(values) {
  if (values.rows > 1 || values.columns <= 28) return { ...values, wrap: values.columns };
  const columns = 20, rows = Math.ceil(values.columns / columns);
  return { rows, columns, values: [...values.values, ...Array(rows * columns - values.values.length).fill(Math.min(...values.values))], wrap: columns };
}

function drawMap(canvas, map, outlined) {
  const small = document.createElement("canvas"), scale = Math.max(1, Math.floor(side / Math.max(map.rows, map.columns)));
  paint(small, map.rows, map.columns, toBytes(map.values), grey);
  [canvas.width, canvas.height] = [map.columns * scale, map.rows * scale];
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  for (const { row, column, rows, columns, colour } of outlined) {
    context.lineWidth = 3;
    context.strokeStyle = "#fff";
    context.strokeRect(column * scale, row * scale, columns * scale, rows * scale);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.strokeRect(column * scale, row * scale, columns * scale, rows * scale);
  }
}

async function showOutput(ticket) {
  const map = arrange(await plane(at.isVector ? 0 : at.map, false));
  if (ticket !== asked) return;
  const place = at.isVector ? { row: Math.floor(at.map / map.wrap), column: at.map % map.wrap } : at;
  drawMap($("cell-output"), map, [{ row: place.row, column: place.column, rows: 1, columns: 1, colour: "#c44e00" }]);
  $("cell-output").wrap = map.wrap;
}

async function showGroup(ticket) {
  const one = answer.sum.groups[group];
  $("cell-tables").replaceChildren();
  $("cell-terms").textContent = "";
  $("cell-input").parentElement.hidden = !one || one.source !== null;
  if (!one) return;
  $("cell-terms").textContent = written(one);
  if (one.source !== null) return;
  const values = await plane(one.channel, true);
  if (ticket !== asked) return;
  const map = arrange(values), isWrapped = map.rows !== values.rows;
  const [top, left] = [Math.min(...one.rows), Math.min(...one.columns)], [bottom, right] = [Math.max(...one.rows), Math.max(...one.columns)];
  const single = values.rows === 1 && one.inputs.length === 1 ? (values.columns > 1 && isWrapped ? one.channel : null) : null;
  const window = single !== null ? { row: Math.floor(single / map.wrap), column: single % map.wrap, rows: 1, columns: 1 }
    : isWrapped ? { row: 0, column: 0, rows: map.rows, columns: map.columns }
    : values.rows === 1 && one.inputs.length === 1 ? { row: 0, column: one.channel, rows: 1, columns: 1 }
    : { row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
  drawMap($("cell-input"), map, [{ ...window, colour: "#0072b2" }]);
  $("cell-input-caption").textContent = `Inputs: ${one.name}${top < 0 || left < 0 || bottom >= values.rows || right >= values.columns ? ", with zero padding outside" : ""}`;
  if (one.rows.length > 1 && one.inputs.length <= 121 || one.inputs.length > 1 && one.inputs.length <= 12) showTables(one, values);
}

function showTables(one, values) {
  const shape = [one.rows.length, one.columns.length], flipped = answer.sum.isFlipped;
  const over = list => flipped ? [...list].reverse() : list; // in the orientation of the kernel over x
  const isOutside = over(one.rows.flatMap(row => one.columns.map(column => row < 0 || column < 0 || row >= values.rows || column >= values.columns)));
  const tables = [];
  if (one.weights && flipped) tables.push(table("The kernel W(u,v)", one.weights, shape));
  if (one.weights) tables.push(table(flipped ? "The kernel, flipped to lie on x" : "The weights", over(one.weights), shape));
  const winner = one.winner ?? -1;
  tables.push(table("x under it", over(one.inputs), shape, isOutside, winner));
  if (one.weights) tables.push(table("Products", over(one.inputs.map((x, i) => x * one.weights[i])), shape, isOutside));
  $("cell-tables").replaceChildren(...tables);
}

function table(caption, values, [rows, columns], isOutside = [], winner = -1) {
  const most = Math.max(...values.map(Math.abs));
  return make("table", {}, make("caption", { textContent: caption }), make("tbody", {}, ...Array.from({ length: rows }, (_, i) => make("tr", {}, ...Array.from({ length: columns }, (_, j) => {
    const n = i * columns + j, cell = make("td", { textContent: values[n].toFixed(2).replace("-", "−"), className: [isOutside[n] ? "outside" : "", n === winner ? "winner" : ""].join(" ") });
    cell.style.background = shade(values[n], most);
    return cell;
  })))));
}

const term = value => value < 0 ? `(${number(value)})` : number(value);

function written(one) {
  if (one.winner !== null || !one.weights && one.inputs.length < 2) return "";
  const parts = one.weights ? one.inputs.map((x, i) => `${term(one.weights[i])} · ${term(x)}`) : one.inputs.map(term);
  return `${one.name}: ${parts.join(" + ")} = ${number(one.sum)}`;
}

async function showSource() {
  const source = await sourceOf(at.network, at.layer.path, at.layer.type);
  $("cell-lectures").textContent = source.lectures.length ? `Lectures: ${source.lectures.join("; ")}` : "";
  $("cell-source").replaceChildren(
    ...[source.definition && excerpt(source.definition), source.forward && source.forward.lines.join() !== source.definition?.lines.join() && folded(`Forward of ${at.layer.type}`, excerpt(source.forward)),
      source.derivation && folded("The derivation of its gradient", excerpt(source.derivation), source.backward ? excerpt(source.backward) : "")].filter(Boolean));
}

const report = promise => promise.catch(error => { dialog.close(); show($("problem"), error); });

for (const name of ["map", "row", "column"]) boxes[name].addEventListener("input", () => { at[name] = boxes[name].valueAsNumber || 0; report(showCell()); });

$("cell-group").addEventListener("change", event => { group = Number(event.target.value); report(showGroup(asked)); });

$("cell-output").addEventListener("keydown", event => {
  const [dy, dx] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
  const turn = { PageUp: -1, PageDown: 1 }[event.key] ?? 0;
  if (!dy && !dx && !turn) return;
  event.preventDefault();
  if (at.isVector) at.map += dx + dy * event.target.wrap + turn;
  else [at.row, at.column, at.map] = [at.row + dy, at.column + dx, at.map + turn];
  report(showCell());
});

$("cell-output").addEventListener("pointerdown", event => {
  const box = event.target.getBoundingClientRect(), wrap = event.target.wrap;
  const part = (place, start, length, count) => Math.floor((place - start) / length * count);
  const columns = at.isVector ? wrap : at.extents.column, rows = at.isVector ? Math.ceil(at.extents.map / wrap) : at.extents.row;
  const [row, column] = [part(event.clientY, box.top, box.height, rows), part(event.clientX, box.left, box.width, columns)];
  if (at.isVector) at.map = row * wrap + column;
  else [at.row, at.column] = [row, column];
  report(showCell());
});

$("cell-close").addEventListener("click", () => dialog.close());
