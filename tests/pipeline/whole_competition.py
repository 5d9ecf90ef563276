"""Jobs per resident in one piece: what a run does in two steps."""

from htkgis.pipeline.competition import measure_job_times, share_jobs
from htkgis.pipeline.entrances import shared_jobs
from tests.pipeline.set_points import places_at, rows_at


def measure_competition(
    graph, residents, places, streets, municipality, barriers=None, entrances=None, **decided
):
    """Time the ways from all residents to all jobs, and share the jobs by who reaches them."""
    jobs = shared_jobs(places[places["measured"] & places["unit"].eq("jobs")])
    study, mode = decided["study"], decided["mode"]
    at = (
        rows_at(graph, residents, study, mode, barriers),
        places_at(graph, jobs, study, mode, entrances, barriers),
    )
    ground = graph, residents, jobs, streets, municipality, *at
    times = measure_job_times(*ground, **decided)[f"{mode}_job_times"]
    return share_jobs(times, residents, jobs, study=study, mode=mode)
