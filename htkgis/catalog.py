"""The catalog: facts about each layer, read once from ``catalog.toml``.

A layer without licence or credit does not load; a file whose bytes are not the accepted
ones stops the run and names the command that accepts it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import tomlkit
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from .errors import ConfigError, SourceError, first
from .layer_facts import Accepted, Along, GeometryColumns
from .services import Fact, Fetch, Service, Text
from .store import fingerprint, sha256_file, write_atomic
from .store.files import check_closed
from .toml_file import lists_as_tuples, read_toml, validation_message

Role = Literal[
    "municipality",
    "quarters",
    "housing_areas",
    "area_facts",
    "gates",
    "addresses",
    "address_ids",
    "stations",
    "places",
    "place_corrections",
    "jobs",
    "districts",
    "school_districts",
    "population",
    "land_use",
    "buildings",
    "elevation",
    "streets",
    "street_nodes",
    "planned_streets",
    "barriers",
    "water",
    "closed_land",
    "speed_limits",
    "cycle_routes",
    "indicators",
    "indicator_definitions",
    "series_breaks",
    "targets",
    "told_shares",
    "criteria",
    "published_lists",
    "planning_rules",
    "projects",
    "timetable",
    "transit_lines",
    "transit_stops",
]
ALONG_STREETS = frozenset({"speed_limits", "cycle_routes"})
"""Roles of lines that are joined to the streets they run along."""
PLACED = frozenset({"stations", "places", "jobs"})
"""Roles whose rows may lie where a layer of address ids says."""
DATA = "{data}"
"""What a path starts with that lies below ``--data DIR``."""
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Parts of a shapefile that say what its rows are."""
GEOPACKAGES = (".gpkg", ".sqlite")
SHOWN = 120
"""Letters of a path that an error shows where the path is too long."""


