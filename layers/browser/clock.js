// The clock of the town: the server's time, however wrong the clock of this display is.
"use strict";
(function (window) {
  const ZONE = "Asia/Shanghai";

  function clockTexts(ms, language) {
    const locale = language === "en" ? "en-GB" : "zh-CN";
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    const day = new Intl.DateTimeFormat(locale, { timeZone: ZONE, year: "numeric", month: language === "en" ? "short" : "numeric", day: "numeric" });
    const week = new Intl.DateTimeFormat(locale, { timeZone: ZONE, weekday: language === "en" ? "short" : "long" });
    return { time: time.format(ms), date: day.format(ms), weekday: week.format(ms) };
  }

  function refresh() {
    const box = window.document.getElementById("clock");
    if (!box) return;
    const offset = window.gridcommand.live ? window.gridcommand.live.serverOffsetMs : 0;
    const texts = clockTexts(Date.now() + offset, window.document.documentElement.lang.startsWith("en") ? "en" : "zh");
    for (const [part, text] of Object.entries(texts)) {
      const element = box.querySelector(`.clock-${part}`);
      if (element && element.textContent !== text) element.textContent = text;
    }
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { clock: { clockTexts } });
  if (window.document) window.setInterval(refresh, 250);
})(window);
