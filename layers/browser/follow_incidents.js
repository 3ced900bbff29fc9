// The view goes to new incidents until somebody moves the map; then it stays until it is released.
"use strict";
(function (window) {
  const BACK_TO_AREA_MS = 25000;
  const STAY_MS = 12000;

  // Whether the view follows or is locked, which incidents were seen, where to go next. No map in here.
  function makeFollower() {
    const seen = new Set();
    let isFollowing = true;
    let hasStarted = false;
    let wentAt = -Infinity;
    return {
      isFollowing: () => isFollowing,
      lock() { isFollowing = false; },
      release() { isFollowing = true; },
      // The incident to go to among the features on the board, the most urgent of the new ones, or null. The view stays a
      // while with one incident before it goes to the next, unless the next is of first priority.
      next(features, nowMs = 0) {
        const fresh = features.filter((feature) => !seen.has(feature.properties.case_no));
        // Remembered even while locked: released, the view must not run after everything that happened meanwhile.
        for (const feature of features) seen.add(feature.properties.case_no);
        // the first board holds the cases of hours: none of them is news
        if (!hasStarted) { hasStarted = true; return null; }
        if (!isFollowing || fresh.length === 0) return null;
        const next = [...fresh].sort((a, b) => a.properties.priority.localeCompare(b.properties.priority))[0];
        if (nowMs - wentAt < STAY_MS && next.properties.priority !== "P1") return null;
        wentAt = nowMs;
        return next;
      },
    };
  }

  function labelButton(button, follower) {
    const text = follower.isFollowing() ? button.dataset.following : button.dataset.locked;
    button.classList.toggle("locked", !follower.isFollowing());
    button.setAttribute("aria-pressed", String(follower.isFollowing()));
    (button.querySelector("span") || button).textContent = text;
  }

  function flyToFeature(map, feature) {
    const g = window.gridcommand;
    const [lon, lat] = feature.geometry.coordinates;
    const zoom = Math.max(map.getZoom(), 15 + Math.round(Math.log2(g.currentScale())));
    map.flyTo(g.centreFor(map, window.L.latLng(lat, lon), zoom), zoom, { duration: 1.2 });
  }

  function addFollower(map) {
    if (!map.gridcommand.follow) return;
    const follower = makeFollower();
    const root = window.document;
    const refresh = () => { const button = root.getElementById("follow-button"); if (button) labelButton(button, follower); };
    let timer = 0;
    const showWholeArea = () => { if (follower.isFollowing()) window.gridcommand.fit(map, { animate: true }); };
    const lock = () => { if (follower.isFollowing()) { follower.lock(); window.clearTimeout(timer); refresh(); } };
    const release = () => { follower.release(); window.gridcommand.fit(map, { animate: true }); refresh(); };
    // Only what a person does locks. Leaflet's own "movestart" is also fired by our flights, which would lock themselves.
    map.getContainer().addEventListener("wheel", lock, { passive: true });
    map.on("dragstart boxzoomend dblclick", lock);
    root.addEventListener("gridcommand:moved", lock);
    root.addEventListener("gridcommand:board", (event) => {
      const pins = event.detail.props[map.gridcommand.follow];
      const next = pins ? follower.next(pins.data.features, window.performance.now()) : null;
      if (!next) return;
      flyToFeature(map, next);
      window.clearTimeout(timer);
      timer = window.setTimeout(showWholeArea, BACK_TO_AREA_MS);
    });
    // on the document: the button is drawn by Dash after this runs, and drawn again whenever its texts change
    root.addEventListener("click", (event) => {
      if (event.target.closest && event.target.closest("#follow-button")) (follower.isFollowing() ? lock : release)();
    });
    refresh();
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { followIncidents: { makeFollower } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addFollower);
})(window);
