"""A sheet as a PDF that a screen reader reads: structure, language, title, a text for the map.

matplotlib draws, pikepdf adds what it leaves out. The map is one figure with an alternative
text; heading, legend and notes are real text, each in its place of the structure; lines and
boxes are artifacts. After ISO 14289-1 (PDF/UA-1); the tests run sheets of all three scales through
a validator (page-validation). What a validator cannot see is in docs/pages.md.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import groupby

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, Pdf, String

from htkgis.errors import SchemaError

from .letters import mend_letters

MAP_ID = 0
_MAP_NAME = "/HtkMap"


def tag_pdf(
    map_pdf: bytes,
    words_pdf: bytes,
    roles: Sequence[tuple[str, str]],
    *,
    title: str,
    alternative: str,
    language: str,
) -> bytes:
    """Lay the words over the map, and say what each of them is.

    Parameters
    ----------
    map_pdf
        One page: the map.
    words_pdf
        One page of the same size: all that stands around it.
    roles
        ``H1``, ``H2``, ``P`` or ``LI`` (nothing for decoration) and the words of every text of
        ``words_pdf``, in the order in which it was drawn.
    title, alternative, language
        Of the document; the text for those who do not see the map; ``da`` or ``en``.

    Raises
    ------
    SchemaError
        If the page holds more or fewer texts than ``roles`` names.
    """
    with Pdf.open(io.BytesIO(words_pdf)) as pdf, Pdf.open(io.BytesIO(map_pdf)) as drawn:
        page = pdf.pages[0]
        mend_letters(pdf)
        mend_letters(drawn)
        picture = pdf.copy_foreign(drawn.pages[0].as_form_xobject())
        page.add_resource(picture, Name.XObject, Name(_MAP_NAME))
        page.Contents = pdf.make_stream(_marked(page, roles))
        _add_structure(pdf, page, roles, alternative)
        pdf.Root.Lang = String("da-DK" if language == "da" else "en-GB")
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        _describe(pdf, title, language)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _marked(page: pikepdf.Page, roles: Sequence[tuple[str, str]]) -> bytes:
    """Mark the map, then each text by its role; all else is an artifact."""
    found: list[ContentStreamInstruction] = [
        *_open("Figure", MAP_ID),
        _do("Do", Name(_MAP_NAME)),
        _do("EMC"),
        _do("BMC", Name.Artifact),
    ]
    number = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "BT":
            role = roles[number][0] if number < len(roles) else ""
            number += 1
            found.append(_do("EMC"))
            found += _open(role, number) if role else [_do("BMC", Name.Artifact)]
        found.append(instruction)  # type: ignore[arg-type]
        if operator == "ET":
            found += [_do("EMC"), _do("BMC", Name.Artifact)]
    if number != len(roles):
        msg = (
            f"sheet: {number} texts were drawn, and {len(roles)} are named: a reader would hear "
            "the wrong words. Use only letters that the font has in one piece."
        )
        raise SchemaError(msg)
    found.append(_do("EMC"))
    return pikepdf.unparse_content_stream(found)


def _open(role: str, mark: int) -> list[ContentStreamInstruction]:
    return [_do("BDC", Name(f"/{role}"), Dictionary(MCID=mark))]


def _do(operator: str, *operands: object) -> ContentStreamInstruction:
    return ContentStreamInstruction(list(operands), Operator(operator))  # type: ignore[arg-type]


def _add_structure(
    pdf: Pdf, page: pikepdf.Page, roles: Sequence[tuple[str, str]], alternative: str
) -> None:
    """Build the tree: heading, what is below it, the map, then legend and notes in their order."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    parents: dict[int, pikepdf.Object] = {}

    def element(role: str, parent: pikepdf.Object, **more: object) -> pikepdf.Object:
        entries = {"Type": Name.StructElem, "S": Name(f"/{role}"), "P": parent, **more}
        return pdf.make_indirect(Dictionary(**entries))  # type: ignore[arg-type]

    def leaf(role: str, parent: pikepdf.Object, mark: int, **more: object) -> pikepdf.Object:
        made = element(role, parent, Pg=page.obj, K=mark, **more)
        parents[mark] = made
        return made

    def item(parent: pikepdf.Object, mark: int) -> pikepdf.Object:
        made = element("LI", parent)
        made.K = Array([leaf("LBody", made, mark)])
        return made

    box = Array([0, 0, page.mediabox[2], page.mediabox[3]])
    layout = Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block)
    figure = leaf("Figure", document, MAP_ID, Alt=String(alternative), A=layout)
    children: list[pikepdf.Object] = []
    marks = [(role, mark) for mark, (role, _) in enumerate(roles, start=1) if role]
    for role, group in groupby(marks, key=lambda pair: pair[0]):
        if role == "H2" and figure not in children:
            children.append(figure)
        if role == "LI":
            listed = element("L", document)
            listed.K = Array([item(listed, mark) for _, mark in group])
            children.append(listed)
        else:
            children += [leaf(role, document, mark) for _, mark in group]
    if figure not in children:
        children.append(figure)
    document.K = Array(children)
    by_mark = Array([parents.get(mark, document) for mark in range(len(roles) + 1)])
    root.K = Array([document])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, pdf.make_indirect(by_mark)])))
    root.ParentTreeNextKey = 1
    page.obj.StructParents = 0
    page.obj.Tabs = Name.S
    pdf.Root.StructTreeRoot = root


def _describe(pdf: Pdf, title: str, language: str) -> None:
    """Write title, language and the part of the standard; no clock, no version of a program."""
    if Name.Info in pdf.trailer:
        del pdf.trailer.Info
    pdf.docinfo["/Title"] = String(title)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as words:
        words["dc:title"] = title
        words["dc:language"] = [language]
        words["pdfuaid:part"] = "1"
