"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runInNewContext } = require("node:vm");

function load() {
  const window = {};
  const file = join(__dirname, "..", "..", "screens", "field", "field.js");
  runInNewContext(readFileSync(file, "utf8"), { window }, { filename: file });
  return window.gridcommand.field;
}

test("an id is a version 7 UUID and later ones sort after earlier ones", () => {
  const { makeId } = load();
  const filled = (bytes) => bytes.fill(255);
  const early = makeId(1700000000000, filled);
  const late = makeId(1700000000001, filled);
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(early.slice(0, 13), "018bcfe5-6800");
  assert.ok(late > early);
});

test("a phone's position becomes a fix; what the phone does not know stays empty", () => {
  const { toFix } = load();
  const fix = toFix({ timestamp: 0, coords: { longitude: 120.9, latitude: 30.9, accuracy: 8, speed: null, heading: NaN } });
  assert.deepEqual({ ...fix }, { recorded_at: "1970-01-01T00:00:00.000Z", lon: 120.9, lat: 30.9, accuracy_m: 8, speed_mps: null, heading_deg: null });
});

test("without a network the newest day of fixes is kept", () => {
  const { keepNewest } = load();
  const many = Array.from({ length: 6000 }, (_, i) => i);
  assert.equal(keepNewest(many).length, 5760);
  assert.equal(keepNewest(many)[5759], 5999);
});

test("between two times of sending only somebody who has gone some way is sent", () => {
  const { hasMovedOn } = load();
  const at = (s, metres) => ({ recorded_at: new Date(s * 1000).toISOString(), lon: 120.9, lat: 30.9 + metres / 110574 });
  assert.ok(hasMovedOn(null, at(0, 0)));
  assert.ok(hasMovedOn(at(0, 0), at(4, 25)));
  assert.ok(!hasMovedOn(at(0, 0), at(4, 10)), "stands or hardly moves");
  assert.ok(!hasMovedOn(at(0, 0), at(1, 25)), "too soon");
});
