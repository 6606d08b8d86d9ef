"use strict";
(() => {
  const table = document.getElementById("applicants");
  const tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  // Accents and case do not matter to a search.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const inFile = [...body.rows].map((row) => ({
    row,
    text: plain(row.textContent.replace(/\s+/gu, " ")),
    keys: [...row.cells].map((cell) => cell.dataset.v),
  }));
  let items = [...inFile];
  let order = "";

  const filter = () => {
    const words = plain(search.value).split(/\s+/u).filter(Boolean);
    let n = 0;
    for (const { row, text } of items) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) n += 1;
    }
    shown.textContent = `${n.toLocaleString("en")} of ${items.length.toLocaleString("en")} shown${order}`;
  };

  const compare = (at, kind, way) => (a, b) => {
    const x = a.keys[at];
    const y = b.keys[at];
    // What is missing comes last, whichever way the rest runs.
    if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
    return way * (kind === "number" ? Number(x) - Number(y) : collator.compare(x, y));
  };

  const sort = (head) => {
    const next = { ascending: "descending", descending: null };
    const was = head.getAttribute("aria-sort");
    const now = was === null ? "ascending" : next[was];
    for (const each of heads) each.removeAttribute("aria-sort");
    if (now === null) {
      items = [...inFile];
      order = "";
    } else {
      head.setAttribute("aria-sort", now);
      items.sort(compare(head.cellIndex, head.dataset.sort, now === "ascending" ? 1 : -1));
      order = `, by \u201c${head.textContent}\u201d, ${now}`;
    }
    const fragment = document.createDocumentFragment();
    for (const { row } of items) fragment.append(row);
    body.append(fragment);
    filter();
  };

  for (const head of heads) {
    if (!head.dataset.sort) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
  }
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(button.closest("th"));
  });
  search.addEventListener("input", filter);
  tools.hidden = false;
  filter();
})();
