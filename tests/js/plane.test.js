"use strict";
const test = require("node:test");
const assert = require("node:assert");
const table = require("./metres.json"); // tests/unit/test_plane.py holds it against pyproj, and mapdata/plane.py against it
const { load } = require("./page.js");

const plane = load(["plane.js"]).gridcommand.plane;

test("metres are those of the ellipsoid, as in Python and in the database", () => {
  assert.ok(table.length >= 40);
  for (const row of table) {
    const found = plane.distanceM(row.lon, row.lat, row.other_lon, row.other_lat);
    assert.ok(Math.abs(found / row.geodesic_m - 1) < 1e-5, `${found} is not ${row.geodesic_m}`);
  }
});

test("so many metres are drawn as long as two places so far apart", () => {
  for (const lat of [0, 30.9, -45, 60]) {
    const part = plane.worldPart(500, lat);
    assert.ok(Math.abs(plane.distanceM(120, lat, 120 + part * 360, lat) - 500) < 1e-6);
  }
});

test("Mercator: the corners and the middle of the world, there and back", () => {
  const near = (got, expected) => assert.ok(Math.abs(got - expected) < 1e-9, `${got} is not ${expected}`);
  near(plane.toX(-180), 0);
  near(plane.toX(180), 1);
  near(plane.toY(0), 0.5);
  near(plane.toY(85.0511287798066), 0);
  for (const [lon, lat] of [[120.9, 30.9], [-70, -33], [0, 60]]) {
    near(plane.toLon(plane.toX(lon)), lon);
    near(plane.toLat(plane.toY(lat)), lat);
  }
});
