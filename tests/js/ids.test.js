"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { load } = require("./page.js");

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const { ids } = load(["ids.js"], { crypto: globalThis.crypto }).gridcommand;
const maker = (byte) => ids.idMaker((bytes) => (byte === undefined ? globalThis.crypto.getRandomValues(bytes) : bytes.fill(byte)));

// Whether each id sorts after the one before it, and all have the shape of a version 7 UUID.
function areRising(made) {
  assert.ok(made.every((id) => SHAPE.test(id)), made.find((id) => !SHAPE.test(id)));
  assert.deepEqual([...new Set(made)].sort(), made);
}

test("an id is a version 7 UUID that tells when it was made", () => {
  for (const byte of [0, 255]) {
    const id = maker(byte)(1763700000000);
    assert.match(id, SHAPE);
    assert.equal(ids.madeAtMs(id), 1763700000000);
  }
  assert.notEqual(ids.newId(), ids.newId());
});

test("a thousand ids of one millisecond rise strictly", () => {
  const make = maker();
  areRising(Array.from({ length: 1000 }, () => make(1763700000000)));
});

test("ids rise strictly when a millisecond is full, and when the clock is set back", () => {
  const make = maker();
  areRising([...Array.from({ length: 5000 }, () => make(1763700000000)), make(1763700000001), make(1763600000000), make(1763700000003)]);
});
