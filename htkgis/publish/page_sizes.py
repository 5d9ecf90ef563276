"""How heavy pages may be: checked before anything is published, written in the manifest."""

from __future__ import annotations

from collections.abc import Mapping

from htkgis.errors import ConfigError, first

KB = 1000


def check_sizes(pages: Mapping[str, bytes], limits_kb: Mapping[str, int]) -> None:
    """Refuse pages that are heavier than the study allows, or that it sets no limit for.

    Parameters
    ----------
    pages
        Bytes by file name.
    limits_kb
        Most kilobytes (1,000 bytes) by file name; may name pages that this run does not make.

    Raises
    ------
    ConfigError
        If a page is heavier, or has no limit.

    Examples
    --------
    >>> check_sizes({"index.html": b"<!DOCTYPE html>"}, {"index.html": 500})
    """
    free = sorted(set(pages) - set(limits_kb))
    if free:
        msg = (
            f"pages: {len(free)} have no limit of their weight: {first(free)}; every page needs "
            "one. Add its kind to [pages] in study.toml and to its rules (page_rules.PageSizes)."
        )
        raise ConfigError(msg)
    heavy = [
        f"{name} {-(-len(page) // KB)} kB of {limits_kb[name]} kB"
        for name, page in sorted(pages.items())
        if len(page) > limits_kb[name] * KB
    ]
    if heavy:
        msg = (
            f"pages: {len(heavy)} are heavier than they may be: {first(heavy)}; allowed is what "
            "[pages] in study.toml says. Draw less (a smaller explorer.around, fewer kinds of "
            "street in the catalog), or raise the limit."
        )
        raise ConfigError(msg)
