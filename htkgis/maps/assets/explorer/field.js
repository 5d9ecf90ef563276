/* The reached area as a picture: for each pixel the time at which the nearest street within the
   buffer is reached, so that a move of the slider only colours the pixels anew. */
"use strict";
htkgis.field = (network) => {
  const NEVER = 65535, LEAST_RADIUS = 2, STRIPES = 7, STRIPE = 2;
  const {edges, start} = network, points = network.x.length;
  const worldX = new Float64Array(points), worldY = new Float64Array(points);
  const along = new Float64Array(points), length = new Float64Array(edges);
  for (let at = 0; at < points; at++) {
    [worldX[at], worldY[at]] = network.toWorld(network.x[at], network.y[at]);
  }
  for (let edge = 0; edge < edges; edge++) {
    for (let at = start[edge] + 1; at < start[edge + 1]; at++) {
      const step = Math.hypot(network.x[at] - network.x[at - 1], network.y[at] - network.y[at - 1]);
      along[at] = along[at - 1] + step;
      length[edge] = along[at];
    }
    along[start[edge]] = 0;
  }
  const each = Int32Array.from({length: edges + 1}, (_, edge) => edge);
  const boxes = htkgis.boxes(edges, each, start, worldX, worldY);
  const shape = {first: each, start, x: worldX, y: worldY, kind: new Uint8Array(edges).fill(htkgis.kinds.LINE)};
  const near = htkgis.boxTree(boxes);

  /* Rows of a disc: how far it goes to either side at each height. */
  function disc(radius) {
    const rows = [];
    for (let dy = -Math.floor(radius); dy <= radius; dy++) {
      rows.push([dy, Math.floor(Math.sqrt(radius * radius - dy * dy))]);
    }
    return rows;
  }

  /* Deciseconds per pixel, NEVER where no street is near that is reached within the limit. */
  function times(trip, view, limit, metres) {
    const width = Math.ceil(view.width), height = Math.ceil(view.height);
    const found = new Uint16Array(width * height).fill(NEVER);
    const radius = Math.max(LEAST_RADIUS, metres * pixelsPerMetre(trip.from, view));
    const rows = disc(radius), spacing = Math.max(1, radius / 4);
    const stamp = (px, py, time) => {
      const cx = Math.round(px), cy = Math.round(py);
      for (const [dy, wide] of rows) {
        const y = cy + dy;
        if (y < 0 || y >= height) continue;
        const last = Math.min(width - 1, cx + wide);
        for (let at = y * width + Math.max(0, cx - wide); at <= y * width + last; at++) {
          if (found[at] > time) found[at] = time;
        }
      }
    };
    near(...htkgis.seen(view, radius), (edge) => follow(trip, edge, view, spacing, limit, stamp));
    return {found, width, height};
  }

  function pixelsPerMetre({x, y}, view) {
    const [ax, ay] = network.toWorld(x, y), [bx, by] = network.toWorld(x, y + 100);
    return Math.hypot(bx - ax, by - ay) * view.scale / 100;
  }

  /* Walks along an edge in steps of a few pixels, and stamps where the time is not up. */
  function follow(trip, edge, view, spacing, limit, stamp) {
    const time = timeAlong(trip, edge);
    if (time(0) > limit && time(1) > limit && edge !== trip.from.edge) return;
    for (let at = start[edge]; at < start[edge + 1] - 1; at++) {
      const ax = worldX[at] * view.scale - view.left, ay = worldY[at] * view.scale - view.top;
      const bx = worldX[at + 1] * view.scale - view.left, by = worldY[at + 1] * view.scale - view.top;
      const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / spacing));
      for (let step = 0; step <= steps; step++) {
        const part = step / steps, metres = along[at] + part * (along[at + 1] - along[at]);
        const now = time(length[edge] ? metres / length[edge] : 0);
        if (now <= limit) stamp(ax + part * (bx - ax), ay + part * (by - ay), now);
      }
    }
  }

  function timeAlong({who, from, base, labels}, edge) {
    const ahead = labels[who.from[edge]], back = labels[who.to[edge]];
    const forward = who.forward[edge], backward = who.backward[edge], own = edge === from.edge;
    return (share) => {
      let best = forward < 0 ? Infinity : ahead + share * forward;
      if (backward >= 0) best = Math.min(best, back + (1 - share) * backward);
      if (own && share >= from.share && forward >= 0) {
        best = Math.min(best, base + (share - from.share) * forward);
      }
      if (own && share <= from.share && backward >= 0) {
        best = Math.min(best, base + (from.share - share) * backward);
      }
      return best + who.end_ds;
    };
  }

  /* Colours each pixel by its band, with a dark line where one band meets another. What was not
     reached ``before`` is striped one way, what is reached no more the other. */
  function picture({found, width, height, before}, bands, ink, lostColour) {
    const image = new ImageData(width, height), pixels = new Uint32Array(image.data.buffer);
    const band = new Uint8Array(NEVER + 1), none = bands.length;
    let from = 0;
    bands.forEach(({limit}, number) => {
      band.fill(number, from, limit + 1);
      from = limit + 1;
    });
    band.fill(none, from);
    const colours = Uint32Array.from([...bands.map(({colour}) => abgr(colour)), 0]);
    const line = abgr(ink), lost = abgr(lostColour);
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const own = band[found[at]];
        const right = x + 1 < width ? band[found[at + 1]] : own;
        const below = y + 1 < height ? band[found[at + width]] : own;
        pixels[at] = own === right && own === below ? colours[own] : line;
        if (!before) continue;
        const then = band[before[at]];
        if (then === none && own < none && (x + y) % STRIPES < STRIPE) pixels[at] = line;
        if (then < none && own === none && (x - y + height) % STRIPES < STRIPE) pixels[at] = lost;
      }
    }
    return image;
  }

  function abgr(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
  }

  return {times, picture, shape, near};
};
