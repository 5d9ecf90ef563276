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

  function rank(name) {
    const at = RANKS.findIndex((kind) => name.classList.contains(kind));
    return at < 0 ? RANKS.length : at;
  }

  /* What has a symbol stays above it; what names the middle of a surface may move. */
  function levels(name) {
    const kind = RANKS[rank(name)];
    return kind ? LEVELS[kind] || FEW_LEVELS : [0];
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

  /* Boxes of the symbols in sight: those of layers, and those that a page draws itself. */
  function symbols(map, frame) {
    const found = map.symbols ? map.symbols() : [];
    map.eachLayer((layer) => {
      if (layer.getRadius) found.push({at: layer.getLatLng(), radius: layer.getRadius()});
    });
    return found.map(({at, radius}) => {
      const {x, y} = map.latLngToContainerPoint(at), left = frame.left + x, top = frame.top + y;
      return {left: left - radius, right: left + radius, top: top - radius, bottom: top + radius};
    }).filter((box) => meets(box, frame));
  }

  function least(places, weight) {
    const weights = places.map(weight);
    return places[weights.indexOf(Math.min(...weights))];
  }

  function separate(map) {
    const frame = map.getContainer().getBoundingClientRect(), kept = [];
    const signs = symbols(map, frame);
    const names = [...map.getPane("tooltipPane").querySelectorAll(".name")];
    for (const name of names) {
      name.classList.remove("crowded");
      name.style.translate = "";
    }
    const found = names.map((name) => ({name, rank: rank(name), box: name.getBoundingClientRect()}));
    for (const {name, box} of found.sort((a, b) => a.rank - b.rank)) {
      /* half a name at the edge names nothing */
      name.classList.toggle("crowded", outside(box, frame));
      if (!box.width || outside(box, frame)) continue;
      const across = inward(box, frame);
      const places = levels(name)
        .map((level) => ({level, ...moved(box, across, level * box.height)}))
        .filter((place) => !kept.some((other) => meets(place, other)));
      const free = least(places, (place) =>
        Math.abs(place.level) + COVERED * signs.filter((sign) => meets(place, sign)).length);
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
