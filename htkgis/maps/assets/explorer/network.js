/* The streets of the explorer and every question put to them. Nothing here draws or touches the
   page. All times are whole deciseconds, counted as the engine counts them (network/snap.py,
   network/search.py, network/border.py): what the page says is what the tables say. */
"use strict";
htkgis.network = (archive) => {
  const PER_METRE = 10000, UNREACHED = 2 ** 30, TIE_M = 1e-6, END_M = 1e-3, HALF = 0.5;
  const {meta, columns} = archive;
  const edges = columns.sizes.length, start = new Int32Array(edges + 1);
  columns.sizes.forEach((size, edge) => { start[edge + 1] = start[edge] + size; });
  const eastings = (steps) => Float64Array.from(steps, (step) => meta.origin[0] + step / PER_METRE);
  const northings = (steps) => Float64Array.from(steps, (step) => meta.origin[1] + step / PER_METRE);
  const x = eastings(columns.x), y = northings(columns.y);
  const each = Int32Array.from({length: edges + 1}, (_, edge) => edge);
  const near = htkgis.boxTree(htkgis.boxes(edges, each, start, x, y));

  /* Rounds halves to the even neighbour, as the engine's numpy does. */
  function rint(value) {
    const low = Math.floor(value), rest = value - low;
    return rest > HALF || (rest === HALF && low % 2) ? low + 1 : low;
  }

  /* --- between degrees and metres --- */

  function powers(value) {
    const square = value * value;
    return [1, value, square, square * value, square * square, square * square * value];
  }

  function polynomial({centre, half, terms}, a, b) {
    const u = powers((a - centre[0]) / half), v = powers((b - centre[1]) / half);
    let first = 0, second = 0;
    for (const [i, j, one, other] of terms) {
      const power = u[i] * v[j];
      first += one * power;
      second += other * power;
    }
    return [first, second];
  }

  const toMetres = (lat, lng) =>
    polynomial(meta.metres, htkgis.worldX(lng), htkgis.worldY(lat));
  const toWorld = (east, north) => htkgis.placed(...polynomial(meta.world, east, north));

  /* --- who travels --- */

  const held = new Map();
  const projects = new Int8Array(edges).fill(-1);
  (columns.project_edge || []).forEach((edge, n) => { projects[edge] = columns.project[n]; });

  /* A traveller over the streets there are, and those of some projects as if they were built. */
  function traveller(number, built = []) {
    const key = [number, ...built].join();
    if (!held.has(key)) held.set(key, read(number, meta.travellers[number], built));
    return held.get(key);
  }

  function read(number, settings, built) {
    const own = (name) => columns[`${number}:${name}`], kph = settings.kph;
    const from = new Int32Array(edges), to = new Int32Array(edges);
    const forward = new Int32Array(edges), backward = new Int32Array(edges);
    for (let edge = 0; edge < edges; edge++) {
      from[edge] = columns.from[edge];
      to[edge] = from[edge] + columns.to[edge];
      const open = own("open")[edge];
      const guess = Math.floor(columns.length[edge] * (3.6 / kph) + HALF);
      forward[edge] = open & 1 ? guess + own("forward")[edge] : -1;
      const back = open & 1 ? forward[edge] : guess;
      backward[edge] = open & 2 ? back + own("backward")[edge] : -1;
      if (projects[edge] >= 0 && !built.includes(projects[edge])) forward[edge] = backward[edge] = -1;
    }
    (own("moved") || []).forEach((edge, n) => {
      from[edge] = own("moved_from")[n];
      to[edge] = own("moved_to")[n];
    });
    const stops = Uint8Array.from(own("open"), (open) => open & 4);
    const rank = own("rank") || each;
    return {...settings, number, from, to, forward, backward, stops, rank, ...arcs(from, to, forward, backward)};
  }

  /* The open directions of all edges, grouped by the node they leave. */
  function arcs(from, to, forward, backward) {
    const first = new Int32Array(meta.nodes + 1);
    for (let edge = 0; edge < edges; edge++) {
      if (forward[edge] >= 0) first[from[edge] + 1]++;
      if (backward[edge] >= 0) first[to[edge] + 1]++;
    }
    for (let node = 0; node < meta.nodes; node++) first[node + 1] += first[node];
    const free = first.slice(), target = new Int32Array(first[meta.nodes]);
    const cost = new Int32Array(first[meta.nodes]);
    let longest = 0;
    const add = (node, other, ds) => {
      target[free[node]] = other;
      cost[free[node]++] = ds;
      longest = Math.max(longest, ds);
    };
    for (let edge = 0; edge < edges; edge++) {
      if (forward[edge] >= 0) add(from[edge], to[edge], forward[edge]);
      if (backward[edge] >= 0) add(to[edge], from[edge], backward[edge]);
    }
    return {first, target, cost, longest};
  }

  /* --- snapping --- */

  /* The nearest position on an edge: metres away, share of the drawn line, coordinates. */
  function position(edge, px, py) {
    let best = Infinity, along = 0, done = 0, bx = 0, by = 0;
    for (let at = start[edge]; at < start[edge + 1] - 1; at++) {
      const dx = x[at + 1] - x[at], dy = y[at + 1] - y[at], square = dx * dx + dy * dy;
      const share = square ? ((px - x[at]) * dx + (py - y[at]) * dy) / square : 0;
      const kept = Math.max(0, Math.min(1, share)), length = Math.sqrt(square);
      const fx = x[at] + kept * dx, fy = y[at] + kept * dy, away = Math.hypot(px - fx, py - fy);
      if (away < best) [best, along, bx, by] = [away, done + kept * length, fx, fy];
      done += length;
    }
    return {edge, distance: best, share: done ? Math.min(1, along / done) : 0, x: bx, y: by};
  }

  /* Joins a point to the nearest edge whose connector crosses no barrier; says why it cannot. */
  function snap(who, px, py) {
    const found = [], reach = who.max_snap_m;
    near(px - reach, py - reach, px + reach, py + reach, (edge) => {
      if (!who.stops[edge]) return;
      const place = position(edge, px, py);
      if (place.distance <= reach) found.push(place);
    });
    if (!found.length) return {reason: "far"};
    found.sort((a, b) => a.distance - b.distance || who.rank[a.edge] - who.rank[b.edge]);
    const open = found.find((place) => !crossed(px, py, place.x, place.y));
    if (!open) return {reason: "barrier"};
    const equal = found.filter((place) => place.distance <= open.distance + TIE_M &&
      place.distance >= open.distance - TIE_M && !crossed(px, py, place.x, place.y));
    equal.sort((a, b) => who.rank[a.edge] - who.rank[b.edge]);
    return joined(who, equal[0]);
  }

  function joined(who, place) {
    const part = (cost) => cost < 0 ? -1 : rint(place.share * cost);
    return {
      ...place,
      forward: part(who.forward[place.edge]), backward: part(who.backward[place.edge]),
      connector: rint(place.distance * (36 / who.connector_kph)),
    };
  }

  const fences = [], fenceX = eastings(columns.barrier_x), fenceY = northings(columns.barrier_y);
  let corner = 0;
  for (const size of columns.barrier_sizes) {
    for (let at = corner; at < corner + size - 1; at++) {
      fences.push([fenceX[at], fenceY[at], fenceX[at + 1], fenceY[at + 1]]);
    }
    corner += size;
  }
  const nearFences = htkgis.boxTree(Float64Array.from(fences.flatMap(([ax, ay, bx, by]) =>
    [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)])));

  /* Whether a barrier stands between two positions; both ends may touch one. */
  function crossed(ax, ay, bx, by) {
    const length = Math.hypot(bx - ax, by - ay);
    if (!fences.length || length <= 2 * END_M) return false;
    const dx = (bx - ax) / length * END_M, dy = (by - ay) / length * END_M;
    const way = [ax + dx, ay + dy, bx - dx, by - dy];
    let met = false;
    nearFences(
      Math.min(way[0], way[2]), Math.min(way[1], way[3]),
      Math.max(way[0], way[2]), Math.max(way[1], way[3]),
      (n) => { met = met || meet(way, fences[n]); },
    );
    return met;
  }

  function meet([ax, ay, bx, by], [cx, cy, dx, dy]) {
    const side = (px, py, qx, qy, rx, ry) => Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
    const between = (px, py, qx, qy, rx, ry) => Math.min(px, qx) <= rx && rx <= Math.max(px, qx) &&
      Math.min(py, qy) <= ry && ry <= Math.max(py, qy);
    const a = side(cx, cy, dx, dy, ax, ay), b = side(cx, cy, dx, dy, bx, by);
    const c = side(ax, ay, bx, by, cx, cy), d = side(ax, ay, bx, by, dx, dy);
    if (a * b < 0 && c * d < 0) return true;
    return (!a && between(cx, cy, dx, dy, ax, ay)) || (!b && between(cx, cy, dx, dy, bx, by)) ||
      (!c && between(ax, ay, bx, by, cx, cy)) || (!d && between(ax, ay, bx, by, dx, dy));
  }

  /* --- search --- */

  /* Time to every node, UNREACHED beyond the limit. Buckets one decisecond wide, in a circle
     that is longer than any edge or seed: what waits lies within one round (Dial 1969). */
  function search(who, seeds, limit) {
    const labels = new Int32Array(meta.nodes).fill(UNREACHED);
    const spread = Math.max(who.longest, ...seeds.map(([, cost]) => cost < UNREACHED ? cost : 0));
    const mask = 2 ** Math.ceil(Math.log2(spread + 2)) - 1, heads = new Int32Array(mask + 1).fill(-1);
    const waiting = [], next = [];
    let count = 0;
    const wait = (node, cost) => {
      if (cost > limit || cost >= labels[node]) return;
      labels[node] = cost;
      next.push(heads[cost & mask]);
      heads[cost & mask] = waiting.length;
      waiting.push(node, cost);
      next.push(0);
      count++;
    };
    for (const [node, cost] of seeds) wait(node, cost);
    for (let turn = 0; count > 0; turn++) {
      for (let at = heads[turn & mask]; at >= 0; at = heads[turn & mask]) {
        heads[turn & mask] = next[at];
        count--;
        const node = waiting[at];
        if (labels[node] < waiting[at + 1]) continue;
        for (let arc = who.first[node]; arc < who.first[node + 1]; arc++) {
          wait(who.target[arc], turn + who.cost[arc]);
        }
      }
    }
    return labels;
  }

  /* Everything that leaves from a snapped point, as far as the study searches. */
  function leave(who, from) {
    const base = from.connector + who.start_ds, edge = from.edge, seeds = [];
    if (from.backward >= 0) seeds.push([who.from[edge], base + from.backward]);
    if (from.forward >= 0) seeds.push([who.to[edge], base + who.forward[edge] - from.forward]);
    return {who, from, base, labels: search(who, seeds, who.search_ds)};
  }

  /* --- what is reached --- */

  /* Time to a position on an edge, given as deciseconds from the start of the edge and back. */
  function arrive({who, from, base, labels}, edge, share, forward, backward, connector) {
    let best = UNREACHED;
    if (forward >= 0) best = Math.min(best, labels[who.from[edge]] + forward);
    if (backward >= 0) best = Math.min(best, labels[who.to[edge]] + who.backward[edge] - backward);
    if (edge === from.edge) {
      if (from.share <= share && forward >= 0) best = Math.min(best, base + forward - from.forward);
      if (from.share >= share && backward >= 0) best = Math.min(best, base + from.backward - backward);
    }
    const time = best + connector + who.end_ds;
    return time <= who.search_ds ? time : UNREACHED;
  }

  /* Deciseconds to each place: the least over its entrances. */
  function placeTimes(trip) {
    const own = (name) => columns[`${trip.who.number}:target_${name}`];
    const [edge, share, forward, backward, connector] =
      ["edge", "share", "forward", "backward", "connector"].map(own);
    const times = new Int32Array(meta.places).fill(UNREACHED);
    columns.target_place.forEach((place, n) => {
      if (edge[n] < 0) return;
      const time = arrive(trip, edge[n], share[n], forward[n], backward[n], connector[n]);
      times[place] = Math.min(times[place], time);
    });
    return times;
  }

  /* Deciseconds to where what is known ends, rounded down; beyond them figures are bounds. */
  function borderTime({who, from, base, labels}, border) {
    const [edge, first, last] = ["edge", "first", "last"].map((name) => columns[`${border}_${name}`]);
    let best = UNREACHED;
    edge.forEach((number, n) => {
      const forward = who.forward[number], backward = who.backward[number];
      if (!(forward >= 0 || backward >= 0)) return;
      if (forward >= 0 || first[n] === 0) {
        best = Math.min(best, labels[who.from[number]] + Math.floor(Math.max(0, forward * first[n])));
      }
      if (backward >= 0 || last[n] === 1) {
        const cost = Math.floor(Math.max(0, backward * (1 - last[n])));
        best = Math.min(best, labels[who.to[number]] + cost);
      }
      if (number === from.edge) best = Math.min(best, base + beside(from.share, first[n], last[n], forward, backward));
    });
    return Math.min(UNREACHED, best + who.end_ds);
  }

  function beside(share, first, last, forward, backward) {
    if (share < first) return forward < 0 ? UNREACHED : Math.floor((first - share) * forward);
    if (share > last) return backward < 0 ? UNREACHED : Math.floor((share - last) * backward);
    return 0;
  }

  /* Metres of street within a limit; an edge counts as far as it is reached from either end. */
  function reachedMetres(trip, limit) {
    let metres = 0;
    for (let edge = 0; edge < edges; edge++) {
      for (const [low, high] of reachedParts(trip, edge, limit)) metres += (high - low) * length(edge);
    }
    return metres;
  }

  const length = (edge) => columns.length[edge] / 10;

  /* The shares of an edge between which it is reached, in order and apart from each other. */
  function reachedParts({who, from, base, labels}, edge, limit) {
    const forward = who.forward[edge], backward = who.backward[edge], parts = [];
    const left = limit - who.end_ds, part = (time, cost) => cost ? (left - time) / cost : 1;
    const ahead = labels[who.from[edge]], back = labels[who.to[edge]];
    if (forward >= 0 && ahead <= left) parts.push([0, Math.min(1, part(ahead, forward))]);
    if (backward >= 0 && back <= left) parts.push([1 - Math.min(1, part(back, backward)), 1]);
    if (edge === from.edge && base <= left) {
      const low = backward >= 0 ? Math.max(0, from.share - part(base, backward)) : from.share;
      const high = forward >= 0 ? Math.min(1, from.share + part(base, forward)) : from.share;
      parts.push([low, high]);
    }
    parts.sort((a, b) => a[0] - b[0]);
    const apart = [];
    for (const [low, high] of parts) {
      const last = apart[apart.length - 1];
      if (last && low <= last[1]) last[1] = Math.max(last[1], high);
      else apart.push([low, high]);
    }
    return apart;
  }

  const areaX = eastings(columns.area_x), areaY = northings(columns.area_y);

  /* Whether the streets are known where a point lies: even number of outlines around it, or not. */
  function known(px, py) {
    let odd = false, at = 0;
    for (const size of columns.area_sizes) {
      for (let n = at, last = at + size - 1; n < at + size; last = n++) {
        const ax = areaX[n], ay = areaY[n], bx = areaX[last], by = areaY[last];
        if ((ay > py) !== (by > py) && px < (bx - ax) * (py - ay) / (by - ay) + ax) odd = !odd;
      }
      at += size;
    }
    return odd;
  }

  /* The outline of where the streets are whole, in pixels of zoom 0, each ring a path. */
  function outline() {
    const starts = new Int32Array(columns.area_sizes.length + 1);
    columns.area_sizes.forEach((size, n) => { starts[n + 1] = starts[n] + size; });
    const world = Array.from(areaX, (east, n) => toWorld(east, areaY[n]));
    return {
      first: Int32Array.of(0, columns.area_sizes.length), start: starts,
      x: Float64Array.from(world, ([east]) => east), y: Float64Array.from(world, ([, north]) => north),
    };
  }

  return {
    outline, UNREACHED, meta, edges, start, x, y, traveller, toMetres, toWorld, known, snap, leave,
    placeTimes, borderTime, reachedMetres, reachedParts, metres: length, projects,
  };
};
