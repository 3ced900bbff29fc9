// TRK1: the tracks of a period as columns, decoded to mercator places and seconds; where everybody was at a moment.
"use strict";
(function (window) {
  const MAGIC = 0x314b5254;
  const HEADER_BYTES = 32;
  const ENTRY_BYTES = 24;

  function readHeader(view) {
    if (view.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new RangeError("not TRK1");
    return {
      pieces: view.getUint32(4, true), points: view.getUint32(8, true), start: view.getFloat64(12, true),
      unitDeg: view.getFloat64(20, true), unitS: view.getFloat32(28, true) || 1,
    };
  }

  // Little endian; the layout stands in docs/trk1.md. Returns pieces of unbroken track, in the order of the file.
  function decode(buffer) {
    const view = new DataView(buffer);
    const head = readHeader(view);
    const columns = HEADER_BYTES + head.pieces * ENTRY_BYTES;
    if (view.byteLength !== columns + head.points * 6) throw new RangeError("TRK1 of the wrong length");
    const dLon = new Int16Array(buffer, columns, head.points);
    const dLat = new Int16Array(buffer, columns + 2 * head.points, head.points);
    const dT = new Uint16Array(buffer, columns + 4 * head.points, head.points);
    const pieces = [];
    for (let i = 0; i < head.pieces; i++) pieces.push(readPiece(view, HEADER_BYTES + i * ENTRY_BYTES, head, dLon, dLat, dT));
    return pieces;
  }

  function readPiece(view, at, head, dLon, dLat, dT) {
    const { toX, toY } = window.gridcommand.motion;
    const offset = view.getUint32(at + 4, true);
    const n = view.getUint32(at + 8, true);
    const piece = { worker: view.getUint32(at, true), n, t: new Float64Array(n), x: new Float64Array(n), y: new Float64Array(n) };
    let [lon, lat, t] = [view.getInt32(at + 12, true), view.getInt32(at + 16, true), view.getUint32(at + 20, true)];
    for (let i = 0; i < n; i++) {
      lon += dLon[offset + i];
      lat += dLat[offset + i];
      t += dT[offset + i];
      piece.t[i] = head.start + t * head.unitS;
      piece.x[i] = toX(lon * head.unitDeg);
      piece.y[i] = toY(lat * head.unitDeg);
    }
    return piece;
  }

  // Index of the last fix not later than t (s since 1970), or -1.
  function lastBefore(times, t) {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // The pieces of each worker, in the order of time.
  function byWorker(pieces) {
    const workers = new Map();
    for (const piece of pieces) {
      if (!workers.has(piece.worker)) workers.set(piece.worker, []);
      workers.get(piece.worker).push(piece);
    }
    for (const own of workers.values()) own.sort((a, b) => a.t[0] - b.t[0]);
    return workers;
  }

  // Where a worker was at t, between two fixes; in a gap where he was last seen, known false; null before the first fix.
  function placeAt(own, t) {
    let piece = null;
    for (const each of own) { if (each.t[0] <= t) piece = each; else break; }
    if (!piece) return null;
    const i = lastBefore(piece.t, t);
    if (i >= piece.n - 1) {
      const last = piece.n - 1;
      return { x: piece.x[last], y: piece.y[last], known: piece.t[last] === t, since: piece.t[last], piece, i: last };
    }
    const part = (t - piece.t[i]) / (piece.t[i + 1] - piece.t[i]);
    const x = piece.x[i] + (piece.x[i + 1] - piece.x[i]) * part;
    const y = piece.y[i] + (piece.y[i + 1] - piece.y[i]) * part;
    return { x, y, known: true, since: t, piece, i };
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { trk1: { decode, lastBefore, byWorker, placeAt } });
})(window);
