// Times that run on in the page: how long a case is open, and the lamp of its deadline. Elements name the moments.
"use strict";
(function (window) {
  const DAY_MS = 86_400_000;

  // The twin of dispatch/cases/deadlines.py, lamp: "near" from a quarter of the time before the deadline, or one day where
  // the whole is over two days, "over" after it; "none" when no clock runs, "paused" while the case is suspended, and
  // that is the server's to say.
  function lampState(now, started, due, isPaused = false) {
    if (!Number.isFinite(due)) return isPaused ? "paused" : "none";
    if (now > due) return "over";
    const [left, whole] = [due - now, due - started];
    return left <= whole / 4 || (whole > 2 * DAY_MS && left <= DAY_MS) ? "near" : "ok";
  }

  // A lamp tells its state by colour, shape (both in the stylesheet) and word. Written only when it changes: each write is
  // painted, and a wall has hundreds of lamps.
  function setLamp(element, state, texts) {
    if (element.dataset.state === state) return;
    element.dataset.state = state;
    const word = texts[`lamp_${state}`] || "";
    element.dataset.word = word;
    element.title = word;
  }

  function refresh() {
    const live = window.gridcommand.live;
    const now = Date.now() + (live ? live.serverOffsetMs : 0);
    for (const lamp of window.document.querySelectorAll(".elapsed[data-since]")) {
      const since = Date.parse(lamp.dataset.since);
      const { started, due, paused } = lamp.dataset;
      const state = lampState(now, Date.parse(started), Date.parse(due || ""), Boolean(paused));
      const text = window.gridcommand.units.clockFace(now - since);
      setLamp(lamp, state, window.gridcommand.units.pageTexts());
      if (lamp.textContent !== text) lamp.textContent = text;
    }
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { deadlineLamps: { lampState, setLamp } });
  if (window.document) {
    window.setInterval(refresh, 1000);
    window.document.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 30));
  }
})(window);
