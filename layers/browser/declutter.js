// Labels of pins never lie on each other: the more urgent keeps its label, the other shows it when pointed at.
"use strict";
(function (window) {
  const touches = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Indices of the boxes that may be shown, taken in the given order, each only when it touches none taken before.
  function keep(boxes) {
    const taken = [];
    const kept = [];
    boxes.forEach((box, index) => {
      if (taken.some((other) => touches(other, box))) return;
      taken.push(box);
      kept.push(index);
    });
    return kept;
  }

  function tidy(map) {
    const pane = map.getPane("incidents");
    const pins = [...pane.querySelectorAll(".pin")].reverse();
    const labels = pins.map((pin) => pin.querySelector(".pin-label"));
    for (const label of labels) label.classList.remove("crowded");
    const kept = new Set(keep(labels.map((label) => label.getBoundingClientRect())));
    labels.forEach((label, index) => label.classList.toggle("crowded", !kept.has(index)));
    const names = [...map.getPane("labels").querySelectorAll(".grid-label span")];
    names.sort((a, b) => Number(b.querySelector("b") ? 1 : 0) - Number(a.querySelector("b") ? 1 : 0));
    for (const name of names) name.classList.remove("crowded");
    const shown = new Set(keep(names.map((name) => name.getBoundingClientRect())));
    names.forEach((name, index) => name.classList.toggle("crowded", !shown.has(index)));
  }

  function addDeclutter(map) {
    let planned = 0;
    const plan = () => {
      window.clearTimeout(planned);
      planned = window.setTimeout(() => window.requestAnimationFrame(() => tidy(map)), 80);
    };
    map.on("zoomend layeradd", plan);
    window.document.addEventListener("gridcommand:board", plan);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { declutter: { keep } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addDeclutter);
})(window);
