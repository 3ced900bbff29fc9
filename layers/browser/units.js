// Lengths, spans of time and running clocks as people read them: the rule of words/units.py, tested on the same table. The
// texts come with the page, in the visitor's language (data-units of the document).
"use strict";
(function (window) {
  let read = null;

  function pageTexts() {
    read = read || JSON.parse(window.document.documentElement.dataset.units);
    return read;
  }

  const two = (n) => String(n).padStart(2, "0");
  const fill = (text, values) => Object.entries(values).reduce((told, [name, value]) => told.replace(`{${name}}`, value), text);

  // A length in metres: whole metres below 95, whole tens below a kilometre, then kilometres with one place.
  function distanceText(metres, texts = pageTexts()) {
    if (metres < 995) {
      const step = metres < 95 ? 1 : 10;
      return fill(texts.metres, { n: Math.round(metres / step) * step });
    }
    const tenths = Math.round(metres / 100);
    return fill(texts.kilometres, { n: `${Math.floor(tenths / 10)}.${tenths % 10}` });
  }

  // A span in seconds, in two units at most, the smaller one left out where it is none.
  function durationText(seconds, texts = pageTexts()) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return fill(texts.seconds, { s: whole });
    if (whole < 600) {
      const [m, s] = [Math.floor(whole / 60), whole % 60];
      return s ? fill(texts.minutes_seconds, { m, s: two(s) }) : fill(texts.minutes, { m });
    }
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return fill(texts.minutes, { m: minutes });
    if (minutes < 1440) {
      const [h, m] = [Math.floor(minutes / 60), minutes % 60];
      return m ? fill(texts.hours_minutes, { h, m: two(m) }) : fill(texts.hours, { h });
    }
    const hours = Math.round(whole / 3600);
    const [d, h] = [Math.floor(hours / 24), hours % 24];
    return h ? fill(texts.days_hours, { d, h }) : fill(texts.days, { d });
  }

  // The face of a clock that counts: "4:05" below an hour, "1:04:05" below a day, then the span in words. What has not
  // passed whole is not counted; before the beginning it stands at "0:00".
  function clockFace(ms, texts) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    if (hours >= 24) return durationText(seconds, texts);
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { units: { pageTexts, distanceText, durationText, clockFace } });
})(window);
