// The drawing area, for pointers and the keyboard. Ink is dark, paper white.

import { $ } from "./dom.js";

const pad = $("pad"), context = pad.getContext("2d", { willReadFrequently: true });
const pen = $("pen").getContext("2d");
const size = pad.width, width = 27, step = 8;
const sent = 84; // rows and columns of the image sent: enough for the reader, and fast
const small = new OffscreenCanvas(sent, sent).getContext("2d", { willReadFrequently: true });
const place = { x: size / 2, y: size / 2, isDown: false };
let changed = () => {};
let hasInk = false;

export const isEmpty = () => !hasInk;

export function onChange(action) { changed = action; }

// One byte of grey per pixel.
export function drawing() {
  small.imageSmoothingQuality = "high";
  small.drawImage(pad, 0, 0, sent, sent);
  const pixels = small.getImageData(0, 0, sent, sent).data;
  const bytes = new Uint8Array(sent * sent);
  for (let i = 0; i < bytes.length; i++) bytes[i] = pixels[4 * i];
  return { bytes, rows: sent, columns: sent };
}

export function clear() {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size, size);
  hasInk = false;
  changed();
}

// Shows a picture in place of a drawing.
export function showPicture(bitmap) {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size, size);
  const scale = Math.min(size / bitmap.width, size / bitmap.height);
  context.drawImage(bitmap, (size - bitmap.width * scale) / 2, (size - bitmap.height * scale) / 2, bitmap.width * scale, bitmap.height * scale);
  hasInk = false;
}

function line(from, to) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = $("eraser").checked ? 2 * width : width;
  context.strokeStyle = $("eraser").checked ? "#fff" : "#000";
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x + .01, to.y);
  context.stroke();
  hasInk = true;
  changed();
}

const pointOf = event => {
  const box = pad.getBoundingClientRect();
  return { x: (event.clientX - box.left) * size / box.width, y: (event.clientY - box.top) * size / box.height };
};

const strokes = new Map(); // by pointer: several fingers may draw

pad.addEventListener("pointerdown", event => {
  if (event.button !== 0) return;
  pad.setPointerCapture(event.pointerId);
  const at = pointOf(event);
  strokes.set(event.pointerId, at);
  line(at, at);
});

pad.addEventListener("pointermove", event => {
  if (!strokes.has(event.pointerId)) return;
  for (const part of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
    const at = pointOf(part);
    line(strokes.get(event.pointerId), at);
    strokes.set(event.pointerId, at);
  }
});

for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, event => strokes.delete(event.pointerId));

const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

pad.addEventListener("keydown", event => {
  if (event.key in moves) {
    const [dx, dy] = moves[event.key], far = event.shiftKey ? 4 * step : step;
    const to = { x: Math.min(size, Math.max(0, place.x + dx * far)), y: Math.min(size, Math.max(0, place.y + dy * far)) };
    if (place.isDown) line(place, to);
    Object.assign(place, to);
  } else if (event.key === " ") {
    place.isDown = !place.isDown;
    if (place.isDown) line(place, place);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    place.isDown = false;
    clear();
  } else return;
  event.preventDefault();
  showPen();
});

function showPen() {
  pen.clearRect(0, 0, size, size);
  if (document.activeElement !== pad) return;
  pen.lineWidth = 3;
  pen.strokeStyle = place.isDown ? "#c44e00" : "#0072b2";
  pen.beginPath();
  pen.arc(place.x, place.y, width / 2, 0, 7);
  pen.moveTo(place.x - 20, place.y); pen.lineTo(place.x + 20, place.y);
  pen.moveTo(place.x, place.y - 20); pen.lineTo(place.x, place.y + 20);
  pen.stroke();
}

// Visible while the keyboard is used: a pointer has its own cursor.
pad.addEventListener("focus", () => { if (pad.matches(":focus-visible")) showPen(); });
pad.addEventListener("blur", () => { place.isDown = false; showPen(); });
$("clear").addEventListener("click", clear);
context.fillStyle = "#fff";
context.fillRect(0, 0, size, size);
