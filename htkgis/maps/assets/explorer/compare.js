/* What is gained and lost between two trips: metres of street that one reaches and the other not. */
"use strict";
htkgis.compareTrips = (network, before, after, limit) => {
  const without = (own, other) => {
    let left = 0;
    for (const [low, high] of own) {
      let from = low;
      for (const [start, end] of other) {
        if (start > from) left += Math.max(0, Math.min(start, high) - from);
        from = Math.max(from, end);
      }
      left += Math.max(0, high - from);
    }
    return left;
  };
  let gained = 0, lost = 0;
  for (let edge = 0; edge < network.edges; edge++) {
    const then = network.reachedParts(before, edge, limit), now = network.reachedParts(after, edge, limit);
    if (!then.length && !now.length) continue;
    const metres = network.metres(edge);
    gained += metres * without(now, then);
    lost += metres * without(then, now);
  }
  return {gained, lost};
};
