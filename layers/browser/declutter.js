// Labels of pins never lie on each other: the more urgent keeps its label, the other shows it when pointed at.
"use strict";
(function (window) {
  const touches = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Indices of the boxes that may be shown: in the given order, each that touches none of those before it.
  function withoutOverlap(boxes) {
    const placed = [];
    const indices = [];
    boxes.forEach((box, index) => {
      if (placed.some((other) => touches(other, box))) return;
      placed.push(box);
      indices.push(index);
    });
    return indices;
  }

  function hideCrowdedLabels(map) {
    const pane = map.getPane("incidents");
    // drawn last, the most urgent pins stand last in the page
    const pins = [...pane.querySelectorAll(".pin")].reverse();
    const labels = pins.map((pin) => pin.querySelector(".pin-label"));
    // all shown before they are measured: a hidden label has no size, and reading after writing one by one would lay the
    // page out anew for each
    for (const label of labels) label.classList.remove("crowded");
    const shownLabels = new Set(withoutOverlap(labels.map((label) => label.getBoundingClientRect())));
    labels.forEach((label, index) => label.classList.toggle("crowded", !shownLabels.has(index)));
    const names = [...map.getPane("labels").querySelectorAll(".grid-label span")];
    // grids with a count of open cases first
    names.sort((a, b) => Number(b.querySelector("b") ? 1 : 0) - Number(a.querySelector("b") ? 1 : 0));
    for (const name of names) name.classList.remove("crowded");
    const shownNames = new Set(withoutOverlap(names.map((name) => name.getBoundingClientRect())));
    names.forEach((name, index) => name.classList.toggle("crowded", !shownNames.has(index)));
  }

  function addDeclutter(map) {
    let timer = 0;
    // every pin that is added says so: one pass after the last of them
    const plan = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => window.requestAnimationFrame(() => hideCrowdedLabels(map)), 80);
    };
    map.on("zoomend layeradd", plan);
    window.document.addEventListener("gridcommand:board", plan);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { declutter: { withoutOverlap } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addDeclutter);
})(window);
