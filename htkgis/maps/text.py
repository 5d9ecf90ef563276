"""Words and numbers in one language: every word a reader meets comes from here.

The words lie in ``text/da.toml`` and ``text/en.toml`` with the same keys, and beside them in a file
for each part of the pages, such as ``da_charts.toml`` and ``en_charts.toml``; :data:`PARTS` lists
them. Those of ``da_cells.toml`` take the place of others: where people are known by cells, not by
addresses, or where only a part of a municipality is mapped. Numbers are written by hand and not by
``locale``, which is global and differs between machines.
"""

from __future__ import annotations

import math
import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from htkgis.currency import KRONER
from htkgis.errors import ConfigError, first

LANGUAGES = ("da", "en")
PARTS = (
    "",
    "_cells",
    "_charts",
    "_comparison",
    "_data",
    "_disclosure",
    "_editions",
    "_effects",
    "_explorer",
    "_exports",
    "_findings",
    "_isolation",
    "_links",
    "_locate",
    "_overview",
    "_page",
    "_paper",
    "_qgis",
    "_rules",
    "_scenario",
    "_since",
    "_units",
)
"""What the names of the files of words end in."""
NBSP = "\u00a0"
MINUS = "\u2212"
PART = "mapped_area."
"""Section of what is said otherwise where the outline is not that of the municipality."""
OWN_SCHOOL = "district_school"
"""The one function whose place is given by the address, not by the distance."""
_SEPARATORS = {"da": (".", ","), "en": (",", ".")}
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True)
class Text:
    """The words of one language; call it with a key: ``text("map.zoom_in")``.

    ``currency`` is what its words say money is in.
    """

    language: str
    words: Mapping[str, str]
    currency: str = KRONER

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the words under ``key`` with ``values`` filled in, unformatted.

        Raises
        ------
        ConfigError
            If the key is unknown, or its words need a value that is not given.
        """
        if key not in self.words:
            near = sorted(
                name for name in self.words if name.startswith(key.split(".", 1)[0] + ".")
            )
            msg = (
                f"text ({self.language}.toml): no words for {key!r}; allowed in its section: "
                f"{first(near) or 'none'}. Add the key to da.toml and en.toml."
            )
            raise ConfigError(msg)
        try:
            return self.words[key].format(**values)
        except KeyError as error:
            msg = (
                f"text ({self.language}.toml): {key!r} needs the value {error.args[0]!r}; "
                f"given: {first(sorted(values)) or 'none'}. Give it in 'values'."
            )
            raise ConfigError(msg) from error

    def overlaid(self, section: str) -> Text:
        """Give these words with those of a section over them: ``x.a.b`` in the place of ``a.b``.

        Examples
        --------
        >>> load_text("en").overlaid("comparison")("differences.map")
        'differences between A and B'
        """
        prefix = f"{section}."
        own = {
            key.removeprefix(prefix): words
            for key, words in self.words.items()
            if key.startswith(prefix) and key.removeprefix(prefix) in self.words
        }
        return replace(self, words={**self.words, **own})

    def about(self, origins: str, *, jobs_in_cells: bool = False) -> Text:
        """Give the words for one kind of origins: of cells nothing is said as if of addresses.

        Examples
        --------
        >>> load_text("en").about("cell")("unit.addresses")
        'cells'
        >>> load_text("en").about("gate", jobs_in_cells=True)("function.business area")
        'Jobs in a cell'
        """
        words = self.overlaid("job_cells") if jobs_in_cells else self
        return words.overlaid("cells") if origins == "cell" else words

    def of_a_part(self) -> Text:
        """Give the words for a study whose outline is not the municipality, but what is mapped.

        Examples
        --------
        >>> load_text("en").of_a_part()("layer.municipality")
        'Edge of the mapped area'
        """
        said = {
            key: words if key.startswith(PART) else self.said_of_a_part(words)
            for key, words in self.words.items()
        }
        return replace(self, words=said)

    def said_of_a_part(self, words: str) -> str:
        """Say of what is mapped what the words say of the municipality.

        Examples
        --------
        >>> load_text("en").said_of_a_part("Jobs in the municipality")
        'Jobs in the mapped area'
        """
        return self.otherwise(words, PART)

    def otherwise(self, words: str, section: str) -> str:
        """Say each "what" of a section as its "said"."""
        for key in self.words:
            if key.startswith(section) and key.endswith(".what"):
                words = words.replace(self.words[key], self.words[f"{key[:-4]}said"])
        return words

    def with_own(self, own: Mapping[str, str]) -> Text:
        """Give these words with those that a study says otherwise.

        Raises
        ------
        ConfigError
            If a key is none of ours, or its words lack a value that ours fill in, or name another.

        Examples
        --------
        >>> load_text("en").with_own({"function.education": "University"})("function.education")
        'University'
        """
        for key, words in own.items():
            if key not in self.words or _fields(words) != _fields(self.words[key]):
                known = self.words.get(key)
                allowed = f"ours are {known!r}" if known else "no words of ours have that key"
                msg = (
                    f"study.toml: words.{self.language}.{key!r} is {words!r}: {allowed}; the same "
                    "names in braces are allowed. Correct it, or leave it out."
                )
                raise ConfigError(msg)
        return replace(self, words={**self.words, **own})

    def target(self, function: str) -> str:
        """Name what minutes lead to: the nearest place, or one's own district school.

        Examples
        --------
        >>> load_text("en").target("green"), load_text("en").target("district_school")
        ('the nearest green space', 'the school of the district')
        """
        if function == OWN_SCHOOL:
            return self("change.own_school")
        return self("change.nearest", function=self(f"nearest.{function}"))

    def when(self, window: str) -> str:
        """Say when people leave in a window; of one that a study has made up, its name.

        Examples
        --------
        >>> load_text("en").when("evening"), load_text("en").when("late_noon")
        ('in the evening', 'in the window “late noon”')
        """
        key = f"transit.when.{window}"
        if key in self.words:
            return self(key)
        return self("transit.when_named", name=window.replace("_", " "))

    def plural(self, key: str, count: int) -> str:
        """Return the words for one or for many, with the number in front.

        Examples
        --------
        >>> load_text("da").plural("origin.gate", 5).replace(NBSP, " ")
        '5 startpunkter'
        """
        number = "one" if count == 1 else "many"
        return self(f"{key}.{number}", count=self.format_number(count, 0)).replace(" ", NBSP, 1)

    def format_number(
        self, value: float | None, decimals: int | None = 0, *, missing: str = "missing.none"
    ) -> str:
        """Write a number; ``decimals=None`` keeps what the number has, two at most.

        Parameters
        ----------
        value
            None and NaN are missing.
        missing
            Key of the words for a missing value; what it means, only the caller knows.

        Examples
        --------
        >>> load_text("da").format_number(1234.5, 1), load_text("en").format_number(1234.5, 1)
        ('1.234,5', '1,234.5')
        """
        if value is None or math.isnan(value):
            return self(missing)
        if decimals is None:
            plain = f"{value:,.2f}".rstrip("0").rstrip(".")
        else:
            plain = f"{value:,.{decimals}f}"
        if not plain.strip("-0.,"):
            plain = plain.lstrip("-")
        group, point = _SEPARATORS[self.language]
        table = str.maketrans({",": group, ".": point, "-": MINUS})
        return plain.translate(table)

    def format_unit(self, value: float | None, unit: str, decimals: int | None = 0) -> str:
        """Write a number and its unit, tied together; Danish and SI put a space before ``%``.

        Examples
        --------
        >>> load_text("da").format_unit(40.0, "%").replace(NBSP, "~")
        '40~%'
        """
        number = self.format_number(value, decimals)
        if unit == "%" and self.language == "en":
            return f"{number}%"
        return f"{number}{NBSP}{self(f'unit.{unit}')}"

    def format_change(self, value: float) -> str:
        """Write a difference of minutes with its sign, also where it is an increase.

        Examples
        --------
        >>> load_text("da").format_change(2.14)
        '+2,1'
        """
        words = self.format_number(value, 1)
        return f"+{words}" if value > 0 and words.strip("0.,") else words

    def format_share(self, share: float | None, *, lower_bound: bool = False) -> str:
        """Write a share in whole percent; neither nothing nor all unless it is so.

        A lower bound is rounded down, so that "at least" stays true.

        Examples
        --------
        >>> load_text("da").format_share(0.834).replace(NBSP, " ")
        '83 %'
        >>> load_text("en").format_share(0.998), load_text("en").format_share(0.002)
        ('over 99%', 'under 1%')
        """
        if share is None or math.isnan(share):
            return self("missing.none")
        percent = round(100 * share, 6)
        if lower_bound and percent < 100:  # noqa: PLR2004  percent
            return self("bound.at_least", value=self.format_unit(math.floor(percent), "%"))
        whole = round(percent)
        if whole == 0 and percent > 0:
            return self("share.under", value=self.format_unit(1, "%"))
        if whole == 100 and percent < 100:  # noqa: PLR2004  percent
            return self("share.over", value=self.format_unit(99, "%"))
        return self.format_unit(whole, "%")

    def join(self, words: Sequence[str]) -> str:
        """Join words as a sentence does.

        Examples
        --------
        >>> load_text("da").join(["5", "10", "15"])
        '5, 10 og 15'
        """
        *most, last = words
        return self("page.and", most=", ".join(most), last=last) if most else last

    def format_minutes(
        self, value: float | None, *, unit: bool = True, missing: str = "missing.not_reached"
    ) -> str:
        """Write minutes with one decimal; a missing time is said in words, never 0."""
        if value is None or math.isnan(value):
            return self(missing)
        return self.format_unit(value, "min", 1) if unit else self.format_number(value, 1)

    def format_date(self, date: str | None) -> str:
        """Write an ISO date or month in words; anything else stays as it is.

        Examples
        --------
        >>> load_text("da").format_date("2026-11-20").replace(NBSP, " ")
        '20. november 2026'
        """
        found = _DATE.fullmatch(date or "")
        if found is None or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004  months of a year
            return date or self("missing.none")
        month = self(f"month.{int(found[2])}")
        if found[3] is None:
            return self("date.month", month=month, year=found[1])
        words = self("date.day", day=int(found[3]), month=month, year=found[1])
        return words.replace(" ", NBSP)

    def format_scale(self, scale: str) -> str:
        """Write a map scale; anything but ``1:`` and digits stays as it is.

        Examples
        --------
        >>> load_text("da").format_scale("1:20000"), load_text("en").format_scale("1:20.000")
        ('1:20.000', '1:20,000')
        """
        digits = re.sub(r"[.,\s]", "", scale.removeprefix("1:"))
        known = scale.startswith("1:") and digits.isdecimal()
        return f"1:{self.format_number(int(digits))}" if known else scale

    def sentence(self, entry: Mapping[str, Any]) -> str:
        """Turn ``{"key": ..., "values": {...}}`` of a profile into a sentence.

        Numbers are formatted here. The value ``function``, or one that ends in
        ``_function``, is the id of a function and becomes the words after "nearest";
        ``functions`` are several.
        """
        values = {name: self._value(name, value) for name, value in entry["values"].items()}
        return self(entry["key"], **values)

    def _value(self, name: str, value: Any) -> str:
        if value is None:
            return self("missing.not_reached")
        if name == "function" or name.endswith("_function"):
            return self(f"nearest.{value}")
        if name == "functions":
            return self.join([self(f"nearest.{each}") for each in value])
        if isinstance(value, int | float):
            if name.endswith("year"):
                return str(value)
            return self.format_number(value, 0 if float(value).is_integer() else 1)
        return str(value)


def _fields(words: str) -> set[str]:
    """Names of the values that words need."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@cache
def load_text(language: str) -> Text:
    """Read the words of one language.

    Raises
    ------
    ConfigError
        If the language is neither Danish (da) nor English (en).
    """
    if language not in LANGUAGES:
        msg = (
            f"language: {language!r} is not known; allowed: {', '.join(LANGUAGES)}. "
            "Correct it in study.toml."
        )
        raise ConfigError(msg)
    folder = resources.files("htkgis.maps") / "text"
    words: dict[str, str] = {}
    for name in (f"{language}{part}.toml" for part in PARTS):
        words |= dict(_flat(tomllib.loads((folder / name).read_text(encoding="utf-8"))))
    return Text(language, words)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
