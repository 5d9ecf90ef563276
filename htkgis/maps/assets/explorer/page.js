/* The explorer's page: what the reader chooses, what is asked of the network, what is shown.
   Text from data becomes text nodes; the address of the page holds what was chosen. */
"use strict";
htkgis.explorer = (map, settings) => {
  const SHOWN = 8, PAUSE_MS = 250, NEAR_PIXELS = 12, PER_MINUTE = 600, OPENING_ZOOM = 14;
  const language = document.documentElement.lang, words = settings.words;
  const one = new Intl.NumberFormat(language, {minimumFractionDigits: 1, maximumFractionDigits: 1});
  const whole = new Intl.NumberFormat(language, {maximumFractionDigits: 0});
  const field = (name) => document.querySelector(`[data-ask="${name}"]`);
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`);
  const say = (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const state = {at: null, name: null, trip: null, times: null, borders: null, picture: null};
  let network, surfaces, pause = 0;

  /* --- what is chosen --- */

  const minutes = () => Number(field("minutes").value);
  const limit = () => minutes() * PER_MINUTE;
  const year = () => settings.years.indexOf(Number(chosen("year").value));
  const traveller = () => Number(field("lens").value);
  const who = () => settings.travellers[traveller()];
  const counts = (place) => place.counts[year()] && settings.functions.includes(place.function);

  function fillLenses(wanted) {
    const own = settings.travellers.map((each, number) => ({...each, number}))
      .filter(({mode}) => mode === chosen("mode").value);
    field("lens").replaceChildren(...own.map(({option, number}) => new Option(option, number)));
    const kept = own.find(({lens}) => lens === wanted) || own[0];
    field("lens").value = kept.number;
  }

  /* --- asking --- */

  function leave(at, name) {
    const begun = performance.now();
    state.at = at;
    state.name = name || named(at) || words.point;
    Object.assign(state, {trip: null, picture: null, reason: null});
    const [x, y] = network.toMetres(...at), own = network.traveller(traveller());
    const from = network.known(x, y) ? network.snap(own, x, y) : {reason: "outside"};
    if (from.reason) {
      state.reason = from.reason;
    } else {
      state.trip = network.leave(own, from);
      state.times = network.placeTimes(state.trip);
      state.borders = Object.fromEntries(["streets", "places"].map((border) =>
        [border, network.borderTime(state.trip, border)]));
    }
    performance.measure("htkgis answer", {start: begun, end: performance.now()});
    show();
  }

  /* The name of a point, with its area before it unless it says so itself. */
  function startName({area, name}) {
    return name.startsWith(area) ? name : `${area}, ${name}`;
  }

  function named([lat, lng]) {
    const near = ({at}) => Math.abs(at[0] - lat) < 1e-6 && Math.abs(at[1] - lng) < 1e-6;
    const start = settings.starts.find(near), place = settings.places.find(near);
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
    table();
    /* the streets stay as they are drawn */
    surfaces.reach.redraw();
    surfaces.places.redraw();
    clearTimeout(pause);
    pause = setTimeout(() => { summary(); remember(); }, PAUSE_MS);
  }

  function found(name) {
    const own = settings.places.map((place, n) => ({...place, time: state.times ? state.times[n] : network.UNREACHED}))
      .filter((place) => counts(place) && place.function === name);
    own.sort((a, b) => a.time - b.time);
    return {all: own, within: own.filter(({time}) => state.trip && time <= limit()), nearest: own[0]};
  }

  const bounded = () => state.trip && state.borders.places <= limit();

  function table() {
    field("caption").textContent = say("caption", {minutes: minutes(), mode: who().mode_words});
    field("count-head").textContent = say("count", {minutes: minutes()});
    for (const name of settings.functions) {
      const row = document.querySelector(`tr[data-function="${CSS.escape(name)}"]`);
      const {all, within, nearest} = found(name);
      const near = state.trip && nearest && nearest.time < network.UNREACHED ? nearest : null;
      const count = whole.format(within.length);
      row.querySelector("[data-cell=count]").textContent = !state.trip ? words.none
        : bounded() ? say("at_least", {value: count}) : count;
      row.querySelector("[data-cell=nearest]").textContent = !state.trip ? words.none
        : near ? minutesTo(near.time) : all.length ? words.not_reached : words.none_here;
      row.querySelector("[data-cell=name]").textContent = near ? near.name : words.none;
    }
    field("bounded").hidden = !state.trip || !(bounded() || farBound());
  }

  /* Beyond the time to the border of what is known there may be a shorter way outside it. */
  function minutesTo(time) {
    const value = one.format(time / PER_MINUTE);
    return time > state.borders.places ? say("at_most", {value}) : value;
  }

  function farBound() {
    return settings.functions.some((name) => {
      const {nearest} = found(name);
      return nearest && nearest.time < network.UNREACHED && nearest.time > state.borders.places;
    });
  }

  function summary() {
    field("summary").textContent = state.trip ? sentence() : state.reason ? refusal() : "";
  }

  function sentence() {
    const kinds = settings.functions.map(found), places = kinds.reduce((sum, {within}) => sum + within.length, 0);
    const number = say(places === 1 ? "places_one" : "places_many", {count: whole.format(places)});
    const metres = network.reachedMetres(state.trip, limit()), kilometres = one.format(metres / 1000);
    const least = (value, at) => at <= limit() ? say("at_least", {value}) : value;
    const within = kinds.filter((kind) => kind.within.length).length;
    const key = settings.years[year()] === settings.state ? "summary" : "summary_year";
    return say(within ? key : `${key}_none`, {
      minutes: minutes(), mode: who().mode_words, who: who().who, start: state.name,
      within: within < kinds.length ? least(within, state.borders.places) : within,
      measured: settings.functions.length, places: least(number, state.borders.places),
      km: least(kilometres, state.borders.streets), year: settings.years[year()],
    });
  }

  function refusal() {
    const key = {far: "too_far", barrier: "barrier", outside: "outside"}[state.reason];
    return say(key, {metres: whole.format(who().max_snap_m), mode: who().mode_words});
  }

  /* The classes of all maps up to the chosen minutes, each with its own colour. */
  function bands() {
    const classes = settings.bands.filter(({minutes: to}) => to < minutes());
    const last = settings.bands[classes.length] || settings.bands[settings.bands.length - 1];
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
    if (best < 0) return hint.remove();
    const place = settings.places[best], time = state.trip ? state.times[best] : network.UNREACHED;
    const text = time < network.UNREACHED ? say("hint", {name: place.name, minutes: minutesTo(time)})
      : state.trip ? say("hint_far", {name: place.name}) : place.name;
    hint.setContent(htkgis.words.element("span", "", htkgis.words.shorten(text))).setLatLng(place.at);
    if (!map.hasLayer(hint)) hint.addTo(map);
  }

  /* --- search by name --- */

  function search() {
    const asked = field("search").value.trim().toLocaleLowerCase(language);
    const fits = asked ? settings.places.filter(({name}) => name.toLocaleLowerCase(language).includes(asked)) : [];
    const first = ({name}) => name.toLocaleLowerCase(language).startsWith(asked) ? 0 : 1;
    fits.sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name, language));
    field("found").replaceChildren(...fits.slice(0, SHOWN).map(result));
    const key = !asked ? null : !fits.length ? "found_none" : fits.length === 1 ? "found_one"
      : fits.length > SHOWN ? "found_first" : "found_many";
    field("found-count").textContent = key ? say(key, {count: whole.format(fits.length), shown: SHOWN}) : "";
  }

  function result(place) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    const kind = words.functions[place.function];
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

  /* --- the address --- */

  function remember() {
    if (!state.at) return;
    const round = (value) => Math.round(value * 1e9) / 1e9, centre = map.getCenter();
    const parts = new URLSearchParams({
      at: state.at.map(round).join(), min: minutes(), by: who().mode, who: who().lens,
      year: settings.years[year()],
      view: [centre.lat.toFixed(5), centre.lng.toFixed(5), map.getZoom()].join(),
    });
    const address = `${location.href.split("#")[0]}#${decodeURIComponent(parts)}`;
    field("link").value = address;
    field("copied").textContent = "";
    try {
      history.replaceState(null, "", address);
    } catch {
      /* a frame without an address of its own has only the field */
    }
  }

  /* Reads an address; whatever in it is not allowed is passed over. */
  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const numbers = (name, count) => {
      const found = (parts.get(name) || "x").split(",").map(Number);
      return found.length === count && found.every(Number.isFinite) ? found : null;
    };
    const tick = (name, value) => {
      const box = [...document.querySelectorAll(`input[name="${name}"]`)].find((each) => each.value === value);
      if (box) box.checked = true;
    };
    tick("mode", parts.get("by"));
    tick("year", parts.get("year"));
    fillLenses(parts.get("who"));
    const asked = numbers("min", 1);
    if (asked) field("minutes").value = asked[0];
    const view = numbers("view", 3), at = numbers("at", 2);
    if (view && Math.abs(view[0]) <= 85) map.setView([view[0], view[1]], view[2], {animate: false});
    return at && Math.abs(at[0]) <= 85 && Math.abs(at[1]) <= 180 ? at : null;
  }

  async function copy() {
    const box = field("link");
    box.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(box.value);
      done = true;
    } catch {
      done = document.execCommand("copy");
    }
    field("copied").textContent = done ? words.copied : words.copy_failed;
  }

  /* --- all together --- */

  function listen() {
    field("minutes").addEventListener("input", show);
    field("lens").addEventListener("change", again);
    document.querySelectorAll("input[name=mode]").forEach((box) => box.addEventListener("change", () => {
      fillLenses(who().lens);
      again();
    }));
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
    map.on("click", ({latlng}) => { clear(); leave([latlng.lat, latlng.lng]); });
    map.on("mousemove", hover);
    map.on("mouseout", () => hint.remove());
    map.on("moveend", () => { clearTimeout(pause); pause = setTimeout(() => { summary(); remember(); }, PAUSE_MS); });
    field("copy").addEventListener("click", copy);
    window.addEventListener("hashchange", () => { const at = recall(); if (at) leave(at); else show(); });
  }

  function begin(archive) {
    network = htkgis.network(archive);
    network.kind = archive.columns.kind;
    htkgis.explored = network;
    const limits = {bands, most: Number(field("minutes").max) * PER_MINUTE};
    const reached = (n) => Boolean(state.trip) && state.times[n] <= limit();
    surfaces = htkgis.explorerSurfaces(map, settings, network, state, {counts, reached, ...limits});
    field("form").hidden = false;
    const at = recall();
    listen();
    if (at) leave(at);
    else if (settings.starts.length) {
      field("start").value = "0";
      map.setView(settings.starts[0].at, OPENING_ZOOM, {animate: false});
      leave(settings.starts[0].at);
    } else show();
    summary();
  }

  const reading = htkgis.unpack(settings.network).then(begin);
  htkgis.pending(map, reading.catch((error) => {
    field("summary").textContent = words.error;
    throw error;
  }));
};
