// ---- the page: fields on one side, the answer on the other

let made = 0;

// A label, its field, and the place for a message about it.
function field(label, input, more = "") {
  made += 1;
  const id = `field-${made}`;
  const message = el("p", { class: "message", id: `${id}-message` });
  input.id = id;
  input.setAttribute("aria-describedby", message.id);
  const say = (text, wrong) => {
    message.textContent = text;
    message.classList.toggle("wrong", Boolean(wrong));
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  return { row: el("div", { class: "field" }, el("label", { for: id, text: label }), input, more, message), say };
}

function choice(options, value, change) {
  const select = el("select", {}, ...options.map(([key, words]) => el("option", { value: key, text: words })));
  select.value = value;
  select.addEventListener("change", () => change(select.value));
  return select;
}

function radios(legendText, options, value, change) {
  made += 1;
  const name = `choice-${made}`;
  const inputs = options.map(([key, words]) => {
    const input = el("input", { type: "radio", name, value: key });
    input.checked = key === value;
    input.addEventListener("change", () => change(key));
    return el("label", { class: "pick" }, input, el("span", { text: words }));
  });
  return el("fieldset", { class: "picks" }, el("legend", { text: legendText }), el("span", { class: "row" }, ...inputs));
}

// A slider and a number that say the same.
function slider(label, ends, value, judge, change) {
  const number = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", class: "number", value });
  const slide = el("input", { type: "range", min: ends[0], max: ends[1], step: 1, "aria-label": `${label}, slider` });
  slide.value = value;
  const shown = field(label, number, slide);
  slide.addEventListener("input", () => {
    number.value = slide.value;
    shown.say("");
    change(Number(slide.value));
  });
  number.addEventListener("input", () => {
    const { value: taken, problem } = judge(number.value);
    shown.say(problem ?? "", problem);
    if (problem) return;
    slide.value = taken;
    change(taken);
  });
  return { ...shown, set: (next) => { number.value = next; slide.value = next; shown.say(""); } };
}

function fieldsOf(book, who, changed) {
  const { data } = book;
  const set = (key) => (value) => {
    who[key] = value;
    changed();
  };
  const score = slider("Step 2 CK", data.rules.score.ends, who.score, (text) => judged(data, "score", text), set("score"));
  const ranksInput = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", class: "number", value: who.ranks ?? "" });
  const ranks = field("Contiguous ranks, if known", ranksInput);
  ranksInput.addEventListener("input", () => {
    const { value, problem } = judged(data, "ranks", ranksInput.value);
    ranks.say(problem ?? "", problem);
    if (!problem) set("ranks")(value);
  });
  const factors = [["", "nothing"], ...data.rules.odds.factors.map(([key, words]) => [key, words])];
  const low = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "number", value: who.odds?.[0] ?? "" });
  const high = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "number", value: who.odds?.[1] ?? "" });
  const lowField = field("Odds ratio from", low);
  const highField = field("to", high);
  const odds = el("div", { class: "odds", hidden: !who.factor }, lowField.row, highField.row);
  const judgeOdds = () => {
    const { value, problem } = judgedOdds(data, who.factor, low.value, high.value);
    lowField.say(problem ?? "", problem);
    set("odds")(problem || !who.factor ? null : value);
  };
  low.addEventListener("input", judgeOdds);
  high.addEventListener("input", judgeOdds);
  const assume = field("Assume an odds ratio of", choice(factors, who.factor, (value) => {
    who.factor = value;
    odds.hidden = !value;
    judgeOdds();
  }));
  const form = el(
    "form",
    { class: "fields", onsubmit: (event) => event.preventDefault() },
    radios("Group", data.groups, who.group, set("group")),
    field("Preferred specialty", choice(data.specialties.map((each) => [each, each]), who.specialty, set("specialty"))).row,
    score.row,
    field("What is counted", choice(data.denominators, who.denominator, set("denominator"))).row,
    ranks.row,
    el("details", { class: "assume", open: Boolean(who.factor) }, el("summary", { text: "Assume something no table holds" }), assume.row, odds),
  );
  return { form, score, ranks };
}

function panel(book, state, at, changed) {
  const who = state.who[at];
  const fields = fieldsOf(book, who, changed);
  const heading = el("h2", { tabindex: "-1" });
  const answer = el("div", { class: "answer" });
  const rests = el("div", {});
  const details = el("details", { class: "rests" }, el("summary", { text: "What this rests on" }), rests);
  const root = el("section", { class: "panel", "aria-label": `Applicant ${at + 1}` }, fields.form, el("div", { class: "result" }, heading, answer, details));
  let resting = "";
  const draw = () => {
    const said = told(book, who);
    const label = book.data.groups.find(([key]) => key === who.group)[1];
    heading.textContent = `Step 2 CK ${who.score}, ${label}, ${who.specialty}`;
    fields.ranks.row.classList.toggle("without", !said.ranks.ends);
    fields.ranks.say(said.ranks.ends ? "" : said.ranks.sentence);
    const ranks = said.ranks.ends && who.ranks !== null ? el("p", { class: "small" }, tied(said.ranks.sentence)) : "";
    const refused = said.reason !== undefined;
    details.hidden = refused || (!said.assumed.length && !said.lent);
    if (refused) {
      answer.replaceChildren(refusal(said), ranks || "");
      return said.reason;
    }
    fields.score.say(said.passing);
    const width = Math.max(260, Math.min(answer.clientWidth || 640, 720));
    answer.replaceChildren(
      hero(book, said, state.show),
      noted(said.notes),
      ranks,
      assumed(said),
      ...pictures(book, said, who.score, width),
      said.bands.length ? el("div", { class: "scroll", role: "region", "aria-label": "Rates by score band", tabindex: "0" }, bandTable(book, said, state.show)) : "",
    );
    // Only a borrowed rate rests on something else at each score.
    const now = [who.group, who.specialty, who.denominator, said.lent ? who.score : ""].join();
    if (now !== resting) rests.replaceChildren(...restsOn(said));
    resting = now;
    return said.lead;
  };
  return { root, draw };
}

