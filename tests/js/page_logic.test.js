"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { load } = require("./page.js");

test("the picture is old after three seconds without a frame, since the last frame", () => {
  const { staleSince } = load(["freshness.js"]).gridcommand.freshness;
  assert.equal(staleSince(12999, 10000, 0), null);
  assert.equal(staleSince(13001, 10000, 0), 10000);
});

test("before any frame the page's opening counts", () => {
  const { staleSince } = load(["freshness.js"]).gridcommand.freshness;
  assert.equal(staleSince(2000, 0, 1000), null);
  assert.equal(staleSince(5000, 0, 1000), 1000);
});

test("the town's time is told, whatever the display's zone", () => {
  const { timeOf } = load(["freshness.js"]).gridcommand.freshness;
  assert.equal(timeOf(Date.UTC(2026, 10, 21, 16, 5, 9)), "00:05:09");
});

test("the clock speaks both languages", () => {
  const { clockTexts } = load(["clock.js"]).gridcommand.clock;
  const at = Date.UTC(2026, 10, 21, 16, 5, 9);
  assert.deepEqual({ ...clockTexts(at, "zh") }, { time: "00:05:09", date: "2026/11/22", weekday: "星期日" });
  assert.deepEqual({ ...clockTexts(at, "en") }, { time: "00:05:09", date: "22 Nov 2026", weekday: "Sun" });
});

test("tiles stand on the still picture without a seam between them, whatever the zoom", () => {
  const { tilePlace } = load(["basemap_picture.js"]).gridcommand.basemapPicture;
  const frame = { left: 10, top: 20 };
  const tile = (n) => ({ left: 10 + n * 181.02, right: 10 + (n + 1) * 181.02, top: 20.4, bottom: 201.4 });
  for (const ratio of [1, 1.5, 2]) {
    for (let n = 0; n < 12; n++) {
      const [left, , width] = tilePlace(tile(n), frame, ratio);
      assert.equal(left + width, tilePlace(tile(n + 1), frame, ratio)[0]);
    }
  }
});

test("tiles of the zoom level on top are copied last, unpainted ones not at all", () => {
  const { paintedTiles } = load(["basemap_picture.js"]).gridcommand.basemapPicture;
  const level = (zIndex, ...tiles) => ({ style: { zIndex: String(zIndex) }, querySelectorAll: () => tiles });
  const [old, present, empty] = [{ width: 256, of: "old" }, { width: 256, of: "present" }, { width: 0 }];
  const copied = paintedTiles({ children: [level(19, present, empty), level(17, old)] });
  assert.deepEqual(copied.map((tile) => tile.of), ["old", "present"]);
});

test("the board applies what follows on, and asks again after a gap, a repeat or a start in the middle", () => {
  const { makeSequence } = load(["board.js"]).gridcommand.board;
  const sequence = makeSequence();
  assert.equal(sequence.actionFor({ seq: 5, full: false }), "reconnect");
  assert.equal(sequence.actionFor({ seq: 5, full: true }), "apply");
  assert.equal(sequence.actionFor({ seq: 6, full: false }), "apply");
  assert.equal(sequence.seq(), 6);
  assert.equal(sequence.actionFor({ seq: 8, full: false }), "reconnect");
  assert.equal(sequence.actionFor({ seq: 9, full: false }), "reconnect");
  assert.equal(sequence.actionFor({ seq: 9, full: true }), "apply");
  assert.equal(sequence.actionFor({ seq: 9, full: false }), "reconnect");
});

const feature = (caseNo, priority) => ({ properties: { case_no: caseNo, priority } });
const follower = () => load(["follow_incidents.js"]).gridcommand.followIncidents.makeFollower();

test("the first look at the board only remembers what is there", () => {
  assert.equal(follower().next([feature("A", "P1")]), null);
});

test("the view goes to the most urgent new event, once", () => {
  const follow = follower();
  follow.next([feature("A", "P3")]);
  const board = [feature("A", "P3"), feature("B", "P4"), feature("C", "P2")];
  assert.equal(follow.next(board).properties.case_no, "C");
  assert.equal(follow.next(board), null);
});

