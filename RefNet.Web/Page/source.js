// Lines of the engine's source at the time the program was built.

import { make } from "./dom.js";
import { get, query } from "./api.js";

const known = new Map();

export async function sourceOf(network, path, type) {
  if (!known.has(type)) known.set(type, await get(`/api/networks/${network}/source?${query({ path })}`));
  return known.get(type);
}

export function excerpt(part) {
  const isComment = part.lines.every(line => line.startsWith("//"));
  const pre = make("pre", { className: isComment ? "prose" : "" }, ...part.lines.map((line, n) => make("span", { className: part.marked.includes(part.firstLine + n) ? "marked" : "" },
    make("span", { className: "number", textContent: part.firstLine + n }), line + "\n")));
  const box = make("div", { className: "source", tabIndex: 0, role: "region" }, pre);
  box.setAttribute("aria-label", `${part.file} from line ${part.firstLine}`);
  return make("div", {}, make("p", { className: "soft", textContent: `${part.file}, ${part.marked.length > 1 ? "lines" : "line"} ${part.marked.length ? part.marked.join(", ") : part.firstLine}` }), box);
}

export function folded(title, ...children) {
  return make("details", {}, make("summary", { textContent: title }), ...children);
}
