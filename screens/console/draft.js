// The event being written: where it begins, its client-made id, and when it is laid aside. Called by Dash by name.
"use strict";
(function (window) {
  const { newId } = window.gridcommand.ids;

  // The draft after something happened: a press on the map, the button, the cross, or a case was opened.
  function next(draft, cause, place) {
    if (cause === "map") return place ? { ...(draft || { id: newId() }), lon: place.lng, lat: place.lat } : undefined;
    if (cause === "new") return draft || { id: newId(), lon: null, lat: null };
    return null;
  }

  function causeOf(context, ids) {
    const id = context.triggered.length ? context.triggered[0].prop_id.split(".")[0] : "";
    return { [ids.map]: "map", [ids.new]: "new" }[id] || "close";
  }

  const isOverWorker = () => Boolean(window.document.querySelector(".over-worker"));
  let shownId = null;

  // Whether the case as shown ({caseNo, version, ended}) is older than the board's word; an ended one is not on the board.
  function isOld(caseNo, versions, shown) {
    if (shown.caseNo !== caseNo) return true;
    return caseNo in versions ? versions[caseNo] > Number(shown.version) : shown.ended !== "yes";
  }

  const calls = {
    // (map click, presses of new, presses of the cross, open case, draft) -> draft
    change(click, _new, _close, selected, draft) {
      const { callback_context: context, no_update: keep } = window.dash_clientside;
      const cause = causeOf(context, { map: "console-map", new: "console-new" });
      if (cause === "map" && (!click || (!draft && isOverWorker()))) return keep; // a worker was meant, not the place
      if (cause === "close" && context.triggered.some((each) => each.prop_id.startsWith("console-selected")) && !selected) return keep;
      if (cause === "map" && !draft && window.gridcommand.verbForm.choosePlace(click.latlng)) return keep;
      const after = next(draft, cause, click && click.latlng);
      return after === undefined || (after === null && !draft) ? keep : after;
    },
    // (draft, open case) -> class of the page, which shows the form, the case, or neither
    show(draft, selected) {
      if (window.gridcommand.console.openCase !== (selected || null)) window.gridcommand.verbForm.close();
      window.gridcommand.console.openCase = selected || null;
      window.setTimeout(window.gridcommand.console.afterDrawing, 30);
      const mode = draft ? "form" : selected ? "case" : "idle";
      if (draft && draft.id !== shownId) window.setTimeout(() => window.document.getElementById("console-form-text").focus(), 60);
      return `console mode-${mode}${selected && !draft ? " has-around" : ""}`;
    },
    // (draft) -> the fields of the form, emptied when another event begins
    clear(draft) {
      const keep = window.dash_clientside.no_update;
      if (!draft || draft.id === shownId) { if (!draft) shownId = null; return Array(6).fill(keep); }
      shownId = draft.id;
      return ["", null, null, "", "", ""];
    },
    // (ways) -> the data of the layer they are drawn on
    draw: (ways) => window.gridcommand.console.draw(ways || { type: "FeatureCollection", features: [] }),
    // (versions of all open cases) -> a sign that the open case is not shown as it is now
    watch(versions) {
      const caseNo = window.gridcommand.console.openCase;
      const shown = window.document.querySelector(".case-times[data-version]");
      return caseNo && isOld(caseNo, versions || {}, shown ? shown.dataset : {}) ? { caseNo, at: Date.now() } : window.dash_clientside.no_update;
    },
    // (answer to a press) -> class of its line; after a refusal, which is not a mere text, the button may be pressed again
    answered(children) {
      const refused = Boolean(children) && typeof children === "object";
      if (refused) {
        window.gridcommand.console.letSend();
        window.gridcommand.choosing.keep();
      }
      if (children) window.gridcommand.console.pressAnswered();
      if (children && !refused) window.gridcommand.verbForm.close();
      return refused ? "answer refused" : "answer";
    },
    // (the advice) -> its class; whoever was chosen of the one before is so no longer
    offered(children) {
      window.gridcommand.choosing.begin();
      return children && children.length ? "offered" : "";
    },
    // (pin pressed) -> open case
    pick(click) {
      const properties = click && click.properties;
      return properties && properties.case_no ? properties.case_no : window.dash_clientside.no_update;
    },
  };

  window.dash_clientside = Object.assign(window.dash_clientside || {}, { console: calls });
  window.gridcommand = Object.assign(window.gridcommand || {}, { draft: { newId, next, isOld } });
})(window);
