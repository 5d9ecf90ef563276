"""Fonts of a sheet say what each code stands for, and no letter has the code of no letter."""

import io

import matplotlib as mpl
import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure

from htkgis.errors import SchemaError
from htkgis.maps.paper.letters import letters_of, letters_table, mend_letters
from htkgis.maps.paper.sheet import SETTINGS

WORDS = "Høje \u2013 “Ærø” 3 ≥ 2 • Łódź"
"""Latin-1 and, in a font of its own, letters beyond it: the first of them may have code 0."""
GIVES_CODE_0 = tuple(int(part) for part in mpl.__version__.split(".")[:2]) >= (3, 11)
"""Older ones give no letter the code 0, so that there is nothing to mend."""


def drawn(words):
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(4, 2))
        FigureCanvasPdf(figure)
        figure.text(0.1, 0.5, words, fontsize=12)
        out = io.BytesIO()
        figure.savefig(out, format="pdf", metadata={"CreationDate": None})
    return out.getvalue()


def mended(content):
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        mend_letters(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def fonts(content):
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        for font in pdf.pages[0].Resources.Font.as_dict().values():
            inner = font.DescendantFonts[0]
            widths = [int(each) for each in inner.W if not isinstance(each, pikepdf.Array)]
            yield font.ToUnicode.read_bytes(), widths, inner.CIDToGIDMap.read_bytes()


def test_no_letter_has_the_code_of_no_letter_and_all_can_be_read():
    before, after = drawn(WORDS), mended(drawn(WORDS))
    of_none = any(b"<0000> <0000>" in table or 0 in widths for table, widths, _ in fonts(before))
    assert of_none == GIVES_CODE_0
    for table, widths, glyphs in fonts(after):
        assert b"\n<0000> <" not in table.replace(b"<0000> <ffff>", b"")
        assert 0 not in widths
        assert glyphs[:2] == b"\0\0"
    read = pypdf.PdfReader(io.BytesIO(after)).pages[0].extract_text()
    # a reader may see a gap where one font ends, so only the letters count
    assert "".join(read.split()) == "".join(WORDS.split())


def test_a_font_that_uses_no_code_0_keeps_its_codes():
    before, after = drawn("Høje"), mended(drawn("Høje"))
    ((_, widths, glyphs),) = fonts(before)
    ((_, widths_after, glyphs_after),) = fonts(after)
    assert (widths, glyphs) == (widths_after, glyphs_after)


@given(
    st.dictionaries(st.integers(1, 0xFFFF), st.characters(exclude_categories=["Cs"]), min_size=1)
)
def test_a_table_has_every_letter_once_in_blocks_of_a_hundred(letters):
    table = letters_table(letters)
    blocks = table.split(b" beginbfchar\n")
    counts = [int(block.rsplit(b"\n", 1)[-1]) for block in blocks[:-1]]
    assert sum(counts) == len(letters)
    assert max(counts) <= 100
    for code, letter in letters.items():
        assert f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>\n".encode() in table


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"1 beginbfrange\n<0041> <0043> [<0041>]\nendbfrange", "3 codes from 65 and 1 letters"),
        (b"", "does not say which letters"),
    ],
)
def test_a_font_that_does_not_say_its_letters_is_refused(table, words):
    with pytest.raises(SchemaError, match=words):
        letters_of(table)
