"""The shell of every published page: head, content policy, header and footer.

The policy allows exactly the scripts of the page, by hash; a script that slipped in
with some text would not run, and nothing can be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from .resources import own, templates
from .scenario import scenario_words, titled
from .text import Text


def render_page(
    template: str,
    *,
    text: Text,
    title: str,
    css: Sequence[str] = (),
    scripts: Sequence[str] = (),
    images: Sequence[str] = (),
    **values: Any,
) -> str:
    """Fill a template that extends ``base.html``.

    Parameters
    ----------
    css
        Style sheets after ``page.css``; our own or Leaflet's.
    scripts
        Scripts in the order they run; each is named in the policy by its hash.
    images
        Hosts that pictures may come from, scheme and host each; none but for a background.
    values
        What the template's own blocks need.
    """
    page = templates().get_template(template)
    return page.render(
        text=text,
        title=titled(title, values.get("run") or {}, text),
        policy=content_policy(scripts, images),
        css=Markup("\n".join([own("page.css"), *css])),  # noqa: S704  package files, checked CSS
        scripts=[Markup(code) for code in scripts],  # noqa: S704  named in the policy
        **values,
    )


def content_policy(scripts: Sequence[str], images: Sequence[str] = ()) -> str:
    """Content security policy that allows these scripts, and pictures of these hosts; no more."""
    allowed = " ".join(f"'sha256-{_hash(code)}'" for code in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        f"img-src {' '.join(['data:', 'blob:', *images])}; base-uri 'none'; form-action 'none'"
    )


def _hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def run_values(run: dict[str, Any], text: Text) -> dict[str, Any]:
    """Collect what header, banner and footer show of a run: sources with dates, identity, links."""
    sources = [
        {**source, "date": text.format_date(source.get("published"))} for source in run["sources"]
    ]
    return {
        "run": run,
        "sources": sources,
        "credits": dated_credits(run["sources"], text),
        "languages": sorted(run.get("language_links", {}).items()),
        "sketch": text("page.sketch", scale=text.format_scale(run.get("sketch_scale", "")))
        if run.get("sketch")
        else None,
        "of_scenario": scenario_words(run, text),
    }


def dated_credits(sources: Sequence[dict[str, Any]], text: Text) -> str:
    """Name every owner of data once, with the dates of what is theirs, oldest first."""
    dates: dict[str, set[str]] = {}
    for source in sources:
        for owner in filter(None, map(str.strip, (source.get("credit") or "").split(";"))):
            dates.setdefault(owner, set()).update(filter(None, [source.get("published")]))
    return " · ".join(
        f"{owner} ({', '.join(map(text.format_date, sorted(found)))})" if found else owner
        for owner, found in dates.items()
    )
