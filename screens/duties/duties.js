// The duties' page: a button says that a duty was done at its spot. Nothing of where the phone is goes along.
"use strict";
(function (window) {
  window.document.addEventListener("click", (event) => {
    const data = event.target.closest("button[data-code]")?.dataset;
    if (!data) return;
    const body = { id: window.gridcommand.ids.newId(), code: data.code, spot: Number(data.spot) };
    window.gridcommand.plain.call("POST", `/api/duties/${data.grid}/done`, body);
  });
})(window);
