// The bar that says since when the page is not live, shown within 5 s of losing the stream and hidden when it is back.
"use strict";
(function (window) {
  const SILENT_MS = 3000;

  // Since when (ms) the picture is old, or null while it is live. Before the first frame, loading counts from `openedAt`.
  function staleSince(nowMs, lastFrameAt, openedAt) {
    const last = lastFrameAt || openedAt;
    return nowMs - last > SILENT_MS ? last : null;
  }

  function timeOf(ms) {
    return new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);
  }

  const openedAt = Date.now();

  function refresh() {
    const bar = window.document.getElementById("stale-bar");
    if (!bar) return;
    const { lastFrameAt, serverOffsetMs } = window.gridcommand.live;
    // by the display's own clock on both sides: an offset to the server would count as silence
    const since = staleSince(Date.now(), lastFrameAt, openedAt);
    bar.hidden = since === null;
    window.document.documentElement.classList.toggle("not-live", since !== null);
    if (since === null) return;
    const text = (lastFrameAt ? bar.dataset.since : bar.dataset.never).replace("{time}", timeOf(since + serverOffsetMs));
    const line = bar.querySelector("span") || bar;
    if (line.textContent !== text) line.textContent = text;
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { freshness: { staleSince, timeOf } });
  if (window.document) window.setInterval(refresh, 250);
})(window);
