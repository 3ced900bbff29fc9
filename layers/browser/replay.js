// The replay on the map: everybody who was chosen, and every case, on one clock.
"use strict";
(function (window) {
  const TRAIL_S = 600;
  const FADE_S = 300;
  const SKIP_PX = 1.5;
  const NAMES_FROM_ZOOM = 15;
  const TELL_MS = 100;
  const ROOM_PX = 40;
  const LABEL_PX = 320;
  const COLOURS = ["#34e0a1", "#ffd23f", "#5cc8ff", "#ff9a3d", "#c792ff", "#7ee787", "#ff7b9c", "#6ee7e7", "#f5b8ff", "#b6e36b"];
  const LOST = "#8494a8";
  const ENDED = new Set(["closed", "cancelled", "rejected", "archived", "merged"]);

  function makeCanvas(map, pane) {
    const canvas = window.L.DomUtil.create("canvas", "replay-canvas leaflet-zoom-animated", map.getPane(pane));
    canvas.style.pointerEvents = "none";
    return { canvas, g: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  // The part of the window (pixels) in which anything can be drawn: what is replayed, with room for its labels. Fewer
  // pixels to paint and to put together in each frame than the whole window has.
  function windowPart(extent, world, left, top, size) {
    const x0 = Math.max(0, Math.floor(extent.left * world - left - ROOM_PX));
    const y0 = Math.max(0, Math.floor(extent.top * world - top - ROOM_PX));
    const x1 = Math.min(size.x, Math.ceil(extent.right * world - left + LABEL_PX));
    const y1 = Math.min(size.y, Math.ceil(extent.bottom * world - top + ROOM_PX));
    return { x: x0, y: y0, width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) };
  }

  // Clears the canvas, puts it over its part of the map, and gives the way from mercator to its pixels.
  function prepare(state, screen) {
    const { map } = state;
    const corner = map.containerPointToLayerPoint([0, 0]);
    const origin = map.getPixelOrigin();
    const world = 256 * Math.pow(2, map.getZoom());
    const part = windowPart(state.extent, world, origin.x + corner.x, origin.y + corner.y, map.getSize());
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
    for (const own of workers.values()) for (const piece of own) for (let i = 0; i < piece.n; i++) add(piece.x[i], piece.y[i]);
    for (const each of cases) add(each.x, each.y);
    return extent;
  }

  function line(g, view, piece, from, to) {
    let [lastX, lastY] = [Infinity, Infinity];
    let begun = false;
    for (let i = from; i <= to; i++) {
      const x = piece.x[i] * view.world - view.left;
      const y = piece.y[i] * view.world - view.top;
      if (i < to && Math.abs(x - lastX) + Math.abs(y - lastY) < SKIP_PX) continue;
      if (begun) g.lineTo(x, y); else g.moveTo(x, y);
      [lastX, lastY, begun] = [x, y, true];
    }
  }

  function drawTracks(state) {
    const { tracks } = state;
    const view = prepare(state, tracks);
    if (!state.showTracks) return;
    tracks.g.lineWidth = 1.4 * state.scale;
    tracks.g.globalAlpha = 0.32;
    tracks.g.lineJoin = "round";
    for (const [worker, own] of state.workers) {
      tracks.g.strokeStyle = state.colours.get(worker);
      tracks.g.beginPath();
      for (const piece of own) line(tracks.g, view, piece, 0, piece.n - 1);
      tracks.g.stroke();
    }
    tracks.g.globalAlpha = 1;
  }

  function drawTrail(state, g, view, place, t) {
    const { lastBefore } = window.gridcommand.trk1;
    const from = Math.max(0, lastBefore(place.piece.t, t - TRAIL_S));
    g.beginPath();
    line(g, view, place.piece, from, place.i);
    g.lineTo(place.x * view.world - view.left, place.y * view.world - view.top);
    g.stroke();
  }

  function drawWorker(state, g, view, worker, t) {
    const place = window.gridcommand.trk1.placeAt(state.workers.get(worker), t);
    if (!place || t - place.since > state.hideAfterS) return 0;
    const [x, y] = [place.x * view.world - view.left, place.y * view.world - view.top];
    const colour = place.known ? state.colours.get(worker) : LOST;
    state.lost += place.known ? 0 : 1;
    g.strokeStyle = colour;
    g.lineWidth = 3 * state.scale;
    if (place.known) drawTrail(state, g, view, place, t);
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) return 0;
    g.beginPath();
    g.arc(x, y, 6 * state.scale, 0, 7);
    g.fillStyle = place.known ? colour : "rgba(10,22,38,.85)";
    g.fill();
    g.lineWidth = 2 * state.scale;
    g.strokeStyle = place.known ? "#04101c" : LOST;
    g.stroke();
    if (state.map.getZoom() >= NAMES_FROM_ZOOM || state.workers.size <= 12) name(state, x, y, worker, place, t);
    return 1;
  }

  function name(state, x, y, worker, place, t) {
    const lost = place.known ? "" : ` ${state.texts.lost.replace("{minutes}", Math.floor((t - place.since) / 60))}`;
    state.namesNow.push([x + 10 * state.scale, y, (state.names.get(worker) || worker) + lost]);
  }

  // Whether a box overlaps none of those taken before; if so it is taken too.
  function takePlace(taken, box) {
    const [left, top, right, bottom] = box;
    if (taken.some((other) => left < other[2] && right > other[0] && top < other[3] && bottom > other[1])) return false;
    taken.push(box);
    return true;
  }

  // A label, unless another one stands there already: the pin under it stays to be seen.
  function label(state, g, x, y, text, colour) {
    const [wide, high] = [[...text].length * 12.5 * state.scale, 9 * state.scale];
    if (!takePlace(state.taken, [x, y - high, x + wide, y + high])) return;
    g.font = `600 ${12.5 * state.scale}px "Noto Sans CJK SC","Noto Sans SC",sans-serif`;
    g.textBaseline = "middle";
    g.lineWidth = 3.5 * state.scale;
    g.strokeStyle = "rgba(4,12,22,.9)";
    g.strokeText(text, x, y);
    g.fillStyle = colour;
    g.fillText(text, x, y);
  }

  function drawCase(state, g, view, each, t) {
    const change = window.gridcommand.player.caseAt(each, t);
    if (!change) return 0;
    const ended = ENDED.has(change.state);
    if (ended && t - change.t > FADE_S) return 0;
    const [x, y] = [each.x * view.world - view.left, each.y * view.world - view.top];
    const r = 8 * state.scale;
    g.globalAlpha = ended ? 0.55 : 1;
    g.beginPath();
    g.moveTo(x, y - r * 1.3); g.lineTo(x + r, y); g.lineTo(x, y + r * 1.3); g.lineTo(x - r, y); g.closePath();
    g.fillStyle = ended ? "#3ddc84" : state.priorities[each.priority] || "#4da3ff";
    g.fill();
    g.lineWidth = 2 * state.scale;
    g.strokeStyle = "#ffffff";
    g.stroke();
    label(state, g, x + r * 1.4, y, `${each.title} · ${change.label}`, "#ffffff");
    g.globalAlpha = 1;
    return 1;
  }

  function drawNow(state) {
    const { now } = state;
    const t = state.player.now();
    const view = prepare(state, now);
    now.g.lineJoin = now.g.lineCap = "round";
    state.taken = [];
    state.namesNow = [];
    state.drawn = 0;
    state.lost = 0;
    for (const worker of state.workers.keys()) state.drawn += drawWorker(state, now.g, view, worker, t);
    state.casesShown = 0;
    for (const each of state.urgentFirst) state.casesShown += drawCase(state, now.g, view, each, t);
    for (const [x, y, text] of state.namesNow) label(state, now.g, x, y, text, "#dcecff");
  }

  const pad = (value) => String(value).padStart(2, "0");

  function clockText(t) {
    const parts = window.gridcommand.clock.clockTexts(t * 1000, window.document.documentElement.lang.startsWith("en") ? "en" : "zh");
    return [parts.time, parts.date];
  }

  function write(id, text) {
    const place = window.document.getElementById(id);
    if (place && place.textContent !== text) place.textContent = text;
  }

  function showClock(state) {
    const { player } = state;
    const [time, date] = clockText(player.now());
    write("replay-time", time);
    write("replay-date", date);
    const done = Math.floor(player.now() - player.start);
    write("replay-elapsed", `+${pad(Math.floor(done / 3600))}:${pad(Math.floor(done / 60) % 60)}:${pad(done % 60)}`);
    const scrub = window.document.getElementById("replay-scrub");
    if (scrub && !state.scrubbing) scrub.value = String(((player.now() - player.start) / (player.end - player.start)) * 10000);
    const play = window.document.getElementById("replay-play");
    if (play) play.dataset.state = player.isPlaying() ? "playing" : "paused";
    for (const button of window.document.querySelectorAll("#replay-speeds button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === player.speed()));
    }
  }

  function showCases(state) {
    const t = state.player.now();
    for (const row of window.document.querySelectorAll("[data-replay-case]")) {
      const each = state.byCase.get(row.dataset.replayCase);
      const change = each && window.gridcommand.player.caseAt(each, t);
      row.classList.toggle("happened", Boolean(change));
      const place = row.querySelector(".case-state");
      const text = change ? change.label : "";
      if (place && place.textContent !== text) place.textContent = text;
    }
  }

  // The clock's words change ten times a second at most while it runs: faster nobody reads, and each change is painted.
  function tellTime(state, at) {
    if (state.player.isPlaying() && at - state.toldAt < TELL_MS) return;
    showClock(state);
    state.toldAt = at;
  }

  function tick(state, at) {
    if (state.over) return;
    const past = Math.min(250, at - state.at);
    state.at = at;
    state.player.advance(past);
    const t = state.player.now();
    const view = `${state.map.getZoom()} ${state.map.getPixelBounds()}`;
    if (!state.zooming && (t !== state.shownT || view !== state.shownView || state.dirty)) {
      if (view !== state.shownView || state.dirty) drawTracks(state);
      drawNow(state);
      tellTime(state, at);
      if (Math.abs(t - state.listedT) >= state.player.speed() / 4 || !state.player.isPlaying()) { showCases(state); state.listedT = t; }
      [state.shownT, state.shownView, state.dirty] = [t, view, false];
      state.frames += 1;
    } else if (!state.player.isPlaying()) tellTime(state, at);
    window.requestAnimationFrame((next) => tick(state, next));
  }

  function ticks(state) {
    const box = window.document.getElementById("replay-ticks");
    if (!box) return;
    box.replaceChildren();
    const { start, end } = state.player;
    for (const each of state.cases) {
      const mark = window.document.createElement("i");
      mark.style.left = `${((each.changes[0].t - start) / (end - start)) * 100}%`;
      mark.style.background = state.priorities[each.priority];
      mark.title = each.title;
      if (each.changes[0].t >= start) box.appendChild(mark);
    }
  }

  function fitTo(state) {
    const bounds = window.L.latLngBounds([]);
    const add = (x, y) => bounds.extend([(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, (x - 0.5) * 360]);
    for (const own of state.workers.values()) {
      for (const piece of own) for (let i = 0; i < piece.n; i += Math.max(1, piece.n >> 5)) add(piece.x[i], piece.y[i]);
    }
    for (const each of state.cases) add(each.x, each.y);
    if (!bounds.isValid()) return;
    const room = window.gridcommand.paddings(state.map.gridcommand.box);
    state.map.fitBounds(bounds.pad(0.08), {
      paddingTopLeft: [room.left, room.top], paddingBottomRight: [room.right, room.bottom], maxZoom: 17, animate: false,
    });
  }

  function begin(map, loaded, buffer) {
    const g = window.gridcommand;
    if (map.gridcommand.replay) end(map.gridcommand.replay);
    const workers = g.trk1.byWorker(g.trk1.decode(buffer));
    const cases = loaded.cases.map((each) => ({ ...each, x: g.motion.toX(each.lon), y: g.motion.toY(each.lat) }));
    const state = {
      map, workers, cases, extent: extentOf(workers, cases), texts: loaded.texts, names: new Map(loaded.workers.map((each) => [each.worker, each.name])),
      colours: new Map([...workers.keys()].map((worker, i) => [worker, COLOURS[i % COLOURS.length]])),
      urgentFirst: [...cases].sort((a, b) => a.priority.localeCompare(b.priority)), namesNow: [], taken: [],
      byCase: new Map(cases.map((each) => [each.case_no, each])), priorities: map.gridcommand.style.priorities,
      player: g.player.makePlayer(loaded.start, loaded.end), tracks: makeCanvas(map, "routes"), now: makeCanvas(map, "workers"),
      scale: g.currentScale(), toldAt: -Infinity, hideAfterS: 3600, showTracks: true, at: window.performance.now(), frames: 0, listedT: -Infinity,
      moments: cases.flatMap((each) => each.changes.map((change) => change.t)).sort((a, b) => a - b), dirty: true,
    };
    state.forgetZoom = g.watchZoom(map, (zooming) => {
      state.zooming = state.now.canvas.hidden = state.tracks.canvas.hidden = zooming;
      state.dirty = true;
    });
    map.gridcommand.replay = state;
    for (const chip of window.document.querySelectorAll("[data-replay-worker]")) {
      chip.style.setProperty("--own", state.colours.get(Number(chip.dataset.replayWorker)) || LOST);
    }
    ticks(state);
    fitTo(state);
    window.document.body.dataset.replay = "ready";
    state.player.seek(loaded.at || loaded.start);
    window.requestAnimationFrame((at) => tick(state, at));
    return state;
  }

  function end(state) {
    state.over = true;
    state.forgetZoom();
    state.tracks.canvas.remove();
    state.now.canvas.remove();
  }

  function current() {
    const map = window.gridcommand.maps[0];
    return map && map.gridcommand.replay;
  }

  const ACTIONS = {
    "replay-play": (state) => (state.player.isPlaying() ? state.player.pause() : state.player.play()),
    "replay-next": (state) => goTo(state, window.gridcommand.player.nextMoment(state.moments, state.player.now())),
    "replay-previous": (state) => goTo(state, window.gridcommand.player.previousMoment(state.moments, state.player.now())),
    "replay-tracks": (state, button) => {
      state.showTracks = !state.showTracks;
      state.dirty = true;
      button.setAttribute("aria-pressed", String(state.showTracks));
    },
  };

  function goTo(state, t) {
    if (t === null) return;
    state.player.seek(t);
    state.dirty = true;
  }

  function click(event) {
    const state = current();
    const target = event.target.closest ? event.target.closest("[data-speed],[data-replay-case],button") : null;
    if (!state || !target) return;
    if (ACTIONS[target.id]) ACTIONS[target.id](state, target);
    else if (target.dataset.speed) state.player.setSpeed(Number(target.dataset.speed));
    else if (target.dataset.replayCase) {
      const each = state.byCase.get(target.dataset.replayCase);
      goTo(state, Math.max(state.player.start, each.changes[0].t));  // the way there is flown by controls.js
    }
    state.dirty = true;
  }

  function key(event) {
    const state = current();
    if (!state || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "range") return;
    const keys = {
      " ": () => ACTIONS["replay-play"](state), ArrowUp: () => state.player.faster(), ArrowDown: () => state.player.slower(),
      ArrowRight: () => ACTIONS["replay-next"](state), ArrowLeft: () => ACTIONS["replay-previous"](state),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
    state.dirty = true;
  }

  function scrub(event) {
    const state = current();
    if (!state || event.target.id !== "replay-scrub") return;
    state.scrubbing = event.type === "input";
    state.player.seek(state.player.start + (Number(event.target.value) / 10000) * (state.player.end - state.player.start));
    state.dirty = true;
  }

  // Called by Dash with what the server prepared: fetches the tracks and begins.
  async function load(loaded) {
    if (!loaded) return "";
    delete window.document.body.dataset.replay;
    const began = window.performance.now();
    const answer = await window.fetch(loaded.tracks, {
      credentials: "same-origin", headers: { "Accept-Language": window.document.documentElement.lang },
    });
    if (!answer.ok) return (await answer.json()).error.message;
    const buffer = await answer.arrayBuffer();
    const state = begin(window.gridcommand.maps[0], loaded, buffer);
    drawNow(state);
    state.firstFrameMs = window.performance.now() - began;
    state.bytes = buffer.byteLength;
    return "";
  }

  if (window.document) {
    window.document.addEventListener("click", click);
    window.document.addEventListener("keydown", key);
    window.document.addEventListener("input", scrub);
    window.document.addEventListener("change", scrub);
    window.dash_clientside = Object.assign({}, window.dash_clientside, { replay: { load } });
  }
  window.gridcommand = Object.assign(window.gridcommand || {}, {
    replay: {
      current, takePlace, windowPart,
      stats: () => {
        const state = current();
        return state && { frames: state.frames, drawn: state.drawn, lost: state.lost, cases: state.casesShown, now: state.player.now(),
          firstFrameMs: state.firstFrameMs, workers: state.workers.size, bytes: state.bytes };
      },
    },
  });
})(window);
