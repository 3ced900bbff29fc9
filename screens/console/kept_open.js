// What somebody has folded open stays open when the part of the page it stands in is drawn anew: every <details> that
// says under which name (data-kept) it is remembered.
"use strict";
(function (window) {
  const root = window.document;
  const open = new Set();

  function onToggle(event) {
    const { kept } = event.target.dataset || {};
    if (!kept) return;
    if (event.target.open) open.add(kept);
    else open.delete(kept);
  }

  function reopen() {
    for (const one of root.querySelectorAll("details[data-kept]:not([open])")) if (open.has(one.dataset.kept)) one.open = true;
  }

  if (root) {
    root.addEventListener("toggle", onToggle, true);
    const watch = () => {
      const panel = root.querySelector(".console-case");
      if (panel) new window.MutationObserver(reopen).observe(panel, { childList: true, subtree: true });
      else window.setTimeout(watch, 100);
    };
    watch();
  }
})(window);
