// ---- drawing: every colour comes from the style, every figure from what was told

const SVG = "http://www.w3.org/2000/svg";
const DOMAIN = [200, 300];

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const refs = (sources) =>
  sources && sources.length
    ? el("sup", { class: "refs" }, ...sources.flatMap((number, at) => [at ? ", " : "", el("a", { href: `#source-${number}`, "aria-label": `Source ${number}`, text: number })]))
    : "";

// A number and its unit stay on one line.
const tied = (text) => text.replaceAll(" %", "\u00a0%");

const icon = (x, y, kind) => svg("use", { href: "#person", x, y, class: kind });

function people(said) {
  const how = said.table.kind;
  const filled = said.hundred;
  const label = `Icon array of 100 people${how && `, a ${how} rate`}: ${filled} filled for those who matched, ${100 - filled} pale for those who did not.`;
  const icons = Array.from({ length: 100 }, (_, at) => icon((at % 10) * 20, Math.floor(at / 10) * 22, at < filled ? "matched" : "not-matched"));
  const key = (kind) => el("span", { class: `key ${kind}`, "aria-hidden": "true" });
  return el(
    "figure",
    { class: "people" },
    svg("svg", { viewBox: "0 0 200 220", width: 270, height: 297, role: "img", "aria-label": label }, ...icons),
    el(
      "figcaption",
      {},
      el("span", { class: "keyed" }, key("matched"), ` ${filled} matched${how && `, ${how}`}`),
      " ",
      el("span", { class: "keyed" }, key("not-matched"), ` ${100 - filled} did not`),
    ),
  );
}

// A track from 0 to 100 of 100 with an interval, the range of other curves and the rate itself.
function track(rate, low, high, words, others) {
  const place = (value) => `${(value * 100).toFixed(2)}%`;
  return el(
    "span",
    { class: "track", role: "img", "aria-label": words },
    el("span", { class: "span", "--from": place(low), "--to": place(high) }),
    others ? el("span", { class: "others", "--from": place(others[0]), "--to": place(others[1]) }) : "",
    el("span", { class: "dot", "--at": place(rate) }),
  );
}

const path = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

const area = (upper, lower) => `${path(upper)}${path([...lower].reverse()).replace("M", "L")}Z`;

function frame(width, height, label) {
  const box = { left: 46, right: 12, top: 10, bottom: 26 };
  const x = (score) => box.left + ((score - DOMAIN[0]) / (DOMAIN[1] - DOMAIN[0])) * (width - box.left - box.right);
  const y = (share) => box.top + (1 - share) * (height - box.top - box.bottom);
  const root = svg("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  for (let score = DOMAIN[0]; score <= DOMAIN[1]; score += 20) {
    root.append(
      svg("line", { class: "tick", x1: x(score), x2: x(score), y1: y(0), y2: y(0) + 4 }),
      svg("text", { class: "axis", x: x(score), y: height - 6, "text-anchor": "middle", text: score }),
    );
  }
  return { root, x, y };
}

function scoreLine({ root, x, y }, score) {
  if (score < DOMAIN[0]) return;
  root.append(svg("line", { class: "own-score", x1: x(score), x2: x(score), y1: y(0), y2: y(1) }));
}

const shaped = (columns) => columns[0].map((_, at) => columns.map((column) => column[at]));

function curveChart(book, said, score, width) {
  const { table } = said;
  const [first, last] = table.ends;
  const label = `Match rate by Step 2 CK score from ${first} to ${last}, with its interval${table.range ? " and the range of other curves" : ""}. ${said.exact}`;
  const plot = frame(width, 260, label);
  const { root, x, y } = plot;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    root.append(
      svg("line", { class: "grid", x1: x(DOMAIN[0]), x2: x(DOMAIN[1]), y1: y(share), y2: y(share) }),
      svg("text", { class: "axis", x: x(DOMAIN[0]) - 6, y: y(share) + 4, "text-anchor": "end", text: `${share * 100}\u00a0%` }),
    );
  }
  const scores = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const rates = shaped(scores.map((each) => ratesOf(book, table, each)));
  const line = (column) => scores.map((each, at) => [x(each), y(column[at])]);
  root.append(svg("path", { class: "interval", d: area(line(rates[2]), line(rates[1])) }));
  if (table.range) {
    const [low, high] = table.range.map((column) => book.unpack(column).map((each) => each / book.data.drawn));
    root.append(svg("path", { class: "range", d: path(line(low)) }), svg("path", { class: "range", d: path(line(high)) }));
  }
  root.append(svg("path", { class: "rate", d: path(line(rates[0])) }));
  scoreLine(plot, score);
  if (score >= DOMAIN[0]) {
    root.append(
      svg("line", { class: "own-interval", x1: x(score), x2: x(score), y1: y(said.low), y2: y(said.high) }),
      svg("circle", { class: "own-rate", cx: x(score), cy: y(said.rate), r: 5 }),
    );
  }
  return root;
}

