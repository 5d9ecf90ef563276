"""The pages of a run with their fixed maps; a page that would come out the same is recalled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from htkgis.maps import (
    JointLayers,
    MapLayers,
    Text,
    fixed_map,
    render_explorer_page,
    render_index_page,
    render_quarter_page,
)
from htkgis.maps.downloads import as_told
from htkgis.maps.joint_page import fixed_sheet, render_joint_page
from htkgis.maps.joint_pages import keys_there, laid_out, opened
from htkgis.maps.locator import common_extent
from htkgis.maps.quarter_page import drawn_map
from htkgis.publish.edition_files import REPORT_PAGE
from htkgis.store.kept_files import Blanks, kept_file
from htkgis.store.known import Known, Once
from htkgis.store.values import Files

from .exports import words_known
from .joint_pages import PageTables, joint_layers
from .localised import localised, localised_table

Profile = Mapping[str, Any]


class PageSet:
    """Renders pages with the words and the run that all of them share.

    Parameters
    ----------
    shown
        Profile of each quarter, in the language of the pages.
    drawn
        What the map of each draws, by its id.
    tables
        What the other pages draw.
    text, run
        Words, and what every page prints of a run.
    """

    def __init__(
        self,
        shown: Sequence[Profile],
        drawn: Mapping[str, MapLayers],
        tables: PageTables,
        *,
        text: Text,
        run: Mapping[str, Any],
    ) -> None:
        self.shown, self.tables, self.text = shown, tables, text
        self.layers = list(drawn.values())
        self.fixed = [each.fixed for each in self.layers]
        self.blanks = Blanks([run["run_id"]])
        # no page prints the hashes of layers
        sources = [
            {key: value for key, value in source.items() if key != "sha256"}
            for source in run["sources"]
        ]
        self.run = dict(run) | {"run_id": self.blanks.of(run["run_id"]), "sources": sources}
        self.words = words_known(text)

    def files(self, explorer: Mapping[str, Any]) -> Files:
        """Render all pages, then the fixed maps that stand beside them as files.

        Parameters
        ----------
        explorer
            What it holds; empty where the study decides on none.
        """
        text, quarters = self.text, [profile["quarter"]["id"] for profile in self.shown]
        files = Files({f"{name}.html": self._quarter(at) for at, name in enumerate(quarters)})
        front: dict[str, Any] = {"joint_pages": []}
        if explorer:
            front["explorer"] = text("explorer.file")
            files[front["explorer"]] = self._explorer(front["explorer"], explorer)
        pages, pictures = self._joint(front["joint_pages"])
        files.update(pages)
        if self.run["scenario"] is None:  # a scenario has no report on what moved since an edition
            told = {"open": text("editions.open"), "lead": text("editions.open_lead")}
            front["joint_pages"].append({"file": REPORT_PAGE, **told})
        files["index.html"] = self._index(front)
        files.update(pictures)
        extent_m = common_extent(self.fixed)
        for at, name in enumerate(quarters):
            files[f"{name}.svg"] = self._fixed_map(f"{name}.svg", at, extent_m)
        return files

    def _printed(self, **further: Any) -> dict[str, Any]:
        """Give what a page prints of a run, without what only the front page lists."""
        own = {key: value for key, value in self.run.items() if key != "downloads"}
        return own | further

    def _known_fixed(self) -> list[Known]:
        return [known for each in self.fixed for known in each.known]

    def _quarter(self, at: int) -> bytes:
        """Render a quarter's page, which draws all quarters side by side."""
        own, text = self.shown[at]["quarter"]["id"], self.text
        drawn = drawn_map(self.shown[at], self.layers[at], text, self.run.get("background"))
        run = self._printed(downloads=as_told(self.run["downloads"], own=own))

        def render(*shown: Profile) -> bytes:
            beside = list(zip(shown, self.fixed, strict=True))
            profile, layers = beside[at]
            page = render_quarter_page(
                profile, layers, text=text, run=run, beside=beside, drawn=drawn
            )
            return page.encode()

        given = (at, Known(drawn.decode()), *self._known_fixed(), run, self.words)
        return kept_file(f"{own}.html", render, self.shown, *given, blanks=self.blanks)

    def _explorer(self, file: str, explorer: Mapping[str, Any]) -> bytes:
        tables, text, run = self.tables, self.text, self._printed()

        def render(profile: Profile) -> bytes:
            page = render_explorer_page(
                localised(explorer, text.language),
                profile,
                quarters=localised_table(tables.quarters, text.language),
                areas=tables.areas,
                municipality=tables.municipality,
                text=text,
                run=run,
            )
            return page.encode()

        outlines = map(Known, (tables.quarters, tables.areas, tables.municipality))
        given = (Known(explorer), *outlines, run, self.words)
        return kept_file(file, render, self.shown[:1], *given, blanks=self.blanks)

    def _joint(self, listed: list[dict[str, str]]) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Render the pages of all quarters and their fixed maps, and list them for the front."""
        text = self.text
        layers = joint_layers(self.tables, text.language, background=self.run["background"])
        pages, pictures = {}, {}
        for key in keys_there(self.shown):
            file = text(f"{key}.file")
            picture = str(PurePosixPath(file).with_suffix(".svg"))
            pages[file], pictures[picture] = self._joint_page(
                key, file, picture, layers.drawn_on(key)
            )
            listed.append({"file": file, **opened(key, self.shown, text)})
        return pages, pictures

    def _joint_page(
        self, key: str, file: str, picture: str, layers: JointLayers
    ) -> tuple[bytes, bytes]:
        """Render one page of all quarters, and its fixed maps as one file."""
        text, run = self.text, self._printed()
        page = Once(lambda *shown: laid_out(key, shown, layers, text))

        def render(*shown: Profile) -> bytes:
            return render_joint_page(page.of(*shown), shown[0], text=text, run=run).encode()

        def draw(*shown: Profile) -> bytes:
            return fixed_sheet(page.of(*shown), text=text, run=run)

        given = (*layers.known, layers.background, run, self.words)
        return (
            kept_file(file, render, self.shown, *given, blanks=self.blanks),
            kept_file(picture, draw, self.shown, *given, blanks=self.blanks),
        )

    def _index(self, front: Mapping[str, Any]) -> bytes:
        names = [profile["quarter"]["id"] for profile in self.shown]
        layers = dict(zip(names, self.fixed, strict=True))
        others = as_told(self.run["downloads"], others=names)
        run = self._printed(downloads=others, **front)

        def render(*shown: Profile) -> bytes:
            return render_index_page(shown, layers, text=self.text, run=run).encode()

        given = (*self._known_fixed(), run, self.words)
        return kept_file("index.html", render, self.shown, *given, blanks=self.blanks)

    def _fixed_map(self, file: str, at: int, extent_m: float) -> bytes:
        run, layers = self._printed(), self.fixed[at]

        def draw(profile: Profile) -> bytes:
            return fixed_map(profile, layers, extent_m, text=self.text, run=run)

        given = (*layers.known, extent_m, run, self.words)
        return kept_file(file, draw, [self.shown[at]], *given, blanks=self.blanks)
