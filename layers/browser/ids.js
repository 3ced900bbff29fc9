// Ids made in the page, so that a repeated request is one act: time-ordered UUIDs (version 7), strictly rising however
// many are made in one millisecond and though the clock be set back.
// Source: RFC 9562, 5.7 and 6.2 (method 1: a counter of 12 bits, of which the first is 0 at first).
"use strict";
(function (window) {
  const COUNTER_FULL = 0x1000;
  const COUNTER_SEED = 0x07ff;

  // Writes the number `value` into `count` bytes from `at`, the greatest first.
  function writeNumber(bytes, at, count, value) {
    for (let i = 0; i < count; i++) bytes[at + i] = Math.floor(value / Math.pow(2, 8 * (count - 1 - i))) % 256;
  }

  function asText(bytes) {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  // A maker of ids: (ms) -> id. `random` fills an array of bytes; also where crypto.randomUUID is missing, since the page
  // is no secure context.
  function idMaker(random) {
    let lastMs = -1;
    let counter = 0;
    return (nowMs) => {
      const bytes = random(new Uint8Array(16));
      if (nowMs > lastMs) [lastMs, counter] = [nowMs, (bytes[6] * 256 + bytes[7]) & COUNTER_SEED];
      else if (++counter === COUNTER_FULL) [lastMs, counter] = [lastMs + 1, 0];
      writeNumber(bytes, 0, 6, lastMs);
      writeNumber(bytes, 6, 2, counter + 0x7000);
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      return asText(bytes);
    };
  }

  const make = idMaker((bytes) => window.crypto.getRandomValues(bytes));
  const newId = () => make(Date.now());
  const madeAtMs = (id) => parseInt(id.replace("-", "").slice(0, 12), 16);

  window.gridcommand = Object.assign(window.gridcommand || {}, { ids: { idMaker, newId, madeAtMs } });
})(window);
