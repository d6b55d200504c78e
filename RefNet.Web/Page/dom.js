// Small helpers to create elements. Text is always text: nothing from a file name or a class name becomes markup.

export const $ = id => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria") || name === "role") element.setAttribute(name.replace(/^aria/, "aria-").toLowerCase(), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

export function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text, selected: String(value) === String(chosen) })));
}

export function show(problem, error) {
  problem.hidden = !error;
  problem.textContent = error ? error.message ?? String(error) : "";
}

export const percent = share => `${(100 * share).toFixed(2)} %`;

// A number with the digits of a float.
export const number = value => typeof value !== "number" ? String(value) : Number(value.toPrecision(6)).toString().replace("-", "−");