function placeChart(book, said, score, width) {
  const { table } = said;
  const [first] = table.ends;
  const plot = frame(width, 150, `Scores of those who matched and of those who did not. ${said.place}`);
  const { root, x, y } = plot;
  const both = table.densities.map(book.unpack);
  const top = Math.max(...both.flat());
  both.reverse().forEach((density, at) => {
    const line = density.map((each, place) => [x(first + place), y(each / top)]);
    const foot = [[line[line.length - 1][0], y(0)], [line[0][0], y(0)]];
    root.append(svg("path", { class: at ? "scores matched" : "scores not-matched", d: `${path([...line, ...foot])}Z` }));
  });
  root.append(svg("line", { class: "grid", x1: x(DOMAIN[0]), x2: x(DOMAIN[1]), y1: y(0), y2: y(0) }));
  scoreLine(plot, score);
  return root;
}

// A row of two outcomes, each a share with its interval.
function shares(rows) {
  return el(
    "dl",
    { class: "shares" },
    ...rows.flatMap(([name, share, low, high]) => [
      el("dt", { text: name }),
      el("dd", {}, track(share, low, high, `${percent(share)}, interval ${interval(low, high)}`), el("span", { class: "figure", text: tied(percent(share)) }), el("span", { class: "small", text: tied(interval(low, high)) })),
    ]),
  );
}

