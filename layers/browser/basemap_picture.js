// One picture of the base map while nothing moves: its tiles copied onto one canvas. Without a graphics card a browser puts
// every tile together anew for each frame of what moves above them; one picture takes a fraction of that.
"use strict";
(function (window) {
  const AT_REST_MS = 300;

  // Where a tile stands on the picture: [left, top, width, height]. Both sides are rounded to whole pixels, not side and
  // width: neighbours then share the same pixel and meet without a seam.
  function tilePlace(tile, frame, ratio) {
    const [left, top] = [Math.round((tile.left - frame.left) * ratio), Math.round((tile.top - frame.top) * ratio)];
    const [right, bottom] = [Math.round((tile.right - frame.left) * ratio), Math.round((tile.bottom - frame.top) * ratio)];
    return [left, top, right - left, bottom - top];
  }

  // The painted tiles, those of the zoom level that lies on top last: tiles of the level before may still lie under them.
  function paintedTiles(container) {
    const levels = [...container.children].sort((a, b) => Number(a.style.zIndex) - Number(b.style.zIndex));
    return levels.flatMap((level) => [...level.querySelectorAll("canvas.leaflet-tile-loaded")]).filter((tile) => tile.width);
  }

  function copyTiles(picture, map, layer) {
    const ratio = window.devicePixelRatio || 1;
    const size = map.getSize();
    picture.width = Math.round(size.x * ratio);
    picture.height = Math.round(size.y * ratio);
    picture.style.width = `${size.x}px`;
    picture.style.height = `${size.y}px`;
    const context = picture.getContext("2d");
    const frame = map.getContainer().getBoundingClientRect();
    for (const tile of paintedTiles(layer.getContainer())) {
      context.drawImage(tile, ...tilePlace(tile.getBoundingClientRect(), frame, ratio));
    }
    window.L.DomUtil.setPosition(picture, map.containerPointToLayerPoint([0, 0]));
  }

  // Shows the picture instead of the tiles from the moment that nothing moves and every tile is painted.
  function showPictureAtRest(map, layer) {
    const picture = window.L.DomUtil.create("canvas", "base-still", map.getPane("tilePane"));
    let timer = 0;
    let isMoving = false;
    const showPicture = (isShown) => {
      picture.hidden = !isShown;
      // hidden, not taken out: Leaflet goes on loading and keeping tiles, and they are there when the map moves
      if (layer.getContainer()) layer.getContainer().style.visibility = isShown ? "hidden" : "";
    };
    // A little later: tiles come one after the other, and a picture made for each of them would cost more than it saves.
    const planPicture = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (isMoving || layer.isLoading()) return;
        copyTiles(picture, map, layer);
        showPicture(true);
      }, AT_REST_MS);
    };
    showPicture(false);
    map.on("movestart zoomstart", () => { isMoving = true; showPicture(false); });
    map.on("moveend zoomend", () => { isMoving = false; planPicture(); });
    map.on("resize", () => { showPicture(false); planPicture(); });
    layer.on("load", planPicture);
    // A tile that is painted again (other labels, another pixel ratio) fires no "load": without this the picture is old.
    const renderTile = layer.renderTile;
    layer.renderTile = function (coords, element, key, done = () => {}) {
      return renderTile.call(this, coords, element, key, () => { done(); planPicture(); });
    };
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { basemapPicture: { tilePlace, paintedTiles, showPictureAtRest } });
})(window);
