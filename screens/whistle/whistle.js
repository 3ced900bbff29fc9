// The whistle's page: a row opens its whistle; a button is pressed from where the browser is, if it tells.
"use strict";
(function (window) {
  const root = window.document;
  const WAIT_MS = 3000; // so long the place is waited for; without it the press goes all the same
  const put = (id, data) => window.dash_clientside.set_props(id, { data });

  function open(caseNo) {
    put("whistle-selected", caseNo);
    for (const row of root.querySelectorAll("[data-open]")) row.classList.toggle("open", row.dataset.open === caseNo);
  }

  // Where the browser is, in degrees WGS-84; nothing where it may not or cannot tell.
  function place() {
    const places = window.navigator.geolocation;
    return new Promise((tell) => {
      if (!places) { tell({ lon: null, lat: null }); return; }
      places.getCurrentPosition(({ coords }) => tell({ lon: coords.longitude, lat: coords.latitude }), () => tell({ lon: null, lat: null }), { timeout: WAIT_MS, maximumAge: WAIT_MS });
    });
  }

  async function press(button) {
    button.disabled = true;
    const id = window.gridcommand.ids.newId();
    const at = button.dataset.press === "sign_in" ? await place() : { lon: null, lat: null };
    window.setTimeout(() => { button.disabled = false; }, WAIT_MS);
    put("whistle-pressed", { press: button.dataset.press, id, ...at });
  }

  function onClick(event) {
    const row = event.target.closest("[data-open]");
    const button = event.target.closest("[data-press]");
    if (row) open(row.dataset.open);
    else if (button && !button.disabled) press(button);
  }

  // The case named in the page's address (?case=YZ2611210001) is opened as soon as the page is drawn.
  function openNamed() {
    const named = new window.URLSearchParams(window.location.search).get("case");
    const drawn = () => root.querySelector(".whistle");
    if (!named) return;
    const watch = window.setInterval(() => { if (drawn()) { window.clearInterval(watch); open(named); } }, 100);
  }

  if (root) { root.addEventListener("click", onClick); openNamed(); }
})(window);
