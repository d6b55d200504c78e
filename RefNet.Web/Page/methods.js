// The visualisers of refnet explain, on the picture of the page.

import { $, make, fill, show } from "./dom.js";
import { post, query } from "./api.js";
import { newestLook } from "./layers.js";

let network, methods = [];

export function prepareMethods(described, known) {
  [network, methods] = [described, known];
  fill($("method"), methods.map(method => [method.name, method.title]), $("method").value || "integrated");
  fill($("method-class"), [["", "the predicted one"], ...network.classes.map((name, c) => [c, name])]);
  fill($("method-layer"), [["", "the last with maps"], ...network.layers.filter(layer => layer.shape.length === 3).map(layer => [layer.path, layer.path])]);
  $("panels").replaceChildren();
  describe();
}

function describe() {
  const method = methods.find(known => known.name === $("method").value);
  $("method-sentence").replaceChildren(method?.sentence ?? "", " ", make("span", { className: "soft", textContent: method?.paper ?? "" }));
}

async function look() {
  try {
    show($("problem"));
    if (!newestLook.id) throw new Error("Draw something first.");
    $("method-show").disabled = true;
    const { panels } = await post(`/api/networks/${network.id}/explain?${query({ look: newestLook.id, method: $("method").value, class: $("method-class").value, layer: $("method-layer").value })}`);
    $("panels").replaceChildren(...await Promise.all(panels.map(draw)));
  } catch (error) {
    $("panels").replaceChildren();
    show($("problem"), error);
  } finally { $("method-show").disabled = false; }
}

async function draw(panel) {
  const bytes = Uint8Array.from(atob(panel.png), letter => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = make("canvas", { width: panel.columns, height: panel.rows, role: "img" });
  canvas.setAttribute("aria-label", panel.caption);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return make("figure", {}, canvas, make("figcaption", { textContent: panel.caption }));
}

$("method").addEventListener("change", () => { describe(); if (newestLook.id) look(); });
$("method-show").addEventListener("click", look);
