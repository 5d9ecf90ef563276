"""Published files, kept from one run to the next where nothing that decides them has changed.

What a file is made of is handed over as :class:`Known` values and as :class:`Parts`, which note
at what of them somebody looks. A file is that of the run before if all that it was handed is the
same, and each part that was looked at when it was made: who looks at the same does the same. Its
bytes are taken from the earlier run's files; the memory keeps only what they were made of.

The name of a run and the hashes of its layers change every night and decide nothing else of a
file. They may be left blank (:class:`Blanks`), and are put in at their places once it is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import pandas as pd

from .files import canonical_json, sha256_bytes
from .memory import open_memory, recalled_whole
from .table_hash import table_hash

Value = TypeVar("Value")
Places = Sequence[tuple[int, int]]
"""Where blanks stand in a file, and which."""
MARK = sha256_bytes(b"left blank by htkgis")[:8]
"""How all blanks begin."""
DIGITS = 4
SHORTEST = len(MARK) + DIGITS
HASH = re.compile(f"[0-9a-f]{{{SHORTEST},64}}")
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


class Blanks:
    """Stand-ins for hashes, each as long as what it stands for, so that it changes no layout.

    Parameters
    ----------
    texts
        What is left blank: 12 to 64 hexadecimal digits. Shorter ones stay as they are.

    Examples
    --------
    >>> blanks = Blanks(["0123456789abcdef"])
    >>> made = f"run {blanks.of('0123456789abcdef')}.".encode()
    >>> len(made), blanks.places(made), blanks.filled(made, blanks.places(made))
    (21, [(4, 0)], b'run 0123456789abcdef.')
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = [text for text in dict.fromkeys(texts) if HASH.fullmatch(text)]
        self._marks = {
            text: f"{MARK}{number:0{DIGITS}}".ljust(len(text), "0")
            for number, text in enumerate(self.texts)
        }

    def of(self, text: str) -> str:
        """Give the stand-in of a text, or the text where it has none."""
        return self._marks.get(text, text)

    def places(self, data: bytes) -> list[tuple[int, int]]:
        """Find where blanks stand in a file, and which."""
        found, begin = [], MARK.encode()
        marks = [mark.encode() for mark in self._marks.values()]
        at = data.find(begin)
        while at >= 0:
            number = data[at + len(MARK) : at + SHORTEST]
            which = int(number) if number.isdigit() else len(marks)
            if which < len(marks) and data.startswith(marks[which], at):
                found.append((at, which))
            at = data.find(begin, at + 1)
        return found

    def filled(self, data: bytes, places: Places) -> bytes:
        """Put the texts into their places."""
        if not places:
            return data
        made = bytearray(data)
        for at, which in places:
            text = self.texts[which].encode()
            made[at : at + len(text)] = text
        return bytes(made)


NO_BLANKS = Blanks()


class Whole(NamedTuple):
    """How a file is made that is no plain text: see :func:`kept_file`.

    Attributes
    ----------
    blanks
        How many blanks it holds.
    make
        Makes it without any, if it does not hold so many whole ones.
    """

    blanks: int
    make: Callable[..., bytes]


def kept_file(
    name: str,
    make: Callable[..., bytes],
    values: Sequence[Mapping[str, Any]],
    *given: Any,
    blanks: Blanks = NO_BLANKS,
    whole: Whole | None = None,
) -> bytes:
    """Make a file, unless that of the earlier run was made of the same.

    Parameters
    ----------
    name
        Of the file; each is made once in a run.
    make
        Makes it of ``values``, of ``given``, and of nothing else.
    values
        Handed to ``make``; those that are :class:`Parts` are watched, and each part that is
        looked at decides. Others are used as they are where no memory is open.
    given
        All else that it is made of: :class:`Known`, and values that JSON holds.
    blanks
        What is left blank in ``given``; it is put in.
    whole
        Of a file in which a text may be torn apart, as in a database.

    Examples
    --------
    >>> from htkgis.store.memory import Memory, remembering
    >>> def page(profile):
    ...     return f"{profile['name']} of {run}".encode()
    >>> first, now = Blanks(["0123456789ab"]), Blanks(["ba9876543210"])
    >>> with remembering(Memory()) as memory:
    ...     run = first.of("0123456789ab")
    ...     made = kept_file("a.txt", page, [Parts({"name": "West", "n": 1})], run, blanks=first)
    >>> with remembering(Memory.of(memory.arrays(), {"a.txt": made})):
    ...     kept_file("a.txt", print, [Parts({"name": "West", "n": 2})], run, blanks=now)
    b'West of ba9876543210'
    """
    memory = open_memory()
    if memory is None:
        made = make(*values)
        places = blanks.places(made)
        return _filled(made, places, blanks, whole, values)
    if memory.is_making:  # it would be kept as a piece of another whole, beside newer notes on it
        msg = f"{name}: a file is asked for while something else is made"
        raise ValueError(msg)
    new: list[bytes] = []

    def note() -> bytes:
        watched = [Watched(each) if isinstance(each, Parts) else each for each in values]
        made = make(*watched)
        places = blanks.places(made)
        new.append(_filled(made, places, blanks, whole, values))
        seen = [sorted(each.seen) for each in watched if isinstance(each, Watched)]
        torn = whole is not None and len(places) != whole.blanks
        return json.dumps([seen, [] if torn else _digests(values, seen), places]).encode()

    def still(noted: bytes) -> bool:
        seen, digests, _ = json.loads(noted)
        return name in memory.files and digests == _digests(values, seen)

    facts = [each.digest if isinstance(each, Known) else ["is", each] for each in given]
    key = hashlib.sha256(compact(["file", name, facts]).encode()).hexdigest()
    _, _, places = json.loads(memory.recall_whole(key, note, still))
    return new[0] if new else blanks.filled(memory.files[name], places)


def _filled(
    made: bytes,
    places: Places,
    blanks: Blanks,
    whole: Whole | None,
    values: Sequence[Mapping[str, Any]],
) -> bytes:
    if whole is not None and len(places) != whole.blanks:
        return whole.make(*values)
    return blanks.filled(made, places)


def _digests(values: Sequence[Mapping[str, Any]], seen: Sequence[Sequence[str]]) -> list[str]:
    parts = [each for each in values if isinstance(each, Parts)]
    return ["same", *(each.digest(own) for each, own in zip(parts, seen, strict=True))]


def _hash(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        return table_hash(value).hex()
    return sha256_bytes(compact(value).encode())


def compact(value: Any) -> str:
    """Write a value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
