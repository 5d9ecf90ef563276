/* Times by public transport from the starting points, as the engine measured them: they are looked
   up and never added to, for the median of a sum is not the sum of medians. */
"use strict";
htkgis.explorerTransit = ({meta, columns}, {stations, stops}, never) => {
  const {ends, starts} = meta, places = ends - stations.length - stops.length - 1;

  /* All that is known of one start in one window, in deciseconds; the border is the soonest. */
  function from(window, start) {
    const column = columns[window];
    const times = (first, count) => Int32Array.from({length: count}, (_, n) => {
      const time = column[(first + n) * starts + start];
      return time < 0 ? never : time;
    });
    return {
      places: times(0, places),
      stations: times(places, stations.length),
      stops: times(places + stations.length, stops.length),
      border: times(ends - 1, 1)[0],
    };
  }

  return {from};
};
