/* Names on a map that would meet: each finds a place of its own, for any width and zoom. */
"use strict";
Object.assign(window.htkgis, (() => {
  /* Names of quarters first; each moves into the map, and those in the middle of a surface up or
     down, until they meet no other. A name without room is not shown. */
  const RANKS = ["name-quarter", "name-area", "name-band"], EDGE = 4;
  /* Lines up (-) or down, the best first: names of quarters go up, so those of areas go down. */
  const LEVELS = {"name-quarter": [0, -1, 1, -2, 2, -3, 3], "name-area": [0, 1, -1, 2, -2, 3, -3]};
  const FEW_LEVELS = [0, -1, 1, -2, 2];
  /* A symbol under a name weighs as much as moving the name by two lines. */
  const COVERED = 2;
  /* Pixels between a symbol and the name at its side or below it. */
  const APART = 4;

  function rank(name) {
    const at = RANKS.findIndex((kind) => name.classList.contains(kind));
    return at < 0 ? RANKS.length : at;
  }

  /* What names the middle of a surface may move by lines. */
  function levels(name, box) {
    return (LEVELS[RANKS[rank(name)]] || FEW_LEVELS).map((level) =>
      ({weight: Math.abs(level), ...moved(box, 0, level * box.height)}));
  }

  /* What has a symbol stands above it, else at its right, at its left or below it. */
  function beside(box, symbol, frame) {
    const reach = symbol.radius + APART, wide = box.width, high = box.height;
    const at = (left, top) => ({weight: 1, left, top, right: left + wide, bottom: top + high});
    return [
      {weight: 0, ...moved(box, 0, 0)},
      at(symbol.x + reach, symbol.y - high / 2),
      at(symbol.x - reach - wide, symbol.y - high / 2),
      at(symbol.x - wide / 2, symbol.y + reach),
    ].filter((place) => place.top >= frame.top && place.bottom <= frame.bottom);
  }

  function meets(one, other) {
    return one.left < other.right && other.left < one.right &&
      one.top < other.bottom && other.top < one.bottom;
  }

  function outside(box, frame) {
    const middle = (box.left + box.right) / 2;
    return middle < frame.left || middle > frame.right;
  }

  /* Pixels that bring a box inside the frame. */
  function inward(box, frame) {
    return Math.max(0, frame.left + EDGE - box.left) - Math.max(0, box.right + EDGE - frame.right);
  }

  function moved(box, across, down) {
    return {
      left: box.left + across, right: box.right + across,
      top: box.top + down, bottom: box.bottom + down,
    };
  }

  /* A symbol that stands beside another is not drawn where it lies. */
  function drawnAt(map, layer) {
    return layer.drawnAt ? layer.drawnAt(map) : layer.getLatLng();
  }

  function seen(map, frame, at) {
    const {x, y} = map.latLngToContainerPoint(at);
    return {x: frame.left + x, y: frame.top + y};
  }

  /* The symbols that have a name in sight: its element to where the symbol stands. */
  function owners(map, frame) {
    const found = new Map();
    map.eachLayer((layer) => {
      const name = layer.getRadius && layer.getTooltip() && layer.getTooltip().getElement();
      if (!name) return;
      found.set(name, {...seen(map, frame, drawnAt(map, layer)), radius: layer.getRadius()});
    });
    return found;
  }

  /* Buttons and the scale bar lie over the map; no name lies below them. */
  function controls(map) {
    return [...map.getContainer().querySelectorAll(".leaflet-control")]
      .map((control) => control.getBoundingClientRect()).filter((box) => box.width);
  }

  function around({x, y, radius}) {
    return {left: x - radius, right: x + radius, top: y - radius, bottom: y + radius};
  }

  /* Boxes of the symbols in sight: those of layers, and those that a page draws itself. */
  function symbols(map, frame) {
    const found = map.symbols ? map.symbols() : [];
    map.eachLayer((layer) => {
      if (layer.getRadius) found.push({at: drawnAt(map, layer), radius: layer.getRadius()});
    });
    return found.map(({at, radius}) => {
      return around({...seen(map, frame, at), radius});
    }).filter((box) => meets(box, frame));
  }

  /* How many symbols are nearer than a name is wide: who stands alone is named first. */
  function near(symbol, box, signs) {
    const reach = around({...symbol, radius: box.width});
    return signs.filter((sign) => meets(sign, reach)).length;
  }

  /* The other symbols with names: a name over one of them would be taken for its own. */
  function others(owned, name) {
    return [...owned].filter(([other]) => other !== name).map(([, symbol]) => around(symbol));
  }

  function least(places, weight) {
    const weights = places.map(weight);
    return places[weights.indexOf(Math.min(...weights))];
  }

  function separate(map) {
    const frame = map.getContainer().getBoundingClientRect(), kept = controls(map);
    const signs = symbols(map, frame), owned = owners(map, frame);
    const names = [...map.getPane("tooltipPane").querySelectorAll(".name")];
    for (const name of names) {
      name.classList.remove("crowded");
      name.style.translate = "";
    }
    const found = names.map((name) => {
      const box = name.getBoundingClientRect(), symbol = owned.get(name);
      return {name, rank: rank(name), box, near: symbol ? near(symbol, box, signs) : 0};
    });
    for (const {name, box} of found.sort((a, b) => a.rank - b.rank || a.near - b.near)) {
      /* half a name at the edge names nothing */
      name.classList.toggle("crowded", outside(box, frame));
      if (!box.width || outside(box, frame)) continue;
      const symbol = owned.get(name);
      const places = (symbol ? beside(box, symbol, frame) : levels(name, box))
        .map((place) => ({...place, ...moved(place, inward(place, frame), 0)}))
        .filter((place) => ![...kept, ...others(owned, name)].some((other) => meets(place, other)));
      const free = least(places, (place) =>
        place.weight + COVERED * signs.filter((sign) => meets(place, sign)).length);
      name.classList.toggle("crowded", !free);
      if (!free) continue;
      kept.push(free);
      name.style.translate = `${free.left - box.left}px ${free.top - box.top}px`;
    }
  }

  /* Once per picture, however many layers and moves ask for it. */
  function separating(map) {
    let waiting = 0;
    const ask = () => {
      waiting = waiting || requestAnimationFrame(() => {
        waiting = 0;
        separate(map);
      });
    };
    map.on("moveend zoomend resize layeradd layerremove symbols", ask);
    ask();
  }

  return {separating};
})());
