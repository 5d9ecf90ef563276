/* One canvas for a whole layer: what typed arrays hold is drawn without an object per feature.
   Beside map.js the only file that calls Leaflet. */
"use strict";
Object.assign(window.htkgis, (() => {
  const PADDING = 0.25, TOLERANCE = 6, CROWD = 4000, PATH_LENGTH = 50;
  const {POINT, LINE, POLYGON} = htkgis.kinds;

  /* --- a canvas that moves with the map --- */

  /* draw(context, view): view has scale (pixels of zoom 0 to pixels), left, top, width, height.
     Panning moves the picture; it is drawn again when the map rests or its edge comes into sight. */
  function surface(map, pane, draw) {
    const canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane(pane));
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.pointerEvents = "none";
    const own = {canvas, view: null, waiting: 0, milliseconds: 0};
    const place = () => {
      const size = map.getSize(), edge = size.multiplyBy(PADDING).round();
      const corner = map.containerPointToLayerPoint(edge.multiplyBy(-1));
      const width = size.x + 2 * edge.x, height = size.y + 2 * edge.y;
      const origin = map.getPixelOrigin();
      const sharp = Math.min(2, window.devicePixelRatio || 1);
      L.DomUtil.setPosition(canvas, corner);
      if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
        canvas.width = Math.round(width * sharp);
        canvas.height = Math.round(height * sharp);
        canvas.style.width = width + "px";
        canvas.style.height = height + "px";
      }
      own.view = {
        scale: 2 ** map.getZoom(), left: origin.x + corner.x, top: origin.y + corner.y,
        width, height, edge, corner, sharp,
      };
    };
    const paint = () => {
      own.waiting = 0;
      const begun = performance.now(), context = canvas.getContext("2d");
      place();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(own.view.sharp, 0, 0, own.view.sharp, 0, 0);
      draw(context, own.view);
      own.milliseconds = performance.now() - begun;
    };
    own.redraw = () => { own.waiting = own.waiting || requestAnimationFrame(paint); };
    const moving = () => {
      if (!own.view) return;
      const seen = map.containerPointToLayerPoint([0, 0]).subtract(own.view.corner);
      const inside = seen.x >= 0 && seen.y >= 0 &&
        seen.x <= 2 * own.view.edge.x && seen.y <= 2 * own.view.edge.y;
      if (!inside) own.redraw();
    };
    const events = {move: moving, moveend: own.redraw, resize: own.redraw, viewreset: own.redraw};
    map.on(events);
    own.remove = () => {
      cancelAnimationFrame(own.waiting);
      map.off(events);
      canvas.remove();
    };
    paint();
    return own;
  }

  /* --- drawing --- */

  function seen(view, margin) {
    return [
      (view.left - margin) / view.scale, (view.top - margin) / view.scale,
      (view.left + view.width + margin) / view.scale, (view.top + view.height + margin) / view.scale,
    ];
  }

  function trace(context, view, shape, path, closed) {
    const {x, y, start} = shape, {scale, left, top} = view;
    for (let at = start[path]; at < start[path + 1]; at++) {
      const px = x[at] * scale - left, py = y[at] * scale - top;
      if (at === start[path]) context.moveTo(px, py);
      else context.lineTo(px, py);
    }
    if (closed) context.closePath();
  }

  function paintAreas(context, view, shape, look, rows) {
    for (const n of rows) {
      context.beginPath();
      for (let path = shape.first[n]; path < shape.first[n + 1]; path++) {
        trace(context, view, shape, path, true);
      }
      if (look.fill) context.fill("evenodd");
      context.stroke();
    }
  }

  /* Very many lines are drawn in short paths one pixel wide: a browser strokes those ten times
     as fast as one long path, and nobody sees a tenth of a pixel in a crowd. */
  function paintLines(context, view, shape, rows) {
    const crowd = rows.length > CROWD;
    if (crowd && context.lineWidth < 1.5) context.lineWidth = 1;
    context.beginPath();
    rows.forEach((n, drawn) => {
      for (let path = shape.first[n]; path < shape.first[n + 1]; path++) {
        trace(context, view, shape, path, false);
      }
      if (crowd && drawn % PATH_LENGTH === 0) {
        context.stroke();
        context.beginPath();
      }
    });
    context.stroke();
  }

  function paintPoints(context, view, shape, look, rows) {
    for (const n of rows) {
      const from = shape.start[shape.first[n]], to = shape.start[shape.first[n + 1]];
      for (let at = from; at < to; at++) {
        const px = shape.x[at] * view.scale - view.left, py = shape.y[at] * view.scale - view.top;
        context.beginPath();
        look.shape.forEach(([x, y], corner) => {
          context[corner ? "lineTo" : "moveTo"](px + x * look.radius, py + y * look.radius);
        });
        context.closePath();
        context.fill();
        context.stroke();
      }
    }
  }

  /* The rows of each look, in the order of the looks: a later one lies above. */
  function paintLayer(context, view, shape, tree, looks, lookOf) {
    const rows = looks.map(() => []);
    tree(...seen(view, 20), (n) => rows[lookOf(n)].push(n));
    looks.forEach((look, number) => {
      context.strokeStyle = look.stroke;
      context.lineWidth = look.weight;
      context.setLineDash((look.dash || "").split(" ").filter(Boolean).map(Number));
      context.globalAlpha = look.opacity;
      context.fillStyle = look.fill || "transparent";
      context.lineJoin = "round";
      const kinds = (kind) => rows[number].filter((n) => shape.kind[n] === kind);
      paintAreas(context, view, shape, look, kinds(POLYGON));
      paintLines(context, view, shape, kinds(LINE));
      if (look.shape) paintPoints(context, view, shape, look, kinds(POINT));
    });
    context.globalAlpha = 1;
  }

  /* --- what lies under the pointer --- */

  function toSegment(px, py, ax, ay, bx, by) {
    const dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
    const share = square ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / square)) : 0;
    return Math.hypot(px - ax - share * dx, py - ay - share * dy);
  }

  function inside(shape, n, px, py) {
    let odd = false;
    for (let path = shape.first[n]; path < shape.first[n + 1]; path++) {
      const from = shape.start[path], to = shape.start[path + 1];
      for (let at = from, last = to - 1; at < to; last = at++) {
        const ay = shape.y[at], by = shape.y[last];
        const cross = (shape.x[last] - shape.x[at]) * (py - ay) / (by - ay) + shape.x[at];
        if ((ay > py) !== (by > py) && px < cross) odd = !odd;
      }
    }
    return odd;
  }

  function distance(shape, n, px, py) {
    if (shape.kind[n] === POLYGON) return inside(shape, n, px, py) ? 0 : Infinity;
    let best = Infinity;
    for (let path = shape.first[n]; path < shape.first[n + 1]; path++) {
      const from = shape.start[path], to = shape.start[path + 1];
      for (let at = from; at < to; at++) {
        const next = shape.kind[n] === LINE ? Math.min(at + 1, to - 1) : at;
        best = Math.min(best, toSegment(px, py, shape.x[at], shape.y[at], shape.x[next], shape.y[next]));
      }
    }
    return best;
  }

  /* Points before lines before areas, then the nearest, then the one that is drawn last. */
  function hit(shape, tree, px, py, tolerance) {
    let best = -1, rank = Infinity, near = Infinity;
    tree(px - tolerance, py - tolerance, px + tolerance, py + tolerance, (n) => {
      const away = distance(shape, n, px, py);
      if (away > tolerance) return;
      if (shape.kind[n] < rank || (shape.kind[n] === rank && away <= near)) {
        [best, rank, near] = [n, shape.kind[n], away];
      }
    });
    return best;
  }

  /* --- a layer with its names and popups --- */

  /* Below the layers of objects: they are few, and what a map is about. */
  function below(map) {
    if (!map.getPane("packed")) map.createPane("packed").style.zIndex = 390;
    return "packed";
  }

  const PackedLayer = L.Layer.extend({
    initialize(data, spec) {
      this.data = data;
      this.spec = spec;
    },
    onAdd(map) {
      const {shape, tree, looks, lookOf} = this.data;
      this.surface = surface(map, below(map), (context, view) =>
        paintLayer(context, view, shape, tree, looks, lookOf));
      if (this.data.label || this.data.rows.length) {
        this.events = {mousemove: this.hover, mouseout: this.leave, click: this.open};
        map.on(this.events, this);
      }
    },
    onRemove(map) {
      this.leave();
      if (this.events) map.off(this.events, this);
      this.surface.remove();
    },
    at(event) {
      const map = this._map, scale = 2 ** map.getZoom();
      const point = map.project(event.latlng);
      return hit(this.data.shape, this.data.tree, point.x / scale, point.y / scale, TOLERANCE / scale);
    },
    hover(event) {
      const n = this.at(event), name = n >= 0 && this.data.label ? this.data.label(n) : null;
      this._map.getContainer().classList.toggle("pointing", n >= 0);
      if (!name) return this.leave();
      if (!this.hint) this.hint = L.tooltip({direction: "top", offset: [0, -8], className: "hint"});
      const {element, shorten} = htkgis.words;
      if (this.shown !== n) this.hint.setContent(element("span", "", shorten(name)));
      this.shown = n;
      this.hint.setLatLng(event.latlng);
      if (!this._map.hasLayer(this.hint)) this.hint.addTo(this._map);
    },
    leave() {
      this.shown = -1;
      if (this._map) this._map.getContainer().classList.remove("pointing");
      if (this.hint) this.hint.remove();
    },
    open(event) {
      const n = this.at(event);
      if (n < 0) return;
      const card = htkgis.words.popup({
        label: this.data.label && [this.data.label(n) || ""],
        rows: this.data.rows.map(([heading, read]) => [heading, [read(n) || ""]]),
      }, 0);
      L.popup({maxWidth: 280, minWidth: 160}).setLatLng(event.latlng).setContent(card)
        .openOn(this._map);
    },
  });

  function finished(read) {
    const written = new Intl.NumberFormat(document.documentElement.lang, {maximumFractionDigits: 6});
    return (n) => {
      const value = read(n);
      return typeof value === "number" ? written.format(value) : value;
    };
  }

  async function data(spec) {
    const archive = await htkgis.unpack(spec.data), shape = htkgis.shapes(archive);
    const read = (name) => finished(htkgis.attribute(archive, name));
    const look = archive.columns.look;
    return {
      archive, shape, tree: htkgis.boxTree(shape.boxes), looks: spec.looks, lookOf: (n) => look[n],
      label: spec.label && read(spec.label), rows: spec.rows.map(([head, name]) => [head, read(name)]),
    };
  }

  function packed(map, name, spec) {
    return htkgis.later(map, name, spec.shown, data(spec).then((read) => new PackedLayer(read, spec)));
  }

  return {surface, paintLines, paintLayer, seen, hit, packed};
})());
