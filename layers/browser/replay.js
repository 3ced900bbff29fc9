// The replay on the map: everybody who was chosen, and every case, on one clock.
"use strict";
(function (window) {
  const CLOCK_TEXT_MS = 100;
  const LONGEST_FRAME_MS = 250;
  const COLOURS = ["#34e0a1", "#ffd23f", "#5cc8ff", "#ff9a3d", "#c792ff", "#7ee787", "#ff7b9c", "#6ee7e7", "#f5b8ff", "#b6e36b"];

  function clockText(t) {
    const parts = window.gridcommand.clock.clockTexts(t * 1000, window.document.documentElement.lang.startsWith("en") ? "en" : "zh");
    return [parts.time, parts.date];
  }

  function setText(id, text) {
    const element = window.document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  }

  function showClock(state) {
    const { player } = state;
    const [time, date] = clockText(player.now());
    setText("replay-time", time);
    setText("replay-date", date);
    setText("replay-elapsed", `+${window.gridcommand.units.clockFace((player.now() - player.start) * 1000)}`);
    const scrub = window.document.getElementById("replay-scrub");
    // not while somebody drags it: the handle would be torn out of his hand
    if (scrub && !state.isScrubbing) scrub.value = String(((player.now() - player.start) / (player.end - player.start)) * 10000);
    const play = window.document.getElementById("replay-play");
    if (play) play.dataset.state = player.isPlaying() ? "playing" : "paused";
    for (const button of window.document.querySelectorAll("#replay-speeds button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === player.speed()));
    }
  }

  function showCases(state) {
    const t = state.player.now();
    for (const row of window.document.querySelectorAll("[data-replay-case]")) {
      const incident = state.byCase.get(row.dataset.replayCase);
      const change = incident && window.gridcommand.player.caseAt(incident, t);
      row.classList.toggle("happened", Boolean(change));
      const element = row.querySelector(".case-state");
      const text = change ? change.label : "";
      if (element && element.textContent !== text) element.textContent = text;
    }
  }

  // The clock's texts change ten times a second at most while it runs: faster nobody reads, and each change is painted.
  function refreshClock(state, at) {
    if (state.player.isPlaying() && at - state.clockShownAt < CLOCK_TEXT_MS) return;
    showClock(state);
    state.clockShownAt = at;
  }

  function tick(state, at) {
    if (state.isStopped) return;
    // A page in the background gets no frames: back in front it goes on where it was, not minutes later.
    const passedMs = Math.min(LONGEST_FRAME_MS, at - state.at);
    state.at = at;
    state.player.advance(passedMs);
    const t = state.player.now();
    const view = `${state.map.getZoom()} ${state.map.getPixelBounds()}`;
    // drawn only when something has changed: a paused replay costs nothing
    if (!state.isZooming && (t !== state.drawnT || view !== state.drawnView || state.mustRedraw)) {
      if (view !== state.drawnView || state.mustRedraw) window.gridcommand.replayPaint.drawTracks(state);
      window.gridcommand.replayPaint.drawNow(state);
      refreshClock(state, at);
      // the list four times a second at any speed
      if (Math.abs(t - state.listedT) >= state.player.speed() / 4 || !state.player.isPlaying()) { showCases(state); state.listedT = t; }
      [state.drawnT, state.drawnView, state.mustRedraw] = [t, view, false];
      state.frames += 1;
    } else if (!state.player.isPlaying()) refreshClock(state, at);
    window.requestAnimationFrame((next) => tick(state, next));
  }

  // Marks on the bar of time: one where each case was reported.
  function drawReportMarks(state) {
    const box = window.document.getElementById("replay-ticks");
    if (!box) return;
    box.replaceChildren();
    const { start, end } = state.player;
    for (const incident of state.cases) {
      const mark = window.document.createElement("i");
      mark.style.left = `${((incident.changes[0].t - start) / (end - start)) * 100}%`;
      mark.style.background = state.priorities[incident.priority];
      mark.title = incident.title;
      if (incident.changes[0].t >= start) box.appendChild(mark);
    }
  }

  function fitTo(state) {
    const bounds = window.L.latLngBounds([]);
    const { toLat, toLon } = window.gridcommand.plane;
    const add = (x, y) => bounds.extend([toLat(y), toLon(x)]);
    for (const pieces of state.workers.values()) {
      for (const piece of pieces) for (let i = 0; i < piece.n; i += Math.max(1, piece.n >> 5)) add(piece.x[i], piece.y[i]);
    }
    for (const incident of state.cases) add(incident.x, incident.y);
    if (!bounds.isValid()) return;
    const padding = window.gridcommand.paddings(state.map.gridcommand.box);
    state.map.fitBounds(bounds.pad(0.08), {
      paddingTopLeft: [padding.left, padding.top], paddingBottomRight: [padding.right, padding.bottom], maxZoom: 17, animate: false,
    });
  }

  function begin(map, loaded, buffer) {
    const g = window.gridcommand;
    const paint = g.replayPaint;
    if (map.gridcommand.replay) end(map.gridcommand.replay);
    const workers = g.trk1.byWorker(g.trk1.decode(buffer));
    const cases = loaded.cases.map((incident) => ({ ...incident, x: g.plane.toX(incident.lon), y: g.plane.toY(incident.lat) }));
    const state = {
      map, workers, cases, extent: paint.extentOf(workers, cases), texts: loaded.texts, names: new Map(loaded.workers.map((worker) => [worker.worker, worker.name])),
      colours: new Map([...workers.keys()].map((worker, i) => [worker, COLOURS[i % COLOURS.length]])),
      urgentFirst: [...cases].sort((a, b) => a.priority.localeCompare(b.priority)), namesNow: [], claimed: [],
      byCase: new Map(cases.map((incident) => [incident.case_no, incident])), priorities: map.gridcommand.style.priorities,
      player: g.player.makePlayer(loaded.start, loaded.end), tracks: paint.makeCanvas(map, "routes"), now: paint.makeCanvas(map, "workers"),
      scale: g.currentScale(), clockShownAt: -Infinity, hideAfterS: 3600, showTracks: true, at: window.performance.now(), frames: 0, listedT: -Infinity,
      moments: cases.flatMap((incident) => incident.changes.map((change) => change.t)).sort((a, b) => a - b), mustRedraw: true,
    };
    state.removeZoomListeners = g.onZoomAnimation(map, (isZooming) => {
      state.isZooming = state.now.canvas.hidden = state.tracks.canvas.hidden = isZooming;
      state.mustRedraw = true;
    });
    map.gridcommand.replay = state;
    for (const chip of window.document.querySelectorAll("[data-replay-worker]")) {
      chip.style.setProperty("--own", state.colours.get(Number(chip.dataset.replayWorker)) || paint.LOST_COLOUR);
    }
    drawReportMarks(state);
    fitTo(state);
    window.document.body.dataset.replay = "ready";
    state.player.seek(loaded.at || loaded.start);
    window.requestAnimationFrame((at) => tick(state, at));
    return state;
  }

  function end(state) {
    state.isStopped = true;
    state.removeZoomListeners();
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
      state.mustRedraw = true;
      button.setAttribute("aria-pressed", String(state.showTracks));
    },
  };

  function goTo(state, t) {
    if (t === null) return;
    state.player.seek(t);
    state.mustRedraw = true;
  }

  function click(event) {
    const state = current();
    const target = event.target.closest ? event.target.closest("[data-speed],[data-replay-case],button") : null;
    if (!state || !target) return;
    if (ACTIONS[target.id]) ACTIONS[target.id](state, target);
    else if (target.dataset.speed) state.player.setSpeed(Number(target.dataset.speed));
    else if (target.dataset.replayCase) {
      const incident = state.byCase.get(target.dataset.replayCase);
      goTo(state, Math.max(state.player.start, incident.changes[0].t));  // the way there is flown by controls.js
    }
    state.mustRedraw = true;
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
    state.mustRedraw = true;
  }

  function scrub(event) {
    const state = current();
    if (!state || event.target.id !== "replay-scrub") return;
    state.isScrubbing = event.type === "input";
    state.player.seek(state.player.start + (Number(event.target.value) / 10000) * (state.player.end - state.player.start));
    state.mustRedraw = true;
  }

  // Called by Dash with what the server prepared: fetches the tracks and begins.
  async function load(loaded) {
    if (!loaded) return "";
    delete window.document.body.dataset.replay;
    const beganAt = window.performance.now();
    const response = await window.fetch(loaded.tracks, {
      credentials: "same-origin", headers: { "Accept-Language": window.document.documentElement.lang },
    });
    if (!response.ok) return (await response.json()).error.message;
    const buffer = await response.arrayBuffer();
    const state = begin(window.gridcommand.maps[0], loaded, buffer);
    window.gridcommand.replayPaint.drawNow(state);
    state.firstFrameMs = window.performance.now() - beganAt;
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
      current,
      stats: () => {
        const state = current();
        return state && { frames: state.frames, drawn: state.drawn, lost: state.lost, cases: state.casesShown, now: state.player.now(),
          firstFrameMs: state.firstFrameMs, workers: state.workers.size, bytes: state.bytes };
      },
    },
  });
})(window);
