// Every map of the page: makes our panes, fits the area into what the panels leave free, and hands it to the other modules.
"use strict";
(function (window) {
  const PANES = { surroundings: 405, grids: 410, routes: 420, cameras: 430, workers: 450, labels: 560, incidents: 610, highlight: 620 };
  const listeners = [];
  const maps = [];

  // How many times larger than on a 1080p screen everything is drawn: the root font size over 16 px.
  function scaleOf(rootFontPx) {
    return Math.max(0.75, rootFontPx / 16);
  }

  function currentScale() {
    return scaleOf(parseFloat(window.getComputedStyle(window.document.documentElement).fontSize) || 16);
  }

  // What Python wrote into the data attributes of a map's box.
  function readBox(dataset) {
    return {
      extent: JSON.parse(dataset.extent),
      tiles: dataset.tiles,
      live: dataset.live,
      follow: dataset.follow || "",
      style: JSON.parse(dataset.style),
    };
  }

  function paddings(box) {
    const css = window.getComputedStyle(box);
    const rem = currentScale() * 16;
    const read = (side) => (parseFloat(css.getPropertyValue(`--pad-${side}`)) || 0) * rem;
    return { top: read("top"), right: read("right"), bottom: read("bottom"), left: read("left") };
  }

  function extentBounds(extent) {
    const [west, south, east, north] = extent;
    return window.L.latLngBounds([south, west], [north, east]);
  }

  function fit(map, options) {
    const pad = paddings(map.gridcommand.box);
    map.fitBounds(extentBounds(map.gridcommand.extent), {
      paddingTopLeft: [pad.left, pad.top],
      paddingBottomRight: [pad.right, pad.bottom],
      animate: false,
      ...options,
    });
  }

  // A view that shows a place in the middle of the free part of the map, not under a panel.
  function centreFor(map, latlng, zoom) {
    const pad = paddings(map.gridcommand.box);
    const shift = window.L.point((pad.right - pad.left) / 2, (pad.bottom - pad.top) / 2);
    return map.unproject(map.project(latlng, zoom).add(shift), zoom);
  }

  function limitView(map) {
    const bounds = extentBounds(map.gridcommand.extent);
    map.setMinZoom(Math.max(2, Math.floor(map.getZoom()) - 2));
    map.setMaxZoom(19);
    map.setMaxBounds(bounds.pad(1.5));
  }

  function addScaleBar(map) {
    window.L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 * currentScale() }).addTo(map);
  }

  function setUp(map) {
    const box = map.getContainer().closest(".town-map");
    if (!box) return;
    map.gridcommand = { box, ...readBox(box.dataset) };
    maps.push(map);
    fit(map);
    limitView(map);
    if (map.gridcommand.box.dataset.scale) addScaleBar(map);
    // Leaflet notices the window's size only; ours changes also when a panel opens
    new window.ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
    for (const listener of listeners) listener(map);
  }

  // Calls `onChange(true)` when Leaflet begins to stretch the map from one zoom level to another, during which what is
  // drawn by hand must wait, and `onChange(false)` when it may go on. A flight draws each of its frames, and may be broken
  // off by the next move without ever ending, so nobody waits for it. Returns a function that removes the listeners.
  function onZoomAnimation(map, onChange) {
    const handlers = {
      zoomstart: () => onChange(true),
      zoomend: () => onChange(false),
      zoom: () => { if (map._flyToFrame) onChange(false); },
    };
    map.on(handlers);
    return () => map.off(handlers);
  }

  function makePanes(map) {
    for (const [name, level] of Object.entries(PANES)) map.createPane(name).style.zIndex = level;
  }

  // Calls the listener for every map there is and every one to come: modules are loaded before and after Dash draws.
  function onMap(listener) {
    listeners.push(listener);
    for (const map of maps) listener(map);
  }

  function hookIntoLeaflet(L) {
    L.Map.addInitHook(function () {
      makePanes(this);
      // The wrapper sets the first view once more after the map is made; ours comes after that.
      this.whenReady(() => window.setTimeout(() => setUp(this), 0));
    });
  }

  if (window.L) hookIntoLeaflet(window.L);
  window.gridcommand = Object.assign(window.gridcommand || {}, {
    maps, onMap, fit, onZoomAnimation, extentBounds, centreFor, paddings, scaleOf, currentScale, readBox, layers: {},
  });
})(window);
