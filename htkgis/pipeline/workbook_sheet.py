"""What all sheets of a workbook share: words, title, credits, and why a cell has no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps import Text
from htkgis.publish.workbook import Column, Kind, Sheet, Words

Row = Mapping[str, Any]


class SheetMaker:
    """Arranges sheets with the words, the title and the credits that all of them share."""

    def __init__(self, text: Text, title: str, lead: str, credits_line: str) -> None:
        self.text, self.title, self.lead, self.credits = text, title, lead, credits_line

    def sheet(
        self,
        name: str,
        columns: Sequence[tuple[str, float, Kind]],
        rows: Sequence[Sequence[Any]],
        notes: Sequence[str] = (),
    ) -> Sheet:
        """Make a sheet with the title, the lead and the credits of all."""
        return Sheet(
            name=self.text(f"workbook.sheet.{name}"),
            title=self.title,
            lead=self.lead,
            columns=[Column(words, width, kind) for words, width, kind in columns],
            rows=rows,
            notes=[*notes, self.credits],
        )

    def head(self, name: str, width: float, kind: Kind = "text") -> tuple[str, float, Kind]:
        """Name a column, with its width and what its cells hold."""
        return self.text(f"workbook.column.{name}"), width, kind

    def why(self, reason: str) -> Words:
        """Say why a cell has no number."""
        return Words(self.text(f"workbook.why.{reason}"))

    def known(self, section: str, key: Any) -> str:
        """Find the words of a key; the key itself where there are none."""
        named = f"{section}.{key}"
        return self.text(named) if named in self.text.words else str(key).replace("_", " ")

    def yes(self, value: Any) -> Any:
        """Write yes, no, or not known."""
        if value is None:
            return self.why("unknown")
        return self.text(f"table.{'yes' if value else 'no'}")

    def bound(self, key: str, holds: Any) -> str | None:
        """Say that a figure is a bound, where it is one."""
        return self.text(f"workbook.why.{key}") if holds else None

    def notes(self, part: Any, *names: str) -> list[str]:
        """Write the notes below a sheet, or that the profile lacks its part."""
        keys = ["no_part"] if part is None else list(names)
        return [self.text(f"workbook.note.{name}") for name in keys]
