// The network's answer: the class, and one bar per class.

import { $, make, percent, number } from "./dom.js";

const most = 12;
let shown = "";

export function clearAnswer(classes) {
  shown = "";
  $("says").textContent = "Nothing drawn yet.";
  $("digits").hidden = true;
  $("bars").replaceChildren(...(classes.length <= most ? classes : []).map(name => bar(name)));
}

const bar = name => make("li", {}, make("span", { textContent: name }), make("span", { className: "bar" }, make("span")), make("span"));

// The classes in their order, or the most probable ones if there are many.
export function showAnswer(answers, chosen, classes, choose) {
  const answer = answers[Math.min(chosen, answers.length - 1)];
  const places = classes.length <= most
    ? classes.map((_, c) => c)
    : classes.map((_, c) => c).sort((a, b) => answer.measures[b] - answer.measures[a]).slice(0, most);
  while ($("bars").children.length < places.length) $("bars").append(bar(""));
  const finite = answer.measures.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
  places.forEach((c, i) => {
    const [name, box, text] = $("bars").children[i].children, value = answer.measures[c];
    const share = answer.areProbabilities ? value : (value - low) / (high - low || 1);
    name.textContent = classes[c];
    box.firstChild.style.transform = `scaleX(${Number.isFinite(share) ? share : 0})`;
    text.textContent = answer.areProbabilities ? percent(value) : number(value);
    $("bars").children[i].className = c === answer.class ? "best" : "";
  });
  const sentence = answer.name + (answer.isUncertain ? answer.noneOfThese > answer.measures[answer.class] ? " (rather none of these)" : " (uncertain)" : "");
  if (sentence !== shown) $("says").textContent = shown = sentence; // spoken only when it changes
  showDigits(answers, chosen, choose);
}

function showDigits(answers, chosen, choose) {
  $("digits").hidden = answers.length < 2;
  if (answers.length < 2) return;
  $("digits").replaceChildren(make("span", { textContent: `${answers.length} digits:` }),
    ...answers.map((answer, n) => {
      const button = make("button", { type: "button", textContent: answer.name, ariaPressed: n === chosen });
      button.setAttribute("aria-label", `Look at digit ${n + 1}, ${answer.name}`);
      button.addEventListener("click", () => choose(n));
      return button;
    }));
}
