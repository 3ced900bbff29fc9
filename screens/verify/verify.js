// The verifier's page: a row opens its case, a button is pressed on the case as it is shown.
"use strict";
(function (window) {
  const root = window.document;
  const put = (id, data) => window.dash_clientside.set_props(id, { data });

  function mark(caseNo) {
    for (const row of root.querySelectorAll("[data-open]")) row.classList.toggle("open", row.dataset.open === caseNo);
  }

  function onClick(event) {
    const row = event.target.closest("[data-open]");
    const button = event.target.closest("[data-press]");
    if (row) {
      put("verify-selected", row.dataset.open);
      mark(row.dataset.open);
      root.querySelector(".verify").classList.add("has-case");
    } else if (button) {
      const shown = root.querySelector(".verify-opened [data-version]");
      put("verify-pressed", { press: button.dataset.press, version: Number(shown.dataset.version), at: Date.now() });
    }
  }

  if (root) root.addEventListener("click", onClick);
})(window);
