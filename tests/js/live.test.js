"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { load } = require("./page.js");

function frame(records, { tick = 7, at = 1.7e12 } = {}) {
  const buffer = new ArrayBuffer(16 + records.length * 12);
  const view = new DataView(buffer);
  view.setUint32(0, tick, true);
  view.setUint32(4, records.length, true);
  view.setFloat64(8, at, true);
  records.forEach(([lon, lat, heading, status, age, worker], i) => {
    view.setInt32(16 + i * 12, lon, true);
    view.setInt32(20 + i * 12, lat, true);
    view.setUint8(24 + i * 12, heading);
    view.setUint8(25 + i * 12, status | (age << 4));
    view.setUint16(26 + i * 12, worker, true);
  });
  return buffer;
}

test("a frame is decoded: place, heading, status and age from one byte, worker", () => {
  const { decodeFrame } = load(["live.js"]).gridcommand.live;
  const decoded = decodeFrame(frame([[120937123, 30918456, 64, 3, 4, 65535], [-70000001, -33000002, 255, 7, 15, 1]]));
  assert.equal(decoded.tick, 7);
  assert.equal(decoded.n, 2);
  assert.equal(decoded.at, 1.7e12);
  assert.ok(Math.abs(decoded.lon[0] - 120.937123) < 1e-9);
  assert.ok(Math.abs(decoded.lat[1] + 33.000002) < 1e-9);
  assert.deepEqual([...decoded.heading], [64, 255]);
  assert.deepEqual([...decoded.status], [3, 7]);
  assert.deepEqual([...decoded.ageS], [60, 225]);
  assert.deepEqual([...decoded.worker], [65535, 1]);
});

test("an empty frame is a frame", () => {
  assert.equal(load(["live.js"]).gridcommand.live.decodeFrame(frame([])).n, 0);
});

test("a frame cut short, or with too much, is refused", () => {
  const { decodeFrame } = load(["live.js"]).gridcommand.live;
  const whole = frame([[1, 2, 3, 4, 5, 6]]);
  const isRangeError = (fault) => fault.name === "RangeError";
  assert.throws(() => decodeFrame(whole.slice(0, 27)), isRangeError);
  assert.throws(() => decodeFrame(whole.slice(0, 9)), isRangeError);
  const longer = new Uint8Array(29);
  longer.set(new Uint8Array(whole));
  assert.throws(() => decodeFrame(longer.buffer), isRangeError);
});

test("the back-off begins at half a second, doubles, and never exceeds five", () => {
  const { backOff } = load(["live.js"]).gridcommand.live;
  assert.deepEqual([0, 1, 2, 3, 4, 50].map(backOff), [0.5, 1, 2, 4, 5, 5]);
});

function fakeSockets() {
  const opened = [];
  class Socket {
    constructor(url) { this.url = url; opened.push(this); }
    close() { if (this.onclose) this.onclose(); }
  }
  return { opened, Socket };
}

function fakeTimers() {
  const timers = [];
  return {
    timers,
    setTimeout: (then, ms) => { timers.push({ then, ms, dead: false }); return timers.length; },
    clearTimeout: (id) => { if (timers[id - 1]) timers[id - 1].dead = true; },
    run(ms) { for (const timer of timers.splice(0)) if (!timer.dead && timer.ms === ms) timer.then(); },
  };
}

test("a socket that ends is opened again after the back-off; a message begins the back-off anew", () => {
  const { opened, Socket } = fakeSockets();
  const clock = fakeTimers();
  const location = { protocol: "https:", host: "centre:1" };
  const { keepOpen } = load(["live.js"], { WebSocket: Socket, location, ...clock }).gridcommand.live;
  const got = [];
  keepOpen("/ws/workers", { onMessage: (data) => got.push(data) });
  assert.equal(opened[0].url, "wss://centre:1/ws/workers");
  opened[0].onclose();
  clock.run(500);
  opened[1].onclose();
  clock.run(1000);
  assert.equal(opened.length, 3);
  opened[2].onmessage({ data: "a" });
  opened[2].onclose();
  clock.run(500);
  assert.equal(opened.length, 4);
  assert.deepEqual(got, ["a"]);
});

test("silence ends a socket that hangs without being closed, once", () => {
  const { opened, Socket } = fakeSockets();
  const clock = fakeTimers();
  const given = { WebSocket: Socket, location: { protocol: "http:", host: "h" }, ...clock };
  const states = [];
  load(["live.js"], given).gridcommand.live.keepOpen("/x", { onMessage() {}, onState: (s) => states.push(s), silenceMs: 6000 });
  clock.run(6000);
  assert.deepEqual(states, ["closed"]);
  clock.run(500);
  assert.equal(opened.length, 2);
});
