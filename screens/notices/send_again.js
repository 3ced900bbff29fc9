// A press on "send again" tells Dash which notice is meant.
"use strict";
(function (window) {
  // The notice whose button was pressed, or null.
  function noticeOf(target) {
    const button = target && target.closest ? target.closest("[data-notice-again]") : null;
    return button ? button.dataset.noticeAgain : null;
  }

  if (window.document) {
    window.document.addEventListener("click", (event) => {
      const notice = noticeOf(event.target);
      if (!notice) return;
      event.target.closest("button").disabled = true;
      window.dash_clientside.set_props("notices-again", { data: { notice, at: Date.now() } });
    });
  }
  window.gridcommand = Object.assign(window.gridcommand || {}, { noticeOf });
})(window);
