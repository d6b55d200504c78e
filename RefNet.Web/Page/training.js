// Training on the page: one card per run, updated by server-sent events.

import { $, make, fill, percent, number, show } from "./dom.js";
import { get, post, query } from "./api.js";
import { grey, paint, toBytes } from "./colours.js";
import * as chart from "./chart.js";

const cards = new Map();
let trained = () => {};

// Called with the number of the network when a run has ended.
export function onTrained(action) { trained = action; }

export async function prepareTraining() {
  try {
    const { models, optimizers } = await get("/api/trainings/choices");
    fill($("train-model"), models.map(model => [model, model]), "lenet5-modern");
    fill($("train-optimizer"), [["", "default"], ...optimizers.map(optimizer => [optimizer, optimizer])]);
  } catch (error) {
    show($("train-problem"), error);
    for (const control of $("train-form").elements) control.disabled = true;
  }
  for (const training of await get("/api/trainings")) addCard(training);
}

export async function startTraining(request) {
  show($("train-problem"));
  try {
    const training = await post("/api/trainings", request);
    addCard(training);
    return training;
  } catch (error) {
    show($("train-problem"), error);
    return null;
  }
}

$("train-form").addEventListener("submit", event => {
  event.preventDefault();
  startTraining({
    model: $("train-model").value, optimizer: $("train-optimizer").value || null,
    learningRate: Number.isFinite($("train-rate").valueAsNumber) ? $("train-rate").valueAsNumber : null, epochs: $("train-epochs").valueAsNumber || null,
  });
});

function addCard(training) {
  if (cards.has(training.id)) return;
  const part = {
    state: make("p", { ariaLive: "polite" }), bar: make("progress", { max: 1, value: 0 }), facts: make("dl", { className: "facts" }), svg: chart.make(),
    pause: make("button", { type: "button", textContent: "Pause" }), stop: make("button", { type: "button", textContent: "Stop" }),
    slower: make("button", { type: "button", textContent: "Rate ÷ 2" }), faster: make("button", { type: "button", textContent: "Rate × 2" }),
    look: make("button", { type: "button", textContent: "Show the network", hidden: true }), filters: make("div", { className: "filters" }), mistakes: make("div", { className: "mistakes" }),
  };
  part.bar.setAttribute("aria-label", "Training progress");
  const card = make("section", { className: "training", data: { id: training.id } },
    make("h3", { textContent: `${training.model}, ${training.optimizer}, rate ${number(training.learningRate)}` }), part.state, part.bar,
    make("p", { className: "row" }, part.pause, part.slower, part.faster, part.stop, part.look), part.facts, part.svg,
    make("p", { className: "soft" }, make("span", { className: "key0", textContent: "— training loss" }), ", ", make("span", { className: "key1", textContent: "○ validation error" }), ", over epochs"),
    make("h3", { textContent: "First filters", hidden: true }), part.filters, make("h3", { textContent: "Some mistakes on held-out images", hidden: true }), part.mistakes);
  $("trainings").prepend(card);
  const state = { training, part, losses: [], errors: [], factor: training.rateFactor, name: training.state };
  cards.set(training.id, state);

  const ask = action => post(`/api/trainings/${training.id}/${action}`).catch(error => show($("train-problem"), error));
  part.pause.addEventListener("click", () => ask(state.name === "paused" ? "resume" : "pause"));
  part.stop.addEventListener("click", () => ask("stop"));
  part.slower.addEventListener("click", () => ask(`rate?${query({ factor: state.factor / 2 })}`));
  part.faster.addEventListener("click", () => ask(`rate?${query({ factor: state.factor * 2 })}`));
  part.look.addEventListener("click", () => trained(state.network, true));
  listen(state);
}

