"""How heavy pages may be: checked before anything is published, written in the manifest."""

from __future__ import annotations

from collections.abc import Mapping

from htkgis.errors import ConfigError, first

KB = 1000


def check_sizes(pages: Mapping[str, bytes], limits_kb: Mapping[str, int]) -> None:
    """Refuse pages that are heavier than the study allows.

    Parameters
    ----------
    pages
        Bytes by file name.
    limits_kb
        Most kilobytes (1,000 bytes) by file name; a page without a limit may be any size.

    Raises
    ------
    ConfigError
        If a page is heavier.

    Examples
    --------
    >>> check_sizes({"index.html": b"<!DOCTYPE html>"}, {"index.html": 500})
    """
    heavy = [
        f"{name} {-(-len(pages[name]) // KB)} kB of {limit} kB"
        for name, limit in sorted(limits_kb.items())
        if name in pages and len(pages[name]) > limit * KB
    ]
    if heavy:
        msg = (
            f"pages: {len(heavy)} are heavier than they may be: {first(heavy)}; allowed is what "
            "[pages] in study.toml says. Draw less (a smaller explorer.around, fewer kinds of "
            "street in the catalog), or raise the limit."
        )
        raise ConfigError(msg)
