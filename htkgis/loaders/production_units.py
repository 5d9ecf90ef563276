"""Production units of the Danish business register (CVR): one row per unit, no names.

The register gives each unit as a document ``VrproduktionsEnhed``, whose facts are lists with
periods. What holds now is read: the present address, industry and the newest yearly employment.
Names are not read at all, because those of sole traders are personal data.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from htkgis.errors import SchemaError, SourceError

ROOT = "VrproduktionsEnhed"
COLUMNS = (
    "p_number",
    "industry_code",
    "industry_division",
    "employees",
    "employees_interval",
    "employees_year",
    "municipality_code",
    "address_id",
    "road_code",
    "house_number",
)
"""Columns a catalog can map; all text, missing where the register says nothing."""
DIVISION_DIGITS = 2
"""Of an industry's code: its division, by which sectors are made (Dansk Branchekode)."""
CODE_DIGITS = 6
MUNICIPALITY_DIGITS = 4


class Units(NamedTuple):
    """What a file of production units holds.

    Parameters
    ----------
    table
        One row per unit that is there today and whose employment is known, in the order of the
        file; columns :data:`COLUMNS`.
    dropped
        Units left out, by reason.
    """

    table: pd.DataFrame
    dropped: Counter[str]


def read_production_units(path: Path) -> Units:
    """Read a file of the register's documents.

    Parameters
    ----------
    path
        JSON: a list of documents, an answer of the register's search (``hits.hits``), or one
        document in each line; each as such, below ``_source``, or below ``VrproduktionsEnhed``.
        A name that ends in ``.gz`` is unpacked as it is read.

    Returns
    -------
    units
        See :class:`Units`. ``employees_interval`` is the register's own code, such as
        ``ANTAL_5_9``; ``municipality_code`` has four digits, as in DAGI. A unit of which the
        register gives no employment in any year is left out and counted: how many work there is
        unknown, which is not none.

    Raises
    ------
    SourceError
        If the file cannot be read as JSON, or is cut short.
    SchemaError
        If it holds no production units, or one of them has no ``pNummer`` or one that stands
        twice.
    """
    where = f"{path.name} ({path})"
    rows: list[dict[str, str | None]] = []
    numbers: list[str | None] = []
    dropped: Counter[str] = Counter()
    number = 0
    for number, document in enumerate(_documents(path, where), start=1):
        unit = _unit_of(document, number, where)
        numbers.append(_whole(unit.get("pNummer")))
        if not _lasts(unit.get("livsforloeb")):
            dropped["unit has ceased"] += 1
            continue
        row = _row(unit)
        if row["employees"] is None and row["employees_interval"] is None:
            dropped["employment not given by the register"] += 1
            continue
        rows.append(row)
    if not number:
        msg = f"{where}: holds no production units; one at least is needed. Fetch it again."
        raise SchemaError(msg)
    _check_numbers(pd.Series(numbers, dtype=object), where)
    return Units(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), dropped)


def _check_numbers(numbers: pd.Series, where: str) -> None:
    twice = numbers[numbers.duplicated()]
    if len(twice):
        msg = (
            f"{where}: {len(twice)} units stand twice: {', '.join(map(repr, twice[:3]))}; each "
            "pNummer may stand once. Put the pages of a download together without repeats."
        )
        raise SchemaError(msg)


def _documents(path: Path, where: str) -> Iterator[Any]:
    """Give the documents one by one; a file of lines is never whole in memory."""
    try:
        if not _is_lines(path):
            with _opened(path) as file:
                yield from _list_of(json.load(file), where)
            return
        with _opened(path) as file:
            for line in file:
                if line.strip():
                    yield json.loads(line)
    except (ValueError, EOFError, OSError, zlib.error) as error:
        said = " ".join(str(error).split()).rstrip(".")
        msg = f"{where}: cannot be read as JSON: {said}. Fetch it again."
        raise SourceError(msg) from error


