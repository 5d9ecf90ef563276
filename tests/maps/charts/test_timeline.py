"""Projects along the years: what is not known is not drawn."""

from htkgis.maps import load_text
from htkgis.maps.charts import timeline

DANISH = load_text("da")


def project(first, last, status="done", budget=None):
    years = {"year_from": first, "year_to": last, "budget_mio": budget}
    return {"name": "Sti", "status": status} | years


def profile(*projects):
    return {"study": {"baseline": 2017, "state": 2026}, "projects": list(projects)}


def bars(*projects):
    far = profile(project(2020, 2040))
    return timeline(profile(*projects), DANISH, others=[far])["bars"]


def test_a_bar_runs_from_its_first_year_to_the_end_of_its_last():
    (bar,) = bars(project(2023, 2028, "running"))
    assert (bar.start, bar.width, bar.cut, bar.open) == (25.0, 25.0, False, None)
    assert bar.words == "I gang · 2023–2028"  # noqa: RUF001


def test_a_project_of_one_year_is_a_year_wide():
    (bar,) = bars(project(2017, 2017))
    assert (bar.start, bar.width) == (0.0, round(100 / 24, 2))


def test_a_project_from_before_the_axis_is_cut_and_says_its_years():
    (bar,) = bars(project(2014, 2022))
    assert (bar.start, bar.width, bar.cut) == (0.0, 25.0, True)
    assert "2014" in bar.words
    (gone,) = bars(project(2010, 2015))
    assert (gone.start, gone.width, gone.cut) == (0.0, 0.0, True)


def test_an_unknown_end_is_an_arrow_and_not_a_length():
    (bar,) = bars(project(2029, None, "planned"))
    assert (bar.start, bar.width, bar.open) == (50.0, 0.0, "to")
    (bar,) = bars(project(None, 2028, "planned"))
    assert (bar.start, bar.width, bar.open) == (50.0, 0.0, "from")


def test_an_open_project_from_before_the_axis_keeps_its_arrow():
    (bar,) = bars(project(2010, None, "running"))
    assert (bar.start, bar.open) == (0.0, "to")


def test_a_project_without_years_has_words_only():
    bar, _ = bars(project(None, None, "planned"), project(2020, 2021))
    assert (bar.start, bar.words) == (None, "Planlagt · årstal ikke kendt")


def test_a_budget_is_said_where_it_is_known():
    (bar,) = bars(project(2018, 2021, budget=19.5))
    assert bar.words.endswith("2018–2021 · 19,5\u00a0mio.\u00a0kr.")  # noqa: RUF001


def test_all_quarters_have_the_axis_of_the_last_project_of_any():
    near, far = profile(project(2018, 2020)), profile(project(2020, 2040))
    one, other = (timeline(each, DANISH, others=[near, far]) for each in (near, far))
    assert one["ticks"] == other["ticks"]
    assert one["now"] == other["now"] == (37.5, 4.17)
    assert timeline(near, DANISH)["lead"].startswith("Linjen går fra 2017 til 2026.")


def test_labels_leave_room_for_the_first_one():
    labels = [label for _, label in timeline(profile(project(2018, 2040)), DANISH)["ticks"]]
    assert labels == ["2017", None, "2025", "2030", "2035", "2040"]


def test_only_the_statuses_there_are_stand_in_the_legend():
    found = timeline(profile(project(2018, 2020), project(2018, 2018, "cancelled")), DANISH)
    assert [status for status, _ in found["legend"]] == ["done", "cancelled"]


def test_without_any_year_there_is_no_line():
    assert timeline(profile(project(None, None, "planned")), DANISH) is None
    assert timeline(profile(), DANISH) is None
