/* Reads what htkgis/maps/packed writes: columns of numbers out of a text, geometry and
   attributes out of columns. Everything stays in typed arrays; nothing here draws. */
"use strict";
Object.assign(window.htkgis, (() => {
  const WORLD = 256, STEPS_PER_DEGREE = 1e6;
  const NONE = 0, POINT = 1, LINE = 2, POLYGON = 3;

  /* --- archive --- */

  async function unpack(text) {
    const signs = atob(text), packed = new Uint8Array(signs.length);
    for (let at = 0; at < signs.length; at++) packed[at] = signs.charCodeAt(at);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    const columns = {};
    let at = 4 + length;
    for (const [name, coding, count, size] of head.columns) {
      columns[name] = column(bytes.subarray(at, at += size), coding, count);
    }
    return {meta: head.meta, columns};
  }

  function column(bytes, coding, count) {
    if (coding === "f") return floats(bytes, count);
    return coding < "a" ? wide(bytes, coding, count) : narrow(bytes, coding, count);
  }

  function narrow(bytes, coding, count) {
    const found = new Int32Array(count), folded = coding !== "u", summed = coding === "d";
    let at = 0, last = 0;
    for (let n = 0; n < count; n++) {
      let number = 0, shift = 0, byte;
      do {
        byte = bytes[at++];
        number |= (byte & 127) << shift;
        shift += 7;
      } while (byte > 127);
      if (folded) number = (number >>> 1) ^ -(number & 1);
      if (summed) number = last = last + number;
      found[n] = number;
    }
    return found;
  }

  /* Numbers of more than 32 bits: the browser's bit operations would cut them. */
  function wide(bytes, coding, count) {
    const found = new Float64Array(count);
    let at = 0, last = 0n;
    for (let n = 0; n < count; n++) {
      let number = 0n, shift = 0n, byte;
      do {
        byte = bytes[at++];
        number |= BigInt(byte & 127) << shift;
        shift += 7n;
      } while (byte > 127);
      if (coding !== "U") number = number & 1n ? -((number + 1n) >> 1n) : number >> 1n;
      if (coding === "D") number = last = last + number;
      found[n] = Number(number);
    }
    return found;
  }

  function floats(bytes, count) {
    const whole = new Uint8Array(8 * count);
    for (let plane = 0; plane < 8; plane++) {
      for (let n = 0; n < count; n++) whole[8 * n + plane] = bytes[plane * count + n];
    }
    const view = new DataView(whole.buffer);
    return Float64Array.from({length: count}, (_, n) => view.getFloat64(8 * n, true));
  }

  /* --- attributes --- */

  function attribute({meta, columns}, name) {
    const own = meta.attributes[name], numbers = columns[name];
    const missing = new Set(columns[name + ":missing"] || []);
    const scale = 10 ** (own.decimals || 0);
    const read = {
      text: (n) => own.texts[numbers[n]],
      boolean: (n) => numbers[n] === 1,
      decimal: (n) => numbers[n] / scale,
    }[own.kind] || ((n) => numbers[n]);
    return (n) => missing.has(n) ? null : read(n);
  }

  /* --- geometry --- */

  function worldX(degrees) {
    return (degrees + 180) / 360 * WORLD;
  }

  function worldY(degrees) {
    const sine = Math.sin(degrees * Math.PI / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD;
  }

  /* Pixels of web mercator as pixels of this page's map, both of zoom 0: others only where a
     background has another ground. */
  function onGround(x, y) {
    return htkgis.onGround ? htkgis.onGround(x, y) : [x, y];
  }

  const world = (lng, lat) => onGround(worldX(lng), worldY(lat));

  /* Paths are lines, rings, or all points of a feature: feature n has the paths from first[n]
     to first[n + 1], path p the points from start[p] to start[p + 1], in pixels of zoom 0. */
  function shapes({columns}) {
    const {kind, parts, rings, sizes, x, y} = columns, count = kind.length;
    const first = new Int32Array(count + 1), start = new Int32Array(sizes.length + 1);
    let ring = 0;
    for (let n = 0; n < count; n++) {
      let paths = kind[n] === NONE ? 0 : kind[n] === POINT ? 1 : parts[n];
      if (kind[n] === POLYGON) {
        paths = 0;
        for (let part = 0; part < parts[n]; part++) paths += rings[ring++];
      }
      first[n + 1] = first[n] + paths;
    }
    sizes.forEach((size, path) => { start[path + 1] = start[path] + size; });
    const wx = new Float64Array(x.length), wy = new Float64Array(x.length);
    for (let at = 0; at < x.length; at++) {
      [wx[at], wy[at]] = world(x[at] / STEPS_PER_DEGREE, y[at] / STEPS_PER_DEGREE);
    }
    return {count, kind, first, start, x: wx, y: wy, boxes: boxes(count, first, start, wx, wy)};
  }

  function boxes(count, first, start, x, y) {
    const found = new Float64Array(4 * count);
    for (let n = 0; n < count; n++) {
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let at = start[first[n]]; at < start[first[n + 1]]; at++) {
        if (x[at] < west) west = x[at];
        if (x[at] > east) east = x[at];
        if (y[at] < north) north = y[at];
        if (y[at] > south) south = y[at];
      }
      found.set([west, north, east, south], 4 * n);
    }
    return found;
  }

  /* --- what lies in a box --- */

  /* Boxes come in the order of a curve through the plane, so sixteen that follow each other
     lie near each other: a tree needs no sorting, only the box of every sixteen. */
  function boxTree(leaves) {
    const levels = [leaves];
    for (let below = leaves; below.length > 64; levels.push(below)) below = grouped(below);
    return (west, north, east, south, visit) => {
      const look = (level, from, to) => {
        const own = levels[level];
        for (let n = from; n < to; n++) {
          if (own[4 * n] > east || own[4 * n + 2] < west) continue;
          if (own[4 * n + 1] > south || own[4 * n + 3] < north) continue;
          if (level === 0) visit(n);
          else look(level - 1, 16 * n, Math.min(16 * n + 16, levels[level - 1].length / 4));
        }
      };
      look(levels.length - 1, 0, levels[levels.length - 1].length / 4);
    };
  }

  function grouped(below) {
    const groups = Math.ceil(below.length / 64), found = new Float64Array(4 * groups);
    for (let n = 0; n < groups; n++) {
      found.set([Infinity, Infinity, -Infinity, -Infinity], 4 * n);
      for (let at = 64 * n; at < Math.min(64 * n + 64, below.length); at += 4) {
        for (const side of [0, 1]) {
          found[4 * n + side] = Math.min(found[4 * n + side], below[at + side]);
          found[4 * n + side + 2] = Math.max(found[4 * n + side + 2], below[at + side + 2]);
        }
      }
    }
    return found;
  }

  return {unpack, attribute, shapes, boxes, boxTree, worldX, worldY, world, placed: onGround, kinds: {NONE, POINT, LINE, POLYGON}};
})());
