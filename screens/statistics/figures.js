// Every number leads to its cases: a click on one tells Dash which was chosen.
"use strict";
(function (window) {
  // What a clicked number stands for, or null when it stands for nothing.
  function chosenBy(target) {
    const number = target && target.closest ? target.closest("[data-figure]") : null;
    if (!number) return null;
    const { figure, by, key } = number.dataset;
    return { measure: figure, by, key: key || "" };
  }

  if (window.document) {
    window.document.addEventListener("click", (event) => {
      const chosen = chosenBy(event.target);
      if (!chosen) return;
      for (const each of window.document.querySelectorAll("[data-figure].chosen")) each.classList.remove("chosen");
      event.target.closest("[data-figure]").classList.add("chosen");
      window.dash_clientside.set_props("statistics-chosen", { data: { ...chosen, at: Date.now() } });
    });
  }
  window.gridcommand = Object.assign(window.gridcommand || {}, { chosenBy });
})(window);
