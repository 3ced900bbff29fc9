// Where workers are between two frames: each glides from where it was drawn to where it was last seen.
"use strict";
(function (window) {
  const GLIDE_LEAST_MS = 1000;
  const GLIDE_MOST_MS = 6000;
  const JUMP_M = 500; // farther nobody glides, he stands there at once
  const { toX, toY, worldPart } = window.gridcommand.plane;

  // A fix comes more seldom than a frame, so a glide takes as long as the last two fixes lay apart: shorter, the worker
  // would run and then stand until the next fix; much longer, he would be drawn where he was minutes ago.
  function glideMs(sinceLastMoveMs) {
    return Math.min(GLIDE_MOST_MS, Math.max(GLIDE_LEAST_MS, sinceLastMoveMs));
  }

  // Columns and not an object for each worker: a thousand of them are read sixty times a second.
  function makeColumns(size) {
    return {
      fromX: new Float64Array(size), fromY: new Float64Array(size), toX: new Float64Array(size), toY: new Float64Array(size),
      startedAt: new Float64Array(size), forMs: new Float64Array(size), heading: new Uint8Array(size),
      status: new Uint8Array(size), ageS: new Uint8Array(size), worker: new Uint16Array(size),
    };
  }

  function makeMotion() {
    let count = 0;
    let rows = new Map();
    let now = null;

    // Where the worker of a row is at a moment (ms): [x, y] in mercator.
    function placeAt(row, at) {
      const part = Math.min(1, Math.max(0, (at - now.startedAt[row]) / now.forMs[row]));
      return [now.fromX[row] + (now.toX[row] - now.fromX[row]) * part, now.fromY[row] + (now.toY[row] - now.fromY[row]) * part];
    }

    // Lets a worker of the last frame (row `before`) go on to where the next one (row `row` of `next`) has him. What is
    // farther than `jump`, a part of the world's width, is no way he went.
    function continueGlide(next, row, before, at, jump) {
      const hasNotMoved = now.toX[before] === next.toX[row] && now.toY[before] === next.toY[row];
      if (hasNotMoved) {
        // the same fix once more: a glide begun anew each second would never arrive
        for (const name of ["fromX", "fromY", "startedAt", "forMs"]) next[name][row] = now[name][before];
        return;
      }
      // from where he is drawn, not from his last fix: that would make him jump back before he goes on
      const [x, y] = placeAt(before, at);
      const isJump = Math.hypot(next.toX[row] - x, next.toY[row] - y) > jump;
      next.fromX[row] = isJump ? next.toX[row] : x;
      next.fromY[row] = isJump ? next.toY[row] : y;
      next.startedAt[row] = at;
      next.forMs[row] = glideMs(at - now.startedAt[before]);
    }

    function takeFrame(frame, at) {
      const next = makeColumns(frame.n);
      const nextRows = new Map();
      for (let row = 0; row < frame.n; row++) {
        next.toX[row] = toX(frame.lon[row]);
        next.toY[row] = toY(frame.lat[row]);
        // rows change from frame to frame as workers come and go; the worker's number does not
        const before = rows.get(frame.worker[row]);
        if (before === undefined) {
          next.fromX[row] = next.toX[row];
          next.fromY[row] = next.toY[row];
          next.startedAt[row] = at;
          next.forMs[row] = GLIDE_LEAST_MS;
        } else continueGlide(next, row, before, at, worldPart(JUMP_M, frame.lat[row]));
        nextRows.set(frame.worker[row], row);
      }
      next.heading.set(frame.heading);
      next.status.set(frame.status);
      next.ageS.set(frame.ageS);
      next.worker.set(frame.worker);
      [now, rows, count] = [next, nextRows, frame.n];
    }

    return { takeFrame, placeAt, count: () => count, now: () => now, row: (worker) => rows.get(worker) };
  }

  // Row of the place nearest to a point within a reach (all in the same plane), or -1.
  function nearestRow(xs, ys, count, x, y, reach) {
    let nearest = -1;
    let leastSquare = reach * reach;
    for (let row = 0; row < count; row++) {
      const square = (xs[row] - x) * (xs[row] - x) + (ys[row] - y) * (ys[row] - y);
      if (square <= leastSquare) { leastSquare = square; nearest = row; }
    }
    return nearest;
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { motion: { makeMotion, nearestRow, glideMs } });
})(window);
