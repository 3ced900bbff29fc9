// What a metre is in the browser: the twin of mapdata/plane.py (the same formula, held against the same table by tests),
// and where on the map of the world a place is drawn. Degrees are WGS-84.
"use strict";
(function (window) {
  const AXIS_M = 6378137; // half the axis of the equator; source: WGS-84, EPSG:7030
  const ECCENTRICITY2 = 6.69437999014e-3;

  // Metres in a degree of longitude and in one of latitude, where `cosine` is that of twice the latitude.
  function degreeM(cosine) {
    const flattening = 1 - (ECCENTRICITY2 * (1 - cosine)) / 2;
    const axisM = (AXIS_M * Math.PI) / 180;
    return [axisM * Math.sqrt((1 + cosine) / 2 / flattening), (axisM * (1 - ECCENTRICITY2)) / flattening ** 1.5];
  }

  // Metres between two places, on the plane that touches the earth half-way between them; exact to 0.001 % within 20 km.
  function distanceM(lon, lat, otherLon, otherLat) {
    const [eastM, northM] = degreeM(Math.cos(((lat + otherLat) * Math.PI) / 180));
    return Math.hypot((otherLon - lon) * eastM, (otherLat - lat) * northM);
  }

  // So many metres at a latitude as a part of the world's width.
  const worldPart = (metres, lat) => metres / (360 * degreeM(Math.cos((2 * lat * Math.PI) / 180))[0]);

  // Mercator, 0..1 from west to east and from north to south: one multiplication away from pixels at every zoom.
  const toX = (lon) => lon / 360 + 0.5;
  function toY(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
  const toLon = (x) => (x - 0.5) * 360;
  const toLat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

  window.gridcommand = Object.assign(window.gridcommand || {}, { plane: { distanceM, worldPart, toX, toY, toLon, toLat } });
})(window);
