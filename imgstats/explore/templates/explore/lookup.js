// Looks rates and sentences up in the page's data and draws them. The only arithmetic is that of
// writing a fraction in words and of a scenario, a rate whose odds are multiplied; both are the
// library's, and tests hold them to it.

const LETTERS = "mtuvwx";

// ---- numbers in words, as imgstats/wording.py writes them

export const ofHundred = (rate) => Math.floor(Number((rate * 100).toFixed(9)) + 0.5);

export const percent = (rate) => {
  if (rate > 0 && rate < 0.005) return "under 1 %";
  if (rate >= 1 - 0.005 && rate < 1) return "over 99 %";
  return `${ofHundred(rate)} %`;
};

const interval = (low, high) => `${percent(low)} to ${percent(high)}`;

const range = (low, high) => (percent(low) === percent(high) ? percent(low) : interval(low, high));

// A whole per cent as it is kept; what lies beyond stands for under 1 % and over 99 %.
const share = (code) => (code < 0 ? 0.001 : code > 100 ? 0.999 : code / 100);

const numberWords = (value) => {
  const [whole, rest] = String(Number(value.toPrecision(10))).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
};

// As imgstats/evidence/scenario.py shifts a rate.
export const shift = (rate, ratio) => (ratio === 1 ? rate : (rate * ratio) / (1 - rate + rate * ratio));

// ---- the data, read

export function reader(data) {
  const code = new Map([...data.alphabet].map((letter, at) => [letter, at]));
  const base = data.alphabet.length;
  const known = new Map();
  const numbers = (text) => {
    const codes = [...text.slice(1)].map((letter) => code.get(letter));
    const found = [];
    for (let at = 0; at < codes.length; at += 1) {
      const first = codes[at];
      if (first < 16) {
        for (let n = 0; n <= first; n += 1) found.push(0);
        continue;
      }
      let number = first - 16;
      let start = 1;
      let size = 0;
      for (const [leads, more] of [[40, 0], [20, 1], [12, 2], [1, 4]]) {
        size = more;
        if (number < leads) break;
        number -= leads;
        start += leads * base ** more;
      }
      for (; size > 0; size -= 1) number = number * base + codes[(at += 1)];
      number += start;
      found.push(number % 2 ? -(number + 1) / 2 : number / 2);
    }
    for (let order = Number(text[0]); order > 0; order -= 1) {
      let total = 0;
      for (let at = 0; at < found.length; at += 1) found[at] = total += found[at];
    }
    return found;
  };
  const unpack = (text) => {
    if (!known.has(text)) known.set(text, text.split("|").flatMap(numbers));
    return known.get(text);
  };
  const say = (column, index, letters) => {
    const runs = data.columns[column];
    let start = 0;
    let at = 0;
    while (index >= start + runs[at]) {
      start += runs[at];
      at += 3;
    }
    const figures = runs[at + 2] === 0 ? [] : runs[at + 2].split("|").map(unpack);
    let slot = 0;
    return data.templates[runs[at + 1]].replace(/\{(\w?)\}/g, (_, letter) => {
      if (letter === "") return figures[slot++][index - start];
      return letters[letter]();
    });
  };
  return { data, unpack, say };
}

// ---- what is said of one applicant: plain values, nothing drawn

// The last band ends with the scale.
const bandOf = (score, [, last]) => {
  const low = Math.min(score - (score % 10), last - 10);
  return [low, low === last - 10 ? last : low + 9];
};

export function tableOf({ data }, who) {
  const at = data.specialties.indexOf(who.specialty);
  const own = data.tables[who.group][at];
  return who.denominator === data.denominators[0][0] ? own : { ...own, ...blank(own), ...data.anywhere[who.group] };
}

// Nothing of a table by score is left beside a count of all.
const blank = (table) =>
  Object.fromEntries(Object.keys(table).filter((key) => key !== "ranks" && key !== "screen").map((key) => [key, undefined]));

const namesOf = ({ data }, who, specialty) => {
  const label = data.groups.find(([key]) => key === who.group)[1];
  return { N: () => specialty, n: () => specialty.toLowerCase(), G: () => `${label}s` };
};

export function ratesOf({ data, unpack }, table, score) {
  if (table.flat) return table.flat;
  return table.rates.map((column) => unpack(column)[score - data.scores[0]] / data.unit);
}

function bandRates({ data, unpack }, table, low) {
  if (table.flat) return table.flat;
  return table.bands.map((column) => share(unpack(column)[(low - data.scores[0]) / 10]));
}

