// The replay on the map: everybody who was chosen, and every case, on one clock.
"use strict";
(function (window) {
  const TELL_MS = 100;
  const COLOURS = ["#34e0a1", "#ffd23f", "#5cc8ff", "#ff9a3d", "#c792ff", "#7ee787", "#ff7b9c", "#6ee7e7", "#f5b8ff", "#b6e36b"];

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
      if (view !== state.shownView || state.dirty) window.gridcommand.replayPaint.drawTracks(state);
      window.gridcommand.replayPaint.drawNow(state);
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
    const paint = g.replayPaint;
    if (map.gridcommand.replay) end(map.gridcommand.replay);
    const workers = g.trk1.byWorker(g.trk1.decode(buffer));
    const cases = loaded.cases.map((each) => ({ ...each, x: g.motion.toX(each.lon), y: g.motion.toY(each.lat) }));
    const state = {
      map, workers, cases, extent: paint.extentOf(workers, cases), texts: loaded.texts, names: new Map(loaded.workers.map((each) => [each.worker, each.name])),
      colours: new Map([...workers.keys()].map((worker, i) => [worker, COLOURS[i % COLOURS.length]])),
      urgentFirst: [...cases].sort((a, b) => a.priority.localeCompare(b.priority)), namesNow: [], taken: [],
      byCase: new Map(cases.map((each) => [each.case_no, each])), priorities: map.gridcommand.style.priorities,
      player: g.player.makePlayer(loaded.start, loaded.end), tracks: paint.makeCanvas(map, "routes"), now: paint.makeCanvas(map, "workers"),
      scale: g.currentScale(), toldAt: -Infinity, hideAfterS: 3600, showTracks: true, at: window.performance.now(), frames: 0, listedT: -Infinity,
      moments: cases.flatMap((each) => each.changes.map((change) => change.t)).sort((a, b) => a - b), dirty: true,
    };
    state.forgetZoom = g.watchZoom(map, (zooming) => {
      state.zooming = state.now.canvas.hidden = state.tracks.canvas.hidden = zooming;
      state.dirty = true;
    });
    map.gridcommand.replay = state;
    for (const chip of window.document.querySelectorAll("[data-replay-worker]")) {
      chip.style.setProperty("--own", state.colours.get(Number(chip.dataset.replayWorker)) || paint.LOST);
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
    window.gridcommand.replayPaint.drawNow(state);
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
      current,
      stats: () => {
        const state = current();
        return state && { frames: state.frames, drawn: state.drawn, lost: state.lost, cases: state.casesShown, now: state.player.now(),
          firstFrameMs: state.firstFrameMs, workers: state.workers.size, bytes: state.bytes };
      },
    },
  });
})(window);
