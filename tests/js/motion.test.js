"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { load } = require("./page.js");

const partsOf = () => load(["plane.js", "motion.js"]).gridcommand;
const motionOf = () => ({ ...partsOf().motion, ...partsOf().plane });

function frame(...workers) {
  const column = (name, Type) => Type.from(workers, (each) => each[name] || 0);
  return {
    n: workers.length, lon: column("lon", Float64Array), lat: column("lat", Float64Array), heading: column("heading", Uint8Array),
    status: column("status", Uint8Array), ageS: column("ageS", Uint8Array), worker: column("worker", Uint16Array),
  };
}

const near = (got, expected) => assert.ok(Math.abs(got - expected) < 1e-12, `${got} is not ${expected}`);

test("a worker seen first stands where it is", () => {
  const { makeMotion, toX, toY } = motionOf();
  const motion = makeMotion();
  motion.takeFrame(frame({ worker: 5, lon: 120.9, lat: 30.9 }), 1000);
  const [x, y] = motion.placeAt(motion.row(5), 1234);
  near(x, toX(120.9));
  near(y, toY(30.9));
});

test("a worker glides from where it was drawn to where it is now seen, and stays there", () => {
  const { makeMotion, toX } = motionOf();
  const motion = makeMotion();
  motion.takeFrame(frame({ worker: 5, lon: 120.9, lat: 30.9 }), 0);
  motion.takeFrame(frame({ worker: 5, lon: 120.9001, lat: 30.9 }), 1000);
  const [from, to] = [toX(120.9), toX(120.9001)];
  near(motion.placeAt(0, 1000)[0], from);
  near(motion.placeAt(0, 1500)[0], (from + to) / 2);
  near(motion.placeAt(0, 2000)[0], to);
  near(motion.placeAt(0, 9000)[0], to);
});

test("a new fix in the middle of a glide goes on from the drawn place: nothing jumps back", () => {
  const { makeMotion } = motionOf();
  const motion = makeMotion();
  motion.takeFrame(frame({ worker: 5, lon: 120.9, lat: 30.9 }), 0);
  motion.takeFrame(frame({ worker: 5, lon: 120.9001, lat: 30.9 }), 1000);
  const before = motion.placeAt(0, 1400)[0];
  motion.takeFrame(frame({ worker: 5, lon: 120.9002, lat: 30.9 }), 1400);
  near(motion.placeAt(0, 1400)[0], before);
  assert.ok(motion.placeAt(0, 1600)[0] > before);
});

test("frames without a new fix do not restart the glide", () => {
  const { makeMotion } = motionOf();
  const motion = makeMotion();
  const there = { worker: 5, lon: 120.9001, lat: 30.9 };
  motion.takeFrame(frame({ worker: 5, lon: 120.9, lat: 30.9 }), 0);
  motion.takeFrame(frame(there), 4000);
  const before = motion.placeAt(0, 5000)[0];
  motion.takeFrame(frame(there), 5000);
  near(motion.placeAt(0, 5000)[0], before);
});

test("a glide takes as long as the fixes lie apart, one to six seconds", () => {
  const { glideMs } = motionOf();
  assert.deepEqual([10, 1000, 3000, 60000].map(glideMs), [1000, 1000, 3000, 6000]);
});

test("half a kilometre at once is a jump, not a glide", () => {
  const { makeMotion, toX } = motionOf();
  const motion = makeMotion();
  motion.takeFrame(frame({ worker: 5, lon: 120.9, lat: 30.9 }), 0);
  motion.takeFrame(frame({ worker: 5, lon: 120.91, lat: 30.9 }), 1000);
  near(motion.placeAt(0, 1001)[0], toX(120.91));
});

test("workers may come in any order, leave and return", () => {
  const { makeMotion, toX } = motionOf();
  const motion = makeMotion();
  motion.takeFrame(frame({ worker: 1, lon: 120.9, lat: 30.9 }, { worker: 2, lon: 121, lat: 30.9 }), 0);
  motion.takeFrame(frame({ worker: 2, lon: 121, lat: 30.9 }, { worker: 1, lon: 120.9, lat: 30.9 }), 1000);
  near(motion.placeAt(motion.row(1), 1500)[0], toX(120.9));
  motion.takeFrame(frame({ worker: 2, lon: 121, lat: 30.9 }), 2000);
  assert.equal(motion.row(1), undefined);
  assert.equal(motion.count(), 1);
});

test("the nearest within reach is hit, nobody beyond it", () => {
  const { nearestRow } = motionOf();
  const [xs, ys] = [[10, 20, 200], [10, 10, 200]];
  assert.equal(nearestRow(xs, ys, 3, 12, 10, 14), 0);
  assert.equal(nearestRow(xs, ys, 3, 17, 10, 14), 1);
  assert.equal(nearestRow(xs, ys, 3, 100, 100, 14), -1);
  assert.equal(nearestRow(xs, ys, 2, 200, 200, 14), -1);
});
