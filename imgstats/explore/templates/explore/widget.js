// ---- where a notebook draws it: data and address come from its kernel, the fields are a form's

export default {
  render({ model, el: host }) {
    // A style of a whole page would be one of the whole notebook.
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    // The served page follows the system from light to dark, a notebook its own theme.
    const { jpThemeLight, voila } = document.body.dataset;
    host.classList.toggle("light", jpThemeLight === "true" && !voila);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(model.get("look"));
    shadow.adoptedStyleSheets = [sheet];
    const root = el("div", { class: "explore" });
    const person = new DOMParser().parseFromString(model.get("person"), "image/svg+xml");
    shadow.replaceChildren(document.importNode(person.documentElement, true), root);
    let drawn = null;
    const asked = () => fromAddress(model.get("data"), model.get("address"));
    const start = () => {
      drawn = renderPage(root, model.get("data"), asked());
    };
    const move = () => {
      Object.assign(drawn.state.who[0], asked().who[0]);
      drawn.draw();
    };
    model.on("change:data", start);
    model.on("change:address", move);
    start();
    return () => {
      model.off("change:data", start);
      model.off("change:address", move);
    };
  },
};
