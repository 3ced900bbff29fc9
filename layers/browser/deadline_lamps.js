// Times that run on in the page: how long a case is open, and the lamp of its deadline. Elements name the moments.
"use strict";
(function (window) {
  const DAY_MS = 86_400_000;

  // The twin of dispatch/cases/deadlines.py, lamp: "near" from a quarter of the time before the deadline, or one day where
  // the whole is over two days, "over" after it; "none" when no clock runs, and that is the server's to say.
  function lampState(now, started, due) {
    if (!Number.isFinite(due)) return "none";
    if (now > due) return "over";
    const [left, whole] = [due - now, due - started];
    return left <= whole / 4 || (whole > 2 * DAY_MS && left <= DAY_MS) ? "near" : "ok";
  }

  function refresh() {
    const live = window.gridcommand.live;
    const now = Date.now() + (live ? live.serverOffsetMs : 0);
    for (const lamp of window.document.querySelectorAll(".elapsed[data-since]")) {
      const since = Date.parse(lamp.dataset.since);
      const state = lampState(now, Date.parse(lamp.dataset.started), Date.parse(lamp.dataset.due || ""));
      const text = window.gridcommand.units.clockFace(now - since);
      // written only when it changes: each write is painted, and a wall has hundreds of lamps
      if (lamp.dataset.state !== state) lamp.dataset.state = state;
      if (lamp.textContent !== text) lamp.textContent = text;
    }
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { deadlineLamps: { lampState } });
  if (window.document) {
    window.setInterval(refresh, 1000);
    window.document.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 30));
  }
})(window);
