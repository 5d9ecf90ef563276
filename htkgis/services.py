"""Servers that hold layers: facts read from ``services.toml``, and from a catalog's own.

A key never stands here, only the name of the environment variable that holds it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from .errors import ConfigError, first
from .toml_file import lists_as_tuples, read_toml, validation_message

Kind = Literal[
    "file",
    "wfs",
    "ogc_api",
    "wcs",
    "postgis",
    "geofa_sql",
    "datafordeler",
    "statbank",
    "overpass",
]
Text = Annotated[str, Field(min_length=1)]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]

SCHEMES = frozenset({"http", "https", "postgresql"})
SECRET_WORDS = ("key", "token", "password", "passwd", "secret", "signature")
"""Parts of the names of parameters that hold what nobody else may know."""


class Fact(BaseModel):
    """Frozen, and strict about keys and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Key(Fact):
    """Where a server's key is kept, and the parameter or header that carries it.

    ``env`` names an environment variable. With ``param`` it goes into the address, with ``header``
    into that header; with neither it is ``user:password`` of HTTP's basic login.
    """

    env: EnvironmentName
    param: str = ""
    header: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.param and self.header:
            raise PydanticCustomError("key", "needs param or header, not both")
        return self


class Service(Fact):
    """A server, how it is asked, and whose data it holds.

    ``page`` is the most rows that one answer may hold; ``max_mb`` the most that is taken at all.
    """

    kind: Kind
    url: Text
    operator: Text
    licence: Text
    credit: Text
    verified_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    read_in: Text
    version: str = ""
    filter: Literal["", "cql"] = ""
    geometry: str = ""
    crs: Annotated[str, Field(pattern=r"^EPSG:\d+$")] | None = None
    page: Annotated[int, Field(ge=1)] = 10_000
    max_mb: Annotated[int, Field(ge=1)] = 512
    key: Key | None = None

    @field_validator("url")
    @classmethod
    def _holds_no_secret(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise PydanticCustomError("url", "must be http(s):// or postgresql:// and a host")
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
        if parts.password or any(is_secret(name) for name in names):
            raise PydanticCustomError("url", "holds a key or a password; name its key.env instead")
        return value


class Fetch(Fact):
    """Where a layer comes from: a service, what to ask it for, and which rows.

    Parameters
    ----------
    service
        Name of a service.
    item
        What it calls the layer: type name, collection, coverage, table, entity.
    where
        Which rows, in the words of the service (CQL, SQL); all of them around the study if empty.
    options
        What else this kind of service is told, by its own names.
    surroundings_m
        How far around the study's outlines rows are wanted.
    may_be_empty
        Whether an answer without rows is one.
    """

    service: Text
    item: str = ""
    where: str = ""
    options: dict[str, str] = Field(default_factory=dict)
    surroundings_m: Annotated[float, Field(ge=0, le=100_000)] = 3000.0
    may_be_empty: bool = False

    @field_validator("options")
    @classmethod
    def _hold_no_secret(cls, value: dict[str, str]) -> dict[str, str]:
        if any(is_secret(name) for name in value):
            raise PydanticCustomError("options", "hold a key; name it in key.env of the service")
        return value


def is_secret(name: str) -> bool:
    """Whether a parameter of this name carries what nobody else may know.

    Examples
    --------
    >>> is_secret("apiKey"), is_secret("layer")
    (True, False)
    """
    return any(word in name.lower() for word in SECRET_WORDS)


@cache
def known_services() -> dict[str, Service]:
    """Give the services that htkgis knows, by name."""
    file = Path(str(resources.files("htkgis") / "services.toml"))
    tables = lists_as_tuples(read_toml(file))
    try:
        return {name: Service.model_validate(table) for name, table in tables.items()}
    except ValidationError as error:
        raise ConfigError(validation_message(file, error, Service)) from error


def service_of(fetch: Fetch, own: dict[str, Service], *, layer: str, where: str) -> Service:
    """Find the service of a layer: the catalog's own before those that htkgis knows.

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    services = known_services() | own
    if fetch.service not in services:
        msg = (
            f"layers.{layer}.fetch.service ({where}): there is no service {fetch.service!r}; "
            f"allowed: {first(sorted(services))}, or one below [services.{fetch.service}] in the "
            "catalog. Correct it."
        )
        raise ConfigError(msg)
    return services[fetch.service]
