"""The catalog of a new study: an entry for each layer that was found or given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

from htkgis.loaders.osm_places import HOUSE_NUMBER
from htkgis.pipeline.localised import localised

from .extract import Table
from .notes import function_words

EXTRACT = "streets.osm.pbf"
OSM = {"licence": "ODbL 1.0", "credit": "© OpenStreetMap contributors"}
UNSTATED = {
    "licence": "Ikke oplyst; skriv den i layers/catalog.toml",
    "licence_en": "Not stated; write it into layers/catalog.toml",
}
HEAD = """\
# Facts about the layers of the study, begun by htkgis init. A layer without licence or credit does
# not load.
# sha256 is the accepted version; after a change: htkgis layers accept NAME --reason "..."
# columns: ours = theirs. values: ours = what the file says; what is not named is left out.
"""
PLACES = {
    "amenity": ("Skoler, daginstitutioner, sundhed og kultur", "Schools, daycare, health, culture"),
    "shop": ("Dagligvarebutikker", "Food shops"),
    "leisure": ("Idræt og grønne områder", "Sports and green areas"),
    "railway": ("Stationer", "Stations"),
}
BARRIERS = {
    "railway": ("railways", "Jernbaner", "Railways"),
    "highway": ("motorways", "Motorveje", "Motorways"),
}
GROUND = {
    "water": ("Søer og andet vand", "Lakes and other water"),
    "closed_land": ("Jernbanens og militærets arealer", "Land of the railway and the military"),
    "buildings": ("Bygninger", "Buildings"),
}
DRAWN_BY_HAND = {
    "da": "Stederne er tegnet af frivillige og kan mangle. Skoler er alle slags "
    "skoler, også gymnasier; ungdomsuddannelser måles derfor ikke for sig.",
    "en": "Places are drawn by volunteers and may be missing. Schools are of "
    "every kind, upper secondary ones too, which are therefore not measured by themselves.",
}
Entry = dict[str, Any]


class Entries:
    """Entries of a catalog, added one by one.

    Parameters
    ----------
    published
        Day of the extract.
    coverage
        Where it is whole: west, south, east, north in degrees.
    """

    def __init__(self, published: str, coverage: Sequence[float]) -> None:
        self.published = published
        self.coverage = [round(degrees, 6) for degrees in coverage]
        self.layers: dict[str, Entry] = {}

    def drawn(self, name: str, file: str, titles: tuple[str, str], **facts: Any) -> None:
        """Add a layer of a file of the study's own."""
        title, title_en = titles
        entry = {"path": file, "title": title, "title_en": title_en} | facts
        self.layers[name] = {key: entry[key] for key in _ordered(entry)}

    def of_extract(self, name: str, titles: tuple[str, str], **facts: Any) -> None:
        """Add a layer that is read of the extract."""
        day = self.published
        said = {"source": f"OpenStreetMap, {day}", "source_en": f"OpenStreetMap, {day}"}
        self.drawn(name, EXTRACT, titles, **(said | OSM | {"published": day} | facts))

    def streets(self) -> None:
        """Add the streets, and where they are whole."""
        self.of_extract("streets", ("Gader og stier", "Streets and paths"), coverage=self.coverage)

    def addresses(self) -> None:
        """Add house numbers, each of which counts once."""
        self.of_extract(
            "addresses",
            ("Husnumre", "House numbers"),
            osm_key=HOUSE_NUMBER,
            note="Hvert husnummer tæller én gang, uanset hvor mange boliger det har.",
            note_en="Each house number counts once, however many dwellings it has.",
            id_prefix="address_",
            columns={"id": "id", "name": "name"},
        )

    def places(self, found: Table, lacking: Sequence[str]) -> None:
        """Add a layer of places per tag; one says which functions nothing is known of."""
        told = next((key for key in found if key != "railway"), "railway")
        for key, values in found.items():
            stations = key == "railway"
            note = _note(lacking) if key == told else {}
            self.of_extract(
                "stations" if stations else f"places_{key}",
                PLACES[key],
                **({} if stations else {"role": "places"}),
                **note,
                osm_key=key,
                id_prefix=f"{key}_",
                columns={"id": "id", "name": "name", "function": "kind"},
                values={"function": dict(values)},
                constants={
                    "status": "existing",
                    "opportunities": 1,
                    "unit": "places",
                    "position_accuracy_m": 25,
                },
                coverage=self.coverage,
            )

    def barriers(self, found: Table) -> None:
        """Add a layer of barriers per tag."""
        for key, values in found.items():
            name, title, title_en = BARRIERS[key]
            self.of_extract(
                name,
                (title, title_en),
                role="barriers",
                osm_key=key,
                columns={"id": "id", "kind": "kind"},
                values={"kind": dict(values)},
            )

    def ground(self, found: Mapping[str, Table]) -> None:
        """Add water, closed land and buildings, which missing links keep clear of."""
        for role, tags in found.items():
            ((key, values),) = tags.items()
            mapped = {"values": {"kind": dict(values)}} if values else {}
            columns = {"id": "id", "kind": "kind"} if values else {"id": "id"}
            self.of_extract(role, GROUND[role], osm_key=key, columns=columns, **mapped)

    def text(self, language: str) -> str:
        """Write the catalog; in a study in English everything is said once."""
        document = tomlkit.document()
        layers = tomlkit.table(is_super_table=True)
        for name, entry in self.layers.items():
            table = tomlkit.table()
            said = entry if language == "da" else localised(entry, language)
            for key, value in said.items():
                table.add(key, _inline(value))
            table.add(tomlkit.nl())
            layers.add(name, table)
        document.add("layers", layers)
        return f"{HEAD}\n{tomlkit.dumps(document).rstrip()}\n"


ORDER = ("path", "role", "osm_key", "title", "title_en", "source", "source_en", "note", "note_en")
LAST = ("coverage", "columns", "values", "constants")


def _ordered(entry: Entry) -> list[str]:
    """Order the keys of an entry as a reader looks for them."""
    first = [key for key in ORDER if key in entry]
    last = [key for key in LAST if key in entry]
    return [*first, *(key for key in entry if key not in (*ORDER, *LAST)), *last]


def _inline(value: Any) -> Any:
    """Write tables on one line, as catalogs do."""
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    for key, own in value.items():
        table.append(key, _inline(own))
    return table


def _note(functions: Sequence[str]) -> dict[str, str]:
    """Say what a source of volunteers does not tell apart, and which functions it lacks."""
    said = {"note": DRAWN_BY_HAND["da"], "note_en": DRAWN_BY_HAND["en"]}
    if not functions:
        return said
    danish, english = (function_words(list(functions), language) for language in ("da", "en"))
    return {
        "note": f"{said['note']} Kilden har ingen steder af disse slags her, så de måles ikke: "
        f"{danish}.",
        "note_en": f"{said['note_en']} The source has no such places here, so they are not "
        f"measured: {english}.",
    }
