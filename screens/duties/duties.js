// The duties' page: a button says that a duty was done at its spot, others ask for a swap or answer one. Nothing of where the phone is goes along.
"use strict";
(function (window) {
  // Asks a colleague to change shifts.
  function ask(form) {
    const [day, shift] = form.elements.own.value.split(" ");
    const { other, day: otherDay, shift: otherShift } = form.elements;
    const theirs = { other: Number(other.value), other_day: otherDay.value, other_shift: otherShift.value };
    const id = window.gridcommand.ids.newId();
    window.gridcommand.plain.call("POST", "/api/roster/swaps", { id, worker: Number(form.dataset.worker), day, shift, ...theirs });
  }

  window.document.addEventListener("click", (event) => {
    const data = event.target.closest("button")?.dataset;
    if (data?.swap) window.gridcommand.plain.call("POST", `/api/roster/swaps/${data.swap}/${data.answer}`);
    if (data?.ask) ask(event.target.closest("form"));
    if (!data?.code) return;
    const body = { id: window.gridcommand.ids.newId(), code: data.code, spot: Number(data.spot) };
    window.gridcommand.plain.call("POST", `/api/duties/${data.grid}/done`, body);
  });
})(window);
