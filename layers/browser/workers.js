// Every worker, every screen frame, on one canvas written pixel by pixel; a click picks the nearest one.
// Not an element for each worker, which the browser would lay out anew sixty times a second; and not the canvas's own
// drawing, which without a graphics card takes longer for a thousand small shapes than copying their pixels.
"use strict";
(function (window) {
  const OLD_FIX_S = 60;
  const CLICK_REACH_PX = 14;
  const OFF_DUTY = 0;

  function makeCanvas(map) {
    const canvas = window.L.DomUtil.create("canvas", "workers-canvas leaflet-zoom-animated", map.getPane("workers"));
    canvas.style.pointerEvents = "none";
    const context = canvas.getContext("2d", { willReadFrequently: true });
    // firstRow to endRow: the rows of pixels that hold something, so that only they are cleared and shown again
    return { canvas, context, width: 0, height: 0, image: null, pixels: null, firstRow: 0, endRow: 0 };
  }

  function resize(screen, map) {
    const size = map.getSize();
    if (size.x === screen.width && size.y === screen.height) return;
    screen.width = screen.canvas.width = size.x;
    screen.height = screen.canvas.height = size.y;
    screen.image = screen.context.createImageData(size.x || 1, size.y || 1);
    screen.pixels = new Uint32Array(screen.image.data.buffer);
    screen.firstRow = screen.endRow = 0;
  }

  // Copies a sprite with its left upper corner at (x, y); what is outside the screen was sorted out before.
  function blit(pixels, width, sprite, size, x, y) {
    let to = y * width + x;
    let from = 0;
    for (let row = 0; row < size; row++, to += width - size) {
      for (let column = 0; column < size; column++, to++, from++) {
        const pixel = sprite[from];
        const alpha = pixel >>> 24;
        // No mixing of colours, which would take most of the time: a solid pixel wins, and of two faint ones (the soft
        // edge of a symbol) the stronger, so that an edge does not cut into the symbol beneath it.
        if (alpha > 127 || (alpha > 8 && pixels[to] >>> 24 < alpha)) pixels[to] = pixel;
      }
    }
  }

  // Draws everybody on duty whose symbol fits into the window; returns how many.
  function drawAll(state) {
    const { screen, motion, sprites, xs, ys } = state;
    const { width, height, pixels } = screen;
    const half = sprites.size / 2;
    const [firstBefore, endBefore] = [screen.firstRow, screen.endRow];
    if (endBefore > firstBefore) pixels.fill(0, firstBefore * width, endBefore * width);
    [screen.firstRow, screen.endRow] = [height, 0];
    let drawn = 0;
    const now = motion.now();
    for (let i = 0; i < motion.count(); i++) {
      const [x, y] = [Math.round(xs[i] - half), Math.round(ys[i] - half)];
      if (x < 0 || y < 0 || x > width - sprites.size || y > height - sprites.size || now.status[i] === OFF_DUTY) continue;
      const index = window.gridcommand.sprites.spriteIndex(now.status[i], now.ageS[i] >= OLD_FIX_S, now.heading[i]);
      blit(pixels, width, sprites.sprites[index] || sprites.sprites[0], sprites.size, x, y);
      screen.firstRow = Math.min(screen.firstRow, y);
      screen.endRow = Math.max(screen.endRow, y + sprites.size);
      drawn += 1;
    }
    // the rows of the frame before as well: where nobody is any more they must be shown empty
    const top = Math.min(endBefore > firstBefore ? firstBefore : height, screen.firstRow);
    const bottom = Math.max(endBefore, screen.endRow);
    if (bottom > top) screen.context.putImageData(screen.image, 0, 0, 0, top, width, bottom - top);
    return drawn;
  }

  // Pixels in the map's container for every worker at this moment. Worked out here: Leaflet's own projection makes an
  // object for each point, and a thousand of them a frame keep the browser busy collecting garbage.
  function project(state, map, at) {
    const { motion } = state;
    const count = motion.count();
    if (state.xs.length < count) { state.xs = new Float64Array(count); state.ys = new Float64Array(count); }
    const world = 256 * Math.pow(2, map.getZoom());
    const origin = map.getPixelOrigin();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const [left, top] = [origin.x + corner.x, origin.y + corner.y];
    for (let row = 0; row < count; row++) {
      const [x, y] = motion.placeAt(row, at);
      state.xs[row] = x * world - left;
      state.ys[row] = y * world - top;
    }
  }

  function tick(state, map, at) {
    if (!state.isZooming && state.isShown) {
      resize(state.screen, map);
      // the pane moves with the map; the canvas is put back over the window, whose pixels it holds
      window.L.DomUtil.setPosition(state.screen.canvas, map.containerPointToLayerPoint([0, 0]));
      project(state, map, at);
      state.drawn = drawAll(state);
      moveRing(state, map);
    }
    window.requestAnimationFrame((next) => tick(state, map, next));
  }

  // Stretches the last picture along with the map while it zooms, as Leaflet does with its tiles.
  function animateZoom(state, map, event) {
    const scale = map.getZoomScale(event.zoom);
    const corner = map.containerPointToLatLng([0, 0]);
    const offset = map._latLngToNewLayerPoint(corner, event.zoom, event.center);
    window.L.DomUtil.setTransform(state.screen.canvas, offset, scale);
  }

  function moveRing(state, map) {
    const row = state.picked === null ? undefined : state.motion.row(state.picked);
    state.ring.style.display = row === undefined ? "none" : "";
    if (row === undefined) return;
    const place = map.containerPointToLayerPoint([state.xs[row], state.ys[row]]);
    window.L.DomUtil.setPosition(state.ring, place);
  }

  function describe(state, row) {
    const now = state.motion.now();
    return { worker: now.worker[row], status: now.status[row], age_s: now.ageS[row], at: state.map.containerPointToLatLng([state.xs[row], state.ys[row]]) };
  }

  function pickWorker(state, worker) {
    state.picked = worker;
    const row = worker === null ? undefined : state.motion.row(worker);
    const detail = row === undefined ? null : describe(state, row);
    window.document.dispatchEvent(new window.CustomEvent("gridcommand:worker", { detail }));
  }

  function rowAt(state, point) {
    const reach = CLICK_REACH_PX * state.scale;
    return window.gridcommand.motion.nearestRow(state.xs, state.ys, state.motion.count(), point.x, point.y, reach);
  }

  function addListeners(state, map) {
    window.gridcommand.onZoomAnimation(map, (isZooming) => { state.isZooming = isZooming; });
    map.on("zoomanim", (event) => animateZoom(state, map, event));
    // on the map and not on the canvas: that one lets every event through, since pins and grids lie around it
    map.on("click", (event) => {
      const row = rowAt(state, event.containerPoint);
      if (row >= 0 || state.picked !== null) pickWorker(state, row < 0 ? null : state.motion.now().worker[row]);
    });
    map.on("mousemove", (event) => {
      map.getContainer().classList.toggle("over-worker", state.isShown && rowAt(state, event.containerPoint) >= 0);
    });
    window.document.addEventListener("gridcommand:frame", (event) => state.motion.takeFrame(event.detail, window.performance.now()));
    window.document.addEventListener("gridcommand:layer", (event) => {
      if (event.detail.name === "workers") state.isShown = event.detail.shown;
    });
  }

  function addWorkers(map) {
    if (!map.gridcommand.live) return;
    const g = window.gridcommand;
    const scale = g.currentScale();
    const ring = window.L.DomUtil.create("div", "worker-ring", map.getPane("workers"));
    const state = {
      map, scale, ring, screen: makeCanvas(map), motion: g.motion.makeMotion(), picked: null, drawn: 0,
      sprites: g.sprites.makeSprites(map.gridcommand.style.workers, scale), isShown: true, isZooming: false,
      xs: new Float64Array(0), ys: new Float64Array(0),
    };
    addListeners(state, map);
    map.gridcommand.workers = state;
    g.drawn = () => state.drawn;
    g.selectWorker = (worker) => pickWorker(state, worker);
    window.requestAnimationFrame((at) => tick(state, map, at));
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { blit });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addWorkers);
})(window);
