// Every worker, every screen frame, on one canvas written pixel by pixel; a click picks the nearest one.
"use strict";
(function (window) {
  const OLD_S = 60;
  const REACH_PX = 14;
  const OFF_DUTY = 0;

  function makeCanvas(map) {
    const canvas = window.L.DomUtil.create("canvas", "workers-canvas leaflet-zoom-animated", map.getPane("workers"));
    canvas.style.pointerEvents = "none";
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return { canvas, context, width: 0, height: 0, image: null, pixels: null, low: 0, high: 0 };
  }

  function resize(screen, map) {
    const size = map.getSize();
    if (size.x === screen.width && size.y === screen.height) return;
    screen.width = screen.canvas.width = size.x;
    screen.height = screen.canvas.height = size.y;
    screen.image = screen.context.createImageData(size.x || 1, size.y || 1);
    screen.pixels = new Uint32Array(screen.image.data.buffer);
    screen.low = screen.high = 0;
  }

  // Copies a sprite with its left upper corner at (x, y); what is outside the screen was sorted out before.
  function blit(pixels, width, sprite, size, x, y) {
    let to = y * width + x;
    let from = 0;
    for (let row = 0; row < size; row++, to += width - size) {
      for (let column = 0; column < size; column++, to++, from++) {
        const value = sprite[from];
        const alpha = value >>> 24;
        if (alpha > 127 || (alpha > 8 && pixels[to] >>> 24 < alpha)) pixels[to] = value;
      }
    }
  }

  function drawAll(state, at) {
    const { screen, motion, sprites, xs, ys } = state;
    const { width, height, pixels } = screen;
    const half = sprites.size / 2;
    const before = [screen.low, screen.high];
    if (before[1] > before[0]) pixels.fill(0, before[0] * width, before[1] * width);
    [screen.low, screen.high] = [height, 0];
    let drawn = 0;
    const now = motion.now();
    for (let i = 0; i < motion.count(); i++) {
      const [x, y] = [Math.round(xs[i] - half), Math.round(ys[i] - half)];
      if (x < 0 || y < 0 || x > width - sprites.size || y > height - sprites.size || now.status[i] === OFF_DUTY) continue;
      const index = window.gridcommand.sprites.spriteIndex(now.status[i], now.ageS[i] >= OLD_S, now.heading[i]);
      blit(pixels, width, sprites.sprites[index] || sprites.sprites[0], sprites.size, x, y);
      screen.low = Math.min(screen.low, y);
      screen.high = Math.max(screen.high, y + sprites.size);
      drawn += 1;
    }
    const top = Math.min(before[1] > before[0] ? before[0] : height, screen.low);
    const bottom = Math.max(before[1], screen.high);
    if (bottom > top) screen.context.putImageData(screen.image, 0, 0, 0, top, width, bottom - top);
    return drawn;
  }

  // Pixels in the map's container for every worker at this moment.
  function project(state, map, at) {
    const { motion } = state;
    const n = motion.count();
    if (state.xs.length < n) { state.xs = new Float64Array(n); state.ys = new Float64Array(n); }
    const world = 256 * Math.pow(2, map.getZoom());
    const origin = map.getPixelOrigin();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const [left, top] = [origin.x + corner.x, origin.y + corner.y];
    for (let i = 0; i < n; i++) {
      const [x, y] = motion.place(i, at);
      state.xs[i] = x * world - left;
      state.ys[i] = y * world - top;
    }
  }

  function tick(state, map, at) {
    if (!state.zooming && state.shown) {
      resize(state.screen, map);
      window.L.DomUtil.setPosition(state.screen.canvas, map.containerPointToLayerPoint([0, 0]));
      project(state, map, at);
      state.drawn = drawAll(state, at);
      moveRing(state, map);
    }
    window.requestAnimationFrame((next) => tick(state, map, next));
  }

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

  function pick(state, worker) {
    state.picked = worker;
    const row = worker === null ? undefined : state.motion.row(worker);
    const detail = row === undefined ? null : describe(state, row);
    window.document.dispatchEvent(new window.CustomEvent("gridcommand:worker", { detail }));
  }

  function hit(state, point) {
    const reach = REACH_PX * state.scale;
    return window.gridcommand.motion.nearest(state.xs, state.ys, state.motion.count(), point.x, point.y, reach);
  }

  function listen(state, map) {
    window.gridcommand.watchZoom(map, (zooming) => { state.zooming = zooming; });
    map.on("zoomanim", (event) => animateZoom(state, map, event));
    map.on("click", (event) => {
      const row = hit(state, event.containerPoint);
      if (row >= 0 || state.picked !== null) pick(state, row < 0 ? null : state.motion.now().worker[row]);
    });
    map.on("mousemove", (event) => {
      map.getContainer().classList.toggle("over-worker", state.shown && hit(state, event.containerPoint) >= 0);
    });
    window.document.addEventListener("gridcommand:frame", (event) => state.motion.take(event.detail, window.performance.now()));
    window.document.addEventListener("gridcommand:layer", (event) => {
      if (event.detail.name === "workers") state.shown = event.detail.shown;
    });
  }

  function addWorkers(map) {
    if (!map.gridcommand.live) return;
    const g = window.gridcommand;
    const scale = g.currentScale();
    const ring = window.L.DomUtil.create("div", "worker-ring", map.getPane("workers"));
    const state = {
      map, scale, ring, screen: makeCanvas(map), motion: g.motion.makeMotion(), picked: null, drawn: 0,
      sprites: g.sprites.makeSprites(map.gridcommand.style.workers, scale), shown: true, zooming: false,
      xs: new Float64Array(0), ys: new Float64Array(0),
    };
    listen(state, map);
    map.gridcommand.workers = state;
    g.drawn = () => state.drawn;
    g.selectWorker = (worker) => pick(state, worker);
    window.requestAnimationFrame((at) => tick(state, map, at));
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { blit });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addWorkers);
})(window);
