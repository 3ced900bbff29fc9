// Labels never lie on each other: of two pins the more urgent keeps its label, the other shows it when pointed at; that of
// a way goes along its way to where there is room.
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

  // Where the labels of ways go: each to the first of its places ({x, y}, in the middle of its lower edge) where it touches
  // none placed before, else below its first place. labels: [{places, width, height}] -> [{place, down}] in pixels.
  function spread(labels) {
    const boxes = [];
    const boxAt = ({ x, y }, down, { width, height }) => ({ left: x - width / 2, right: x + width / 2, top: y + down - height, bottom: y + down });
    return labels.map((label) => {
      const isFree = (place, down) => !boxes.some((other) => touches(other, boxAt(place, down, label)));
      let place = label.places.find((one) => isFree(one, 0));
      let down = 0;
      if (!place) for (place = label.places[0]; !isFree(place, down);) down += label.height / 2;
      boxes.push(boxAt(place, down, label));
      return { place, down };
    });
  }

  // Places along a line of pixel points, from its middle outwards.
  const ALONG = [0.5, 0.35, 0.65, 0.2, 0.8, 0.08, 0.92];
  function placesAlong(points) {
    const lengths = points.slice(1).map((point, i) => Math.hypot(point.x - points[i].x, point.y - points[i].y));
    const whole = lengths.reduce((sum, one) => sum + one, 0);
    return ALONG.map((part) => {
      let left = part * whole;
      let i = 0;
      while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
      const share = lengths[i] ? left / lengths[i] : 0;
      return { x: points[i].x + share * (points[i + 1].x - points[i].x), y: points[i].y + share * (points[i + 1].y - points[i].y) };
    });
  }

  function spreadWayLabels(map) {
    const ways = [];
    map.eachLayer((layer) => {
      const tip = layer.getLatLngs && layer.getTooltip && layer.getTooltip();
      if (tip && tip.options.permanent && tip.isOpen() && tip.getElement()) ways.push({ tip, points: layer.getLatLngs().map((at) => map.latLngToLayerPoint(at)) });
    });
    ways.sort((a, b) => a.tip.getContent().localeCompare(b.tip.getContent())); // the same labels lie alike each time
    const labels = ways.map(({ tip, points }) => ({ places: placesAlong(points), width: tip.getElement().offsetWidth, height: tip.getElement().offsetHeight + 6 }));
    spread(labels).forEach(({ place, down }, i) => {
      const { tip } = ways[i];
      tip.options.offset = [0, down];
      tip.setLatLng(map.layerPointToLatLng([place.x, place.y]));
    });
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
      timer = window.setTimeout(() => window.requestAnimationFrame(() => { hideCrowdedLabels(map); spreadWayLabels(map); }), 80);
    };
    map.on("zoomend layeradd", plan);
    window.document.addEventListener("gridcommand:board", plan);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { declutter: { withoutOverlap, spread, placesAlong } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addDeclutter);
})(window);
