"""Reads printed sheets back: lines with their colours in millimetres, words, structure."""

import io

import numpy as np
import pikepdf

POINTS_PER_MM = 72 / 25.4


def opened(content):
    return pikepdf.Pdf.open(io.BytesIO(content))


def lines_of(content, colour):
    """Two-point lines of one stroke colour on the first page, as x, y, x, y in millimetres."""
    rgb = tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    with opened(content) as pdf:
        found = []
        _walk(pdf.pages[0], np.eye(3), rgb, found)
    return np.array(found) / POINTS_PER_MM


def _walk(holder, matrix, rgb, found):
    stack, stroke, start = [], None, None
    forms = holder.get("/Resources", {}).get("/XObject", {})
    for operands, operator in pikepdf.parse_content_stream(holder):
        name = str(operator)
        if name == "q":
            stack.append((matrix, stroke))
        elif name == "Q":
            matrix, stroke = stack.pop()
        elif name == "cm":
            a, b, c, d, e, f = map(float, operands)
            matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
        elif name in ("RG", "G"):
            stroke = tuple(map(float, operands)) * (3 if name == "G" else 1)
        elif name == "m":
            start = [float(value) for value in operands]
        elif name == "l" and start is not None:
            end = [float(value) for value in operands]
            if stroke is not None and np.allclose(stroke, rgb, atol=0.002):
                ends = [np.array([*point, 1]) @ matrix for point in (start, end)]
                found.append([*ends[0][:2], *ends[1][:2]])
            start = end
        elif name == "Do" and forms[operands[0]].get("/Subtype") == "/Form":
            inner = forms[operands[0]]
            own = [float(value) for value in inner.get("/Matrix", [1, 0, 0, 1, 0, 0])]
            moved = np.array([[own[0], own[1], 0], [own[2], own[3], 0], [own[4], own[5], 1]])
            _walk(inner, moved @ matrix, rgb, found)


def structure_of(content):
    """Roles of the tree in reading order, with the alternative text of figures."""
    with opened(content) as pdf:
        return list(_elements(pdf.Root.StructTreeRoot.K[0]))


def _elements(element):
    yield str(element.S), str(element.get("/Alt", ""))
    children = element.get("/K")
    if isinstance(children, pikepdf.Array):
        for child in children:
            yield from _elements(child)
