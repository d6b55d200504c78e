// Start: lists the networks and shows the first one.

import { $, make, fill, show } from "./dom.js";
import { get } from "./api.js";
import { choose } from "./tabs.js";
import { onWanted, prepareLayers } from "./layers.js";
import { prepareGradients } from "./gradient.js";
import { prepareMethods } from "./methods.js";
import { onTrained, prepareTraining, startTraining } from "./training.js";
import { ask, use } from "./look.js";

// The token is now a cookie: remove it from the address.
history.replaceState(null, "", "/");

async function load(chosen) {
  const { networks, methods, howToTrain } = await get("/api/networks");
  $("choose-network").hidden = networks.length < 2;
  if (networks.length === 0) return offer(howToTrain);
  const id = chosen ?? networks.at(-1).id;
  fill($("network"), networks.map(known => [known.id, `${known.model} (${known.run})`]), id);
  const network = await get(`/api/networks/${id}`);
  $("no-network").hidden = true;
  document.title = `${network.model}: a network at work`;
  $("about").textContent = `${network.model}: ${network.description}. ${network.parameters.toLocaleString("en")} parameters.${network.seesDigits ? "" : " It sees a whole picture: open one, or draw."}`;
  prepareLayers(network);
  prepareGradients(network);
  prepareMethods(network, methods);
  use(network);
}

// Training starts only on request.
function offer(howToTrain) {
  $("about").textContent = "There is no network yet.";
  $("says").textContent = "There is no network to answer.";
  const button = make("button", { type: "button", id: "train-first", textContent: "Train lenet5-modern for two epochs here" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    choose("training");
    if (!await startTraining({ model: "lenet5-modern", epochs: 2 })) button.disabled = false;
  });
  $("no-network").replaceChildren("Train one in a terminal and show its folder, ", make("code", { textContent: howToTrain }), ", or: ", button);
  $("no-network").hidden = false;
}

$("network").addEventListener("change", event => load(event.target.value).catch(error => show($("problem"), error)));
onWanted(ask);
onTrained((network, isAsked) => {
  load(isAsked || !$("no-network").hidden ? network : $("network").value).then(() => isAsked && choose("forward"), error => show($("problem"), error));
});

load().catch(error => show($("problem"), error));
prepareTraining().catch(error => show($("problem"), error));
