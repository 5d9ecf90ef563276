"""``htkgis doctor``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.doctor.finding import Finding

INDENT = " " * 7


@click.command("doctor")
@study_option
@catalog_option
@data_option
@click.option("--out", type=FILE, default=Path("maps"), show_default=True, help="Published folder.")
@click.option("--offline", is_flag=True, help="Ask no service whether it answers.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    out: Path,
    *,
    offline: bool,
    as_json: bool,
) -> None:
    """Look at this machine, the installation and the study, and say what to do.

    Changes nothing. Looks at Python and packages with their least versions, GDAL and PROJ with a
    known point, optional parts, the cache and its compiled code, free space, fonts, browsers,
    proxies and certificates, study, catalog, layers, the published folder and who is writing, and
    asks the services that layers come from whether they answer, for 4 seconds each and without
    their keys. No key and no password is printed.

    Exit codes: 0 nothing is broken; 1 something is.

    \b
    Example: htkgis doctor
    htkgis doctor --offline --json
    htkgis doctor --catalog layers/catalog-data.toml --data DIR
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.doctor.examination import Asked, examine

    named = any(
        ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
        for name in ("study_path", "catalog_path")
    )
    asked = Asked(study_path, catalog_path, out, data, named, offline)
    with shown_progress() as progress:
        findings = examine(asked, progress=progress)
    if as_json:
        click.echo(json.dumps(record(findings), ensure_ascii=False, indent=1))
    else:
        for line in lines(findings):
            click.echo(line)
    ctx.exit(int(any(finding.state == "fault" for finding in findings)))


def record(findings: Sequence[Finding]) -> dict[str, object]:
    """Put findings into a form for other programs."""
    rows = [
        {"name": each.name, "state": each.state, "said": each.said, "todo": each.todo}
        for each in findings
    ]
    return {"faults": sum(each.state == "fault" for each in findings), "findings": rows}


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Write findings as text: one line each, what to do below it, and the count at the end."""
    for each in findings:
        yield f"{each.state:<6} {each.name}: {each.said}"
        if each.todo:
            yield f"{INDENT}{each.todo}"
    counted = Counter(each.state for each in findings)
    notes = f"{counted['note']} notes"
    if not counted["fault"]:
        yield f"Nothing is broken; {notes}."
        return
    yield f"{counted['fault']} faults, {notes}. Begin with the first fault."