function lettersOf(book, who, table) {
  const { data, unpack } = book;
  const [low, high] = bandOf(who.score, data.scores);
  const rates = ratesOf(book, table, who.score);
  const band = bandRates(book, table, low);
  const letters = { s: () => who.score, a: () => low, b: () => high };
  [..."plh"].forEach((letter, at) => (letters[letter] = () => ofHundred(rates[at])));
  [..."PLH"].forEach((letter, at) => (letters[letter] = () => ofHundred(band[at])));
  (table.below ?? []).forEach((column, at) => (letters[LETTERS[at]] = () => unpack(column)[who.score - data.scores[0]]));
  return letters;
}

export function told(book, who) {
  const { data, say } = book;
  const table = tableOf(book, who);
  const anywhere = who.denominator !== data.denominators[0][0];
  const names = namesOf(book, who, anywhere ? data.everySpecialty : who.specialty);
  const once = (column) => say(column, 0, names);
  const facts = (rows) => rows.map(([column, grade, sources]) => ({ sentence: once(column), grade, sources }));
  const ranks = ranksTold(book, who, table.ranks, namesOf(book, who, who.specialty));
  if (table.reason !== undefined) return { table, ranks, reason: once(table.reason), known: facts(table.known) };
  const letters = { ...names, ...lettersOf(book, who, table) };
  const at = who.score - data.scores[0];
  const here = (column) => (column === undefined ? "" : say(column, at, letters));
  const [rate, low, high] = ratesOf(book, table, who.score);
  const [bandLow, bandHigh] = bandOf(who.score, data.scores);
  const inRecord = who.score >= table.record[0] && who.score <= table.record[1];
  const band = bandRates(book, table, bandLow);
  return {
    table,
    ranks,
    rate,
    low,
    high,
    inRecord,
    band: { low: bandLow, high: bandHigh, rate: band[0], rate_low: band[1], rate_high: band[2] },
    hundred: inRecord ? ofHundred(band[0]) : null,
    lead: here(table.lead),
    exact: here(table.exact),
    grade: here(table.grade),
    how: here(table.how),
    passing: here(table.passing),
    notes: table.notes.map(here).filter(Boolean),
    place: here(table.place),
    between: here(table.between),
    letter: once(table.letter),
    assumed: facts(table.assumed),
    bands: bandRows(book, table, bandLow),
    below: (table.below ?? []).map((column) => book.unpack(column)[at]),
    lent: table.steps && {
      sentence: once(table.told),
      steps: table.steps.map(([column, words, sources]) => ({ label: once(column), words, sources })),
      taus: table.taus.map(([tau, used, column]) => ({ tau, used, words: here(column) })),
      against: table.against.map(once),
    },
    scenario: scenarioTold(data, who, rate, low, high),
  };
}

function bandRows(book, table, own) {
  return (table.counts ?? []).map((n, at) => {
    const low = table.firstBand + 10 * at;
    const [rate, rateLow, rateHigh] = bandRates(book, table, low);
    return { low, high: bandOf(low, book.data.scores)[1], rate, rate_low: rateLow, rate_high: rateHigh, n, own: low === own };
  });
}

function ranksTold({ say }, who, ranks, names) {
  if (ranks.none !== undefined) return { sentence: say(ranks.none, 0, names), rate: "" };
  const [first, last] = ranks.ends;
  const letters = { ...names, s: () => who.ranks };
  if (who.ranks === null) return { ends: ranks.ends, sentence: say(ranks.said, 0, names), rate: "" };
  if (who.ranks < first || who.ranks > last) return { ends: ranks.ends, sentence: say(ranks.outside, 0, letters), rate: "" };
  const at = who.ranks - first;
  return {
    ends: ranks.ends,
    sentence: say(ranks.said, 0, names),
    rate: say(ranks.rate, at, letters),
    sources: ranks.sources,
  };
}

function scenarioTold(data, who, rate, low, high) {
  const factor = data.rules.odds.factors.find(([name]) => name === who.factor);
  if (!factor || !who.odds) return null;
  const [less, more] = who.odds;
  const odds = less === more ? numberWords(less) : `${numberWords(less)} to ${numberWords(more)}`;
  const shifted = [shift(rate, less), shift(rate, more)];
  const outer = [shift(low, less), shift(high, more)];
  const figures = { o: odds, r: percent(rate), x: range(...shifted), y: range(...outer) };
  return {
    rates: shifted,
    outer,
    sentence: factor[2].replace(/\{(\w)\}/g, (_, letter) => figures[letter]),
  };
}

export function screened({ data, unpack, say }, who, cut) {
  const { screen } = data.tables[who.group][data.specialties.indexOf(who.specialty)];
  if (screen.none !== undefined) return { sentence: say(screen.none, 0, namesOf({ data }, who, who.specialty)) };
  const [first, last] = screen.ends;
  const kept = Math.min(last, Math.max(first, cut));
  const shares = screen.shares.map((column) => share(unpack(column)[kept - first]));
  const [m, t, u, v, w, x] = shares;
  const words = { s: kept, m: percent(m), tu: interval(t, u), v: percent(v), wx: interval(w, x) };
  const sentence = data.screenSaid.replace(/\{(\w+)\}/g, (_, key) => words[key]);
  return { cut: kept, ends: screen.ends, shares, sentence, sources: screen.sources };
}

