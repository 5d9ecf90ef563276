"""What both books share: how Sphinx reads, looks, and asks no other host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from . import filled
from .formula import displayed, inline
from .theme import mender

ROOT = Path(__file__).parents[2]
WORDS = {
    "da": {
        "title": "htkgis: brugervejledning",
        "other_language": "In English",
        "other_lang": "en",
    },
    "en": {
        "title": "htkgis: guides",
        "other_language": "På dansk",
        "other_lang": "da",
    },
}
SIDEBAR = [
    "sidebar/brand.html",
    "sidebar/search.html",
    "other-language.html",
    "sidebar/scroll-start.html",
    "sidebar/navigation.html",
    "sidebar/scroll-end.html",
]


def settings(language: str) -> dict[str, Any]:
    """Give the names that Sphinx looks for in ``conf.py``."""
    words = WORDS[language]
    return {
        "project": "htkgis",
        "author": "The htkgis authors",
        "copyright": "The htkgis authors, MIT",
        "language": language,
        "extensions": ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "parts.settings"],
        "myst_enable_extensions": ["deflist", "colon_fence", "dollarmath"],
        "myst_heading_anchors": 4,
        "nb_execution_mode": "force",
        "nb_execution_raise_on_error": True,
        "nb_execution_timeout": 120,
        "nb_merge_streams": True,
        # text and tables are enough, and no script of a viewer is asked for
        "nb_mime_priority_overrides": [("html", "application/javascript", None)],
        "smartquotes": False,  # they make a dash of the two hyphens of an option
        "autodoc_typehints": "none",
        "autodoc_preserve_defaults": True,
        "napoleon_google_docstring": False,
        "napoleon_use_rtype": False,
        "html_math_renderer": "mathml",
        "html_theme": "furo",
        "html_title": words["title"],
        "html_static_path": [str(ROOT / "docs" / "style")],
        "html_css_files": ["guides.css"],
        "html_js_files": ["dansk.js"] if language == "da" else [],
        "html_show_sphinx": False,
        "html_copy_source": False,
        "html_show_sourcelink": False,
        # the summary would fetch the page found, which a browser forbids from a folder
        "html_show_search_summary": False,
        "html_theme_options": {"top_of_page_buttons": [], "footer_icons": []},
        "html_context": words,
        "html_sidebars": {"**": SIDEBAR},
        "templates_path": [str(ROOT / "docs" / "style")],
        "pygments_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Be an extension of Sphinx: formulas become MathML, and generated parts get their places."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(inline, None), block_renderers=(displayed, None)
    )

    def fill(_: Sphinx, __: str, source: list[str]) -> None:
        source[0] = filled(source[0], app.config.language)

    app.connect("source-read", fill)
    app.connect("builder-inited", mend_theme)
    return {"parallel_read_safe": True}


def mend_theme(app: Sphinx) -> None:
    """Give the template of a page the filter it names."""
    templates = getattr(app.builder, "templates", None)
    if templates is not None:
        templates.environment.filters["mended"] = mender(app.config.language)
