"""What the theme lacks: names for its parts, what scrolls by keyboard, and words in Danish."""

from __future__ import annotations

from collections.abc import Callable

_NAVIGATION = (
    '<input type="checkbox" class="sidebar-toggle" name="__navigation" id="__navigation"'
    ' aria-label="Toggle site navigation sidebar">'
)
_CONTENTS = (
    '<input type="checkbox" class="sidebar-toggle" name="__toc" id="__toc"'
    ' aria-label="Toggle table of contents sidebar">'
)
MENDED = {
    # the boxes that open the drawers lie in a landmark; guides.css gives them to the keyboard
    f"{_NAVIGATION}\n{_CONTENTS}": (
        f'<nav class="drawers" aria-label="Drawers">{_NAVIGATION}{_CONTENTS}</nav>'
    ),
    # what scrolls sideways is reached by keyboard
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    # what a parameter means stands behind a colon
    "</strong> -- ": "</strong>: ",
    "</em> -- ": "</em>: ",
    # a corner of a table of pandas heads nothing
    "<th></th>": "<td></td>",
    # a heading has a level, and each aside a name of its own
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
}
DANISH = {
    'aria-label="All pages"': 'aria-label="Alle sider"',
    'aria-label="On this page"': 'aria-label="På denne side"',
    'aria-label="Drawers"': 'aria-label="Menuer"',
    "Toggle Light / Dark / Auto color theme": "Skift mellem lyse, mørke og automatiske farver",
    "Toggle site navigation sidebar": "Vis eller skjul alle sider",
    "Toggle table of contents sidebar": "Vis eller skjul indholdet af denne side",
    'title="Link to this heading"': 'title="Link til denne overskrift"',
    'title="Link to this image"': 'title="Link til dette billede"',
    'title="Link to this table"': 'title="Link til denne tabel"',
    "Skip to content": "Gå til indholdet",
    "<span>Back to top</span>": "<span>Til toppen</span>",
    "<span>Next</span>": "<span>Næste</span>",
    "<span>Previous</span>": "<span>Forrige</span>",
    '<div class="title">Home</div>': '<div class="title">Forside</div>',
    "On this page": "På denne side",
    "Copyright &#169;": "Ophavsret &#169;",
    "Made with": "Lavet med",
}
"""Words of the theme that neither it nor Sphinx has in Danish."""


def mender(language: str) -> Callable[[str], str]:
    """Give the filter that a page of the theme goes through, in the language of the book."""
    words = MENDED | (DANISH if language == "da" else {})

    def mended(page: str) -> str:
        for theirs, ours in words.items():
            page = page.replace(theirs, ours)
        return page

    return mended
