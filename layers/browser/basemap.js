// The base map: vector tiles of the town in a dark theme, drawn in the browser with its own (Chinese) fonts.
"use strict";
(function (window) {
  const FONT = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif';
  const BACKGROUND = "#0a1626";

  const LAND = {
    farmland: "#10202e", orchard: "#122a22", grass: "#132b22", forest: "#133022", park: "#123024",
    greenhouse: "#152a39", residential: "#17283d", commercial: "#192740", industrial: "#1a2439", school: "#1c2743",
    cemetery: "#15241f",
  };
  const BUILDINGS = {
    house: "#22364c", apartments: "#27405c", factory: "#2b3650", school: "#374169", public: "#374169", shop: "#313f5a",
  };

  // Road classes from the least to the greatest, which is drawn last: kinds, colour, first zoom, [[zoom, width px], ...].
  const ROADS = [
    { kinds: ["path", "footway", "pedestrian", "steps", "cycleway", "track", "bridleway", "corridor"], colour: "#31475f",
      from: 15, widths: [[15, 0.7], [17, 1.6], [19, 4]], dash: [3, 2] },
    { kinds: ["service", "living_street"], colour: "#2b425c", from: 14, widths: [[14, 0.6], [16, 2.2], [19, 10]] },
    { kinds: ["residential", "unclassified", "road"], colour: "#34506d", from: 12.5,
      widths: [[12.5, 0.5], [14, 1.1], [16, 4], [19, 18]] },
    { kinds: ["tertiary", "tertiary_link"], colour: "#43648a", from: 11, widths: [[11, 0.6], [14, 2], [16, 6], [19, 24]] },
    { kinds: ["secondary", "secondary_link"], colour: "#5479a3", from: 10, widths: [[10, 0.8], [14, 3], [16, 8], [19, 30]] },
    { kinds: ["primary", "primary_link"], colour: "#8a7a58", from: 8, widths: [[8, 0.8], [12, 2], [14, 3.6], [16, 9], [19, 34]] },
    { kinds: ["trunk", "trunk_link"], colour: "#98804f", from: 7, widths: [[7, 0.8], [12, 2.4], [14, 4], [16, 10], [19, 36]] },
    { kinds: ["motorway", "motorway_link"], colour: "#a8843f", from: 6, widths: [[6, 0.8], [12, 2.8], [14, 4.6], [16, 11], [19, 40]] },
  ];

  // Exponential between the stops, constant outside. Not linear: the ground doubles with each zoom, and a road that grows
  // by a fixed number of pixels would be too wide for its town between two stops.
  function widthAt(stops, zoom) {
    if (zoom <= stops[0][0]) return stops[0][1];
    for (let index = 1; index < stops.length; index++) {
      const [z1, w1] = stops[index - 1];
      const [z2, w2] = stops[index];
      if (zoom <= z2) return w1 * Math.pow(w2 / w1, (zoom - z1) / (z2 - z1));
    }
    return stops[stops.length - 1][1];
  }

  // The theme for a screen drawn `scale` times larger than 1080p: the same picture, one zoom deeper at scale 2.
  function theme(P, scale) {
    const shift = Math.log2(scale);
    const z = (zoom) => zoom - shift;
    const size = (stops) => (zoom) => scale * widthAt(stops, z(zoom));
    const fromZoom = (least, matches) => (zoom, feature) => z(zoom) >= least && matches(feature);
    const kindIn = (kinds) => (feature) => kinds.includes(feature.props.kind);
    const text = (px, weight) => `${weight} ${Math.round(px * scale * 10) / 10}px ${FONT}`;
    return {
      paint: [
        ...landRules(P, size), ...waterRules(P, size, fromZoom), ...buildingRules(P, size, fromZoom),
        ...roadRules(P, size, fromZoom, kindIn),
      ],
      label: labelRules(P, { scale, fromZoom, kindIn, text }),
    };
  }

  function landRules(P, size) {
    return [{
      dataLayer: "land",
      symbolizer: new P.PolygonSymbolizer({
        fill: (_, feature) => LAND[feature && feature.props.kind] || "#101f2f", perFeature: true,
        stroke: "rgba(120,160,190,.07)", width: size([[12, 0.2], [15, 0.8], [19, 1.2]]),
      }),
    }];
  }

  function waterRules(P, size, fromZoom) {
    return [
      { dataLayer: "water", filter: (_, f) => f.geomType === 3,
        symbolizer: new P.PolygonSymbolizer({ fill: "#0d3a5a", stroke: "#1b5a80", width: size([[11, 0.3], [15, 1], [19, 1.6]]) }) },
      { dataLayer: "water", filter: fromZoom(10, (f) => f.geomType === 2),
        symbolizer: new P.LineSymbolizer({ color: "#12486c", lineCap: "round", lineJoin: "round",
          width: size([[10, 0.5], [13, 1.4], [16, 5], [19, 16]]) }) },
    ];
  }

  function buildingRules(P, size, fromZoom) {
    return [{
      dataLayer: "buildings", filter: fromZoom(13.5, () => true),
      symbolizer: new P.PolygonSymbolizer({
        fill: (_, feature) => BUILDINGS[feature && feature.props.kind] || "#243850", perFeature: true,
        stroke: "#3d5878", width: size([[15, 0.2], [16.5, 0.7], [19, 1.2]]),
      }),
    }];
  }

  function roadRules(P, size, fromZoom, kindIn) {
    // Edges of all roads, then bridges, then all roads. Drawn road by road, the edge of each would cut across those it
    // meets; and a bridge lies under its own road, yet over the edges of whatever it crosses.
    const wider = (stops, by) => stops.map(([zoom, width]) => [zoom, width + by]);
    const line = (options) => new P.LineSymbolizer({ lineCap: "round", lineJoin: "round", ...options });
    const withEdge = ROADS.filter((road) => !road.dash);
    const casings = withEdge.map((road) => ({
      dataLayer: "roads", filter: fromZoom(Math.max(road.from, 12), kindIn(road.kinds)),
      symbolizer: line({ color: "#07101c", width: size(wider(road.widths, 1.8)) }),
    }));
    const bridges = [
      { dataLayer: "roads", filter: fromZoom(13, kindIn(["bridge"])),
        symbolizer: line({ color: "#a9c3dc", lineCap: "butt", width: size([[13, 3], [15, 6.5], [17, 13], [19, 34]]) }) },
      { dataLayer: "roads", filter: fromZoom(13, kindIn(["bridge"])),
        symbolizer: line({ color: "#16293d", lineCap: "butt", width: size([[13, 1.8], [15, 4.6], [17, 10.6], [19, 31]]) }) },
    ];
    const fills = ROADS.map((road) => ({
      dataLayer: "roads", filter: fromZoom(road.from, kindIn(road.kinds)),
      symbolizer: line(road.dash
        ? { dash: road.dash, dashColor: road.colour, dashWidth: size(road.widths), color: "rgba(0,0,0,0)", width: 0, lineCap: "butt" }
        : { color: road.colour, width: size(road.widths) }),
    }));
    return [...casings, ...bridges, ...fills];
  }

  function labelRules(P, { scale, fromZoom, kindIn, text }) {
    // in the order of importance: a label drawn first keeps the others away from its place
    const halo = { stroke: "#07111d", width: 3 * scale };
    const place = (kinds, least, px, weight, fill) => ({
      dataLayer: "places", filter: fromZoom(least, kindIn(kinds)),
      symbolizer: new P.CenteredTextSymbolizer({ labelProps: ["name"], fill, font: text(px, weight), ...halo }),
    });
    const road = (kinds, least, px, fill) => ({
      dataLayer: "roads", filter: fromZoom(least, (f) => Boolean(f.props.name) && kinds.includes(f.props.kind)),
      symbolizer: new P.LineLabelSymbolizer({ labelProps: ["name"], fill, font: text(px, 500), repeatDistance: 420 * scale, ...halo }),
    });
    return [
      place(["town", "city"], 9, 21, 700, "#d8e9f8"),
      place(["village", "suburb", "neighbourhood", "quarter"], 11.5, 15, 600, "#a9c9e6"),
      road(["motorway", "trunk", "primary"], 12.5, 12.5, "#d9c394"),
      place(["water_name"], 13.8, 13, 500, "#62a9d6"),
      road(["secondary", "tertiary"], 13.5, 12.5, "#9ab8d6"),
      place(["hamlet", "locality", "isolated_dwelling"], 13.5, 13, 500, "#8fabc5"),
      { dataLayer: "water", filter: fromZoom(13.5, (f) => Boolean(f.props.name) && f.geomType === 2),
        symbolizer: new P.LineLabelSymbolizer({ labelProps: ["name"], fill: "#62a9d6", font: text(12, 500), repeatDistance: 500 * scale, ...halo }) },
      road(["residential", "unclassified", "living_street"], 14.5, 12, "#86a2bf"),
      road(["service", "footway", "pedestrian", "path"], 16.5, 11.5, "#768fa9"),
      { dataLayer: "buildings", filter: fromZoom(16, (f) => Boolean(f.props.name)),
        symbolizer: new P.CenteredTextSymbolizer({ labelProps: ["name"], fill: "#b7c6da", font: text(11.5, 500), ...halo }) },
    ];
  }

  // Tiles are painted at the number of pixels they take on the screen, also between two whole zooms, so nothing blurs.
  function pixelRatio(zoom, device) {
    return device * Math.pow(2, zoom - Math.round(zoom));
  }

  // Paints the tiles at the pixels they take at the present zoom. Only when it has come to rest: each painting takes longer
  // than a frame, and while the map moves a browser's stretched tiles are good enough.
  function sharpen(layer, map) {
    const ratio = pixelRatio(map.getZoom(), window.devicePixelRatio || 1);
    if (ratio === layer.devicePixelRatio) return;
    layer.devicePixelRatio = ratio;
    layer.tileSize = Math.ceil(256 * ratio);
    layer.rerenderTiles();
  }

  function addBaseMap(map) {
    const P = window.protomapsL;
    const scale = window.gridcommand.currentScale();
    const rules = theme(P, scale);
    const ratio = pixelRatio(map.getZoom(), window.devicePixelRatio || 1);
    const layer = P.leafletLayer({
      url: map.gridcommand.tiles, attribution: "", backgroundColor: BACKGROUND, maxDataZoom: 16,
      levelDiff: Math.max(0, Math.round(Math.log2(scale))), paintRules: rules.paint, labelRules: rules.label,
      bounds: window.gridcommand.extentBounds(map.gridcommand.extent).pad(0.2),
      devicePixelRatio: ratio, maxZoom: 19, updateWhenZooming: false, keepBuffer: 1, lang: "zh-Hans", tileDelay: 1,
    });
    layer.tileSize = Math.ceil(256 * ratio);
    layer.allLabels = rules.label;
    // The library lays labels out for a few tiles at a time and forgets the others: at the side of a tile names were cut in
    // two. With room for 96 tiles all that a window shows are laid out together.
    layer.clearLayout = function () {
      this.labelers = new P.Labelers(this.scratch, this.labelRules, 96, this.onTilesInvalidated);
    };
    layer.clearLayout();
    layer.once("load", () => { window.gridcommand.baseMapAt = window.performance.now(); });
    map.on("zoomend", () => sharpen(layer, map));
    window.gridcommand.basemapPicture.showPictureAtRest(map, layer);
    map.gridcommand.baseMap = layer.addTo(map);
  }

  function showLabels(map, isShown) {
    const layer = map.gridcommand.baseMap;
    if (!layer) return;
    layer.labelRules = isShown ? layer.allLabels : [];
    layer.clearLayout();
    layer.rerenderTiles();
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { basemap: { widthAt, theme, pixelRatio, showLabels, ROADS, LAND } });
  if (window.gridcommand.onMap && window.protomapsL) window.gridcommand.onMap(addBaseMap);
})(window);