function otherSide(book, state, changed) {
  const { data } = book;
  const cut = slider("Filter at a Step 2 CK score of", data.rules.score.ends, state.cut, (text) => judged(data, "score", text), (value) => {
    state.cut = value;
    changed();
  });
  const answer = el("div", {});
  const survey = el("ul", {}, ...data.survey.map(([sentence, grade, sources]) => el("li", {}, tied(sentence), " ", el("span", { class: "small", text: `Grade ${grade}.` }), refs(sources))));
  const root = el(
    "section",
    { class: "other-side" },
    el("h2", { text: "The other side\u2019s screen", tabindex: "-1" }),
    el("p", { text: "Programs often look only at applications at or above a score. Among those who applied, this is whom such a filter would have kept." }),
    el("form", { class: "fields", onsubmit: (event) => event.preventDefault() }, cut.row),
    answer,
    el("h3", { text: "What programs say of filters" }),
    survey,
  );
  let drawn = "";
  const draw = () => {
    const now = [state.cut, ...state.who.map((who) => who.group + who.specialty)].join();
    if (now === drawn) return;
    drawn = now;
    const seen = new Set();
    const blocks = state.who.map((who) => {
      const name = `${who.group}${who.specialty}`;
      if (seen.has(name)) return "";
      seen.add(name);
      const found = screened(book, who, state.cut);
      const head = el("h3", { text: `${data.groups.find(([key]) => key === who.group)[1]}, ${who.specialty}` });
      if (!found.shares) return el("div", { class: "screened" }, head, el("p", { class: "missing", text: found.sentence }));
      const [m, t, u, v, w, x] = found.shares;
      const moved = found.cut === state.cut ? "" : el("p", { class: "small", text: `Printed scores run from ${found.ends[0]} to ${found.ends[1]}: the nearest is shown.` });
      return el("div", { class: "screened" }, head, el("p", { class: "lead" }, tied(found.sentence), refs(found.sources)), shares([["Matched, kept", m, t, u], ["Not matched, kept", v, w, x]]), moved);
    });
    answer.replaceChildren(...blocks.filter(Boolean));
  };
  return { root, draw };
}

function save(name, text) {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

// Draw the page into `root`. `state` is changed by its fields; `notice` hears of every change.
export function renderPage(root, data, state, notice = () => {}) {
  const book = reader({ ...data });
  const panels = el("div", { class: "panels" });
  const live = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const done = el("span", { class: "small done", role: "status" });
  let parts = [];
  let waiting = 0;
  let spoken = null;
  const draw = () => {
    const sentences = parts.map((each) => each.draw());
    side.draw();
    const sentence = sentences.join(" ");
    clearTimeout(waiting);
    if (spoken === null) spoken = sentence;
    else if (sentence !== spoken)
      waiting = setTimeout(() => {
        spoken = sentence;
        live.textContent = tied(sentence);
      }, 400);
  };
  const changed = () => {
    draw();
    notice(state);
  };
  const side = otherSide(book, state, changed);
  const rebuild = () => {
    parts = state.who.map((_, at) => panel(book, state, at, changed));
    panels.replaceChildren(...parts.map((each) => each.root));
    panels.classList.toggle("two", parts.length === 2);
    second.textContent = parts.length === 2 ? "Remove the second applicant" : "Set a second applicant beside";
  };
  const second = el("button", {
    type: "button",
    onclick: () => {
      if (state.who.length === 2) state.who.pop();
      else state.who.push({ ...state.who[0], score: Math.min(state.who[0].score + 10, data.scores[1]) });
      rebuild();
      changed();
    },
  });
  const button = (text, act) => el("button", { type: "button", text, onclick: act });
  const said = (text) => {
    done.textContent = text;
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      said("The link is copied.");
    } catch {
      said("The link stands in the address line: copy it there.");
    }
  };
  const tools = el(
    "div",
    { class: "toolbar" },
    radios("Show intervals as", [["words", "words"], ["bars", "bars"], ["ranges", "ranges"]], state.show, (value) => {
      state.show = value;
      changed();
    }),
    el("span", { class: "row" }, second, button("Copy link", copy), button("Save the shown rows (CSV)", () => {
      save("rates.csv", rowsOf(book, state));
      said("The rows are saved.");
    }), button("Print", () => window.print()), done),
  );
  root.replaceChildren(tools, panels, side.root, live);
  rebuild();
  draw();
  new ResizeObserver(() => draw()).observe(panels);
  return { state, draw };
}
