// The board: parts of the page the server renders once for every display; a gap in the numbers asks for all of it again.
"use strict";
(function (window) {
  // Keeps the number of the last message; gives what to do with the next: "apply" or "reconnect".
  function makeSequence() {
    let last = null;
    return {
      actionFor(message) {
        const isWhole = message.full === true;
        // A message holds only what changed: after a gap the page would show a mixture that never was, and look right.
        if (!isWhole && (last === null || message.seq !== last + 1)) { last = null; return "reconnect"; }
        last = message.seq;
        return "apply";
      },
      seq: () => last,
    };
  }

  function apply(message) {
    for (const [id, properties] of Object.entries(message.props)) window.dash_clientside.set_props(id, properties);
    window.document.dispatchEvent(new window.CustomEvent("gridcommand:board", { detail: message }));
  }

  function whenReady(isReady, then) {
    if (isReady()) then();
    else window.setTimeout(() => whenReady(isReady, then), 50);
  }

  function openChannel(box) {
    const sequence = makeSequence();
    const channel = window.gridcommand.live.keepOpen(box.dataset.board, {
      silenceMs: 15000,
      onMessage: (text) => {
        const message = JSON.parse(text);
        if (sequence.actionFor(message) === "apply") apply(message);
        else channel.restart();
      },
    });
    window.gridcommand.board = { ...window.gridcommand.board, seq: sequence.seq };
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { board: { makeSequence, seq: () => null } });
  const box = () => window.document && window.document.querySelector("[data-board]");
  if (window.document) whenReady(() => box() && window.dash_clientside && window.dash_clientside.set_props, () => openChannel(box()));
})(window);
