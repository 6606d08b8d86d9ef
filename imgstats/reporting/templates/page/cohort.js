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
  // Non-US is one word: "us" is not found in it.
  const spelled = (text) => plain(text).replace(/(?<![\p{L}\p{N}])non[\s_]+us(?![\p{L}\p{N}])/gu, "non-us").replace(/_/gu, "-");
  const wordsOf = (text) => text.split(/[\s,;()\u2013]+/u).filter(Boolean);
  const partsOf = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  // What a row says, by words. Its group stands apart: it is found as a whole, or by its words. The
  // words of links to files beside a report stand in every row.
  const read = (row) => {
    const texts = [];
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest(".group, a.small")) texts.push(walker.currentNode.data);
    }
    const text = plain(texts.join(" "));
    const group = spelled(row.querySelector(".group")?.textContent ?? "");
    return { text, group, words: [...wordsOf(text), ...partsOf(text), ...wordsOf(group)] };
  };
  const inFile = [...body.rows].map((row) => ({
    row,
    ...read(row),
    keys: [...row.cells].map((cell) => cell.dataset.v),
  }));
  let items = [...inFile];
  let order = "";

  const groups = [...new Set(inFile.map((each) => each.group).filter(Boolean))];
  groups.sort((a, b) => b.length - a.length);
  // The group that is asked for by its whole name, and the other words.
  const asked = () => {
    const text = ` ${wordsOf(spelled(search.value)).join(" ")} `;
    for (const group of groups) {
      for (const name of [group, group.replaceAll(" ", "-")]) {
        if (text.includes(` ${name} `)) return { group, words: wordsOf(text.replace(` ${name} `, " ")) };
      }
    }
    return { group: "", words: wordsOf(text) };
  };
  // Many scripts put no space between words, so a word of theirs may stand anywhere.
  const holds = ({ text, words }, word) =>
    words.some((each) => each.startsWith(word)) || (/\p{Lo}/u.test(word) && text.includes(word));

  const filter = () => {
    const { group, words } = asked();
    let n = 0;
    for (const item of items) {
      const fits = !group || item.group === group;
      item.row.hidden = !(fits && words.every((word) => holds(item, word)));
      if (!item.row.hidden) n += 1;
    }
    const none = n === 0 && items.length > 0 ? "; no row has all of this" : "";
    shown.textContent = `${n.toLocaleString("en")} of ${items.length.toLocaleString("en")} shown${none}${order}`;
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
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.value) return;
    event.preventDefault();
    search.value = "";
    filter();
  });
  tools.hidden = false;
  document.getElementById("search-help").hidden = false;
  filter();
})();
