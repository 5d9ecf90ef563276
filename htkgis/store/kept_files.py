"""Published files, kept from one run to the next where nothing that decides them has changed.

What a file is made of is handed over as values and as parts (:mod:`htkgis.store.known`), which
note at what of them somebody looks. A file is that of the run before if all that it was handed is
the same, and each part that was looked at when it was made: who looks at the same does the same.
Its bytes are taken from the earlier run's files; the memory keeps only what they were made of.

The name of a run and the hashes of its layers change every night and decide nothing else of a
file. They may be left blank (:class:`Blanks`), and are put in at their places once it is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .files import sha256_bytes
from .known import Known, Parts, Watched, compact
from .memory import open_memory

Places = Sequence[tuple[int, int]]
"""Where blanks stand in a file, and which."""
MARK = sha256_bytes(b"left blank by htkgis")[:8]
"""How all blanks begin."""
DIGITS = 4
SHORTEST = len(MARK) + DIGITS
HASH = re.compile(f"[0-9a-f]{{{SHORTEST},64}}")


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
        view, done = memoryview(data), 0
        parts: list[bytes | memoryview] = []
        for at, which in places:
            text = self.texts[which].encode()
            parts += [view[done:at], text]
            done = at + len(text)
        return b"".join([*parts, view[done:]])


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
