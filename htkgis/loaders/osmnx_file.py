"""Files that osmnx, or ``htkgis update osm``, saved: the whole graph, or only where it lies."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree.ElementTree import ParseError, iterparse
from xml.sax.saxutils import unescape

import pyproj
import shapely

from htkgis.errors import CRSError, SourceError

from .osmnx_arcs import OsmnxGraph
from .vector import check_file

POSITION = frozenset({"x", "y"})
FACTS = POSITION | {"crs"}
END_BYTES = 1 << 16
"""What networkx writes behind the last edge is far shorter, a CRS written out in full too."""


def read_graphml(path: Path) -> OsmnxGraph:
    """Read a graph as osmnx does, or say in one line why it cannot be read.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, or not GraphML that osmnx writes.
    """
    check_file(path)
    import networkx as nx  # noqa: PLC0415 - only who reads such a graph waits for osmnx
    import osmnx  # noqa: PLC0415

    try:
        return osmnx.load_graphml(path)
    except (ParseError, UnicodeDecodeError) as error:
        raise SourceError(_no_xml(path, error)) from error
    except (
        nx.NetworkXError,
        shapely.errors.ShapelyError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ) as error:
        msg = (
            f"osmnx graph ({path}): cannot be read: {_oneline(error)}; a .graphml that osmnx saved "
            "is expected. Fetch it again with: htkgis update osm"
        )
        raise SourceError(msg) from error


def first_graphml_position(path: Path) -> tuple[float, float] | None:
    """Give longitude and latitude of the first node of a saved graph, without reading it all.

    Parameters
    ----------
    path
        ``.graphml``, in degrees or projected.

    Returns
    -------
    position
        Degrees; None where no node has a position. What else is wrong with the graph is said
        when it is read.

    Raises
    ------
    SourceError
        The file is missing, empty or not XML.
    CRSError
        The graph states no CRS that is one, or its first node lies nowhere in it.
    """
    check_file(path)
    facts = _first_facts(path)
    try:
        x, y = float(facts.get("x") or math.nan), float(facts.get("y") or math.nan)
    except ValueError:
        return None
    if not math.isfinite(x + y):
        return None
    where = f"osmnx graph ({path})"
    crs = stated_crs(facts.get("crs"), where=where)
    lon, lat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        msg = (
            f"{where}: its first node lies at x {x:.8g}, y {y:.8g}, which is nowhere in "
            f"{crs.to_string()}, the CRS it states. Correct graph.graph['crs'], or fetch it again."
        )
        raise CRSError(msg)
    return lon, lat


def stated_crs(crs: str | None, *, where: str) -> pyproj.CRS:
    """Return the CRS that a graph states, or raise CRSError if it states none that is one."""
    if crs is None:
        msg = (
            f"{where}: states no CRS; osmnx writes one. Set graph.graph['crs'], or fetch it again."
        )
        raise CRSError(msg)
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        msg = (
            f"{where}: {crs[:80]!r} is not a CRS; 'epsg:4326' is one. Set graph.graph['crs'], or "
            "fetch it again."
        )
        raise CRSError(msg) from error


def _first_facts(path: Path) -> dict[str, str | None]:
    """Read the CRS of a graph and the position of its first node, and no more than needed."""
    try:
        facts, keys = _streamed(path, enough=POSITION)
        if "crs" not in facts:
            # networkx writes it behind the last edge, and a region has 80 MB of edges
            crs = _crs_at_the_end(path, [key for key, name in keys.items() if name == "crs"])
            facts = _streamed(path, enough=FACTS)[0] if crs is None else facts | {"crs": crs}
    except (ParseError, UnicodeDecodeError) as error:
        raise SourceError(_no_xml(path, error)) from error
    except OSError as error:
        msg = f"osmnx graph ({path}): cannot be read: {_oneline(error)}. Check the file."
        raise SourceError(msg) from error
    return facts


def _streamed(
    path: Path, *, enough: frozenset[str]
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Read a file until some facts are known; gives the first of each, and the names of keys."""
    names: dict[str, str] = {}
    facts: dict[str, str | None] = {}
    with path.open("rb") as file:
        # expat itself refuses entities that grow without end, here and in networkx
        for _, element in iterparse(file):  # noqa: S314
            tag = element.tag.rpartition("}")[2]
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", "")
            elif tag == "data":
                name = names.get(element.get("key", ""), "")
                if name in FACTS:
                    facts.setdefault(name, element.text)
            elif tag in {"node", "edge"}:
                element.clear()
            if facts.keys() >= enough:
                break
    return facts, names


def _crs_at_the_end(path: Path, keys: list[str]) -> str | None:
    """Look for the CRS in the last lines as networkx writes them; None where they differ."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - END_BYTES))
        end = file.read().decode("utf-8", errors="replace")
    for key in keys:
        found = re.search(f'<data key="{re.escape(key)}">([^<]+)</data>', end)
        if found:
            return unescape(found[1])
    return None


def _no_xml(path: Path, error: Exception) -> str:
    return (
        f"osmnx graph ({path}): is not whole XML: {error}; a .graphml is expected. Fetch it "
        "again with: htkgis update osm"
    )


def _oneline(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
