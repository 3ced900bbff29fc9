// How dl.GeoJSON features are drawn: grids, incidents, cameras, routes, marks. Called by name from Python.
"use strict";
(function (window) {
  // Titles and names are typed by people and become HTML below: unescaped, a report could run a script on every display.
  const escape = (text) => String(text === undefined || text === null ? "" : text)
    .replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);

  function icon(html, className) {
    return window.L.divIcon({ html, className, iconSize: [0, 0] });
  }

  function gridStyle(feature) {
    const { colour, opacity } = feature.properties;
    return { color: "#7fb6dd", weight: 1, opacity: 0.5, dashArray: "5 4", fillColor: colour, fillOpacity: opacity };
  }

  const SURROUNDINGS = {
    outside: { stroke: false, fillColor: "#050c16", fillOpacity: 0.66 },
    glow: { color: "#39b6e6", weight: 7, opacity: 0.16, fill: false, lineJoin: "round" },
    border: { color: "#63cdf3", weight: 1.6, opacity: 0.8, fill: false, lineJoin: "round" },
  };
  const surroundingsStyle = (feature) => SURROUNDINGS[feature.properties.part];

  function gridLabel(feature, latlng) {
    const { name, open } = feature.properties;
    const count = open ? `<b>${escape(open)}</b>` : "";
    return window.L.marker(latlng, {
      pane: "labels", interactive: false, keyboard: false,
      icon: icon(`<span>${escape(name)}${count}</span>`, open > 1 ? "grid-label busy" : "grid-label"),
    });
  }

  function pinHtml(properties) {
    const { priority, phase, title, subtitle, is_new: isNew, is_overdue: isOverdue } = properties;
    const classes = ["pin", priority, phase, isNew ? "new" : "", isOverdue ? "overdue" : ""].filter(Boolean).join(" ");
    const pulse = isNew || (priority === "P1" && phase === "waiting") ? '<i class="pulse"></i>' : "";
    return `<div class="${escape(classes)}">${pulse}<b>${escape(String(priority).slice(1))}</b>` +
      `<span class="pin-label"><em>${escape(title)}</em>${subtitle ? `<small>${escape(subtitle)}</small>` : ""}</span></div>`;
  }

  function incidentPin(feature, latlng) {
    const urgency = 5 - Number(String(feature.properties.priority).slice(1));
    const marker = window.L.marker(latlng, {
      pane: "incidents", icon: icon(pinHtml(feature.properties), "incident-icon"), zIndexOffset: urgency * 1000,
      title: "", alt: feature.properties.title, riseOnHover: true,
    });
    return marker;
  }

  function cameraStyle(feature) {
    const ok = feature.properties.is_ok;
    return { color: ok ? "#9d8cff" : "#7a7f8c", weight: 1, opacity: 0.7, fillColor: ok ? "#9d8cff" : "#7a7f8c", fillOpacity: 0.14, interactive: false };
  }

  function cameraSymbol(feature, latlng) {
    const name = feature.properties.is_ok ? "camera-icon" : "camera-icon broken";
    return window.L.marker(latlng, { pane: "cameras", keyboard: false, icon: icon("<i></i>", name), title: feature.properties.name });
  }

  function routeStyle(feature) {
    const first = feature.properties.rank === 1;
    const scale = window.gridcommand.currentScale();
    return { color: first ? "#ffd23f" : "#8fb8de", weight: (first ? 6 : 3.5) * scale, opacity: first ? 0.95 : 0.55, lineJoin: "round" };
  }

  function routeLabel(feature, layer) {
    if (!feature.properties.label) return;
    layer.bindTooltip(escape(feature.properties.label), { permanent: feature.properties.rank === 1, sticky: true, className: "route-label", direction: "top" });
  }

  function highlightMark(feature, latlng) {
    const { kind, label, radius_m: radius } = feature.properties;
    if (radius) {
      return window.L.circle(latlng, { pane: "highlight", radius, color: "#4fd1e8", weight: 1.5, dashArray: "6 5", fillOpacity: 0.04, interactive: false });
    }
    return window.L.marker(latlng, {
      pane: "highlight", keyboard: false,
      icon: icon(`<i></i>${label ? `<span>${escape(label)}</span>` : ""}`, `mark mark-${escape(kind)}`),
    });
  }

  // Who calls for help: a diamond with the word, pulsing until the centre has acknowledged it.
  function sosMark(feature, latlng) {
    const { label, is_acknowledged: seen } = feature.properties;
    const html = `${seen ? "" : '<i class="pulse"></i>'}<b></b><span>${escape(label)}</span>`;
    return window.L.marker(latlng, { pane: "highlight", keyboard: false, interactive: false, zIndexOffset: 9000, icon: icon(html, "sos-mark") });
  }

  const sosWay = () => ({ color: "#ff4d67", weight: 5 * window.gridcommand.currentScale(), opacity: 0.9, dashArray: "2 9", lineCap: "round", interactive: false });

  window.gridcommand = Object.assign(window.gridcommand || {}, { escape, pinHtml });
  window.gridcommand.layers = Object.assign(window.gridcommand.layers || {}, {
    gridStyle, surroundingsStyle, gridLabel, incidentPin, cameraStyle, cameraSymbol, routeStyle, routeLabel, highlightMark, sosMark, sosWay,
  });
})(window);
