/* What the explorer draws: the reached area below, streets in the middle, places on top. */
"use strict";
htkgis.explorerSurfaces = (map, settings, network, state, {counts, reached, bands, most}) => {
  const picture = htkgis.field(network), area = network.outline();
  const projected = Array.from(network.projects.keys()).filter((edge) => network.projects[edge] >= 0);
  const LABEL_ABOVE = 14, LABEL_EDGE = 5, MANY = 50, START_RADIUS = 10, latest = document.createElement("canvas");

  function pane(name, height) {
    map.createPane(name).style.zIndex = height;
    return name;
  }

  /* With times by public transport the area is the walk alone, in a colour of no class. */
  function shades() {
    const own = bands();
    return state.timed ? [{...own[own.length - 1], colour: settings.walked}] : own;
  }

  const draw = {
    reach(context, view) {
      /* a map that is folded away, or in a frame of no size, has no pixels to colour */
      if (!state.trip || view.width < 1 || view.height < 1) return;
      const key = [view.scale, view.left, view.top, view.width, view.height].join();
      if (!state.picture || state.picture.key !== key) {
        const times = (trip) => picture.times(trip, view, most(), settings.buffer_m);
        state.picture = {key, ...times(state.trip), before: state.before && times(state.before).found};
      }
      if (latest.width !== state.picture.width) latest.width = state.picture.width;
      if (latest.height !== state.picture.height) latest.height = state.picture.height;
      latest.getContext("2d").putImageData(picture.picture(state.picture, shades(), settings.ink, settings.mark), 0, 0);
      context.drawImage(latest, 0, 0);
    },
    streets(context, view) {
      const rows = [[], [], []], kind = network.kind;
      picture.near(...htkgis.seen(view, 5), (edge) => {
        if (network.projects[edge] < 0) rows[kind[edge]].push(edge);
      });
      settings.streets.forEach((look, number) => {
        Object.assign(context, {strokeStyle: look.stroke, lineWidth: look.weight, globalAlpha: look.opacity});
        context.setLineDash(look.dash ? look.dash.split(" ").map(Number) : []);
        htkgis.paintLines(context, view, picture.shape, rows[number]);
      });
      Object.assign(context, {strokeStyle: settings.ink, lineWidth: 1.5, globalAlpha: 1});
      context.setLineDash([8, 6]);
      htkgis.paintLines(context, view, area, [0]);
      context.setLineDash([]);
    },
    places(context, view) {
      planned(context, view);
      if (state.timed) stops(context, view);
      const far = [], near = [];
      settings.places.forEach((place, n) => {
        if (counts(place)) (reached(n) ? near : far).push(place);
      });
      far.forEach((place) => symbol(context, view, place, false));
      near.forEach((place) => symbol(context, view, place, true));
      [...far, ...near].filter(({function: kind}) => kind === "station")
        .forEach((place) => label(context, view, place));
      if (state.at) start(context, view);
    },
  };

  /* Streets of projects: dashed on white, in the colour of the start where they count as built. */
  function planned(context, view) {
    if (!projected.length) return;
    const on = projected.filter((edge) => state.built.includes(network.projects[edge]));
    context.globalAlpha = 1;
    for (const [colour, width, dash, rows] of [
      ["#ffffff", 7, [], projected], [settings.quiet, 3, [3, 4], projected], ["#ffffff", 7, [], on], [settings.mark, 4, [9, 4], on],
    ]) {
      Object.assign(context, {strokeStyle: colour, lineWidth: width});
      context.setLineDash(dash);
      htkgis.paintLines(context, view, picture.shape, rows);
    }
    context.setLineDash([]);
  }

  /* Starting points that have times, and stops in the colour of the class they are reached in. */
  function stops(context, view) {
    const small = settings.starts.length > MANY ? 1.5 : 3;
    for (const {at} of settings.starts) disc(context, pixel(view, at), small, settings.ink);
    const classes = bands();
    settings.transit.stops.forEach(({at}, n) => {
      const band = classes.find(({limit}) => state.timed.stops[n] <= limit);
      disc(context, pixel(view, at), band ? 10 : 6, "#ffffff");
      disc(context, pixel(view, at), band ? 8.5 : 4.5, settings.ink);
      disc(context, pixel(view, at), band ? 6.5 : 3, band ? band.colour : "#ffffff");
    });
  }

  function disc(context, [px, py], radius, colour) {
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }

  function pixel(view, [lat, lng]) {
    const [x, y] = htkgis.world(lng, lat);
    return [x * view.scale - view.left, y * view.scale - view.top];
  }

  function symbol(context, view, place, reached) {
    const look = settings.looks[place.function], size = look.radius * (reached ? 0.95 : 0.6);
    const [px, py] = pixel(view, place.at);
    context.beginPath();
    look.shape.forEach(([x, y], n) => {
      context[n ? "lineTo" : "moveTo"](px + x * size, py + y * size);
    });
    context.closePath();
    Object.assign(context, {lineJoin: "round", strokeStyle: "#ffffff", lineWidth: reached ? 4 : 3});
    context.stroke();
    context.fillStyle = reached ? look.fill : "#ffffff";
    context.fill();
    Object.assign(context, {strokeStyle: reached ? settings.ink : settings.quiet, lineWidth: 1.3});
    context.stroke();
  }

  /* Half a name at the edge names nothing: it moves in if its place is in sight, else it is left. */
  function label(context, view, {name, at}) {
    const [x, py] = pixel(view, at), from = view.edge.x, to = view.width - view.edge.x;
    if (x < from || x > to) return;
    Object.assign(context, {
      font: "600 13px system-ui, Arial, sans-serif", textAlign: "center", lineJoin: "round",
      strokeStyle: "#ffffff", lineWidth: 4, fillStyle: settings.ink,
    });
    const short = htkgis.words.shorten(name), room = context.measureText(short).width / 2 + LABEL_EDGE;
    const px = Math.max(from + room, Math.min(to - room, x));
    context.strokeText(short, px, py - LABEL_ABOVE);
    context.fillText(short, px, py - LABEL_ABOVE);
  }

  function start(context, view) {
    const [px, py] = pixel(view, state.at);
    if (state.trip) {
      const [x, y] = network.toWorld(state.trip.from.x, state.trip.from.y);
      context.beginPath();
      context.moveTo(px, py);
      context.lineTo(x * view.scale - view.left, y * view.scale - view.top);
      Object.assign(context, {strokeStyle: settings.mark, lineWidth: 2});
      context.setLineDash([3, 3]);
      context.stroke();
      context.setLineDash([]);
    }
    for (const [radius, colour] of [[START_RADIUS, "#ffffff"], [8, settings.mark], [3, "#ffffff"]]) {
      disc(context, [px, py], radius, colour);
    }
  }

  /* What the names of areas leave in sight: the start, and every place that counts. */
  map.symbols = () => [
    ...settings.places.filter(counts)
      .map((place) => ({at: place.at, radius: settings.looks[place.function].radius})),
    ...(state.at ? [{at: state.at, radius: START_RADIUS}] : []),
  ];

  const heights = [["reach", 300], ["streets", 350], ["places", 420]];
  return Object.fromEntries(heights.map(([name, height]) =>
    [name, htkgis.surface(map, pane(name, height), draw[name])]));
};
