/* Symbols that would lie on each other stand in a row instead, as on paper (paper/apart.py). */
"use strict";
Object.assign(window.htkgis, (() => {
  /* Metres: nearer than so, two places are one to the eye at every zoom of the page. */
  const NEAR_M = 30;
  /* Start points and addresses are small, and stay where they are. */
  const LEAST_RADIUS = 7, GAP = 1;

  function rows(symbols) {
    const found = [];
    for (const symbol of symbols) {
      const at = symbol.getLatLng();
      const row = found.find(([first]) => first.getLatLng().distanceTo(at) < NEAR_M);
      if (row) row.push(symbol);
      else found.push([symbol]);
    }
    return found.filter((row) => row.length > 1);
  }

  /* Of the symbols in sight; the last drawn is the most important, and stands at the left. */
  function aside(symbols) {
    symbols.forEach((symbol) => symbol.standAside(0));
    for (const row of rows(symbols.filter((symbol) => symbol.getRadius() >= LEAST_RADIUS))) {
      const wide = row.reduce((sum, symbol) => sum + 2 * symbol.getRadius() + GAP, -GAP);
      let left = -wide / 2;
      for (const symbol of row.reverse()) {
        symbol.standAside(left + symbol.getRadius());
        left += 2 * symbol.getRadius() + GAP;
      }
    }
  }

  return {aside};
})());