const legend = (keys) => el("p", { class: "legend" }, ...keys.map(([kind, words]) => el("span", { class: "keyed" }, el("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), ` ${words}`)));

const chart = (title, drawn, ...below) => el("figure", { class: "plotted" }, el("figcaption", { text: title }), drawn, ...below);

function intervalShown(show, row, level) {
  const words = interval(row.rate_low, row.rate_high);
  if (show === "bars") return [track(row.rate, row.rate_low, row.rate_high, words), el("span", { class: "small", text: tied(words) })];
  if (show === "ranges") return [`${ofHundred(row.rate_low)} to ${ofHundred(row.rate_high)} of 100`];
  return [tied(words)];
}

function bandTable(book, said, show) {
  const { data } = book;
  const counted = said.bands.some((row) => row.n !== "");
  const heads = ["Step 2 CK", "Match rate", `${data.level} interval`, ...(counted ? ["Applicants, fitted"] : [])];
  const rows = said.bands.map((row) =>
    el(
      "tr",
      { class: row.own ? "own" : null },
      el("th", { scope: "row" }, row.low === row.high ? `${row.low}` : `${row.low}\u2013${row.high}`, row.own ? el("span", { class: "own-mark", text: "this score" }) : ""),
      el("td", { text: tied(percent(row.rate)) }),
      el("td", {}, ...intervalShown(show, row, data.level)),
      counted ? el("td", row.n === "" ? { class: "missing", text: "not printed" } : { text: row.n }) : "",
    ),
  );
  return el(
    "table",
    { class: "bands" },
    el("caption", {}, `The ${said.table.kind} rate by score band`, refs(said.table.sources)),
    el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col", text: tied(text) })))),
    el("tbody", {}, ...rows),
  );
}

// ---- the answer for one applicant

function refusal(said) {
  return el(
    "div",
    { class: "refused" },
    el("p", { class: "lead" }, el("strong", { text: "No rate is given." }), ` ${said.reason}`),
    el("p", { text: "What is known:" }),
    el("ul", {}, ...said.known.map((each) => el("li", {}, tied(each.sentence), " ", el("span", { class: "small", text: `Grade ${each.grade}.` }), refs(each.sources)))),
  );
}

function hero(book, said, show) {
  const { table } = said;
  const shown = said.band;
  const words = interval(shown.rate_low, shown.rate_high);
  const beside = {
    words: () => el("p", { class: "beside", text: tied(`${book.data.level} interval ${words}`) }),
    bars: () => el("p", { class: "beside" }, track(shown.rate, shown.rate_low, shown.rate_high, words), el("span", { class: "small", text: tied(words) })),
    ranges: () => el("p", { class: "beside", text: `between ${ofHundred(shown.rate_low)} and ${ofHundred(shown.rate_high)} of 100` }),
  };
  const big = said.inRecord ? el("p", { class: "big" }, el("span", { class: "big-number", text: said.hundred }), " of 100") : "";
  return el(
    "div",
    { class: said.inRecord ? "hero" : "hero wide" },
    el(
      "div",
      { class: "hero-words" },
      big,
      beside[show](),
      el("p", { class: "lead sentence" }, tied(said.lead), refs(table.sources)),
      el("p", {}, tied(said.exact), refs(table.sources)),
      el("p", {}, el("span", { class: "chip", text: said.grade }), " ", el("span", { class: "small", text: `${said.how} ${said.letter}` })),
      said.ranks.rate ? el("p", {}, tied(said.ranks.rate), refs(said.ranks.sources)) : "",
    ),
    said.inRecord ? people(said) : "",
  );
}

const noted = (notes) => (notes.length ? el("div", { class: "notes" }, el("p", {}, el("strong", { text: "Please note" })), el("ul", {}, ...notes.map((text) => el("li", { text: tied(text) })))) : "");

function assumed(said) {
  if (!said.scenario) return "";
  const [low, high] = said.scenario.rates;
  return el(
    "div",
    { class: "assumed" },
    el("p", {}, el("span", { class: "chip", text: "assumed" }), ` ${tied(said.scenario.sentence)}`),
    el("p", { class: "beside" }, track(said.rate, low, high, range(low, high)), el("span", { class: "small", text: "the dot is the rate, the bar what it would read" })),
  );
}

function pictures(book, said, score, width) {
  const { table } = said;
  if (!table.rates) return [];
  const keys = [
    ["rate", "rate"],
    ["interval", `${book.data.level} interval`],
    ...(table.range ? [["range", `highest and lowest of ${table.others + 1} curves through the same figures`]] : []),
    ["own-score", "this score"],
  ];
  const off = score < DOMAIN[0] ? el("p", { class: "small", text: `The score of ${score} lies to the left of the picture.` }) : "";
  const found = [chart("Match rate by Step 2 CK score", curveChart(book, said, score, width), legend(keys), off)];
  if (!table.densities) return found;
  const [m, t, u, v, w, x] = said.below.map((each) => each / 100);
  found.push(
    chart(
      "Scores of those who matched and of those who did not",
      placeChart(book, said, score, width),
      legend([["matched", "matched"], ["not-matched", "did not match"], ["own-score", "this score"]]),
      el("p", {}, tied(said.place), " ", tied(said.between), refs(table.sources)),
      shares([["Matched, lower score", m, t, u], ["Not matched, lower score", v, w, x]]),
    ),
  );
  return found;
}

function restsOn(said) {
  const parts = said.assumed.map((each) => el("li", {}, tied(each.sentence), refs(each.sources)));
  const lent = said.lent;
  return [
    el("ul", {}, ...parts),
    ...(lent
      ? [
          el("h4", { text: "How the rate was borrowed" }),
          el("p", { text: tied(lent.sentence) }),
          el(
            "table",
            { class: "steps" },
            el("caption", { text: "The calculation, line by line; signed numbers are on the logit scale unless they are points" }),
            el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "What" }), el("th", { scope: "col", text: "Value" }))),
            el("tbody", {}, ...lent.steps.map((step) => el("tr", {}, el("th", { scope: "row" }, step.label, refs(step.sources)), el("td", { text: tied(step.words) })))),
          ),
          lent.taus.length
            ? el(
                "table",
                { class: "taus" },
                el("caption", { text: "The interval at this score under other values of tau, the spread on the logit scale" }),
                el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "tau" }), el("th", { scope: "col", text: "Interval" }))),
                el("tbody", {}, ...lent.taus.map((row) => el("tr", { class: row.used ? "own" : null }, el("th", { scope: "row" }, row.tau, row.used ? el("span", { class: "own-mark", text: "used here" }) : ""), el("td", { text: tied(row.words) })))),
              )
            : "",
          el("h4", { text: "What speaks against it" }),
          el("ul", {}, ...lent.against.map((text) => el("li", { text: tied(text) }))),
        ]
      : []),
  ];
}
