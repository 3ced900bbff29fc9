// The view goes to new events until somebody moves the map; then it stays until it is released.
"use strict";
(function (window) {
  const DWELL_MS = 25000;
  const STAY_MS = 12000;

  // What the view does: follows or is locked; which events were seen; where to go next. No map in here.
  function makeFollow() {
    const seen = new Set();
    let following = true;
    let started = false;
    let wentAt = -Infinity;
    return {
      isFollowing: () => following,
      lock() { following = false; },
      release() { following = true; },
      // The new event to go to among the features on the board, the most urgent; the first look only remembers. The view
      // stays a while with one event before it goes to the next, unless the next is of first priority.
      take(features, nowMs = 0) {
        const fresh = features.filter((each) => !seen.has(each.properties.case_no));
        for (const each of features) seen.add(each.properties.case_no);
        if (!started) { started = true; return null; }
        if (!following || fresh.length === 0) return null;
        const next = [...fresh].sort((a, b) => a.properties.priority.localeCompare(b.properties.priority))[0];
        if (nowMs - wentAt < STAY_MS && next.properties.priority !== "P1") return null;
        wentAt = nowMs;
        return next;
      },
    };
  }

  function label(button, follow) {
    const text = follow.isFollowing() ? button.dataset.following : button.dataset.locked;
    button.classList.toggle("locked", !follow.isFollowing());
    button.setAttribute("aria-pressed", String(follow.isFollowing()));
    (button.querySelector("span") || button).textContent = text;
  }

  function show(map, feature) {
    const g = window.gridcommand;
    const [lon, lat] = feature.geometry.coordinates;
    const zoom = Math.max(map.getZoom(), 15 + Math.round(Math.log2(g.currentScale())));
    map.flyTo(g.centreFor(map, window.L.latLng(lat, lon), zoom), zoom, { duration: 1.2 });
  }

  function addFollow(map) {
    if (!map.gridcommand.follow) return;
    const follow = makeFollow();
    const root = window.document;
    const refresh = () => { const button = root.getElementById("follow-button"); if (button) label(button, follow); };
    let home = 0;
    const goHome = () => { if (follow.isFollowing()) window.gridcommand.fit(map, { animate: true }); };
    const lock = () => { if (follow.isFollowing()) { follow.lock(); window.clearTimeout(home); refresh(); } };
    const release = () => { follow.release(); window.gridcommand.fit(map, { animate: true }); refresh(); };
    map.getContainer().addEventListener("wheel", lock, { passive: true });
    map.on("dragstart boxzoomend dblclick", lock);
    root.addEventListener("gridcommand:moved", lock);
    root.addEventListener("gridcommand:board", (event) => {
      const pins = event.detail.props[map.gridcommand.follow];
      const next = pins ? follow.take(pins.data.features, window.performance.now()) : null;
      if (!next) return;
      show(map, next);
      window.clearTimeout(home);
      home = window.setTimeout(goHome, DWELL_MS);
    });
    root.addEventListener("click", (event) => {
      if (event.target.closest && event.target.closest("#follow-button")) (follow.isFollowing() ? lock : release)();
    });
    map.gridcommand.followState = follow;
    refresh();
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { follow: { makeFollow } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addFollow);
})(window);
