"""All checks, one after the other; none of them changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from htkgis.pipeline.steps import Progress
from htkgis.store import Cache

from . import disk, geodata, inputs, looking, network, packages
from .finding import Check, Finding, examined


@dataclass(frozen=True)
class Asked:
    """What is looked at beside the machine.

    Parameters
    ----------
    study, catalog, out, data
        As other commands take them.
    named
        Whether the user named the study; where not, a folder without one is no fault.
    offline
        Ask no service.
    """

    study: Path
    catalog: Path
    out: Path
    data: Path | None = None
    named: bool = False
    offline: bool = False


def examine(asked: Asked, *, progress: Progress | None = None) -> list[Finding]:
    """Look at the machine, the installation and a study.

    Returns
    -------
    findings
        In the order in which they should be mended: what comes later may follow from what comes
        before.
    """
    checks: dict[str, Check] = {
        "python": packages.look_at_python,
        "packages": packages.look_at_packages,
        "loading": packages.look_at_loading,
        "GDAL": geodata.look_at_gdal,
        "PROJ": geodata.look_at_proj,
        "extras": packages.look_at_extras,
        "cache": disk.look_at_cache,
        "compiled code": disk.look_at_compiled_code,
        "free space": partial(disk.look_at_space, Cache.default().folder, asked.out),
        "fonts": looking.look_at_fonts,
        "browser": looking.look_at_browser,
        "proxies": network.look_at_proxies,
        "certificates": network.look_at_certificates,
        "study": partial(_study, asked),
    }
    findings: list[Finding] = []
    for number, (name, check) in enumerate(checks.items(), start=1):
        if progress is not None:
            progress(f"looking at {name}", number, len(checks))
        findings += examined(name, check)
    return findings


def _study(asked: Asked) -> Iterator[Finding]:
    """Look at study and layers; what cannot be read is not looked into."""
    if not (asked.named or asked.study.exists()):
        yield Finding("study", "note", f"{asked.study}: there is none here", inputs.START)
        return
    study, finding = inputs.look_at_study(asked.study)
    yield finding
    if study is not None:
        yield from examined("PROJ grids", partial(geodata.look_at_grids, study.study.crs))
    catalog, finding = inputs.look_at_catalog(asked.catalog, asked.data)
    yield finding
    yield from inputs.look_at_folder(asked.out, asked.catalog)
    if catalog is None:
        return
    yield from examined("layers", partial(inputs.look_at_layers, catalog))
    yield from network.look_at_fetches(catalog)
    services = partial(network.look_at_services, catalog, offline=asked.offline)
    yield from examined("services", services)
