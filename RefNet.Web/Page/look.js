// From the drawing to the answer: the drawing is sent whenever an answer arrives, so that no queue builds up.

import { $, show } from "./dom.js";
import { postForMaps, query } from "./api.js";
import { showAnswer, clearAnswer } from "./answer.js";
import { newestLook, prepareLayers, showLayers, wantedLayers } from "./layers.js";
import { suggestWrong } from "./gradient.js";
import * as pad from "./pad.js";

const mostBytes = 8 << 20; // the server's limit
const mostAsked = 2; // requests in flight: while one is transferred, the other is computed
let network, picture = null, digit = 0, isStale = false, underway = 0, asked = 0, newest = 0;
const latencies = []; // milliseconds

export function use(described) {
  network = described;
  newestLook.id = 0;
  clearAnswer(network.classes);
  ask();
}

// Sends the drawing, or an opened picture.
export async function ask() {
  if (!network) return;
  isStale = true;
  if (underway >= mostAsked) return;
  underway++;
  try {
    while (isStale) {
      isStale = false;
      await askOnce(++asked);
    }
  } finally { underway--; }
}

async function askOnce(order) {
  if (!picture && pad.isEmpty()) {
    newest = order;
    return forget();
  }
  const start = performance.now(), of = network, paths = wantedLayers();
  const { bytes, rows, columns, type } = picture ?? { ...pad.drawing(), type: "application/octet-stream" };
  try {
    const header = await postForMaps(`/api/networks/${of.id}/look?${query({ rows, columns, digit, layers: paths === null ? undefined : paths.join("\n") || "\n" })}`, bytes, type);
    if (of !== network || order < newest) return; // a newer answer arrived first
    newest = order;
    show($("problem"));
    newestLook.id = header.look;
    digit = Math.min(digit, header.answers.length - 1);
    showAnswer(header.answers, digit, network.classes, choose);
    suggestWrong(header.answers[digit]);
    showLayers(header);
    measure(performance.now() - start);
  } catch (error) {
    if (picture || !/no ink/.test(error.message)) show($("problem"), error);
  }
}

function choose(n) {
  digit = n;
  ask();
}

function forget() {
  newestLook.id = 0;
  clearAnswer(network.classes);
  prepareLayers(network);
}

function measure(milliseconds) {
  latencies.push(milliseconds);
  if (latencies.length > 30) latencies.shift();
  const mean = latencies.reduce((sum, time) => sum + time, 0) / latencies.length;
  $("latency").textContent = `Answered and drawn in ${mean.toFixed(0)} ms.`;
}

pad.onChange(() => {
  picture = null;
  digit = 0;
  $("picture-note").hidden = true;
  ask();
});

export async function openPicture(file) {
  try {
    show($("problem"));
    if (file.size > mostBytes) throw new Error(`${file.name}: expected a picture of at most ${mostBytes >> 20} MB.`);
    const bitmap = await createImageBitmap(file);
    pad.showPicture(bitmap);
    picture = { bytes: file, type: file.type };
    digit = 0;
    $("picture-note").hidden = false;
    $("picture-note").textContent = `${file.name}: drawing starts a new picture.`;
    await ask();
  } catch (error) { show($("problem"), error.name === "InvalidStateError" ? new Error(`${file.name}: expected a PNG or JPEG picture.`) : error); }
}

$("file").addEventListener("change", event => { if (event.target.files[0]) openPicture(event.target.files[0]); event.target.value = ""; });
for (const kind of ["dragover", "dragenter"]) $("left").addEventListener(kind, event => { event.preventDefault(); $("left").classList.add("dropping"); });
for (const kind of ["dragleave", "drop"]) $("left").addEventListener(kind, () => $("left").classList.remove("dropping"));
$("left").addEventListener("drop", event => { event.preventDefault(); if (event.dataTransfer.files[0]) openPicture(event.dataTransfer.files[0]); });
