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
    const header = readHeader(view);
    const columnsStart = HEADER_BYTES + header.pieces * ENTRY_BYTES;
    if (view.byteLength !== columnsStart + header.points * 6) throw new RangeError("TRK1 of the wrong length");
    const dLon = new Int16Array(buffer, columnsStart, header.points);
    const dLat = new Int16Array(buffer, columnsStart + 2 * header.points, header.points);
    const dT = new Uint16Array(buffer, columnsStart + 4 * header.points, header.points);
    const pieces = [];
    for (let i = 0; i < header.pieces; i++) pieces.push(readPiece(view, HEADER_BYTES + i * ENTRY_BYTES, header, dLon, dLat, dT));
    return pieces;
  }

  function readPiece(view, entryStart, header, dLon, dLat, dT) {
    const { toX, toY } = window.gridcommand.plane;
    const offset = view.getUint32(entryStart + 4, true);
    const n = view.getUint32(entryStart + 8, true);
    const piece = { worker: view.getUint32(entryStart, true), n, t: new Float64Array(n), x: new Float64Array(n), y: new Float64Array(n) };
    let [lon, lat, t] = [view.getInt32(entryStart + 12, true), view.getInt32(entryStart + 16, true), view.getUint32(entryStart + 20, true)];
    // summed up as whole units and scaled after: summed up as degrees, the error of each step would grow along the track
    for (let i = 0; i < n; i++) {
      lon += dLon[offset + i];
      lat += dLat[offset + i];
      t += dT[offset + i];
      piece.t[i] = header.start + t * header.unitS;
      piece.x[i] = toX(lon * header.unitDeg);
      piece.y[i] = toY(lat * header.unitDeg);
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
    for (const ofOne of workers.values()) ofOne.sort((a, b) => a.t[0] - b.t[0]);
    return workers;
  }

  // Where a worker with these pieces was at t, between two fixes; in a gap where he was last seen, `known` false and `since`
  // the time of that fix; null before the first fix. Within a gap nothing is made up: he may have been anywhere.
  function placeAt(pieces, t) {
    let piece = null;
    for (const candidate of pieces) { if (candidate.t[0] <= t) piece = candidate; else break; }
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
