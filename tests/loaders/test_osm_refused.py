"""OSM streets: empty results, and files that are refused."""

from __future__ import annotations

import osmium
import pytest

from htkgis.errors import ConfigError, CRSError, SourceError
from htkgis.loaders.osm import read_osm_streets
from htkgis.schema import STREETS, check

from .osm_town import UTM32, WALKING, read, town

__all__ = ["town"]


# empty results and refused input


def test_a_file_with_nothing_to_walk_gives_an_empty_table(town):
    streets, report = read(town((1, (0, 1), "motorway")))
    assert streets.empty
    assert check(streets, STREETS, crs=UTM32) is streets
    assert (report.edges, report.length_km, report.bounds_wgs84) == (0, 0.0, None)


def test_bounds_elsewhere_give_an_empty_table(town):
    streets, report = read(town((1, (0, 1), "path")), bounds_wgs84=(8.0, 54.0, 9.0, 55.0))
    assert streets.empty
    assert report.outside_bounds == 1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"OSM streets \(.*none\.osm\.pbf\): there is no such"):
        read(tmp_path / "none.osm.pbf")


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "empty.osm.pbf"
    path.touch()
    with pytest.raises(SourceError, match=r"the file is empty; a \.osm\.pbf is expected"):
        read(path)


@pytest.mark.parametrize(
    "data", [b"<html>404</html>" * 20, bytes(500), b"PK\x03\x04" * 50], ids=["html", "nul", "zip"]
)
def test_a_file_that_is_no_pbf_is_refused_in_one_line(tmp_path, data):
    path = tmp_path / "page.osm.pbf"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"cannot be read: .*; a complete .*Fetch it") as error:
        read(path)
    assert "\n" not in str(error.value)


def test_a_page_in_place_of_streets_is_told_in_its_own_words(tmp_path):
    path = tmp_path / "page.osm.pbf"
    path.write_text("<html><title>503</title><p>Service Unavailable</p></html>", "utf-8")
    with pytest.raises(SourceError, match=r"no data but a web page \('503 Service Unavailable'\)"):
        read(path)


def test_a_file_of_an_unknown_kind_is_refused(tmp_path):
    path = tmp_path / "streets.txt"
    path.write_text("streets", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be read: Could not detect file format"):
        read(path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_a_file_that_was_cut_short_is_refused(town, share):
    path = town((1, (0, 1, 2), "path"))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError, match=r"cannot be read: PBF error"):
        read(path)


def test_text_that_is_not_utf_8_is_refused(town, tmp_path):
    named = {"highway": "path", "name": "Hovedgaden"}
    path = town((1, (0, 1), named), name="plain.osm")
    plain = tmp_path / "plain.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(plain), "pbf,pbf_compression=none")) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
    plain.write_bytes(plain.read_bytes().replace(b"Hovedgaden", b"H\xf8jegade!!"))
    with pytest.raises(SourceError, match="cannot be read: 'utf-8' codec can't decode"):
        read(plain)


def test_a_file_without_highways_says_how_many_objects_it_holds(town):
    with pytest.raises(SourceError, match=r"none of the 3 objects is a way with a highway tag"):
        read(town((1, (0, 1), {"building": "yes"})))


def test_ways_without_any_node_in_the_file_are_refused(town):
    path = town((1, (0, 1), "path"), (2, (1, 2), "path"), missing=[0, 1, 2])
    with pytest.raises(SourceError, match=r"none of the 4 nodes of 2 ways has a position; nodes"):
        read(path)


def test_a_file_with_its_ways_before_its_nodes_is_refused(town):
    with pytest.raises(SourceError, match=r"before the ways\. .*osmium sort"):
        read(town((1, (0, 1), "path"), sorted_file=False))


@pytest.mark.parametrize(
    ("crs", "message"),
    [("EPSG:4326", "is not projected in metres"), ("UTM", "'UTM' is not a CRS")],
)
def test_a_crs_that_is_not_projected_in_metres_is_refused(town, crs, message):
    path = town((1, (0, 1), "path"))
    with pytest.raises(CRSError, match=message):
        read_osm_streets(path, crs=crs, rules=WALKING)


def test_streets_that_the_crs_cannot_hold_are_refused(town):
    path = town((1, (0, 1), "path"), places={0: (102.0, 0.0), 1: (99.0, 0.0)})
    with pytest.raises(CRSError, match=r"of 2 nodes cannot be drawn in EPSG:25832"):
        read(path)


def test_bounds_with_north_and_south_swapped_are_refused(town):
    path = town((1, (0, 1), "path"))
    with pytest.raises(ConfigError, match="are not west, south, east, north in degrees"):
        read(path, bounds_wgs84=(12.0, 56.0, 13.0, 55.0))
