"""Print a table: aligned, in the width of the terminal, or a wide one where nobody watches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH = 200
"""Characters of a line that goes into a file or another program."""


def print_table(columns: Sequence[str | tuple[str, bool]], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below their headings, without the columns in which no row says anything.

    Words stand as they are, brackets too.

    Parameters
    ----------
    columns
        Headings; as ``(heading, holds numbers)`` where a column may stand to the right.
    rows
        Words of each cell.

    Examples
    --------
    >>> print_table(["Name", "Why", ("Minutes", True)], [["[a] b", "", "5"], ["c", "", "15"]])
    Name   Minutes
    [a] b        5
    c           15
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    every = list(rows)
    told = [at for at in range(len(columns)) if not every or any(row[at] for row in every)]
    for column in (columns[at] for at in told):
        heading, right = (column, False) if isinstance(column, str) else column
        table.add_column(Text(heading), justify="right" if right else "left")
    for row in every:
        table.add_row(*(Text(row[at]) for at in told))
    console = Console()
    Console(width=console.width if console.is_terminal else WIDTH).print(table)