class Layer(Fact):
    """One layer: the file, its rights, and how its columns become ours."""

    path: Text
    title: Text
    title_en: Text
    source: Text
    source_en: Text
    licence: Text
    licence_en: Text | None = None
    credit: Text
    published: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    role: Role | None = None
    source_url: str = ""
    note: str = ""
    note_en: str = ""
    sketch_scale: str = ""
    layer: str | None = None
    osm_key: str | None = None
    documents: Literal["production_units"] | None = None
    # what a row of addresses or of jobs is, where it is neither an address nor a workplace
    each: Annotated[Literal["cell"] | None, Field(exclude_if=lambda each: each is None)] = None
    encoding: str = "utf-8"
    id_prefix: str = ""
    crs: Annotated[str, Field(pattern=r"^EPSG:\d+$")] | None = None
    geometry: GeometryColumns | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str | float | int] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    rows: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    # kinds of street that are there in truth and that the layer does not tell from others
    unknown_kinds: tuple[str, ...] = ()
    coverage: Annotated[tuple[float, ...], Field(min_length=4, max_length=4)] | None = None
    along: Along | None = None
    fetch: Fetch | None = None
    history: tuple[Accepted, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _said_in_one_language(cls, facts: Any) -> Any:
        """Take what is said in one language alone as said in both."""
        if not isinstance(facts, dict):
            return facts
        said = {f"{key}_en": facts[key] for key in ("title", "source") if key in facts}
        return said | facts

    @field_validator("encoding")
    @classmethod
    def _encodes_text(cls, value: str) -> str:
        try:
            "a".encode(value)
        except LookupError as error:
            raise PydanticCustomError("encoding", "is no encoding; utf-8 or cp1252 is") from error
        return value

    @field_validator("coverage")
    @classmethod
    def _spans_an_area(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if value is None:
            return None
        west, south, east, north = value
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004
            raise PydanticCustomError("coverage", "must be west, south, east, north in degrees")
        return value


class Layers(Fact):
    """The whole file."""

    layers: dict[str, Layer]
    services: dict[str, Service] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _placed_by_address_ids(self) -> Self:
        """Refuse a layer that is placed by what holds no ids of addresses, or that may not be."""
        for name, layer in self.layers.items():
            of = None if layer.geometry is None else layer.geometry.of
            if of is None:
                continue
            ids = self.layers.get(of)
            if ids is None or role_of(of, ids) != "address_ids":
                fault = f"layers.{name}.geometry.of {of!r} names no layer of role address_ids"
                raise PydanticCustomError("geometry", fault)
            if role_of(name, layer) not in PLACED:
                fault = f"layers.{name}.geometry.of is for {', '.join(sorted(PLACED))} only"
                raise PydanticCustomError("geometry", fault)
        return self


class Catalog:
    """Layers by name, with the places of their files.

    Parameters
    ----------
    path
        The ``catalog.toml`` that was read; paths in it are relative to its folder.
    layers
        By name, in the order of the file.
    data
        Folder that stands for ``{data}`` in paths.
    services
        Servers that the file itself names, beside those that htkgis knows.
    """

    def __init__(
        self,
        path: Path,
        layers: dict[str, Layer],
        data: Path | None = None,
        services: dict[str, Service] | None = None,
    ) -> None:
        self.path = path
        self.layers = layers
        self.data = data
        self.services = services or {}

    def by_role(self, role: Role) -> dict[str, Layer]:
        """Layers that play one role; a layer without ``role`` plays the one of its name."""
        return {name: layer for name, layer in self.layers.items() if role_of(name, layer) == role}

    def file(self, name: str) -> Path:
        """Where a layer's file lies.

        Raises
        ------
        ConfigError
            If the path needs ``--data`` and none was given.
        """
        path = self.layers[name].path
        if not path.startswith(DATA):
            return self.path.parent / path
        if self.data is None:
            msg = (
                f"{self.path.name} ({self.path}): layers.{name}.path {path!r} lies in the data "
                "folder, and none was named. Give it with --data DIR."
            )
            raise ConfigError(msg)
        return self.data / path.removeprefix(DATA).lstrip("/")

    def near(self, name: str) -> dict[str, float]:
        """How lines are joined to streets: ``within_m`` and ``least_share`` of :class:`Along`."""
        along = self.layers[name].along
        return {} if along is None else along.model_dump(include={"within_m", "least_share"})

    def hash(self, name: str) -> str:
        """Hash of a layer's file as it is now; of a shapefile or a feed that of all its parts.

        Raises
        ------
        SourceError
            If the file is missing, cannot be read, or is a GeoPackage that another program has
            open: what it holds is not yet all in it.
        """
        file = self.file(name)
        if not _exists(name, file):
            msg = (
                f"{name} ({file}): the file is missing. Put it there, or change "
                f"layers.{name}.path in {self.path.name}."
            )
            raise SourceError(msg)
        if file.is_dir():  # a GTFS feed
            return fingerprint({part.name: sha256_file(part) for part in file.glob("*.txt")})
        ending = file.suffix.lower()
        if ending in GEOPACKAGES:
            check_closed(file)
        return fingerprint(_parts(file)) if ending == ".shp" else sha256_file(file)

    def checked_hashes(self) -> dict[str, str]:
        """Hashes of all layers, after each was found to be the accepted one.

        Raises
        ------
        SourceError
            Names the layers whose files changed, and the command that accepts them.
        """
        hashes = {name: self.hash(name) for name in self.layers}
        changed = [name for name, sha in hashes.items() if sha != self.layers[name].sha256]
        if changed:
            names = " ".join(changed)
            msg = (
                f"{self.path.name} ({self.path}): {len(changed)} of {len(hashes)} layers are not "
                f"the accepted files: {first(changed)}. Look at what changed, then accept with: "
                f"htkgis layers accept {names}"
            )
            raise SourceError(msg)
        return hashes


def _exists(name: str, file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        msg = (
            f"{name} ({str(file)[:SHOWN]}): cannot be read: {error.strerror}. Check "
            f"layers.{name}.path."
        )
        raise SourceError(msg) from error


def _parts(shapes: Path) -> dict[str, str]:
    """Hash of each part of a shapefile by its ending: rows and letters lie beside the shapes."""
    return {
        part.suffix.lower(): sha256_file(part)
        for part in sorted(shapes.parent.glob("*"))
        if part.stem == shapes.stem and part.suffix.lower() in SHAPEFILE
    }


def role_of(name: str, layer: Layer) -> str:
    """Role of a layer: stated, or its name."""
    return layer.role or name


def read_catalog(path: Path, *, data: Path | None = None) -> Catalog:
    """Read ``catalog.toml``.

    Raises
    ------
    ConfigError
        Names the file and every key that is unknown, missing (licence and credit too) or wrong,
        layers whose name is no role, and those that do not say how they lie along streets.
    """
    try:
        whole = Layers.model_validate(lists_as_tuples(read_toml(path)))
    except ValidationError as error:
        raise ConfigError(validation_message(path, error, Layers)) from error
    layers = whole.layers
    roles = Role.__args__  # type: ignore[attr-defined]
    unknown = [name for name, layer in layers.items() if role_of(name, layer) not in roles]
    if unknown:
        msg = (
            f"{path.name} ({path}): {len(unknown)} layers have no role: {first(unknown)}; state "
            f"role = one of {', '.join(roles)}. Correct the file."
        )
        raise ConfigError(msg)
    _check_along(path, layers)
    return Catalog(path, layers, data, whole.services)


def _check_along(path: Path, layers: dict[str, Layer]) -> None:
    """Raise ConfigError unless ``along`` stands where it is used, and only there."""
    joined = {name for name, layer in layers.items() if role_of(name, layer) in ALONG_STREETS}
    stated = {name for name, layer in layers.items() if layer.along is not None}
    faults = [
        *(f"layers.{name}.along is missing" for name in layers if name in joined - stated),
        *(f"layers.{name}.along is not used" for name in layers if name in stated - joined),
    ]
    if faults:
        msg = (
            f"{path.name} ({path}): {'; '.join(faults)}; layers of the roles "
            f"{' and '.join(sorted(ALONG_STREETS))} need along = {{ within_m = 10, least_share = "
            "0.6, source = '...', source_en = '...' }, and no others. Correct the file."
        )
        raise ConfigError(msg)


def layer_states(catalog: Catalog) -> dict[str, str]:
    """Say of each layer whether its file is accepted, changed, never accepted or missing."""
    states = {}
    for name, layer in catalog.layers.items():
        try:
            same = catalog.hash(name) == layer.sha256
        except (SourceError, ConfigError):
            states[name] = "missing"
            continue
        states[name] = "accepted" if same else "changed" if layer.sha256 else "never accepted"
    return states


def accept_layers(
    catalog: Catalog, names: list[str], *, reason: str = "", published: str = ""
) -> dict[str, str]:
    """Write the present hashes of layers into ``catalog.toml``, keeping all else as it is.

    The version before goes into the layer's ``history`` with the reason. ``published`` is the date
    of the data, where it is another now.

    Returns
    -------
    accepted
        New hash by name, for those that had changed.

    Raises
    ------
    ConfigError
        If a name is not in the catalog.
    SourceError
        If a file is missing; nothing is accepted then.
    """
    unknown = [name for name in names if name not in catalog.layers]
    if unknown:
        msg = (
            f"{catalog.path.name} ({catalog.path}): no layer is called {first(unknown)}; there "
            f"are {', '.join(catalog.layers)}. Correct the name."
        )
        raise ConfigError(msg)
    hashes = {name: catalog.hash(name) for name in names}
    accepted = {n: sha for n, sha in hashes.items() if sha != catalog.layers[n].sha256}
    if not accepted:
        return {}
    document: Any = tomlkit.parse(catalog.path.read_bytes().decode("utf-8-sig"))
    for name, sha in accepted.items():
        table = document["layers"][name]
        before = catalog.layers[name].sha256
        table["sha256"] = sha
        if published:
            table["published"] = published
        if before:
            if "history" not in table:
                table["history"] = tomlkit.array()
            table["history"].append({"sha256": before, "reason": reason})
    write_atomic(catalog.path, tomlkit.dumps(document).encode())
    return accepted
