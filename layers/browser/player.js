// The one clock of a replay: plays, pauses, runs 1 to 300 times faster than life, goes anywhere in its period.
"use strict";
(function (window) {
  const SPEEDS = [1, 10, 30, 60, 120, 300];

  function makePlayer(start, end) {
    let [now, speed, playing] = [start, 60, false];
    const clamp = (t) => Math.min(end, Math.max(start, t));
    return {
      start, end,
      now: () => now,
      speed: () => speed,
      isPlaying: () => playing,
      play() { if (now >= end) now = start; playing = true; },
      pause() { playing = false; },
      seek(t) { now = clamp(t); },
      setSpeed(next) { if (SPEEDS.includes(next)) speed = next; },
      faster() { speed = SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(speed) + 1)]; },
      slower() { speed = SPEEDS[Math.max(0, SPEEDS.indexOf(speed) - 1)]; },
      // Time goes on by this many milliseconds of life; stops by itself at the end.
      advance(ms) {
        if (!playing) return;
        now = clamp(now + (ms / 1000) * speed);
        if (now >= end) playing = false;
      },
    };
  }

  // The next moment among sorted ones after (or before) t; null when there is none.
  function nextMoment(moments, t) { return moments.find((each) => each > t + 0.5) ?? null; }
  function previousMoment(moments, t) {
    const earlier = moments.filter((each) => each < t - 0.5);
    return earlier.length ? earlier[earlier.length - 1] : null;
  }

  // The state of a case at t: its last change not later than t; null before it was reported.
  function caseAt(history, t) {
    let last = null;
    for (const change of history.changes) { if (change.t <= t) last = change; else break; }
    return last;
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { player: { makePlayer, nextMoment, previousMoment, caseAt, SPEEDS } });
})(window);
