"""Which letter each code of a font stands for, written so that every reader finds it.

matplotlib counts the rarer letters of a sheet (the dash, letters beyond Latin-1) from code 0, as
of its version 3.11. In a PDF 0 is the glyph of no letter (.notdef), and text that shows it breaks
ISO 14289-1, 7.21.8. So the codes of such a font are counted from 1 here: in what is shown, in the
widths, and in both tables of the font. The table from codes to letters is written letter by
letter (``bfchar``), which more programs read than the ranges that matplotlib writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Pdf, String

from htkgis.errors import SchemaError

NO_LETTER = 0
"""The code of the glyph that stands for no letter, in every font."""

MOST_IN_A_BLOCK = 100
"""Lines that a block of a CMap may have (Adobe Technical Note 5411)."""

_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*\[([^\]]*)\]")
_CODE = re.compile(rb"<([0-9a-fA-F]+)>")
_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_FOOT = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def mend_letters(pdf: Pdf) -> None:
    """Write the fonts of the first page so that no letter has the code of no letter.

    Raises
    ------
    SchemaError
        If the table of a font has no letters, or not as many as its codes.
    """
    page = pdf.pages[0]
    moved = set()
    for key, font in page.obj.Resources.get("/Font", Dictionary()).items():
        if font.get("/Subtype") != Name.Type0:
            continue
        letters = letters_of(font.ToUnicode.read_bytes())
        if NO_LETTER in letters:
            letters = {code + 1: letter for code, letter in letters.items()}
            _move(font.DescendantFonts[0])
            moved.add(str(key))
        font.ToUnicode.write(letters_table(letters))
    if moved:
        page.Contents = pdf.make_stream(_shown_by_next_code(page, moved))


def letters_of(table: bytes) -> dict[int, str]:
    r"""Read which letters the codes of a font stand for, from the ranges that matplotlib writes.

    Examples
    --------
    >>> letters_of(b"1 beginbfrange\n<0041> <0042> [<0041> <00c6>]\nendbfrange")
    {65: 'A', 66: 'Æ'}
    """
    found: dict[int, str] = {}
    for first, last, values in _RANGE.findall(table):
        codes = range(int(first, 16), int(last, 16) + 1)
        letters = [bytes.fromhex(value.decode()) for value in _CODE.findall(values)]
        if len(letters) != len(codes):
            msg = (
                f"sheet: a font has {len(codes)} codes from {codes[0]} and {len(letters)} letters "
                "for them; allowed: one each. Use another version of matplotlib."
            )
            raise SchemaError(msg)
        found.update(zip(codes, (each.decode("utf-16-be") for each in letters), strict=True))
    if not found:
        msg = (
            "sheet: a font does not say which letters it has, so the PDF could not be read aloud; "
            "expected: ranges in its ToUnicode. Use another version of matplotlib."
        )
        raise SchemaError(msg)
    return found


def letters_table(letters: Mapping[int, str]) -> bytes:
    """Write the table from codes to letters, one line each, in blocks of at most a hundred."""
    lines = [
        f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>"
        for code, letter in sorted(letters.items())
    ]
    blocks = [
        lines[start : start + MOST_IN_A_BLOCK] for start in range(0, len(lines), MOST_IN_A_BLOCK)
    ]
    written = ["\n".join([f"{len(block)} beginbfchar", *block, "endbfchar\n"]) for block in blocks]
    return (_HEAD + "".join(written) + _FOOT).encode("ascii")


def _move(font: Any) -> None:
    """Give every glyph of a font the next code, in the widths and in the order of its glyphs."""
    widths = list(font.W)
    font.W = Array([each if isinstance(each, Array) else int(each) + 1 for each in widths])
    font.CIDToGIDMap.write(b"\0\0" + font.CIDToGIDMap.read_bytes())


def _shown_by_next_code(page: pikepdf.Page, moved: set[str]) -> bytes:
    """Give the content of a page with the texts of the moved fonts written in their new codes."""
    font = ""
    found: list[ContentStreamInstruction] = []
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            font = str(instruction.operands[0])
        if operator in ("Tj", "TJ") and font in moved:
            operands = [_next_codes(each) for each in instruction.operands]
            found.append(ContentStreamInstruction(operands, instruction.operator))
        else:
            found.append(instruction)  # type: ignore[arg-type]
    return pikepdf.unparse_content_stream(found)


def _next_codes(shown: Any) -> Any:
    """Raise every two-byte code of a shown text by one; distances between letters stay."""
    if isinstance(shown, Array):
        return Array([_next_codes(each) for each in shown])
    if not isinstance(shown, String):
        return shown
    codes = bytes(shown)
    return String(
        b"".join(
            (int.from_bytes(codes[at : at + 2]) + 1).to_bytes(2) for at in range(0, len(codes), 2)
        )
    )