// ---- what a field takes, in the validators' words

const PLAIN = /^[0-9]{1,6}(\.[0-9]{1,6})?$/;

const found = (text) => (/^-?[0-9]+(\.[0-9]+)?$/.test(text) ? text : `'${text}'`);

export function judged(data, field, text) {
  const rule = data.rules[field];
  const written = text.trim();
  if (written === "") return field === "ranks" ? { value: null } : { problem: rule.empty };
  const value = Number(written);
  const [low, high] = rule.ends;
  if (/^[0-9]+$/.test(written) && value >= low && value <= high) return { value };
  const isShort = rule.short && /^[0-9]+$/.test(written) && value >= 1 && value < low;
  return { problem: (isShort ? rule.short : rule.other).replace("{v}", () => found(written)) };
}

export function judgedOdds(data, factor, low, high) {
  const rule = data.rules.odds;
  const ends = [low.trim(), high.trim() || low.trim()];
  if (ends[0] === "") return { value: null };
  const said = (message, value) =>
    ({ problem: message.replace("{f}", factor).replace("{v}", () => value).replace("{w}", () => `${ends[1]}..${ends[0]}`) });
  for (const end of ends) {
    if (!PLAIN.test(end)) return said(rule.other, `'${end}'`);
    if (Number(end) === 0) return said(rule.least, end);
  }
  const value = ends.map(Number);
  return value[0] > value[1] ? said(rule.order, ends.join("..")) : { value };
}

// ---- the state in an address

export function toAddress(state) {
  const parts = new URLSearchParams();
  state.who.forEach((who, at) => {
    const put = (key, value) => value !== null && value !== "" && parts.set(at ? key + (at + 1) : key, value);
    put("g", who.group);
    put("s", who.specialty);
    put("c", who.score);
    put("d", who.denominator);
    put("r", who.ranks);
    if (who.odds) put("x", `${who.factor}=${who.odds.join("..")}`);
  });
  parts.set("i", state.show);
  parts.set("f", state.cut);
  return parts.toString();
}

export function fromAddress(data, text) {
  const parts = new URLSearchParams(text);
  const one = (value, allowed, or) => (allowed.includes(value) ? value : or);
  const read = (end) => {
    const get = (key) => parts.get(key + end) ?? "";
    const factors = data.rules.odds.factors.map(([name]) => name);
    const [factor, odds] = get("x").split("=");
    const [low, high] = (odds ?? "").split("..");
    const known = factors.includes(factor);
    return {
      group: one(get("g"), data.groups.map(([key]) => key), data.groups[0][0]),
      specialty: one(get("s"), data.specialties, data.specialties[0]),
      score: judged(data, "score", get("c")).value ?? data.start,
      denominator: one(get("d"), data.denominators.map(([key]) => key), data.denominators[0][0]),
      ranks: judged(data, "ranks", get("r")).value ?? null,
      factor: known ? factor : "",
      odds: known ? (judgedOdds(data, factor, low ?? "", high ?? "").value ?? null) : null,
    };
  };
  const who = ["", "2"].filter((end) => end === "" || parts.has(`g${end}`)).map(read);
  return {
    who,
    show: one(parts.get("i"), ["words", "bars", "ranges"], "bars"),
    cut: judged(data, "score", parts.get("f") ?? "").value ?? 240,
  };
}

// ---- rows to keep

const cell = (value) => {
  const text = String(value);
  const safe = /^\s*[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function rowsOf(book, state) {
  const head = ["group", "specialty", "counted", "step2_ck_low", "step2_ck_high", "rate", "interval_low", "interval_high", "applicants", "grade", "chosen"];
  const rows = state.who.flatMap((who) => {
    const said = told(book, who);
    const start = [book.data.groups.find(([key]) => key === who.group)[1], who.specialty, who.denominator];
    if (said.reason !== undefined) return [[...start, "", "", "", "", "", "", "no rate", ""]];
    const words = (row) => [row.rate, row.rate_low, row.rate_high].map(percent);
    if (!said.bands.length) return [[...start, "", "", ...words(said.band), "", said.grade, ""]];
    const grade = (row) => (row.own ? said.grade : said.grade.replace(/, carried over$/, ""));
    return said.bands.map((row) => [...start, row.low, row.high, ...words(row), row.n, grade(row), row.own ? "yes" : ""]);
  });
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
