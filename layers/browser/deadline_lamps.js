// Times that run on in the page: how long a case is open, and the lamp of its deadline. Elements name the moments.
"use strict";
(function (window) {
  const NEAR_FROM = 0.75;

  // "ok" until three quarters of the time are gone, "near" until due, then "over"; "none" without a due time.
  function lampState(now, since, due) {
    if (!Number.isFinite(due)) return "none";
    if (now >= due) return "over";
    return now - since >= (due - since) * NEAR_FROM ? "near" : "ok";
  }

  function refresh() {
    const live = window.gridcommand.live;
    const now = Date.now() + (live ? live.serverOffsetMs : 0);
    for (const lamp of window.document.querySelectorAll(".elapsed[data-since]")) {
      const since = Date.parse(lamp.dataset.since);
      const state = lampState(now, since, Date.parse(lamp.dataset.due || ""));
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
