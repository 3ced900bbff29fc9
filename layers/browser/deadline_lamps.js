// Times that run on in the page: how long a case is open, and the lamp of its deadline. Elements name the moments.
"use strict";
(function (window) {
  const DAY_MS = 86_400_000;

  // "4:05" below an hour, "1:04:05" below a day, "2d 3h" above.
  function spanText(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const two = (n) => String(n).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    if (hours >= 24) return `${Math.floor(hours / 24)}d ${hours % 24}h`;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

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
      const text = spanText(now - since);
      // written only when it changes: each write is painted, and a wall has hundreds of lamps
      if (lamp.dataset.state !== state) lamp.dataset.state = state;
      if (lamp.textContent !== text) lamp.textContent = text;
    }
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { deadlineLamps: { spanText, lampState } });
  if (window.document) {
    window.setInterval(refresh, 1000);
    window.document.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 30));
  }
})(window);
