// The symbols of workers as blocks of pixels: one for each status, fresh or old, and heading.
"use strict";
(function (window) {
  const HEADINGS = 16;
  const BOX_PX = 24;
  const SHOWS_HEADING = { arrow: true, triangle: true };

  const SHAPES = {
    disc: (g) => g.arc(0, 0, 5, 0, 7),
    ring: (g) => g.arc(0, 0, 4.4, 0, 7),
    arrow: (g) => { g.arc(0, 0, 5, 0, 7); g.moveTo(-3.4, -5); g.lineTo(0, -9.6); g.lineTo(3.4, -5); g.closePath(); },
    triangle: (g) => { g.moveTo(0, -9); g.lineTo(6.6, 6); g.lineTo(0, 3.2); g.lineTo(-6.6, 6); g.closePath(); },
    square: (g) => g.rect(-5, -5, 10, 10),
    diamond: (g) => { g.moveTo(0, -9); g.lineTo(9, 0); g.lineTo(0, 9); g.lineTo(-9, 0); g.closePath(); },
    cross: (g) => { g.moveTo(-4, -4); g.lineTo(4, 4); g.moveTo(4, -4); g.lineTo(-4, 4); },
  };
  // shapes that are a line and no area, with its width
  const LINE_WIDTHS = { ring: 2.6, cross: 2.8 };

  function paint(g, shape, colour, turn) {
    g.rotate(turn);
    g.beginPath();
    SHAPES[shape](g);
    g.lineJoin = "round";
    g.lineCap = "round";
    g.strokeStyle = shape === "diamond" ? "#ffffff" : "rgba(4,10,18,.95)";
    g.lineWidth = LINE_WIDTHS[shape] ? LINE_WIDTHS[shape] + 2.6 : 2.6;
    g.stroke();
    if (LINE_WIDTHS[shape]) {
      g.strokeStyle = colour;
      g.lineWidth = LINE_WIDTHS[shape];
      g.stroke();
    } else {
      g.fillStyle = colour;
      g.fill();
    }
  }

  function render(shape, colour, turn, size, alpha) {
    const canvas = window.document.createElement("canvas");
    canvas.width = canvas.height = size;
    const g = canvas.getContext("2d", { willReadFrequently: true });
    g.globalAlpha = alpha;
    g.translate(size / 2, size / 2);
    g.scale(size / BOX_PX, size / BOX_PX);
    paint(g, shape, colour, turn);
    const pixels = g.getImageData(0, 0, size, size).data;
    return new Uint32Array(pixels.buffer);
  }

  // Where to find the sprite of a worker: status, then fresh (0) or old (1), then heading sector. The heading comes in 256ths
  // of a turn; + 8 makes north the middle of its sector, not its edge.
  function spriteIndex(status, isOld, heading) {
    return (status * 2 + (isOld ? 1 : 0)) * HEADINGS + ((heading + 8) >> 4) % HEADINGS;
  }

  // All sprites for [[status, colour, shape], ...] at a size in pixels; those that do not turn are shared.
  function makeSprites(styles, scale) {
    const size = Math.round(BOX_PX * scale);
    const sprites = [];
    styles.forEach(([, colour, shape], status) => {
      for (const isOld of [false, true]) {
        const shared = SHOWS_HEADING[shape] ? null : render(shape, colour, 0, size, isOld ? 0.42 : 1);
        for (let sector = 0; sector < HEADINGS; sector++) {
          const turn = (sector * 2 * Math.PI) / HEADINGS;
          sprites[spriteIndex(status, isOld, sector * 16)] = shared || render(shape, colour, turn, size, isOld ? 0.42 : 1);
        }
      }
    });
    return { size, sprites };
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { sprites: { makeSprites, spriteIndex, HEADINGS } });
})(window);
