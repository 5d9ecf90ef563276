/* The map in the browser; beside it only canvas.js, background.js and the explorer call Leaflet. Text from
   data becomes text nodes; nothing here builds HTML from it. Geometry is decoded as codec.py
   describes. */
"use strict";
window.htkgis = (() => {
  const STEPS_PER_DEGREE = 100000;
  const MAPS = new Map();
  const TOOLTIP_LENGTH = 80;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 48rem)").matches;

  /* --- geometry --- */

  function numbers(code) {
    const found = [];
    let number = 0, shift = 0;
    for (let at = 0; at < code.length; at++) {
      const digit = code.charCodeAt(at) - 63;
      number |= (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        found.push((number >>> 1) ^ -(number & 1));
        number = 0;
        shift = 0;
      }
    }
    return found;
  }

  function decode(code) {
    const list = numbers(code);
    let at = 0, x = 0, y = 0;
    const take = (count) => list.slice(at, at += count);
    const [kind, count] = take(2);
    const rings = kind === 2 ? take(count) : null;
    const sizes = kind === 0 ? [count] : take(rings ? rings.reduce((a, b) => a + b, 0) : count);
    const paths = sizes.map((size) => Array.from({length: size}, () => {
      x += list[at++];
      y += list[at++];
      return [y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE];
    }));
    if (kind === 0) return {kind, parts: paths[0]};
    if (kind === 1) return {kind, parts: paths};
    let ring = 0;
    return {kind, parts: rings.map((size) => paths.slice(ring, ring += size))};
  }

  /* --- symbols on the canvas --- */

  function trace(context, points, centre, radius) {
    context.beginPath();
    points.forEach(([x, y], n) => {
      context[n ? "lineTo" : "moveTo"](centre.x + x * radius, centre.y + y * radius);
    });
    context.closePath();
  }

  function stroke(context, colour, width, dash) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.stroke();
  }

  function strike(context, look, centre) {
    for (const turn of [1, -1].slice(0, look.strike)) {
      context.beginPath();
      context.moveTo(centre.x - look.radius, centre.y + turn * look.radius);
      context.lineTo(centre.x + look.radius, centre.y - turn * look.radius);
      stroke(context, "#ffffff", 4);
      stroke(context, "#16212b", 2);
    }
  }

  L.Canvas.include({
    _updateSymbol(layer) {
      if (!this._drawing || layer._empty()) return;
      const context = this._ctx, look = layer.options.look, centre = layer._point;
      context.save();
      context.lineJoin = "round";
      if (look.ring) {
        context.beginPath();
        context.arc(centre.x, centre.y, look.radius + 4, 0, 2 * Math.PI);
        stroke(context, "#ffffff", 4);
        stroke(context, "#16212b", 1.8, [4, 3]);
      }
      trace(context, look.shape, centre, look.radius);
      stroke(context, "#ffffff", look.weight + 3);
      context.fillStyle = look.fill;
      context.fill();
      stroke(context, look.stroke, look.weight);
      strike(context, look, centre);
      context.restore();
    },
  });

  const Symbol = L.CircleMarker.extend({
    /* Stands so many pixels east of where it lies, at every zoom. */
    standAside(across) {
      const before = this._across || 0;
      this._across = across;
      if (this._map && before !== across) {
        this._project();
        this.redraw();
      }
    },
    drawnAt(map) {
      return map.layerPointToLatLng(map.latLngToLayerPoint(this._latlng).add([this._across || 0, 0]));
    },
    _project() {
      this._point = this._map.latLngToLayerPoint(this._latlng).add([this._across || 0, 0]);
      this._updateBounds();
    },
    _updatePath() {
      this._renderer._updateSymbol(this);
    },
  });

  /* --- text --- */

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function shorten(text) {
    return text.length > TOOLTIP_LENGTH ? text.slice(0, TOOLTIP_LENGTH - 1) + "…" : text;
  }

  function popup(spec, n) {
    const card = element("div", "card");
    card.tabIndex = 0;
    card.setAttribute("role", "group");
    if (spec.label) {
      card.setAttribute("aria-label", shorten(spec.label[n]));
      card.append(element("p", "card-name", spec.label[n]));
    }
    const rows = spec.rows.filter(([, values]) => values[n]);
    if (rows.length) {
      const list = element("dl");
      rows.forEach(([heading, values]) => {
        list.append(element("dt", "", heading), element("dd", "", values[n]));
      });
      card.append(list);
    }
    return card;
  }

  /* --- layers --- */

  function path(look, interactive) {
    return {
      color: look.stroke, weight: look.weight, opacity: look.opacity, dashArray: look.dash || null,
      fill: Boolean(look.fill), fillColor: look.fill, fillOpacity: look.opacity, interactive,
      lineJoin: "round", smoothFactor: 0.8,
    };
  }

  function draw(look, shape, interactive) {
    if (shape.kind === 1) return [L.polyline(shape.parts, path(look, interactive))];
    if (shape.kind === 2) return [L.polygon(shape.parts, path(look, interactive))];
    const radius = look.radius + (look.ring ? 4 : 0);
    return shape.parts.map((at) => new Symbol(at, {...path(look, interactive), look, radius}));
  }

  function feature(spec, n) {
    const look = spec.looks[spec.look[n]], shape = decode(spec.shape[n]);
    const name = spec.label ? spec.label[n] : "";
    if (look.kind === "name") {
      const options = {permanent: true, direction: "center", className: "name " + look.css};
      return shape.parts.map((at) =>
        L.tooltip(at, options).setContent(element("span", "", shorten(name))));
    }
    const interactive = look.label !== "never" && Boolean(spec.label || spec.rows.length);
    const drawn = draw(look, shape, interactive);
    if (interactive) {
      for (const layer of drawn) {
        layer.bindPopup(() => popup(spec, n), {maxWidth: 280, minWidth: 160});
        if (name) {
          layer.bindTooltip(element("span", "", shorten(name)), {
            permanent: look.label === "always", direction: "top",
            offset: [0, -look.radius || 0], className: look.label === "always" ? "name" : "hint",
          });
          if (look.label === "always") pointed(layer);
        }
      }
    }
    return drawn;
  }

  /* A name that found no room shows while its symbol is under the pointer. */
  function pointed(layer) {
    const turn = (on) => () => {
      const name = layer.getTooltip().getElement();
      if (name) name.classList.toggle("over", on);
    };
    layer.on({mouseover: turn(true), mouseout: turn(false)});
  }

  function layer(map, name, spec) {
    const group = L.layerGroup();
    const own = MAPS.get(map);
    spec.shape.forEach((_, n) => feature(spec, n).forEach((drawn) => {
      group.addLayer(drawn);
      if (spec.ids) own.features.set(spec.ids[n], {drawn, name});
    }));
    own.layers.set(name, group);
    if (spec.view) own.views.set(name, spec.view);
    if (spec.shown) group.addTo(map);
    return group;
  }

  /* A layer that is still being read: it keeps its place in the order of the legend. */
  function later(map, name, shown, reading) {
    const own = MAPS.get(map), group = L.layerGroup();
    own.layers.set(name, group);
    own.pending.push(reading.then((drawn) => { group.addLayer(drawn); }));
    if (shown) group.addTo(map);
    return group;
  }

  /* What is checked is on the map, and nothing else of the panel. A layer switched on again
     is drawn last; the order of the legend is restored. */
  function sync(map, boxes) {
    const own = MAPS.get(map), on = [];
    for (const box of boxes) {
      const group = own.layers.get(box.dataset.layer);
      if (group) map[box.checked ? "addLayer" : "removeLayer"](group);
    }
    for (const [name, group] of own.layers) {
      if (!map.hasLayer(group)) continue;
      on.push(name);
      group.eachLayer((drawn) => drawn.bringToFront && drawn.bringToFront());
    }
    map.getContainer().dataset.shown = on.join(" ");
    htkgis.aside(on.flatMap((name) => own.layers.get(name).getLayers())
      .filter((drawn) => drawn.standAside));
  }

  /* Moves to a layer's own view, until the reader moves the map. */
  function frame(map, view, animate) {
    const own = MAPS.get(map);
    own.view = view;
    map.once("moveend", () => { own.moved = false; });
    map.fitBounds(view, {animate});
  }

  /* --- the map and its surroundings --- */

  function create(id, settings) {
    const container = document.getElementById(id);
    const map = L.map(container, {
      ...(settings.background ? htkgis.ground(settings.background) : {}),
      attributionControl: false, zoomControl: false, keyboard: true, scrollWheelZoom: false,
      minZoom: settings.minZoom, maxZoom: settings.maxZoom, zoomSnap: 0.5, zoomDelta: 0.5,
      maxBounds: settings.limits, maxBoundsViscosity: 0.8, preferCanvas: true,
      renderer: L.canvas({tolerance: 5, padding: 0.3}),
      zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm,
    });
    MAPS.set(map, {
      layers: new Map(), features: new Map(), views: new Map(), settings, opener: null,
      view: settings.bounds, moved: false, pending: [],
    });
    L.control.zoom({zoomInTitle: settings.words.zoomIn, zoomOutTitle: settings.words.zoomOut})
      .addTo(map);
    L.control.scale({imperial: false, maxWidth: 140}).addTo(map);
    frame(map, settings.bounds, false);
    listen(map, container);
    return map;
  }

  function listen(map, container) {
    const own = MAPS.get(map);
    /* The page scrolls past the map; the wheel zooms only once the map is chosen. */
    container.addEventListener("focusin", () => map.scrollWheelZoom.enable());
    container.addEventListener("focusout", () => map.scrollWheelZoom.disable());
    container.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    map.on("popupopen", ({popup: opened}) => {
      const close = opened.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", own.settings.words.close);
    });
    map.on("popupclose", () => {
      if (own.opener) own.opener.focus();
      own.opener = null;
    });
    /* Names stay readable: farther out than the quarter only bands and quarter keep theirs. */
    const far = () => map.getZoom() < map.getBoundsZoom(own.settings.bounds) - 0.5;
    map.on("zoomend", () => container.classList.toggle("far", far()));
    map.on("dragstart keydown zoomstart", () => { own.moved = true; });
    new ResizeObserver(() => {
      map.invalidateSize();
      if (!own.moved) frame(map, own.view, false);
    }).observe(container);
  }

  /* Once every layer is read; one that cannot be read is said, and the others are shown. */
  async function ready(map) {
    const {pending} = MAPS.get(map);
    if (pending.length) await Promise.allSettled(pending).then((all) => all.forEach(unread));
    start(map);
  }

  function unread({reason}) {
    if (reason) console.error(reason);
  }

  function start(map) {
    const own = MAPS.get(map), container = map.getContainer();
    container.querySelectorAll("canvas").forEach((canvas) => {
      canvas.setAttribute("aria-hidden", "true");
    });
    const panel = document.querySelector(`[data-panel="${container.id}"]`);
    panel.hidden = false;
    /* below the map on a small screen, the list would be longer than the map */
    if (narrow) panel.querySelectorAll("details").forEach((fold) => { fold.open = false; });
    panel.querySelectorAll("input[data-background]").forEach((box) =>
      htkgis.background(map, box, own.settings));
    const boxes = [...panel.querySelectorAll("input[data-layer]")];
    /* a browser that comes back to the page may have kept other marks */
    boxes.forEach((box) => { box.checked = box.defaultChecked; });
    boxes.forEach((box) => box.addEventListener("change", () => {
      sync(map, boxes);
      const view = own.views.get(box.dataset.layer);
      if (view && !own.moved) frame(map, view, false);
    }));
    sync(map, boxes);
    htkgis.separating(map);
    panel.querySelector("[data-reset]").addEventListener("click", () => {
      frame(map, own.settings.bounds, !calm);
    });
    document.querySelectorAll("button[data-show]").forEach((button) => {
      const found = own.features.get(button.dataset.show);
      if (!found) return;
      button.hidden = false;
      button.addEventListener("click", () => show(map, found, panel, button));
    });
    document.documentElement.dataset.ready = "yes";
  }

  function show(map, {drawn, name}, panel, button) {
    const own = MAPS.get(map);
    const box = panel.querySelector(`input[data-layer="${name}"]`);
    if (box && !box.checked) box.click();
    map.closePopup();
    map.setView(drawn.getLatLng(), Math.max(map.getZoom(), 15), {animate: false});
    map.getContainer().scrollIntoView({block: "center"});
    drawn.openPopup();
    own.opener = button;
    drawn.getPopup().getElement().querySelector(".card").focus({preventScroll: true});
  }

  /* --- what plain folium elements expect to find --- */

  const pin = "data:image/svg+xml," + encodeURIComponent(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 25 41'><path d='M12.5 40C10 30 1 22 1 12a11.5 " +
    "11.5 0 0 1 23 0c0 10-9 18-11.5 28z' fill='#c2185b' stroke='#16212b'/><circle cx='12.5' cy='12' " +
    "r='5' fill='#fff'/></svg>");
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions({iconUrl: pin, iconRetinaUrl: pin, shadowUrl: null});

  /* folium's popups call jQuery for one thing: markup to element. Parsed this way, no
     script in the markup runs. */
  window.$ = window.$ || ((markup) => markup === document
    ? {ready: (run) => run()}
    : [new DOMParser().parseFromString(markup, "text/html").body.firstElementChild]);

  document.documentElement.classList.add("js");
  return {
    map: create, layer, later, ready, decode, words: {element, shorten, popup},
    pending: (map, reading) => MAPS.get(map).pending.push(reading),
    features: (map) => MAPS.get(map).features,
  };
})();
