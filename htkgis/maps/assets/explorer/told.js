/* What the explorer says of an answer: the table, the stations, the sentences. */
"use strict";
htkgis.explorerTold = (settings, network, state, asked, say) => {
  const PER_MINUTE = 600, language = document.documentElement.lang;
  const {minutes, limit, year, who, when, rules, counts, traveller, byTransit} = asked;
  const one = new Intl.NumberFormat(language, {minimumFractionDigits: 1, maximumFractionDigits: 1});
  const whole = new Intl.NumberFormat(language, {maximumFractionDigits: 0});
  const field = (name) => document.querySelector(`[data-ask="${name}"]`);

  function found(name) {
    const own = settings.places.map((place, n) => ({...place, time: state.times ? state.times[n] : network.UNREACHED}))
      .filter((place) => counts(place) && place.function === name);
    own.sort((a, b) => a.time - b.time);
    return {all: own, within: own.filter(({time}) => state.trip && time <= limit()), nearest: own[0]};
  }

  const bounded = () => state.trip && state.borders.places <= limit();

  function table() {
    field("caption").textContent = byTransit()
      ? say("caption_transit", {minutes: minutes(), mode: who().mode_words, when: when().when})
      : say("caption", {minutes: minutes(), mode: who().mode_words});
    document.querySelectorAll("[data-compared]").forEach((cell) => { cell.hidden = !state.built.length; });
    field("count-head").textContent = say("count", {minutes: minutes()});
    for (const name of settings.functions) {
      const row = document.querySelector(`tr[data-function="${CSS.escape(name)}"]`);
      const {all, within, nearest} = found(name);
      const near = state.trip && nearest && nearest.time < network.UNREACHED ? nearest : null;
      const count = whole.format(within.length);
      row.querySelector("[data-cell=count]").textContent = !state.trip ? settings.words.none
        : bounded() ? say("at_least", {value: count}) : count;
      row.querySelector("[data-cell=nearest]").textContent = !state.trip ? settings.words.none
        : near ? minutesTo(near.time) : all.length ? settings.words.not_reached : settings.words.none_here;
      row.querySelector("[data-cell=name]").textContent = near ? near.name : settings.words.none;
      row.querySelector("[data-cell=before]").textContent = before(name);
    }
    field("bounded").hidden = !state.trip || !(bounded() || farBound());
  }

  /* Minutes to the nearest place of a kind without the projects. */
  function before(name) {
    if (!state.timesBefore) return settings.words.none;
    const times = settings.places.map((place, n) => counts(place) && place.function === name ? state.timesBefore[n] : network.UNREACHED);
    const least = Math.min(...times);
    return least < network.UNREACHED ? minutesTo(least) : settings.words.not_reached;
  }

  /* Stations of the region, which lie beyond the map, and the stops on it: by public transport. */
  const stations = () => lookedUp("station", state.timed && state.timed.stations);
  const stops = () => lookedUp("stop", state.timed && state.timed.stops);

  function lookedUp(name, times) {
    document.querySelectorAll(`tr[data-${name}]`).forEach((row, n) => {
      row.querySelector("[data-cell=nearest]").textContent = !times ? settings.words.none
        : times[n] < network.UNREACHED ? one.format(times[n] / PER_MINUTE) : settings.words.not_reached;
    });
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
    const told = state.trip ? [sentence(), ...compared()] : state.reason ? [refusal()] : [];
    field("summary").textContent = told.join(" ");
  }

  function sentence() {
    const kinds = settings.functions.map(found), places = kinds.reduce((sum, {within}) => sum + within.length, 0);
    const number = say(places === 1 ? "places_one" : "places_many", {count: whole.format(places)});
    const metres = network.reachedMetres(state.trip, limit()), kilometres = one.format(metres / 1000);
    const least = (value, at) => at <= limit() ? say("at_least", {value}) : value;
    const within = kinds.filter((kind) => kind.within.length).length;
    const key = state.timed ? "summary_transit" : settings.years[year()] === settings.state ? "summary" : "summary_year";
    return say(within ? key : `${key}_none`, {
      minutes: minutes(), mode: who().mode_words, who: who().who, start: state.name,
      within: within < kinds.length ? least(within, state.borders.places) : within,
      measured: settings.functions.length, places: least(number, state.borders.places),
      km: least(kilometres, state.borders.streets), year: settings.years[year()],
      when: state.timed ? when().when : "", percent: rules().percent,
    });
  }

  /* What the projects, or another year, come to. */
  function compared() {
    const told = state.before ? [changed()] : [];
    if (!state.timed && settings.years[year()] !== settings.state) told.push(ofYears());
    return told;
  }

  function changed() {
    const {gained, lost} = htkgis.compareTrips(network, state.before, state.trip, limit());
    const reached = (times) => settings.places.filter((place, n) => counts(place) && times[n] <= limit());
    const then = new Set(reached(state.timesBefore)), now = new Set(reached(state.times));
    const only = (own, other) => [...own].filter((place) => !other.has(place)).length;
    const more = only(now, then), fewer = only(then, now);
    const places = (number) => number === 0 ? settings.words.places_none
      : say(number === 1 ? "places_one" : "places_many", {count: whole.format(number)});
    document.querySelector("[data-sign=lost]").hidden = !lost;
    const key = lost ? "changed_lost" : gained || more ? "changed" : "changed_not";
    return say(key, {
      projects: new Intl.ListFormat(language).format(state.built.map((n) => settings.projects[n].name)),
      gained: one.format(gained / 1000), lost: one.format(lost / 1000),
      more: places(more), fewer: places(fewer),
    });
  }

  /* Places within reach that only one of the two years has. */
  function ofYears() {
    const own = year(), other = settings.years.indexOf(settings.state);
    const only = (one, not) => whole.format(settings.places.filter((place, n) => settings.functions.includes(place.function) &&
      place.counts[one] && !place.counts[not] && state.times[n] <= limit()).length);
    return say("of_years", {
      year: settings.years[own], state: settings.state, gone: only(own, other), come: only(other, own),
    });
  }

  function refusal() {
    const key = {far: "too_far", barrier: "barrier", outside: "outside", no_start: "no_start"}[state.reason];
    return say(key, {metres: whole.format(settings.travellers[traveller()].max_snap_m), mode: who().mode_words});
  }

  return {table, stations, stops, summary, minutesTo};
};
