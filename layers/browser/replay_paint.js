// The replay's two canvases: one with every track, drawn when the view changes; one with where everybody and every case is
// at one moment, drawn in each frame. On one canvas the tracks, which take most of the time, would be drawn in each frame.
"use strict";
(function (window) {
  const TRAIL_S = 600;
  const ENDED_SHOWN_S = 300;
  const LEAST_STEP_PX = 1.5;
  const NAMES_FROM_ZOOM = 15;
  const MARGIN_PX = 40;
  const LABEL_ROOM_PX = 320;
  const LOST_COLOUR = "#8494a8";

  function makeCanvas(map, pane) {
    const canvas = window.L.DomUtil.create("canvas", "replay-canvas leaflet-zoom-animated", map.getPane(pane));
    canvas.style.pointerEvents = "none";
    // kept in main memory: without a graphics card a canvas meant for one is copied to and fro for each frame
    return { canvas, g: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  // The part of the window (pixels) in which anything can be drawn: what is replayed, with room for its labels. Fewer
  // pixels to paint and to put together in each frame than the whole window has.
  function windowPart(extent, world, left, top, size) {
    const x0 = Math.max(0, Math.floor(extent.left * world - left - MARGIN_PX));
    const y0 = Math.max(0, Math.floor(extent.top * world - top - MARGIN_PX));
    const x1 = Math.min(size.x, Math.ceil(extent.right * world - left + LABEL_ROOM_PX));
    const y1 = Math.min(size.y, Math.ceil(extent.bottom * world - top + MARGIN_PX));
    return { x: x0, y: y0, width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) };
  }

  // Clears the canvas, puts it over its part of the map, and gives the way from mercator to its pixels.
  function prepare(state, screen) {
    const { map } = state;
    const corner = map.containerPointToLayerPoint([0, 0]);
    const origin = map.getPixelOrigin();
    const world = 256 * Math.pow(2, map.getZoom());
    const part = windowPart(state.extent, world, origin.x + corner.x, origin.y + corner.y, map.getSize());
    // setting the size clears too, but takes new memory for all pixels: only when it changes
    if (screen.canvas.width !== part.width || screen.canvas.height !== part.height) {
      screen.canvas.width = part.width;
      screen.canvas.height = part.height;
    } else screen.g.clearRect(0, 0, part.width, part.height);
    window.L.DomUtil.setPosition(screen.canvas, corner.add([part.x, part.y]));
    return { world, left: origin.x + corner.x + part.x, top: origin.y + corner.y + part.y, width: part.width, height: part.height };
  }

  // West, north, east and south edge (mercator, 0 to 1) of everything that is replayed.
  function extentOf(workers, cases) {
    const extent = { left: 1, top: 1, right: 0, bottom: 0 };
    const add = (x, y) => {
      extent.left = Math.min(extent.left, x); extent.right = Math.max(extent.right, x);
      extent.top = Math.min(extent.top, y); extent.bottom = Math.max(extent.bottom, y);
    };
    for (const pieces of workers.values()) {
      for (const piece of pieces) for (let i = 0; i < piece.n; i++) add(piece.x[i], piece.y[i]);
    }
    for (const incident of cases) add(incident.x, incident.y);
    return extent;
  }

  // Adds the line through the fixes from one index to another to the context's path. Fixes nearer to the one before than a
  // pixel and a half are left out: a day has thousands on a few pixels, and each costs as much as one that can be seen.
  function addLine(g, view, piece, from, to) {
    let [lastX, lastY] = [Infinity, Infinity];
    let hasBegun = false;
    for (let i = from; i <= to; i++) {
      const x = piece.x[i] * view.world - view.left;
      const y = piece.y[i] * view.world - view.top;
      if (i < to && Math.abs(x - lastX) + Math.abs(y - lastY) < LEAST_STEP_PX) continue;
      if (hasBegun) g.lineTo(x, y); else g.moveTo(x, y);
      [lastX, lastY, hasBegun] = [x, y, true];
    }
  }

  function drawTracks(state) {
    const { tracks } = state;
    const view = prepare(state, tracks);
    if (!state.showTracks) return;
    tracks.g.lineWidth = 1.4 * state.scale;
    tracks.g.globalAlpha = 0.32;
    tracks.g.lineJoin = "round";
    for (const [worker, pieces] of state.workers) {
      tracks.g.strokeStyle = state.colours.get(worker);
      // one path for all pieces of a worker: where they cross, a half-transparent line is not darker than elsewhere
      tracks.g.beginPath();
      for (const piece of pieces) addLine(tracks.g, view, piece, 0, piece.n - 1);
      tracks.g.stroke();
    }
    tracks.g.globalAlpha = 1;
  }

  function drawTrail(state, g, view, place, t) {
    const { lastBefore } = window.gridcommand.trk1;
    const from = Math.max(0, lastBefore(place.piece.t, t - TRAIL_S));
    g.beginPath();
    addLine(g, view, place.piece, from, place.i);
    g.lineTo(place.x * view.world - view.left, place.y * view.world - view.top);
    g.stroke();
  }

  function drawWorker(state, g, view, worker, t) {
    const place = window.gridcommand.trk1.placeAt(state.workers.get(worker), t);
    // who was not seen for an hour is not drawn at all: his last place says nothing any more
    if (!place || t - place.since > state.hideAfterS) return 0;
    const [x, y] = [place.x * view.world - view.left, place.y * view.world - view.top];
    const colour = place.known ? state.colours.get(worker) : LOST_COLOUR;
    state.lost += place.known ? 0 : 1;
    g.strokeStyle = colour;
    g.lineWidth = 3 * state.scale;
    // the trail before the test of the window: it may reach into it from outside
    if (place.known) drawTrail(state, g, view, place, t);
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) return 0;
    g.beginPath();
    g.arc(x, y, 6 * state.scale, 0, 7);
    g.fillStyle = place.known ? colour : "rgba(10,22,38,.85)";
    g.fill();
    g.lineWidth = 2 * state.scale;
    g.strokeStyle = place.known ? "#04101c" : LOST_COLOUR;
    g.stroke();
    if (state.map.getZoom() >= NAMES_FROM_ZOOM || state.workers.size <= 12) addName(state, x, y, worker, place, t);
    return 1;
  }

  // Keeps a name for later: cases are labelled first, and names get what room is left.
  function addName(state, x, y, worker, place, t) {
    const lost = place.known ? "" : ` ${state.texts.lost.replace("{span}", window.gridcommand.units.durationText(t - place.since))}`;
    state.namesNow.push([x + 10 * state.scale, y, (state.names.get(worker) || worker) + lost]);
  }

  // Claims the room of a box; false, and not claimed, when it overlaps one that was claimed before.
  function claimRoom(claimed, box) {
    const [left, top, right, bottom] = box;
    if (claimed.some((other) => left < other[2] && right > other[0] && top < other[3] && bottom > other[1])) return false;
    claimed.push(box);
    return true;
  }

  // A label, unless another one stands there already: the pin under it stays to be seen.
  function label(state, g, x, y, text, colour) {
    // A letter counts as wide as it is high, which a Chinese one is. Measuring each text in each frame would take longer
    // than to draw it.
    const [width, halfHeight] = [[...text].length * 12.5 * state.scale, 9 * state.scale];
    if (!claimRoom(state.claimed, [x, y - halfHeight, x + width, y + halfHeight])) return;
    g.font = `600 ${12.5 * state.scale}px "Noto Sans CJK SC","Noto Sans SC",sans-serif`;
    g.textBaseline = "middle";
    g.lineWidth = 3.5 * state.scale;
    g.strokeStyle = "rgba(4,12,22,.9)";
    g.strokeText(text, x, y);
    g.fillStyle = colour;
    g.fillText(text, x, y);
  }

  function drawCase(state, g, view, incident, t) {
    const change = window.gridcommand.player.caseAt(incident, t);
    if (!change) return 0;
    const hasEnded = change.ends;
    if (hasEnded && t - change.t > ENDED_SHOWN_S) return 0;
    const [x, y] = [incident.x * view.world - view.left, incident.y * view.world - view.top];
    const r = 8 * state.scale;
    g.globalAlpha = hasEnded ? 0.55 : 1;
    g.beginPath();
    g.moveTo(x, y - r * 1.3); g.lineTo(x + r, y); g.lineTo(x, y + r * 1.3); g.lineTo(x - r, y); g.closePath();
    g.fillStyle = hasEnded ? "#3ddc84" : state.priorities[incident.priority] || "#4da3ff";
    g.fill();
    g.lineWidth = 2 * state.scale;
    g.strokeStyle = "#ffffff";
    g.stroke();
    label(state, g, x + r * 1.4, y, `${incident.title} · ${change.label}`, "#ffffff");
    g.globalAlpha = 1;
    return 1;
  }

  function drawNow(state) {
    const { now } = state;
    const t = state.player.now();
    const view = prepare(state, now);
    now.g.lineJoin = now.g.lineCap = "round";
    state.claimed = [];
    state.namesNow = [];
    state.drawn = 0;
    state.lost = 0;
    for (const worker of state.workers.keys()) state.drawn += drawWorker(state, now.g, view, worker, t);
    state.casesShown = 0;
    // the most urgent first: of labels that overlap the first one stays
    for (const incident of state.urgentFirst) state.casesShown += drawCase(state, now.g, view, incident, t);
    for (const [x, y, text] of state.namesNow) label(state, now.g, x, y, text, "#dcecff");
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, {
    replayPaint: { LOST_COLOUR, makeCanvas, windowPart, extentOf, claimRoom, drawTracks, drawNow },
  });
})(window);
