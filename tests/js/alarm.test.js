"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { load } = require("./page.js");

const NONE = { sos: [], p1: [], overdue: [] };

// An alarm that is heard each time it sounds; gives the class that sounds, or "".
function listener() {
  const alarm = load(["alarm.js"]).gridcommand.alarm.makeAlarm();
  return (calls, atMs) => {
    const all = { ...NONE, ...calls };
    const one = alarm.next(all, atMs);
    if (one) alarm.heard(one, all, atMs);
    return one ? one.name : "";
  };
}

test("a call sounds when it comes, and again while nobody has answered, at its own pace", () => {
  const hear = listener();
  assert.equal(hear({}, 0), "");
  assert.equal(hear({ sos: ["a"] }, 1000), "sos");
  assert.equal(hear({ sos: ["a"] }, 6000), "");
  assert.equal(hear({ sos: ["a", "b"] }, 7000), "sos", "another one");
  assert.equal(hear({ sos: ["a", "b"] }, 17000), "sos", "still nobody");
  assert.equal(hear({}, 30000), "");
  assert.equal(hear({ p1: ["x:0"] }, 40000), "p1");
  assert.equal(hear({ p1: ["x:0"] }, 59000), "");
  assert.equal(hear({ p1: ["x:0"] }, 60000), "p1");
  assert.equal(hear({ p1: ["x:1"] }, 65000), "p1", "raised again is another call");
});

test("a flood of calls is few tones: one for all of a class, seconds apart, but the gravest at once", () => {
  const hear = listener();
  hear({}, 0);
  const many = Array.from({ length: 30 }, (_, n) => `x${n}:0`);
  const heard = [];
  for (let at = 1000; at <= 61000; at += 1000) heard.push(hear({ p1: many.slice(0, Math.ceil(at / 2000)) }, at));
  assert.ok(heard.filter(Boolean).length <= 16, "never more than one in four seconds");
  assert.equal(hear({ p1: many, sos: ["a"] }, 62000), "sos", "somebody in need does not wait");
  assert.equal(hear({ p1: [...many, "y:0"], sos: ["a"] }, 63000), "");
});

test("what was overdue already is known; what becomes so sounds once, once a minute at most", () => {
  const hear = listener();
  assert.equal(hear({ overdue: ["a", "b"] }, 0), "");
  assert.equal(hear({ overdue: ["a", "b", "c"] }, 10000), "overdue");
  assert.equal(hear({ overdue: ["a", "b", "c"] }, 300000), "", "it does not go on");
  assert.equal(hear({ overdue: ["a", "b", "c", "d"] }, 300000), "overdue");
  assert.equal(hear({ overdue: ["a", "b", "c", "d", "e"] }, 330000), "");
  assert.equal(hear({ overdue: ["a", "b", "c", "d", "e"] }, 361000), "overdue", "kept until its time has come");
});

test("what could not be heard is owed, what was answered is silent", () => {
  const alarm = load(["alarm.js"]).gridcommand.alarm.makeAlarm();
  const calls = { ...NONE, p1: ["x:0"] };
  assert.equal(alarm.next(calls, 1000).name, "p1");
  assert.equal(alarm.next(calls, 2000).name, "p1", "it was not heard");
  alarm.heard(alarm.next(calls, 2000), calls, 2000);
  assert.equal(alarm.hasEnded(calls), false);
  assert.equal(alarm.hasEnded(NONE), true);
  assert.equal(alarm.hasEnded(NONE), false, "told once");
});

test("each class has tones of its own", () => {
  const { CLASSES } = load(["alarm.js"]).gridcommand.alarm;
  assert.equal(new Set(CLASSES.map((one) => one.heights.join())).size, CLASSES.length);
});

test("a case that went up a level is told by its level", () => {
  const risen = load(["alarm.js"]).gridcommand.alarm.makeRisen();
  const plain = (value) => JSON.parse(JSON.stringify(value));
  assert.deepEqual(plain(risen([{ caseNo: "A", level: 3 }])), []);
  assert.deepEqual(plain(risen([{ caseNo: "A", level: 4 }, { caseNo: "B", level: 4 }])), ["A^4"]);
  assert.deepEqual(plain(risen([{ caseNo: "A", level: 4 }])), ["A^4"]);
});

// A browser's audio graph that notes which heights were started; `state` as the browser allows it.
function audioGraph(state) {
  const noted = { started: [], stopped: 0, state };
  class AudioContext {
    get state() { return noted.state; }
    get currentTime() { return 5; }
    createOscillator() {
      const tone = { frequency: { value: 0 }, connect: (next) => next, stop: (at) => { if (at === undefined) noted.stopped += 1; } };
      return Object.assign(tone, { start: () => noted.started.push(tone.frequency.value) });
    }
    createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next }; }
    async resume() { noted.state = "running"; }
  }
  return { AudioContext, noted };
}

test("tones are started when the browser allows it; what it did not allow is not kept for later", async () => {
  const { AudioContext, noted } = audioGraph("suspended");
  const { tone } = load(["tone.js"], { AudioContext }).gridcommand;
  assert.equal(tone.play([880, 880]), false);
  await tone.allow();
  assert.deepEqual(noted.started, []);
  assert.equal(tone.play([440, 330]), true);
  assert.deepEqual(noted.started, [440, 330]);
  tone.silence();
  assert.equal(noted.stopped, 2);
});
