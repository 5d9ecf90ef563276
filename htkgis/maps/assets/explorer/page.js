/* The explorer's page: what the reader chooses, what is asked of the network, what is shown.
   Text from data becomes text nodes; the address of the page holds what was chosen. */
"use strict";
htkgis.explorer = (map, settings) => {
  const SHOWN = 8, PAUSE_MS = 250, NEAR_PIXELS = 12, PER_MINUTE = 600, OPENING_ZOOM = 14;
  const language = document.documentElement.lang, words = settings.words;
  const whole = new Intl.NumberFormat(language, {maximumFractionDigits: 0});
  const field = (name) => document.querySelector(`[data-ask="${name}"]`);
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`);
  const say = (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const state = {
    at: null, name: null, trip: null, before: null, built: [], times: null, timesBefore: null,
    timed: null, borders: null, picture: null,
  };
  let network, timetable, surfaces, find, told, address, pause = 0;

  /* --- what is chosen --- */

  const minutes = () => Number(field("minutes").value);
  const limit = () => minutes() * PER_MINUTE;
  /* asked for every place, so the boxes are found once */
  const years = [...document.querySelectorAll("input[name=year]")];
  const year = () => years.findIndex(({checked}) => checked);
  const traveller = () => Number(field("lens").value);
  const byTransit = () => chosen("mode").value === "transit";
  const who = () => byTransit() ? {...settings.travellers[0], ...settings.transit} : settings.travellers[traveller()];
  const when = () => settings.transit.windows.find((each) => each.window === chosen("when").value);
  const rules = () => byTransit() ? settings.transit : settings;
  const counts = (place) => place.counts[year()] && settings.functions.includes(place.function);

  /* By public transport adults alone were measured: they stand first among those who walk. */
  function fillLenses(wanted) {
    const own = settings.travellers.map((each, number) => ({...each, number}))
      .filter(({mode, number}) => byTransit() ? number === 0 : mode === chosen("mode").value);
    field("lens").replaceChildren(...own.map(({option, number}) => new Option(option, number)));
    const kept = own.find(({lens}) => lens === wanted) || own[0];
    field("lens").value = kept.number;
  }

  /* Shows the choices that the mode has, and no others. */
  function fit() {
    [field("minutes").min, field("minutes").max] = rules().minutes;
    document.querySelectorAll("[data-only]").forEach((part) => {
      part.hidden = (part.dataset.only === "transit") !== byTransit();
    });
    if (byTransit()) address.tick("year", String(settings.state));
  }

  const built = () => byTransit() ? [] : [...document.querySelectorAll("input[name=project]:checked")]
    .map(({value}) => Number(value));

  /* --- asking --- */

  function leave(at, name) {
    const begun = performance.now();
    state.at = at;
    state.name = name || named(at) || words.point;
    Object.assign(state, {
      trip: null, before: null, timed: null, timesBefore: null, picture: null, reason: null, built: built(),
    });
    const [x, y] = network.toMetres(...at), today = network.traveller(traveller());
    const from = network.known(x, y) ? network.snap(today, x, y) : {reason: "outside"};
    const start = byTransit() ? startAt(at) : 0;
    if (from.reason) state.reason = from.reason;
    else if (start < 0) state.reason = "no_start";
    else travel(today, from, start);
    performance.measure("htkgis answer", {start: begun, end: performance.now()});
    show();
  }

  /* A trip leaves from the streets there are today, with projects and without: so they are compared. */
  function travel(today, from, start) {
    state.trip = network.leave(today, from);
    state.times = network.placeTimes(state.trip);
    if (state.built.length) {
      Object.assign(state, {before: state.trip, timesBefore: state.times});
      state.trip = network.leave(network.traveller(traveller(), state.built), from);
      state.times = network.placeTimes(state.trip);
    }
    state.borders = Object.fromEntries(["streets", "places"].map((border) =>
      [border, network.borderTime(state.trip, border)]));
    if (!byTransit()) return;
    state.timed = timetable.from(when().window, start);
    state.times = state.timed.places;
    state.borders.places = state.timed.border;
  }

  const startAt = ([lat, lng]) => settings.starts.findIndex(({at}) =>
    Math.abs(at[0] - lat) < 1e-6 && Math.abs(at[1] - lng) < 1e-6);

  /* The name of a point, with its area before it unless it says so itself. */
  function startName({area, name}) {
    return name.startsWith(area) ? name : `${area}, ${name}`;
  }

  function named([lat, lng]) {
    const near = ({at}) => Math.abs(at[0] - lat) < 1e-6 && Math.abs(at[1] - lng) < 1e-6;
    const start = settings.starts[startAt([lat, lng])], place = settings.places.find(near);
    return start ? startName(start) : place && place.name;
  }

  function again() {
    if (state.at) leave(state.at, state.name);
  }

  /* --- showing --- */

  function show() {
    field("minutes").setAttribute("aria-valuetext", say("minutes_text", {minutes: minutes()}));
    field("minutes-shown").textContent = say("minutes_text", {minutes: minutes()});
    legend();
    told.table();
    told.stations();
    told.stops();
    offer();
    /* the streets stay as they are drawn */
    surfaces.reach.redraw();
    surfaces.places.redraw();
    map.fire("symbols");
    clearTimeout(pause);
    pause = setTimeout(() => { told.summary(); address.remember(); }, PAUSE_MS);
  }

  /* Where a point has no times of its own, the nearest one that has is offered. */
  function offer() {
    const button = field("offer");
    button.hidden = state.reason !== "no_start";
    if (button.hidden) return;
    const apart = ({at}) => map.distance(at, state.at);
    const start = settings.starts.reduce((best, each) => apart(each) < apart(best) ? each : best);
    button.textContent = say("offer", {start: startName(start), metres: whole.format(apart(start))});
    button.onclick = () => { field("search").focus(); go(start.at, startName(start)); };
  }

  /* The classes of all maps up to the chosen minutes, each with its own colour. */
  function bands() {
    const all = rules().bands, classes = all.filter(({minutes: to}) => to < minutes());
    const last = all[classes.length] || all[all.length - 1];
    return [...classes, {...last, minutes: minutes()}]
      .map(({minutes: to, colour}) => ({to, colour, limit: to * PER_MINUTE}));
  }

  function legend() {
    const own = bands();
    document.querySelectorAll("[data-band]").forEach((row, n) => {
      row.hidden = n >= own.length;
      if (row.hidden) return;
      const from = n ? own[n - 1].to : 0;
      row.querySelector("span").textContent = say(n ? "band" : "band_first", {from, to: own[n].to});
    });
    const shown = {stop: byTransit(), walked: byTransit(), gained: state.built.length};
    document.querySelectorAll("[data-sign]").forEach((row) => { row.hidden = !shown[row.dataset.sign]; });
  }

  /* --- names under the pointer --- */

  const hint = L.tooltip({direction: "top", offset: [0, -10], className: "hint"});

  function hover(event) {
    let best = -1, least = NEAR_PIXELS;
    settings.places.forEach((place, n) => {
      if (!counts(place)) return;
      const away = map.latLngToContainerPoint(place.at).distanceTo(event.containerPoint);
      if (away < least) [best, least] = [n, away];
    });
    const stop = best < 0 && state.timed ? stopNear(event.containerPoint) : -1;
    if (best < 0 && stop < 0) return hint.remove();
    const place = best < 0 ? settings.transit.stops[stop] : settings.places[best];
    const time = !state.trip ? network.UNREACHED : best < 0 ? state.timed.stops[stop] : state.times[best];
    const text = time < network.UNREACHED ? say("hint", {name: place.name, minutes: told.minutesTo(time)})
      : state.trip ? say("hint_far", {name: place.name}) : place.name;
    hint.setContent(htkgis.words.element("span", "", htkgis.words.shorten(text))).setLatLng(place.at);
    if (!map.hasLayer(hint)) hint.addTo(map);
  }

  /* The starting point under the pointer, where only those have times. */
  function startNear(point) {
    const away = ({at}) => map.latLngToContainerPoint(at).distanceTo(point);
    const nearest = settings.starts.reduce((best, each) => away(each) < away(best) ? each : best);
    return away(nearest) < NEAR_PIXELS ? nearest.at : null;
  }

  function stopNear(point) {
    const away = ({at}) => map.latLngToContainerPoint(at).distanceTo(point);
    const distances = settings.transit.stops.map(away), least = Math.min(...distances);
    return least < NEAR_PIXELS ? distances.indexOf(least) : -1;
  }

  /* --- search by name --- */

  function search() {
    const asked = field("search").value.trim(), fits = find(asked);
    field("found").replaceChildren(...fits.slice(0, SHOWN).map(result));
    const key = !asked ? null : !fits.length ? "found_none" : fits.length === 1 ? "found_one"
      : fits.length > SHOWN ? "found_first" : "found_many";
    field("found-count").textContent = key ? say(key, {count: whole.format(fits.length), shown: SHOWN}) : "";
  }

  function result(place) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    const kind = words.functions[place.function] || words.origin;
    button.append(htkgis.words.element("span", "place-name", place.name), ` (${kind})`);
    button.addEventListener("click", () => pick(place));
    item.append(button);
    return item;
  }

  function pick(place) {
    field("search").value = place.name;
    field("found").replaceChildren();
    field("found-count").textContent = "";
    field("search").focus();
    field("start").value = "";
    go(place.at, place.name);
  }

  /* Asks from a place, and brings it into the middle third of the map if it is not there. */
  function go(at, name) {
    const size = map.getSize(), point = map.latLngToContainerPoint(at);
    const away = Math.max(Math.abs(point.x / size.x - 0.5), Math.abs(point.y / size.y - 0.5));
    if (away > 0.3) map.panTo(at, {animate: false});
    leave(at, name);
  }

  /* --- all together --- */

  function listen() {
    field("minutes").addEventListener("input", show);
    field("lens").addEventListener("change", again);
    document.querySelectorAll("input[name=mode]").forEach((box) => box.addEventListener("change", () => {
      fillLenses(settings.travellers[traveller()].lens);
      fit();
      again();
    }));
    document.querySelectorAll("input[name=when], input[name=project]").forEach((box) =>
      box.addEventListener("change", again));
    document.querySelectorAll("input[name=year]").forEach((box) => box.addEventListener("change", show));
    field("search").addEventListener("input", search);
    field("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const first = field("found").querySelector("button");
      if (first) first.click();
    });
    field("start").addEventListener("change", () => {
      const start = settings.starts[field("start").value];
      if (start) go(start.at, startName(start));
    });
    const clear = () => { field("start").value = ""; };
    field("centre").addEventListener("click", () => {
      clear();
      const {lat, lng} = map.getCenter();
      leave([lat, lng]);
    });
    map.on("click", ({latlng, containerPoint}) => {
      clear();
      leave(byTransit() && startNear(containerPoint) || [latlng.lat, latlng.lng]);
    });
    /* from afar the names of the areas would lie on those of the quarters around them */
    const afar = () => map.getContainer().classList.toggle("far-off", map.getZoom() < OPENING_ZOOM);
    map.on("zoomend", afar);
    afar();
    map.on("mousemove", hover);
    map.on("mouseout", () => hint.remove());
    map.on("moveend", () => { clearTimeout(pause); pause = setTimeout(() => { told.summary(); address.remember(); }, PAUSE_MS); });
    field("copy").addEventListener("click", address.copy);
    window.addEventListener("hashchange", () => { const at = address.recall(); if (at) leave(at); else show(); });
  }

  function begin([archive, times]) {
    network = htkgis.network(archive);
    network.kind = archive.columns.kind;
    timetable = times && htkgis.explorerTransit(times, settings.transit, network.UNREACHED);
    htkgis.explored = network;
    htkgis.timed = timetable;
    const starts = settings.starts.map((start) => ({...start, name: startName(start)}));
    find = htkgis.explorerSearch([...settings.places, ...starts], language);
    const asked = {minutes, limit, year, who, when, rules, counts, traveller, byTransit};
    told = htkgis.explorerTold(settings, network, state, asked, say);
    address = htkgis.explorerAddress(map, settings, state, asked, {fillLenses, fit});
    const limits = {bands, most: () => Number(field("minutes").max) * PER_MINUTE};
    const reached = (n) => Boolean(state.trip) && state.times[n] <= limit();
    surfaces = htkgis.explorerSurfaces(map, settings, network, state, {counts, reached, ...limits});
    field("form").hidden = false;
    const at = address.recall();
    listen();
    /* a page inside another one's text has no address that could be copied */
    if (!/^(https?|file):$/.test(location.protocol)) document.querySelector(".share").hidden = true;
    if (at) {
      field("start").value = startAt(at) < 0 ? "" : startAt(at);
      leave(at);
    } else if (settings.starts.length) {
      field("start").value = "0";
      map.setView(settings.starts[0].at, OPENING_ZOOM, {animate: false});
      leave(settings.starts[0].at);
    } else show();
    told.summary();
  }

  const timesOf = settings.transit ? htkgis.unpack(settings.transit.packed) : null;
  const reading = Promise.all([htkgis.unpack(settings.network), timesOf]).then(begin);
  htkgis.pending(map, reading.catch((error) => {
    field("summary").textContent = words.error;
    throw error;
  }));
};
