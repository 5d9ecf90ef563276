/* A map of another host below ours, asked only while the reader has chosen it, and the ground it
   is drawn on: web mercator, or the plane of UTM in the tiling of the service. */
"use strict";
Object.assign(window.htkgis, (() => {
  const RADIANS = Math.PI / 180, WORLD = 256;
  /* GRS80, zone 32 */
  const AXIS_M = 6378137, FLATTENING = 1 / 298.257222101, MERIDIAN = 9, SCALE = 0.9996, EAST_M = 500000;
  const n = FLATTENING / (2 - FLATTENING), ECCENTRICITY = 2 * Math.sqrt(n) / (1 + n);
  const RADIUS_M = SCALE * AXIS_M / (1 + n) * (1 + n ** 2 / 4 + n ** 4 / 64);
  /* L. Krueger (1912): the transverse Mercator projection as series in n, here to n^4, which is
     below a tenth of a millimetre within 2,000 km of the meridian. */
  const FORTH = [
    n / 2 - 2 / 3 * n ** 2 + 5 / 16 * n ** 3 + 41 / 180 * n ** 4,
    13 / 48 * n ** 2 - 3 / 5 * n ** 3 + 557 / 1440 * n ** 4,
    61 / 240 * n ** 3 - 103 / 140 * n ** 4,
    49561 / 161280 * n ** 4,
  ];
  const BACK = [
    n / 2 - 2 / 3 * n ** 2 + 37 / 96 * n ** 3 - 1 / 360 * n ** 4,
    1 / 48 * n ** 2 + 1 / 15 * n ** 3 - 437 / 1440 * n ** 4,
    17 / 480 * n ** 3 - 37 / 840 * n ** 4,
    4397 / 161280 * n ** 4,
  ];

  function series(factors, x, y) {
    let a = 0, b = 0;
    factors.forEach((factor, at) => {
      const twice = 2 * (at + 1);
      a += factor * Math.sin(twice * x) * Math.cosh(twice * y);
      b += factor * Math.cos(twice * x) * Math.sinh(twice * y);
    });
    return [a, b];
  }

  function stretched(sine) {
    return ECCENTRICITY * Math.atanh(ECCENTRICITY * sine);
  }

  function project({lat, lng}) {
    const sine = Math.sin(lat * RADIANS), away = (lng - MERIDIAN) * RADIANS;
    const t = Math.sinh(Math.atanh(sine) - stretched(sine));
    const x = Math.atan2(t, Math.cos(away));
    const y = Math.atanh(Math.sin(away) / Math.hypot(1, t));
    const [a, b] = series(FORTH, x, y);
    return L.point(EAST_M + RADIUS_M * (y + b), RADIUS_M * (x + a));
  }

  function unproject({x: east, y: north}) {
    const x = north / RADIUS_M, y = (east - EAST_M) / RADIUS_M, [a, b] = series(BACK, x, y);
    const conformal = Math.atanh(Math.sin(x - a) / Math.cosh(y - b));
    let sine = Math.tanh(conformal);
    for (let round = 0; round < 8; round++) sine = Math.tanh(conformal + stretched(sine));
    const away = Math.atan2(Math.sinh(y - b), Math.cos(x - a));
    return L.latLng(Math.asin(sine) / RADIANS, MERIDIAN + away / RADIANS);
  }

  /* The levels of a page are those of web maps: `offset` of them lie above matrix 0. */
  function plane({crs, west_m: west, north_m: north, resolution_m: resolution, offset}) {
    return L.extend({}, L.CRS.Earth, {
      code: crs, wrapLng: null, infinite: true, projection: {project, unproject},
      transformation: new L.Transformation(1, -west, -1, north),
      scale: (zoom) => 2 ** (zoom - offset) / resolution,
      zoom: (scale) => Math.log2(scale * resolution) + offset,
    });
  }

  /* What a map is created with. Packed layers hold pixels of web mercator at zoom 0:
     where those lie on this ground is told by onGround. */
  function ground({grid}) {
    if (!grid) return {};
    const crs = plane(grid);
    htkgis.onGround = (x, y) => {
      const lat = Math.atan(Math.sinh((0.5 - y / WORLD) * 2 * Math.PI)) / RADIANS;
      const at = crs.latLngToPoint({lat, lng: x / WORLD * 360 - 180}, 0);
      return [at.x, at.y];
    };
    return {crs};
  }

  function tiles({kind, address, layers, max_zoom: last, grid}, limits) {
    const options = {maxZoom: 22, bounds: limits};
    if (kind === "wms") {
      /* large pictures: fewer are asked for, and fewer names are cut at their edges */
      const asked = {layers, format: "image/png", version: "1.3.0", maxNativeZoom: last, tileSize: 512};
      return L.tileLayer.wms(address, {...options, ...asked});
    }
    const offset = grid ? grid.offset : 0;
    const native = {minNativeZoom: offset, maxNativeZoom: last + offset, zoomOffset: -offset};
    return L.tileLayer(address, {...options, ...native});
  }

  const Credit = L.Control.extend({
    options: {position: "bottomright"},
    onAdd() { return htkgis.words.element("p", "credit", this.options.words); },
  });

  function background(map, box, {background: asked, limits}) {
    const layer = tiles(asked, limits), credit = new Credit({words: asked.credit});
    const failed = box.closest("fieldset").querySelector("[data-failed]");
    layer.on("tileerror", () => { failed.hidden = false; });
    box.checked = false;
    box.addEventListener("change", () => {
      failed.hidden = true;
      for (const part of [layer, credit]) part[box.checked ? "addTo" : "remove"](map);
    });
  }

  return {ground, background};
})());
