// The live stream: one binary frame a second over a WebSocket, decoded once; comes back by itself after a break.
"use strict";
(function (window) {
  const HEADER_BYTES = 16;
  const RECORD_BYTES = 12;
  const STEP_S = 15;
  const UNIT = 1e-6;

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
    for (let i = 0, at = HEADER_BYTES; i < n; i++, at += RECORD_BYTES) {
      const state = view.getUint8(at + 9);
      frame.lon[i] = view.getInt32(at, true) * UNIT;
      frame.lat[i] = view.getInt32(at + 4, true) * UNIT;
      frame.heading[i] = view.getUint8(at + 8);
      frame.status[i] = state & 15;
      frame.ageS[i] = (state >> 4) * STEP_S;
      frame.worker[i] = view.getUint16(at + 10, true);
    }
    return frame;
  }

  // Seconds to wait before the attempt with this number (0 first), doubled each time, 5 s at most.
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
    let watchdog = 0;
    const listen = () => {
      socket = new window.WebSocket(address(path));
      if (binary) socket.binaryType = "arraybuffer";
      const own = socket;
      const stayAwake = () => {
        window.clearTimeout(watchdog);
        watchdog = window.setTimeout(() => { own.close(); ended(); }, silenceMs);
      };
      let over = false;
      const ended = () => {
        if (over) return;
        over = true;
        window.clearTimeout(watchdog);
        onState("closed");
        window.setTimeout(listen, backOff(attempt++) * 1000);
      };
      socket.onopen = () => onState("open");
      socket.onmessage = (event) => { if (over) return; attempt = 0; stayAwake(); onMessage(event.data); };
      socket.onclose = ended;
      stayAwake();
    };
    listen();
    return { restart: () => socket && socket.close() };
  }

  let started = false;
  function startLive(map) {
    if (!map.gridcommand.live || started) return;
    started = true;
    const stats = window.gridcommand.live;
    keepOpen(map.gridcommand.live, {
      binary: true,
      onState: (state) => { stats.state = state; },
      onMessage: (data) => {
        const frame = decodeFrame(data);
        stats.frames += 1;
        stats.workers = frame.n;
        stats.lastFrameAt = Date.now();
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
