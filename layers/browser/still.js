// The base map at rest: its tiles copied into one picture. Without a graphics card a browser puts every tile together anew
// for each frame of what moves above them; one picture takes a fraction of that.
"use strict";
(function (window) {
  const REST_MS = 300;

  // Where a tile stands on the picture: whole pixels, so that neighbours meet without a seam.
  function placeOf(tile, frame, ratio) {
    const [left, top] = [Math.round((tile.left - frame.left) * ratio), Math.round((tile.top - frame.top) * ratio)];
    const [right, bottom] = [Math.round((tile.right - frame.left) * ratio), Math.round((tile.bottom - frame.top) * ratio)];
    return [left, top, right - left, bottom - top];
  }

  // The painted tiles, those of the zoom level that lies on top last: tiles of the level before may still lie under them.
  function paintedTiles(container) {
    const levels = [...container.children].sort((a, b) => Number(a.style.zIndex) - Number(b.style.zIndex));
    return levels.flatMap((level) => [...level.querySelectorAll("canvas.leaflet-tile-loaded")]).filter((tile) => tile.width);
  }

  function copyTiles(still, map, layer) {
    const ratio = window.devicePixelRatio || 1;
    const size = map.getSize();
    still.width = Math.round(size.x * ratio);
    still.height = Math.round(size.y * ratio);
    still.style.width = `${size.x}px`;
    still.style.height = `${size.y}px`;
    const g = still.getContext("2d");
    const frame = map.getContainer().getBoundingClientRect();
    for (const tile of paintedTiles(layer.getContainer())) {
      g.drawImage(tile, ...placeOf(tile.getBoundingClientRect(), frame, ratio));
    }
    window.L.DomUtil.setPosition(still, map.containerPointToLayerPoint([0, 0]));
  }

  // Shows the picture instead of the tiles from the moment that nothing moves and every tile is painted.
  function restBaseMap(map, layer) {
    const still = window.L.DomUtil.create("canvas", "base-still", map.getPane("tilePane"));
    let timer = 0;
    let moving = false;
    const show = (resting) => {
      still.hidden = !resting;
      if (layer.getContainer()) layer.getContainer().style.visibility = resting ? "hidden" : "";
    };
    const rest = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (moving || layer.isLoading()) return;
        copyTiles(still, map, layer);
        show(true);
      }, REST_MS);
    };
    show(false);
    map.on("movestart zoomstart", () => { moving = true; show(false); });
    map.on("moveend zoomend", () => { moving = false; rest(); });
    map.on("resize", () => { show(false); rest(); });
    layer.on("load", rest);
    const paint = layer.renderTile;
    layer.renderTile = function (coords, element, key, done = () => {}) {
      return paint.call(this, coords, element, key, () => { done(); rest(); });
    };
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { still: { placeOf, paintedTiles, restBaseMap } });
})(window);