test("locked, the view stays; released, it does not run after what happened meanwhile", () => {
  const follow = follower();
  follow.next([]);
  follow.lock();
  assert.equal(follow.isFollowing(), false);
  assert.equal(follow.next([feature("A", "P1")]), null);
  follow.release();
  assert.equal(follow.next([feature("A", "P1")]), null);
  assert.equal(follow.next([feature("A", "P1"), feature("B", "P3")], 99000).properties.case_no, "B");
});

test("the view stays a while with one event, but not when the next is of first priority", () => {
  const follow = follower();
  follow.next([], 0);
  assert.equal(follow.next([feature("A", "P3")], 1000).properties.case_no, "A");
  assert.equal(follow.next([feature("A", "P3"), feature("B", "P2")], 5000), null);
  assert.equal(follow.next([feature("C", "P1")], 6000).properties.case_no, "C");
  assert.equal(follow.next([feature("D", "P4")], 60000).properties.case_no, "D");
});

test("the lamp: ok, near in the last quarter, over after it is due, none when no clock runs", () => {
  const { lampState } = load(["deadline_lamps.js"]).gridcommand.deadlineLamps;
  assert.equal(lampState(50, 0, 100), "ok");
  assert.equal(lampState(75, 0, 100), "near");
  assert.equal(lampState(100, 0, 100), "near");
  assert.equal(lampState(101, 0, 100), "over");
  assert.equal(lampState(100, 0, NaN), "none");
});

test("a lamp is a word besides a colour, and stands while its case is suspended", () => {
  const { lampState, setLamp } = load(["deadline_lamps.js"]).gridcommand.deadlineLamps;
  assert.equal(lampState(50, 0, NaN, true), "paused");
  assert.equal(lampState(50, 0, 100, true), "ok", "a clock that runs is told before one that stands");
  const lamp = { dataset: {} };
  setLamp(lamp, "over", { lamp_over: "超期" });
  assert.deepEqual({ ...lamp.dataset, title: lamp.title }, { state: "over", word: "超期", title: "超期" });
  setLamp(lamp, "none", {});
  assert.equal(lamp.dataset.word, "");
});

test("the lamp of a week is yellow on its last day, as tests/unit/test_deadlines.py has it of the server's", () => {
  const { lampState } = load(["deadline_lamps.js"]).gridcommand.deadlineLamps;
  const [hour, due] = [3600_000, 72 * 3600_000];
  assert.equal(lampState(due - 25 * hour, 0, due), "ok");
  assert.equal(lampState(due - 23 * hour, 0, due), "near");
  assert.equal(lampState(1 * hour, 0, 48 * hour), "ok", "two days are not over two days");
});

test("labels that touch: the first keeps its place", () => {
  const { withoutOverlap } = load(["declutter.js"]).gridcommand.declutter;
  const box = (left, top) => ({ left, top, right: left + 10, bottom: top + 10 });
  assert.deepEqual([...withoutOverlap([box(0, 0), box(5, 5), box(10, 0), box(12, 4)])], [0, 2]);
});

test("labels of ways that share a road go along it, and below each other where there is no room", () => {
  const { spread, placesAlong } = load(["declutter.js"]).gridcommand.declutter;
  const plain = (value) => JSON.parse(JSON.stringify(value));
  const corner = [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }];
  assert.deepEqual(plain(placesAlong(corner).slice(0, 3)), [{ x: 100, y: 0 }, { x: 70, y: 0 }, { x: 100, y: 30 }]);
  const label = { places: placesAlong(corner), width: 40, height: 20 };
  const [first, second, third] = plain(spread([label, label, label]));
  assert.deepEqual([first.place, second.place, third.place], [{ x: 100, y: 0 }, { x: 100, y: 30 }, { x: 40, y: 0 }]);
  const dot = { ...label, places: placesAlong([{ x: 5, y: 5 }, { x: 5, y: 5 }]) };
  assert.deepEqual(plain(spread([dot, dot, dot])).map((one) => one.down), [0, 20, 40]);
});

