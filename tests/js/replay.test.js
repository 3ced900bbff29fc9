"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runInNewContext } = require("node:vm");

function load(...names) {
  const window = {};
  for (const name of names) {
    const file = join(__dirname, "..", "..", "layers", "browser", name);
    runInNewContext(readFileSync(file, "utf8"), { window, DataView, Int16Array, Uint16Array, Float64Array, Math, RangeError }, { filename: file });
  }
  return window.gridcommand;
}

// Two pieces of worker 7 with a gap between them: at 0, 15, 30 s and at 1000, 1015 s.
function sample() {
  const buffer = new ArrayBuffer(32 + 2 * 24 + 5 * 6);
  const view = new DataView(buffer);
  view.setUint32(0, 0x314b5254, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, 5, true);
  view.setFloat64(12, 1000000, true);
  view.setFloat64(20, 1e-6, true);
  view.setFloat32(28, 1, true);
  [[7, 0, 3, 120950000, 30930000, 0], [7, 3, 2, 120960000, 30930000, 1000]].forEach((entry, i) => {
    entry.forEach((value, at) => view.setInt32(32 + i * 24 + at * 4, value, true));
  });
  [0, 100, 100, 0, 100].forEach((value, i) => view.setInt16(80 + i * 2, value, true));
  [0, 15, 15, 0, 15].forEach((value, i) => view.setUint16(80 + 20 + i * 2, value, true));
  return buffer;
}

test("a file is decoded to pieces with their times and places", () => {
  const g = load("plane.js", "trk1.js");
  const pieces = g.trk1.decode(sample());
  assert.deepEqual(pieces.map((piece) => [...piece.t]), [[1000000, 1000015, 1000030], [1001000, 1001015]]);
  assert.ok(Math.abs(pieces[0].x[1] - g.plane.toX(120.9501)) < 1e-12);
});

test("what is not TRK1, or is cut short, is refused", () => {
  const g = load("plane.js", "trk1.js");
  assert.throws(() => g.trk1.decode(new ArrayBuffer(64)), /not TRK1/);
  assert.throws(() => g.trk1.decode(sample().slice(0, 100)), /wrong length/);
});

test("between two fixes a worker is on the way, in a gap where he was last seen and not known", () => {
  const g = load("plane.js", "trk1.js");
  const own = g.trk1.byWorker(g.trk1.decode(sample())).get(7);
  assert.equal(g.trk1.placeAt(own, 999999), null);
  const between = g.trk1.placeAt(own, 1000007.5);
  assert.ok(between.known && Math.abs(between.x - g.plane.toX(120.95005)) < 1e-12);
  const gap = g.trk1.placeAt(own, 1000500);
  assert.ok(!gap.known && gap.since === 1000030 && Math.abs(gap.x - g.plane.toX(120.9502)) < 1e-12);
  assert.ok(g.trk1.placeAt(own, 1001001).known);
});

test("the clock runs as many times faster than life as it is told, and stops at the end", () => {
  const player = load("player.js").player.makePlayer(0, 1000);
  player.setSpeed(300);
  player.advance(1000);
  assert.equal(player.now(), 0);
  player.play();
  player.advance(1000);
  assert.equal(player.now(), 300);
  player.advance(5000);
  assert.equal(player.now(), 1000);
  assert.equal(player.isPlaying(), false);
  player.play();
  assert.equal(player.now(), 0);
});

test("a clock goes nowhere outside its period and knows only its own speeds", () => {
  const player = load("player.js").player.makePlayer(100, 200);
  player.seek(500);
  assert.equal(player.now(), 200);
  player.setSpeed(7);
  assert.equal(player.speed(), 60);
  player.slower(); player.slower(); player.slower(); player.slower();
  assert.equal(player.speed(), 1);
});

test("a case has the state of its last change, and none before it was reported", () => {
  const { caseAt, nextMoment, previousMoment } = load("player.js").player;
  const history = { changes: [{ t: 10, state: "reported" }, { t: 20, state: "dispatched" }] };
  assert.equal(caseAt(history, 9), null);
  assert.equal(caseAt(history, 19).state, "reported");
  assert.equal(caseAt(history, 99).state, "dispatched");
  assert.equal(nextMoment([10, 20], 10), 20);
  assert.equal(nextMoment([10, 20], 20), null);
  assert.equal(previousMoment([10, 20], 20), 10);
});

test("of labels that would lie on one another the first is shown", () => {
  const { claimRoom } = load("replay_paint.js").replayPaint;
  const taken = [];
  assert.ok(claimRoom(taken, [0, 0, 100, 20]));
  assert.ok(!claimRoom(taken, [50, 10, 150, 30]));
  assert.ok(claimRoom(taken, [50, 21, 150, 40]));
  assert.equal(taken.length, 2);
});

test("only the part of the window is painted in which something can be", () => {
  const { windowPart } = load("replay_paint.js").replayPaint;
  const extent = { left: 0.5, top: 0.5, right: 0.6, bottom: 0.6 };
  const size = { x: 1920, y: 1080 };
  assert.deepEqual({ ...windowPart(extent, 2000, 500, 500, size) }, { x: 460, y: 460, width: 560, height: 280 });
  assert.deepEqual({ ...windowPart(extent, 2000000, 1000100, 1000100, size) }, { x: 0, y: 0, width: 1920, height: 1080 }, "near by: all of it");
  const away = windowPart(extent, 2000, 9000, 9000, size);
  assert.equal(away.width * away.height, 1, "out of sight: next to nothing");
});
