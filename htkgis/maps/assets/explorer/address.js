/* The address of the page: it holds what was chosen, and brings it back. */
"use strict";
htkgis.explorerAddress = (map, settings, state, {minutes, year, who, when, byTransit}, {fillLenses, fit}) => {
  const field = (name) => document.querySelector(`[data-ask="${name}"]`);

  function tick(name, value) {
    const box = [...document.querySelectorAll(`input[name="${name}"]`)].find((each) => each.value === value);
    if (box) box.checked = true;
  }

  function remember() {
    if (!state.at) return;
    const round = (value) => Math.round(value * 1e9) / 1e9, centre = map.getCenter();
    const parts = new URLSearchParams({
      at: state.at.map(round).join(), min: minutes(), by: who().mode, who: who().lens,
      year: settings.years[year()],
      ...byTransit() ? {when: when().window} : {},
      ...state.built.length ? {with: state.built.map((n) => settings.projects[n].id).join()} : {},
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
    tick("mode", parts.get("by"));
    tick("year", parts.get("year"));
    tick("when", parts.get("when"));
    const wanted = (parts.get("with") || "").split(",");
    document.querySelectorAll("input[name=project]").forEach((box) => {
      box.checked = wanted.includes(settings.projects[Number(box.value)].id);
    });
    fillLenses(parts.get("who"));
    fit();
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
    field("copied").textContent = done ? settings.words.copied : settings.words.copy_failed;
  }

  return {remember, recall, copy, tick};
};