def _opened(path: Path) -> Any:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _is_lines(path: Path) -> bool:
    """Say whether each line is a document: the first is whole by itself, and another follows."""
    with _opened(path) as file:
        lines: Iterable[str] = (line for line in file if line.strip())
        head = [line for line, _ in zip(lines, range(2), strict=False)]
    if len(head) < 2:  # noqa: PLR2004 - two lines tell a file of lines from one document
        return False
    try:
        return isinstance(json.loads(head[0]), dict)
    except ValueError:
        return False


def _list_of(content: Any, where: str) -> list[Any]:
    if isinstance(content, Mapping) and isinstance(content.get("hits"), Mapping):
        content = content["hits"].get("hits")
    if isinstance(content, Mapping):
        content = [content]
    if isinstance(content, list):
        return content
    msg = (
        f"{where}: is no list of documents; a list of them, one document a line, "
        " or an answer of the register is allowed. Fetch it again."
    )
    raise SchemaError(msg)


def _unit_of(document: Any, number: int, where: str) -> Mapping[str, Any]:
    unit = document
    for key in ("_source", ROOT):
        if isinstance(unit, Mapping) and key in unit:
            unit = unit[key]
    if not isinstance(unit, Mapping) or _whole(unit.get("pNummer")) is None:
        msg = (
            f"{where}: document {number} is no production unit: it has no pNummer; documents "
            f"{ROOT} are allowed. Fetch the units, not the companies."
        )
        raise SchemaError(msg)
    return unit


def _row(unit: Mapping[str, Any]) -> dict[str, str | None]:
    address = _present(unit.get("beliggenhedsadresse"))
    industry = _code(_present(unit.get("hovedbranche")).get("branchekode"), CODE_DIGITS)
    year = _newest(unit.get("aarsbeskaeftigelse"))
    municipality = address.get("kommune")
    code = municipality.get("kommuneKode") if isinstance(municipality, Mapping) else None
    return {
        "p_number": _whole(unit.get("pNummer")),
        "industry_code": industry,
        "industry_division": industry[:DIVISION_DIGITS] if industry else None,
        "employees": _whole(year.get("antalAnsatte")),
        "employees_interval": year.get("intervalKodeAntalAnsatte") or None,
        "employees_year": _whole(year.get("aar")),
        "municipality_code": _code(code, MUNICIPALITY_DIGITS),
        "address_id": str(address["adresseId"]).lower() if address.get("adresseId") else None,
        "road_code": _whole(address.get("vejkode")),
        "house_number": _house_number(address),
    }


def _house_number(address: Mapping[str, Any]) -> str | None:
    number = _whole(address.get("husnummerFra"))
    return None if number is None else f"{number}{address.get('bogstavFra') or ''}"


def _lasts(periods: Any) -> bool:
    """Say whether a unit is there today; one without periods is taken to be."""
    return not periods or any(_is_open(entry) for entry in periods)


def _is_open(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("periode"), Mapping)
        and entry["periode"].get("gyldigTil") is None
    )


def _present(entries: Any) -> Mapping[str, Any]:
    """Give what holds today of facts with periods, the one that began last; else nothing."""
    open_ones = [entry for entry in entries or [] if _is_open(entry)]
    if not open_ones:
        return {}
    found: Mapping[str, Any] = max(
        open_ones, key=lambda entry: str(entry["periode"].get("gyldigFra") or "")
    )
    return found


def _newest(years: Any) -> Mapping[str, Any]:
    """Give the employment of the last year of which there is any."""
    known = [
        entry
        for entry in years or []
        if isinstance(entry, Mapping)
        and entry.get("aar") is not None
        and (entry.get("antalAnsatte") is not None or entry.get("intervalKodeAntalAnsatte"))
    ]
    return max(known, key=lambda entry: int(entry["aar"]), default={})


def _whole(value: Any) -> str | None:
    """Write a whole number as text; whatever else stands there is no number."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    return text if text.isdigit() else None


def _code(value: Any, digits: int) -> str | None:
    """Write a code with its leading zeros, which JSON numbers lose."""
    text = _whole(value)
    return None if text is None else text.zfill(digits)
