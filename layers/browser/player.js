// The clock of a replay: plays, pauses, runs 1 to 300 times faster than life, can be set anywhere in its period.
"use strict";
(function (window) {
  const SPEEDS = [1, 10, 30, 60, 120, 300];

  function makePlayer(start, end) {
    let [now, speed, isPlaying] = [start, 60, false];
    const clamp = (t) => Math.min(end, Math.max(start, t));
    return {
      start, end,
      now: () => now,
      speed: () => speed,
      isPlaying: () => isPlaying,
      play() { if (now >= end) now = start; isPlaying = true; },
      pause() { isPlaying = false; },
      seek(t) { now = clamp(t); },
      setSpeed(next) { if (SPEEDS.includes(next)) speed = next; },
      faster() { speed = SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(speed) + 1)]; },
      slower() { speed = SPEEDS[Math.max(0, SPEEDS.indexOf(speed) - 1)]; },
      // Time goes on by this many milliseconds of life; stops by itself at the end.
      advance(ms) {
        if (!isPlaying) return;
        now = clamp(now + (ms / 1000) * speed);
        if (now >= end) isPlaying = false;
      },
    };
  }

  // The next moment among sorted ones after (or before) t; null when there is none. Half a second off: pressed again on a
  // moment, the button must lead on and not to the same one.
  function nextMoment(moments, t) { return moments.find((moment) => moment > t + 0.5) ?? null; }
  function previousMoment(moments, t) {
    const earlier = moments.filter((moment) => moment < t - 0.5);
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
