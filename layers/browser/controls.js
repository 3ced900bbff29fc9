// Buttons beside the map: zoom, whole area, layer switches, language, full screen; rows that lead to a place.
"use strict";
(function (window) {
  const root = window.document;
  const say = (name, detail) => root.dispatchEvent(new window.CustomEvent(`gridcommand:${name}`, { detail }));
  const firstMap = () => window.gridcommand.maps[0];

  function switchLayer(button) {
    const shown = button.getAttribute("aria-pressed") !== "true";
    const name = button.dataset.layer;
    button.setAttribute("aria-pressed", String(shown));
    for (const map of window.gridcommand.maps) showLayer(map, name, shown);
    say("layer", { name, shown });
  }

  function showLayer(map, name, shown) {
    const panes = name === "grids" ? ["grids", "labels"] : [name];
    if (name === "labels") window.gridcommand.basemap.showLabels(map, shown);
    else for (const pane of panes) map.getPane(pane).style.display = shown ? "" : "none";
  }

  function zoom(by) {
    say("moved", null);
    firstMap().setZoom(Math.round(firstMap().getZoom()) + by);
  }

  function chooseLanguage(language) {
    root.cookie = `language=${language}; path=/; max-age=31536000; SameSite=Lax`;
    window.location.reload();
  }

  function goTo(row) {
    const map = firstMap();
    const level = Math.max(map.getZoom(), 15.5 + Math.round(Math.log2(window.gridcommand.currentScale())));
    say("moved", null);
    map.flyTo(window.gridcommand.centreFor(map, window.L.latLng(+row.dataset.lat, +row.dataset.lon), level), level, { duration: 0.8 });
  }

  function fullScreen() {
    if (root.fullscreenElement) root.exitFullscreen();
    else root.documentElement.requestFullscreen().catch(() => {});
  }

  const ACTIONS = {
    "zoom-in": () => zoom(1), "zoom-out": () => zoom(-1), "full-screen": fullScreen,
    "whole-area": () => { say("moved", null); window.gridcommand.fit(firstMap(), { animate: true }); },
  };

  function onClick(event) {
    const at = (selector) => event.target.closest && event.target.closest(selector);
    const layer = at("[data-layer]");
    const language = at("[data-language]");
    const action = at("[data-action]");
    const place = at("[data-lon]");
    if (layer) switchLayer(layer);
    else if (language) chooseLanguage(language.dataset.language);
    else if (action && ACTIONS[action.dataset.action]) ACTIONS[action.dataset.action]();
    else if (place) goTo(place);
  }

  function zoomClasses(map) {
    const shift = Math.log2(window.gridcommand.currentScale());
    const set = () => {
      const zoomNow = map.getZoom() - shift;
      map.gridcommand.box.classList.toggle("far", zoomNow < 13.9);
      map.gridcommand.box.classList.toggle("near", zoomNow >= 15.4);
    };
    map.on("zoomend", set);
    set();
  }

  function hideSwitchedOff(map) {
    for (const button of root.querySelectorAll('[data-layer][aria-pressed="false"]')) showLayer(map, button.dataset.layer, false);
  }

  if (root) root.addEventListener("click", onClick);
  window.gridcommand = Object.assign(window.gridcommand || {}, { controls: { goTo } });
  if (window.gridcommand.onMap) {
    window.gridcommand.onMap(zoomClasses);
    window.gridcommand.onMap(hideSwitchedOff);
  }
})(window);
