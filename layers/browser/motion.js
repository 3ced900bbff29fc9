// Where workers are between two frames: each glides from where it was drawn to where it was last seen.
"use strict";
(function (window) {
  const LEAST_MS = 1000;
  const MOST_MS = 6000;
  const JUMP = 500 / 40075016;

  // Mercator, 0..1 from west to east and from north to south.
  const toX = (lon) => lon / 360 + 0.5;
  function toY(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  // A fix comes more seldom than a frame, so a glide takes as long as the last two fixes lay apart; a jump is no glide.
  function glideMs(sinceLastMoveMs) {
    return Math.min(MOST_MS, Math.max(LEAST_MS, sinceLastMoveMs));
  }

  function makeMotion() {
    let n = 0;
    let rows = new Map();
    let now = null;
    const columns = (size) => ({
      fromX: new Float64Array(size), fromY: new Float64Array(size), toX: new Float64Array(size), toY: new Float64Array(size),
      startedAt: new Float64Array(size), forMs: new Float64Array(size), heading: new Uint8Array(size),
      status: new Uint8Array(size), ageS: new Uint8Array(size), worker: new Uint16Array(size),
    });

    function place(i, at) {
      const part = Math.min(1, Math.max(0, (at - now.startedAt[i]) / now.forMs[i]));
      return [now.fromX[i] + (now.toX[i] - now.fromX[i]) * part, now.fromY[i] + (now.toY[i] - now.fromY[i]) * part];
    }

    function carry(next, i, before, at) {
      const isStill = now.toX[before] === next.toX[i] && now.toY[before] === next.toY[i];
      if (isStill) {
        for (const name of ["fromX", "fromY", "startedAt", "forMs"]) next[name][i] = now[name][before];
        return;
      }
      const [x, y] = place(before, at);
      const isJump = Math.hypot(next.toX[i] - x, next.toY[i] - y) > JUMP;
      next.fromX[i] = isJump ? next.toX[i] : x;
      next.fromY[i] = isJump ? next.toY[i] : y;
      next.startedAt[i] = at;
      next.forMs[i] = glideMs(at - now.startedAt[before]);
    }

    function take(frame, at) {
      const next = columns(frame.n);
      const nextRows = new Map();
      for (let i = 0; i < frame.n; i++) {
        next.toX[i] = toX(frame.lon[i]);
        next.toY[i] = toY(frame.lat[i]);
        const before = rows.get(frame.worker[i]);
        if (before === undefined) {
          next.fromX[i] = next.toX[i];
          next.fromY[i] = next.toY[i];
          next.startedAt[i] = at;
          next.forMs[i] = LEAST_MS;
        } else carry(next, i, before, at);
        nextRows.set(frame.worker[i], i);
      }
      next.heading.set(frame.heading);
      next.status.set(frame.status);
      next.ageS.set(frame.ageS);
      next.worker.set(frame.worker);
      [now, rows, n] = [next, nextRows, frame.n];
    }

    return { take, place, count: () => n, now: () => now, row: (worker) => rows.get(worker) };
  }

  // Row of the worker nearest to a point within a reach (all in the same plane), or -1.
  function nearest(xs, ys, n, x, y, reach) {
    let best = -1;
    let least = reach * reach;
    for (let i = 0; i < n; i++) {
      const far = (xs[i] - x) * (xs[i] - x) + (ys[i] - y) * (ys[i] - y);
      if (far <= least) { least = far; best = i; }
    }
    return best;
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { motion: { makeMotion, nearest, toX, toY, glideMs } });
})(window);
