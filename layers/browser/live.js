// The live stream: one binary frame a second over a WebSocket, decoded once; comes back by itself after a break.
"use strict";
(function (window) {
  const HEADER_BYTES = 16;
  const RECORD_BYTES = 12;
  const AGE_STEP_S = 15;
  const UNIT_DEG = 1e-6;

  // Little endian: u32 tick, u32 n, f64 server time (ms); n x (i32 lon, i32 lat in 1e-6 degrees, u8 heading in 256ths
  // of a turn, u8 status in the low and age / 15 s in the high nibble, u16 worker).
  function decodeFrame(buffer) {
    const view = new DataView(buffer);
    const n = buffer.byteLength < HEADER_BYTES ? -1 : view.getUint32(4, true);
    if (n < 0 || buffer.byteLength !== HEADER_BYTES + n * RECORD_BYTES) throw new RangeError("frame of the wrong length");
    const frame = {
      tick: view.getUint32(0, true), n, at: view.getFloat64(8, true),
      lon: new Float64Array(n), lat: new Float64Array(n), heading: new Uint8Array(n),
      status: new Uint8Array(n), ageS: new Uint8Array(n), worker: new Uint16Array(n),
    };
    for (let row = 0, byte = HEADER_BYTES; row < n; row++, byte += RECORD_BYTES) {
      const state = view.getUint8(byte + 9);
      frame.lon[row] = view.getInt32(byte, true) * UNIT_DEG;
      frame.lat[row] = view.getInt32(byte + 4, true) * UNIT_DEG;
      frame.heading[row] = view.getUint8(byte + 8);
      frame.status[row] = state & 15;
      frame.ageS[row] = (state >> 4) * AGE_STEP_S;
      frame.worker[row] = view.getUint16(byte + 10, true);
    }
    return frame;
  }

  // Seconds to wait before the attempt with this number (0 first), doubled each time, 5 s at most: a centre that is away
  // is not asked twice a second by every display, and none stays dark for long once it is back.
  function backOff(attempt) {
    return Math.min(5, 0.5 * Math.pow(2, attempt));
  }

  function address(path) {
    const { protocol, host } = window.location;
    return `${protocol === "https:" ? "wss" : "ws"}://${host}${path}`;
  }

  // A WebSocket that is opened again after every end. A message counts as life; silence of `silenceMs` ends it, so that
  // a connection that hangs without being closed is noticed too.
  function keepOpen(path, { binary = false, onMessage, onState = () => {}, silenceMs = 6000 }) {
    let attempt = 0;
    let socket = null;
    let silenceTimer = 0;
    const connect = () => {
      const own = socket = new window.WebSocket(address(path));
      if (binary) socket.binaryType = "arraybuffer";
      let hasEnded = false;
      // A hanging socket may report its close minutes later, when the next one is long open: each ends once, by itself.
      const end = () => {
        if (hasEnded) return;
        hasEnded = true;
        window.clearTimeout(silenceTimer);
        onState("closed");
        window.setTimeout(connect, backOff(attempt++) * 1000);
      };
      const restartSilenceTimer = () => {
        window.clearTimeout(silenceTimer);
        // close() of a dead connection fires no event until the browser gives up waiting for the other side
        silenceTimer = window.setTimeout(() => { own.close(); end(); }, silenceMs);
      };
      socket.onopen = () => onState("open");
      // A message, not the opening, sets the back-off to its start: a centre that accepts and drops would be run down.
      socket.onmessage = (event) => { if (hasEnded) return; attempt = 0; restartSilenceTimer(); onMessage(event.data); };
      socket.onclose = end;
      restartSilenceTimer();
    };
    connect();
    return { restart: () => socket && socket.close() };
  }

  let isStarted = false;
  function startLive(map) {
    if (!map.gridcommand.live || isStarted) return;
    isStarted = true;
    const stats = window.gridcommand.live;
    keepOpen(map.gridcommand.live, {
      binary: true,
      onState: (state) => { stats.state = state; },
      onMessage: (data) => {
        const frame = decodeFrame(data);
        stats.frames += 1;
        stats.workers = frame.n;
        stats.lastFrameAt = Date.now();
        // clocks on the page show the server's time: that of a display on a wall may be wrong by minutes
        stats.serverOffsetMs = frame.at - Date.now();
        window.document.dispatchEvent(new window.CustomEvent("gridcommand:frame", { detail: frame }));
      },
    });
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, {
    live: { decodeFrame, backOff, keepOpen, frames: 0, workers: 0, lastFrameAt: 0, serverOffsetMs: 0, state: "closed" },
    stats: () => ({
      frames: window.gridcommand.live.frames, workers: window.gridcommand.live.workers,
      lastFrameAt: window.gridcommand.live.lastFrameAt, state: window.gridcommand.live.state,
      drawn: window.gridcommand.drawn ? window.gridcommand.drawn() : 0, baseMapAt: window.gridcommand.baseMapAt || 0,
      board: window.gridcommand.board ? window.gridcommand.board.seq() : null,
    }),
  });
  if (window.gridcommand.onMap) window.gridcommand.onMap(startLive);
})(window);
