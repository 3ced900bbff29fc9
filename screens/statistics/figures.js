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

  // The panels around the map settle after it is made: the town is fitted again until somebody moves the map.
  function keepFitted(map) {
    let moved = false;
    const box = map.getContainer();
    for (const act of ["pointerdown", "wheel", "keydown"]) box.addEventListener(act, () => { moved = true; });
    new window.ResizeObserver(() => {
      if (moved) return;
      map.invalidateSize({ pan: false });
      window.gridcommand.fit(map);
    }).observe(box);
  }

  if (window.document) {
    window.gridcommand.onMap(keepFitted);
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