test("what was acknowledged does not call again", () => {
  const { shownOf } = load(["urgent_banner.js"]).gridcommand.urgentBanner;
  const told = (...seen) => {
    const { first, more, waiting } = shownOf(seen.map((isSeen, n) => ({ caseNo: "ABC"[n], isSeen })));
    return [first, more, [...waiting].join("")];
  };
  assert.deepEqual(told(false, true, false), ["A", 2, "AC"]);
  assert.deepEqual(told(true, false), ["B", 1, "B"]);
  assert.deepEqual(told(true), ["A", 0, ""]);
  assert.deepEqual(told(), [undefined, 0, ""]);
  const [once, again] = [{ caseNo: "A" }, { caseNo: "A", raised: "1" }].map((one) => shownOf([one]).calls[0]);
  assert.notEqual(once, again, "what is raised again calls again");
});

test("road widths grow with the zoom, between the stops and not beyond", () => {
  const { widthAt, ROADS } = load(["basemap.js"]).gridcommand.basemap;
  assert.equal(widthAt([[10, 1], [12, 4]], 9), 1);
  assert.equal(widthAt([[10, 1], [12, 4]], 11), 2);
  assert.equal(widthAt([[10, 1], [12, 4]], 15), 4);
  for (const zoom of [12, 14, 16, 18]) {
    const widths = ROADS.map((road) => widthAt(road.widths, zoom));
    assert.ok(widths.at(-1) > widths[0] && widths.every((width) => width > 0));
  }
});

test("tiles are painted at the pixels they take, also between zooms", () => {
  const { pixelRatio } = load(["basemap.js"]).gridcommand.basemap;
  assert.equal(pixelRatio(14, 1), 1);
  assert.equal(pixelRatio(14, 2), 2);
  assert.ok(Math.abs(pixelRatio(14.25, 1) - 2 ** 0.25) < 1e-12);
  assert.ok(Math.abs(pixelRatio(13.75, 1) - 2 ** -0.25) < 1e-12);
});

test("sprites: one for each status, age and heading; north is the first, all sixteen sectors differ", () => {
  const { spriteIndex } = load(["sprites.js"]).gridcommand.sprites;
  const all = new Set();
  for (let status = 0; status < 8; status++) for (const old of [false, true]) {
    for (let sector = 0; sector < 16; sector++) all.add(spriteIndex(status, old, sector * 16));
  }
  assert.equal(all.size, 8 * 2 * 16);
  assert.equal(spriteIndex(2, false, 255), spriteIndex(2, false, 0));
  assert.equal(spriteIndex(2, false, 7), spriteIndex(2, false, 0));
  assert.notEqual(spriteIndex(2, false, 8), spriteIndex(2, false, 0));
});

test("a sprite is copied pixel by pixel, transparent ones left out, solid ones over faint ones", () => {
  const window = load(["workers.js"]);
  const pixels = new Uint32Array(16);
  pixels[5] = 0x20ffffff;
  const sprite = Uint32Array.from([0xff0000ff, 0x00000000, 0x30112233, 0xffabcdef]);
  window.gridcommand.blit(pixels, 4, sprite, 2, 1, 1);
  assert.deepEqual([pixels[5], pixels[6], pixels[9], pixels[10]], [0xff0000ff, 0, 0x30112233, 0xffabcdef]);
  assert.equal(pixels.filter(Boolean).length, 3);
});

test("what a case is called cannot bring markup onto the map", () => {
  const { pinHtml } = load(["symbols.js"]).gridcommand;
  const html = pinHtml({ priority: "P2", phase: "waiting", title: '<img src=x onerror="x()">', subtitle: "a&b" });
  assert.ok(!html.includes("<img"));
  assert.ok(html.includes("&lt;img") && html.includes("a&amp;b"));
});
