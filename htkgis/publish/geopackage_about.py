"""What a GeoPackage says of its layers: title, description, credits and licences.

The title and the description stand where the standard has them (``gpkg_contents``), so that any
program shows them; credits and licences too stand in the metadata that QGIS shows under a layer's
properties, in its own form (``http://mrcc.com/qgis.dtd``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

QGIS = "http://mrcc.com/qgis.dtd"
"""What QGIS calls the form of its metadata."""
LANGUAGES = {"da": "DAN", "en": "ENG"}
EXTENSION = "http://www.geopackage.org/spec130/#extension_metadata"
TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
"""As the standard defines them (OGC 12-128r17, extension F.8)."""


@dataclass(frozen=True)
class LayerFacts:
    """What a reader must know of a layer.

    Parameters
    ----------
    title
        Its name in words; one of its own within the file.
    description
        What its rows are, and what its columns hold.
    credits, licences
        Of all that it was made from, in the order of the catalog.
    """

    title: str
    description: str
    credits: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()


def qgis_metadata(facts: LayerFacts, *, language: str) -> str:
    """Write what is said of a layer as QGIS keeps it.

    Examples
    --------
    >>> facts = LayerFacts("Places", "Schools & shops.", ("OSM",), ("ODbL 1.0",))
    >>> xml = qgis_metadata(facts, language="en")
    >>> "<abstract>Schools &amp; shops.</abstract>" in xml
    True
    >>> "<license>ODbL 1.0</license>" in xml and "<rights>OSM</rights>" in xml
    True
    """
    root = ET.Element("qgis", version="3.22.0")
    add_facts(root, facts, language=language)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode")


def add_facts(parent: ET.Element, facts: LayerFacts, *, language: str) -> None:
    """Put what is said of a layer below an element, as QGIS does."""
    for name, words in (
        ("language", LANGUAGES.get(language, language)),
        ("type", "dataset"),
        ("title", facts.title),
        ("abstract", facts.description),
    ):
        ET.SubElement(parent, name).text = words
    for name, many in (("rights", facts.credits), ("license", facts.licences)):
        for words in many:
            ET.SubElement(parent, name).text = words


def write_facts(path: Path, about: Mapping[str, LayerFacts], *, language: str, moment: str) -> None:
    """Add to a GeoPackage what is said of its layers.

    Parameters
    ----------
    path
        A file whose layers were written, each with its title and description.
    about
        Layer name -> facts.
    language
        ``da`` or ``en``, of the words.
    moment
        That the file states as the time of writing, for a clock would make every file differ.
    """
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA synchronous = OFF")
        base.executescript(TABLES)
        for table in ("gpkg_metadata", "gpkg_metadata_reference"):
            row = (table, None, "gpkg_metadata", EXTENSION, "read-write")
            base.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", row)
        for number, (name, facts) in enumerate(about.items(), start=1):
            words = qgis_metadata(facts, language=language)
            base.execute(
                "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)",
                (number, QGIS, words),
            )
            base.execute(
                "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
                (name, moment, number),
            )
