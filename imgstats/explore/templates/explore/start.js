// ---- where this file is a page of its own: the state stands in the address, and is never sent

const place = document.getElementById("explore");
if (place) {
  const data = JSON.parse(document.getElementById("explore-data").textContent);
  // Browsers refuse an address that changes at every step of a slider.
  let waiting = 0;
  const keep = (state) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState(null, "", `#${toAddress(state)}`), 150);
  };
  const show = () => renderPage(place, data, fromAddress(data, location.hash.slice(1)), keep);
  show();
  // A source's link is a place on this page; anything else is a state.
  window.addEventListener("hashchange", () => location.hash.includes("=") && show());
  for (const link of document.querySelectorAll("nav.jump a"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = document.querySelector(link.dataset.to);
      target.scrollIntoView();
      target.focus({ preventScroll: true });
    });
}
