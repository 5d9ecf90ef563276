"""Values that are hashed once, by all they hold: tables, parts, and what is made of them.

Files are kept from one run to the next by them (:mod:`htkgis.store.kept_files`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import pandas as pd

from .files import canonical_json, sha256_bytes
from .memory import recalled_whole
from .table_hash import table_hash

Value = TypeVar("Value")
ALL = "*"
"""Seen by who lists the parts of a value: which there are, their order, and all of them."""


class Known:
    """A table, or a value that JSON holds; it is hashed once, if ever, and must not be changed.

    Examples
    --------
    >>> Known({"a": 1}).digest == Known({"a": 1}).digest
    True
    >>> Known(pd.DataFrame({"a": [1]})).digest == Known(pd.DataFrame({"a": [2]})).digest
    False
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    @cached_property
    def digest(self) -> str:
        """Hash of all that it holds."""
        return _hash(self.value)


class Parts(Mapping[str, Any]):
    """A value of named parts, each hashed once, if ever.

    Parameters
    ----------
    value
        Its parts by name, as JSON holds them; they must not be changed.
    shown
        Makes of the name of a part and the part what is shown of it; of these and of ``facts``.
    facts
        All else that decides what is shown.

    Examples
    --------
    >>> parts = Parts({"a": 1, "b": 2}, lambda name, number: -number, "negative")
    >>> dict(parts), parts.text("a")
    ({'a': -1, 'b': -2}, '1')
    """

    def __init__(
        self, value: Mapping[str, Any], shown: Callable[[str, Any], Any] | None = None, *facts: Any
    ) -> None:
        self._value, self._shown, self._facts = value, shown, facts
        self._made: dict[str, Any] = {}
        self._texts: dict[str, str] = {}

    def showing(self, shown: Callable[[str, Any], Any], *facts: Any) -> Parts:
        """Show the parts otherwise; what of them was written down stays known."""
        others = Parts(self._value, shown, *facts)
        others._texts = self._texts  # of the same parts
        return others

    def __getitem__(self, name: str) -> Any:
        """Give what is shown of a part."""
        if self._shown is None:
            return self._value[name]
        if name not in self._made:
            self._made[name] = self._shown(name, self._value[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the parts, in their order."""
        return iter(self._value)

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._value)

    def text(self, name: str) -> str:
        """Write a part, as it is given, as JSON without spaces."""
        if name not in self._texts:
            self._texts[name] = compact(self._value[name])
        return self._texts[name]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def digest(self, names: Iterable[str]) -> str:
        """Hash some parts; one that is not there has a hash too."""
        listed = set(names)
        if ALL in listed:
            listed |= set(self)
        for name in listed - self._digests.keys():
            there = name in self._value
            self._digests[name] = sha256_bytes(self.text(name).encode()) if there else ""
        order = list(self) if ALL in listed else []
        of_each = [(name, self._digests[name]) for name in sorted(listed)]
        return sha256_bytes(canonical_json([self._facts, of_each, order]).encode())


class Some(Known):
    """Some parts of a value; looking for one that is not among them is an error.

    Examples
    --------
    >>> parts = Parts({"a": 1, "b": 2, "c": 3})
    >>> Some(parts, ["a", "d"]).value
    {'a': 1}
    >>> Some(parts, ["a"]).digest == Some(Parts({"a": 1, "b": 5}), ["a"]).digest
    True
    """

    def __init__(self, parts: Parts, names: Sequence[str]) -> None:
        super().__init__({name: parts[name] for name in names if name in parts})
        self._parts, self._names = parts, names

    @cached_property
    def digest(self) -> str:
        """Hash of the parts, of which each is hashed once, whoever asks."""
        return self._parts.digest(self._names)


class Made(Known):
    """What is made of known values, for the first that looks at it.

    Its hash is that of what is made. Where a memory is open that is kept by all that it is made
    of, so that nothing is made only to be hashed.

    Parameters
    ----------
    name
        Of what is made; no other maker has it.
    make
        Makes it of ``given``, and of nothing else that decides it.
    given
        What :class:`Known` ones hold, and values that JSON holds, as they are.

    Examples
    --------
    >>> doubled = Made("doubled", lambda number, times: number * times, Known(3), 2)
    >>> doubled.value, doubled.digest == Known(6).digest
    (6, True)
    """

    def __init__(self, name: str, make: Callable[..., Any], *given: Any) -> None:
        self._name, self._make, self._given = name, make, given

    @cached_property
    def value(self) -> Any:
        """Make it, once."""
        return self._make(
            *(each.value if isinstance(each, Known) else each for each in self._given)
        )

    @cached_property
    def digest(self) -> str:
        """Hash of what is made."""
        facts = [each.digest if isinstance(each, Known) else ["is", each] for each in self._given]
        return recalled_whole(
            "hash of what is made", [], lambda: _hash(self.value).encode(), self._name, facts
        ).decode()


class Watched(Mapping[str, Any]):
    """Parts that note which of them somebody looked at, or looked for in vain.

    Examples
    --------
    >>> watched = Watched(Parts({"a": 1, "b": 2}))
    >>> watched["a"], watched.get("c"), sorted(watched.seen)
    (1, None, ['a', 'c'])
    """

    def __init__(self, parts: Parts) -> None:
        self.all_parts = parts
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """Give a part, and note it."""
        self.seen.add(name)
        return self.all_parts[name]

    def __iter__(self) -> Iterator[str]:
        """List all parts, and note that."""
        self.seen.add(ALL)
        return iter(self.all_parts)

    def __len__(self) -> int:
        """Count the parts, and note that."""
        self.seen.add(ALL)
        return len(self.all_parts)


class Once(Generic[Value]):
    """What several files are made of, made of some values for the first that asks.

    Who asks has looked at all parts that it was made of.

    Examples
    --------
    >>> parts, name = Parts({"a": 1, "b": 2}), Once(lambda value: value["a"])
    >>> first, second = Watched(parts), Watched(parts)
    >>> name.of(first), name.of(second), first.seen, second.seen
    (1, 1, {'a'}, {'a'})
    """

    def __init__(self, make: Callable[..., Value]) -> None:
        self._make = make
        self._made: list[Value] = []
        self._seen: list[set[str]] = []

    def of(self, *values: Mapping[str, Any]) -> Value:
        """Make it of values, or give what was made; of others it must not be asked."""
        if not self._made:
            own = [
                Watched(each.all_parts) if isinstance(each, Watched) else each for each in values
            ]
            self._made.append(self._make(*own))
            self._seen = [each.seen if isinstance(each, Watched) else {ALL} for each in own]
        for each, seen in zip(values, self._seen, strict=True):
            if isinstance(each, Watched):
                each.seen |= seen
        return self._made[0]


def _hash(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        return table_hash(value).hex()
    return sha256_bytes(compact(value).encode())


def compact(value: Any) -> str:
    """Write a value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
