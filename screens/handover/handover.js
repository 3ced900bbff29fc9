// The page of hand-overs: a row opens its sheet; a button is pressed once, for the version that is read.
"use strict";
(function (window) {
  const root = window.document;
  const WAIT_MS = 1500; // so long a pressed button rests
  const put = (id, data) => window.dash_clientside.set_props(id, { data });

  function open(id) {
    put("handover-selected", id);
    window.dash_clientside.set_props("handover-answer", { children: "" });
    root.querySelector(".handover-opened").scrollIntoView({ block: "start" });
  }

  function press(button) {
    button.disabled = true;
    window.setTimeout(() => { button.disabled = false; }, WAIT_MS);
    const sheet = root.querySelector("[data-version]");
    const version = sheet ? Number(sheet.dataset.version) : 0;
    put("handover-pressed", { press: button.dataset.press, id: window.gridcommand.ids.newId(), version });
  }

  function onClick(event) {
    const row = event.target.closest("[data-open]");
    const button = event.target.closest("[data-press]");
    if (row) open(row.dataset.open);
    else if (button && !button.disabled) press(button);
  }

  if (root) root.addEventListener("click", onClick);
})(window);
