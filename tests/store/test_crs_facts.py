"""What is told of a CRS is told of that CRS, however many were asked before."""

from pyproj import CRS

from htkgis.store.crs_facts import MOST, once_of, wkt_of


def test_each_crs_is_described_as_it_describes_itself():
    codes = [25832, 4326, 25833] * 2
    assert [wkt_of(CRS.from_epsg(code)) for code in codes] == [
        CRS.from_epsg(code).to_wkt() for code in codes
    ]


def test_another_question_has_another_answer():
    crs = CRS.from_epsg(25832)
    assert (once_of(crs, CRS.to_epsg), once_of(crs, CRS.to_wkt)) == (25832, crs.to_wkt())


def test_of_more_than_are_kept_each_still_has_its_own():
    held = [CRS.from_epsg(25832 + number % 2) for number in range(2 * MOST)]
    assert [once_of(crs, CRS.to_epsg) for crs in held] == [
        25832 + number % 2 for number in range(2 * MOST)
    ]
