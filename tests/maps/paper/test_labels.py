"""Names on paper stand beside their signs, and over nothing."""

from hypothesis import given
from hypothesis import strategies as st

from htkgis.maps.paper.labels import Label, place_labels
from htkgis.maps.paper.papers import Box

FRAME = Box(0, 0, 120, 80)
LABELS = st.lists(
    st.builds(
        Label,
        st.sampled_from(["Vest", "Taastrup St.", "Et langt navn på en skole"]),
        st.floats(0, 120).map(lambda x: round(x, 2)),
        st.floats(0, 80).map(lambda y: round(y, 2)),
        st.just(1.5),
        st.sampled_from([6.0, 15.0, 40.0]),
        st.just(2.2),
        st.integers(0, 3),
    ),
    max_size=25,
)


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def sign(label):
    x, y, r = label.x_mm, label.y_mm, label.radius_mm
    return x - r, y - r, x + r, y + r


@given(LABELS)
def test_no_name_lies_over_another_name_or_over_a_sign(labels):
    placed, _ = place_labels(labels, FRAME)
    for number, one in enumerate(placed):
        assert all(apart(one.box, other.box) for other in placed[number + 1 :])
        assert all(apart(one.box, sign(label)) for label in labels)


@given(LABELS)
def test_every_name_is_placed_inside_the_frame_or_handed_back(labels):
    placed, unplaced = place_labels(labels, FRAME)
    assert sorted([each.label.words for each in placed] + [each.words for each in unplaced]) == (
        sorted(label.words for label in labels)
    )
    for each in placed:
        left, bottom, right, top = each.box
        assert left >= 0
        assert bottom >= 0
        assert right <= 120
        assert top <= 80


@given(LABELS)
def test_lines_to_names_do_not_cross_each_other_or_run_through_names(labels):
    placed, _ = place_labels(labels, FRAME)
    lines = [each.leader for each in placed if each.leader is not None]
    for number, one in enumerate(lines):
        for other in lines[number + 1 :]:
            assert not crossing(one, other)
    for each in placed:
        left, bottom, right, top = each.box
        middle = ((left + right) / 2, (bottom + top) / 2)
        for line in lines:
            if line != each.leader:
                assert not crossing(line, (left, middle[1], right, middle[1]))
                assert not crossing(line, (middle[0], bottom, middle[0], top))


def crossing(one, other):
    def turn(ax, ay, bx, by, x, y):
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax)

    return (
        turn(*one, *other[:2]) * turn(*one, *other[2:]) < 0
        and turn(*other, *one[:2]) * turn(*other, *one[2:]) < 0
    )


def test_a_name_that_fits_nowhere_is_handed_back():
    wide = Label("et navn, der er for langt til kortet", 50, 50, 1, 200, 2)
    assert place_labels([wide], FRAME) == ([], [wide])


def test_names_of_a_low_rank_take_the_better_place():
    # two signs at one point: the first takes the right side, the other has to go elsewhere
    near = {"x_mm": 50, "y_mm": 40, "radius_mm": 1, "width_mm": 10, "height_mm": 2}
    last, first = Label("sidst", **near, rank=2), Label("først", **near, rank=1)
    placed, _ = place_labels([last, first], FRAME)
    assert [each.label.words for each in placed] == ["først", "sidst"]
    assert placed[0].left_mm == 51.8
    assert placed[1].left_mm != 51.8


def test_a_name_stands_nearer_to_its_own_sign_than_to_another():
    # the nearest place, right of the sign, ends half a millimetre before the other sign
    own = Label("Parkskolen", 50, 40, 1, 10, 2)
    other = (62.3, 39.0, 64.3, 41.0)
    (placed,), _ = place_labels([own], FRAME, [other])
    left, bottom, right, top = placed.box
    assert (left, right) != (51.8, 61.8)
    gap = max(other[0] - right, left - other[2], other[1] - top, bottom - other[3])
    assert gap >= 1.6


def test_between_two_signs_a_name_takes_the_place_there_is():
    low = Box(0, 0, 15.5, 3)
    own = Label("Skole", 2.5, 1.5, 1, 10, 2)
    (placed,), unplaced = place_labels([own], low, [(14.9, 0.5, 15.5, 2.5)])
    assert unplaced == []
    assert placed.left_mm == 4.3


def test_the_name_of_a_surface_stands_at_its_own_and_not_at_the_next():
    # two middles 13 mm apart, names of 30 mm, a station between them: as on a map of the region
    near = {"radius_mm": 0, "width_mm": 30, "height_mm": 3.5, "surface": True}
    west, east = Label("Vest", 50, 40, **near), Label("Øst", 63, 40, **near)
    placed, unplaced = place_labels([east, west], FRAME, [(54, 36, 58, 40)])
    assert unplaced == []
    for each in placed:
        left, _, right, _ = each.box
        other = west if each.label is east else east
        middle = (left + right) / 2
        assert abs(middle - each.label.x_mm) < abs(middle - other.x_mm)


def test_no_labels_are_no_labels():
    assert place_labels([], FRAME) == ([], [])
