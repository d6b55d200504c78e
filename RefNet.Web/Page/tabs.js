// Tabs: arrow keys move between them, as in the ARIA Authoring Practices.

import { $ } from "./dom.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

export function choose(id) {
  for (const tab of tabs) {
    const isChosen = tab.id === `tab-${id}`;
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
}

for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab.id.slice(4)));
  tab.addEventListener("keydown", event => {
    const at = tabs.indexOf(tab), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    choose(next.id.slice(4));
    next.focus();
  });
}
