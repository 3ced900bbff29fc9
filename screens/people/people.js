// The page of the people: the buttons for leaving and coming back ask the public API; one id until it is answered.
"use strict";
(function (window) {
  const page = window.document;
  const { plain, ids } = window.gridcommand;
  const id = ids.newId();

  page.addEventListener("click", ({ target }) => {
    const { leave, back } = target.closest("button")?.dataset || {};
    const form = target.closest("form");
    if (leave) {
      const grid = form.elements.grid ? form.elements.grid.checked : true;
      plain.call("POST", `/api/workers/${leave}/leave`, { id, to: Number(form.elements.to.value), grid });
    }
    if (back) plain.call("POST", `/api/workers/${back}/leave/undo`);
  });
})(window);
