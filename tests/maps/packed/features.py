"""Random features for property tests: every kind of geometry, with attributes and gaps."""

import numpy as np
import shapely
from hypothesis import strategies as st

LIMIT = 2**53
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["Æblevej", "øst", "Å", "æøå ÆØÅ", "</script>", "${x}", ""]
)
DEGREES = st.tuples(
    st.integers(-179_000_000, 179_000_000), st.integers(-84_000_000, 84_000_000)
).map(lambda steps: (steps[0] / 1e6, steps[1] / 1e6))


def corners(count):
    return st.lists(DEGREES, min_size=count, max_size=count + 4, unique=True)


@st.composite
def rings(draw):
    """A square with up to two square holes, as a shell and its holes."""
    x, y = draw(st.integers(-170, 170)), draw(st.integers(-80, 80))
    size = draw(st.integers(4, 9))
    holes = [
        [(x + at, y + at), (x + at + 0.5, y + at), (x + at + 0.5, y + at + 0.5)]
        for at in range(1, 1 + draw(st.integers(0, 2)))
    ]
    shell = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    return shapely.Polygon(shell, holes)


SHAPES = st.one_of(
    st.none(),
    DEGREES.map(shapely.Point),
    corners(2).map(shapely.MultiPoint),
    corners(2).map(shapely.LineString),
    st.lists(corners(2), min_size=2, max_size=3).map(shapely.MultiLineString),
    rings(),
    st.lists(rings(), min_size=2, max_size=3).map(shapely.MultiPolygon),
)
ATTRIBUTES = st.one_of(
    st.lists(st.none() | TEXTS, max_size=8),
    st.lists(st.none() | st.integers(-LIMIT, LIMIT), max_size=8),
    st.lists(st.none() | st.booleans(), max_size=8),
    st.lists(st.none() | st.floats(allow_nan=False), max_size=8),
    st.lists(st.none() | st.integers(-(10**6), 10**6).map(lambda n: n / 100), max_size=8),
)


def corner_lists(shape):
    """Coordinates by part and ring, as plain rounded numbers; None where there is no shape."""
    if shape is None or shape.is_empty:
        return None
    found = []
    for part in shapely.get_parts(shape):
        paths = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        found.append([np.rint(shapely.get_coordinates(path) * 1e6).tolist() for path in paths])
    return found