function listen(state) {
  const events = new EventSource(`/api/trainings/${state.training.id}/events`);
  const on = (name, action) => events.addEventListener(name, event => action(JSON.parse(event.data)));
  on("state", told => showState(state, told, events));
  on("progress", told => showProgress(state, told));
  on("epoch", told => showEpoch(state, told));
  on("filters", told => showFilters(state, told));
  on("mistakes", told => showMistakes(state, told));
}

function showState(state, told, events) {
  const { part } = state, wasActive = !["done", "stopped", "failed"].includes(state.name);
  [state.name, state.factor, state.network] = [told.state, told.rateFactor, told.network];
  const words = { running: "Running", paused: "Paused between two steps", done: `Done: test error ${told.testError === null ? "" : percent(told.testError)}`, stopped: "Stopped", failed: `Failed: ${told.why}` };
  part.state.textContent = `${words[told.state]}${told.rateFactor === 1 ? "" : `; rate × ${number(told.rateFactor)}, changed by hand: the options of the run alone do not reproduce it`}. ${told.folder}`;
  part.pause.textContent = told.state === "paused" ? "Resume" : "Pause";
  const isActive = told.state === "running" || told.state === "paused";
  for (const button of [part.pause, part.stop, part.slower, part.faster]) button.disabled = !isActive;
  part.look.hidden = told.network === null;
  if (isActive) return;
  events.close();
  if (wasActive && told.network !== null) trained(told.network, false);
}

function facts(state, values) {
  state.facts = { ...state.facts, ...values };
  state.part.facts.replaceChildren(...Object.entries(state.facts).map(([name, value]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
}

function showProgress(state, told) {
  const t = told.epoch - 1 + told.images / told.imagesInEpoch;
  state.losses = state.losses.filter(([before]) => before < t).concat([[t, told.loss]]);
  state.part.bar.value = t / told.epochs;
  facts(state, { epoch: `${told.epoch} of ${told.epochs}`, "training loss": number(Number(told.loss.toPrecision?.(4) ?? told.loss)), "training error": percent(told.error) });
  redraw(state);
}

function showEpoch(state, told) {
  if (told.validationError !== null) {
    state.errors = state.errors.filter(([t]) => t !== told.epoch).concat([[told.epoch, told.validationError]]);
    facts(state, { "validation error": percent(told.validationError), "learning rate": number(told.learningRate) });
  }
  redraw(state);
}

function redraw(state) {
  chart.draw(state.part.svg, state.losses, state.errors, state.training.epochs);
  state.part.svg.setAttribute("aria-label", `Training loss ${state.facts?.["training loss"] ?? ""}; validation errors ${state.errors.map(([t, value]) => `epoch ${t}: ${percent(value)}`).join(", ")}`);
}

function showFilters(state, told) {
  const box = state.part.filters, size = told.channels * told.rows * told.columns, plane = told.rows * told.columns;
  box.previousSibling.hidden = false;
  while (box.children.length < told.count) {
    const canvas = make("canvas", { role: "img" });
    canvas.setAttribute("aria-label", `filter ${box.children.length}`);
    box.append(canvas);
  }
  for (let f = 0; f < told.count; f++) {
    const values = told.values.slice(f * size, (f + 1) * size), mean = Array.from({ length: plane }, (_, i) => values.filter((_, j) => j % plane === i).reduce((sum, value) => sum + value, 0));
    paint(box.children[f], told.rows, told.columns, toBytes(mean), grey);
  }
}

function showMistakes(state, told) {
  state.part.mistakes.previousSibling.hidden = told.length === 0;
  state.part.mistakes.replaceChildren(...told.map(one => {
    const canvas = make("canvas", { role: "img" });
    canvas.setAttribute("aria-label", `an image of ${one.truth}`);
    paint(canvas, one.rows, one.columns, Uint8Array.from(atob(one.pixels), letter => letter.charCodeAt(0)).subarray(0, one.rows * one.columns), grey);
    return make("figure", {}, canvas, make("figcaption", { textContent: `${one.truth}, predicted as ${one.answer}` }));
  }));
}
