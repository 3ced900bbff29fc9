// Times that run in the page: how long a case is open, and whether it is due. Elements name the moments, we count.
"use strict";
(function (window) {
  const NEAR = 0.75;

  // "4:05" below an hour, "1:04:05" below a day, "2d 3h" above.
  function spanText(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    const two = (n) => String(n).padStart(2, "0");
    const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
    if (h >= 24) return `${Math.floor(h / 24)}d ${h % 24}h`;
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  }

  // "ok" until three quarters of the time are gone, "near" until due, then "over"; "none" without a due time.
  function lampState(now, since, due) {
    if (!Number.isFinite(due)) return "none";
    if (now >= due) return "over";
    return now - since >= (due - since) * NEAR ? "near" : "ok";
  }

  function show() {
    const live = window.gridcommand.live;
    const now = Date.now() + (live ? live.serverOffsetMs : 0);
    for (const lamp of window.document.querySelectorAll(".elapsed[data-since]")) {
      const since = Date.parse(lamp.dataset.since);
      const state = lampState(now, since, Date.parse(lamp.dataset.due || ""));
      const text = spanText(now - since);
      if (lamp.dataset.state !== state) lamp.dataset.state = state;
      if (lamp.textContent !== text) lamp.textContent = text;
    }
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { lamps: { spanText, lampState } });
  if (window.document) {
    window.setInterval(show, 1000);
    window.document.addEventListener("gridcommand:board", () => window.setTimeout(show, 30));
  }
})(window);
