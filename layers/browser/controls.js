// Buttons beside the map: zoom, whole area, layer switches, language, full screen; rows that lead to a place.
"use strict";
(function (window) {
  const root = window.document;
  const dispatch = (name, detail) => root.dispatchEvent(new window.CustomEvent(`gridcommand:${name}`, { detail }));
  const firstMap = () => window.gridcommand.maps[0];

  function switchLayer(button) {
    const shown = button.getAttribute("aria-pressed") !== "true";
    const name = button.dataset.layer;
    button.setAttribute("aria-pressed", String(shown));
    for (const map of window.gridcommand.maps) showLayer(map, name, shown);
    dispatch("layer", { name, shown });
  }

  function showLayer(map, name, shown) {
    const panes = name === "grids" ? ["grids", "labels"] : [name];
    if (name === "labels") window.gridcommand.basemap.showLabels(map, shown);
    else for (const pane of panes) map.getPane(pane).style.display = shown ? "" : "none";
  }

  function zoom(by) {
    dispatch("moved", null);
    firstMap().setZoom(Math.round(firstMap().getZoom()) + by);
  }

  function chooseLanguage(language) {
    root.cookie = `language=${language}; path=/; max-age=31536000; SameSite=Lax`;
    window.location.reload();
  }

  function goTo(row) {
    const map = firstMap();
    const level = Math.max(map.getZoom(), 15.5 + Math.round(Math.log2(window.gridcommand.currentScale())));
    dispatch("moved", null);
    map.flyTo(window.gridcommand.centreFor(map, window.L.latLng(+row.dataset.lat, +row.dataset.lon), level), level, { duration: 0.8 });
  }

  function fullScreen() {
    if (root.fullscreenElement) root.exitFullscreen();
    else root.documentElement.requestFullscreen().catch(() => {});
  }

  const ACTIONS = {
    "zoom-in": () => zoom(1), "zoom-out": () => zoom(-1), "full-screen": fullScreen,
    "whole-area": () => { dispatch("moved", null); window.gridcommand.fit(firstMap(), { animate: true }); },
  };

  function onClick(event) {
    const closest = (selector) => event.target.closest && event.target.closest(selector);
    const layerButton = closest("[data-layer]");
    const languageButton = closest("[data-language]");
    const actionButton = closest("[data-action]");
    const row = closest("[data-lon]");
    for (const menu of root.querySelectorAll(".more-screens[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (layerButton) switchLayer(layerButton);
    else if (languageButton) chooseLanguage(languageButton.dataset.language);
    else if (actionButton && ACTIONS[actionButton.dataset.action]) ACTIONS[actionButton.dataset.action]();
    else if (row) goTo(row);
  }

  // The classes "far" and "near" of the map's box, by which CSS leaves out labels or shows more of them.
  function addZoomClasses(map) {
    // a screen drawn twice as large shows at zoom 15 what another shows at 14
    const shift = Math.log2(window.gridcommand.currentScale());
    const setClasses = () => {
      const zoom = map.getZoom() - shift;
      map.gridcommand.box.classList.toggle("far", zoom < 13.9);
      map.gridcommand.box.classList.toggle("near", zoom >= 15.4);
    };
    map.on("zoomend", setClasses);
    setClasses();
  }

  function hideSwitchedOff(map) {
    for (const button of root.querySelectorAll('[data-layer][aria-pressed="false"]')) showLayer(map, button.dataset.layer, false);
  }

  if (root) root.addEventListener("click", onClick);
  window.gridcommand = Object.assign(window.gridcommand || {}, { controls: { goTo } });
  if (window.gridcommand.onMap) {
    window.gridcommand.onMap(addZoomClasses);
    window.gridcommand.onMap(hideSwitchedOff);
  }
})(window);
