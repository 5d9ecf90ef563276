"""Reads a packed archive back, written apart from the writer: bit by bit, without numpy."""

import base64
import gzip
import json
import struct

import shapely


def read_archive(text):
    """Meta and columns, as lists."""
    data = gzip.decompress(base64.b64decode(text, validate=True))
    (length,) = struct.unpack_from("<I", data)
    head = json.loads(data[4 : 4 + length].decode("utf-8", "surrogatepass"))
    at, columns = 4 + length, {}
    for name, coding, count, size in head["columns"]:
        columns[name] = _column(data[at : at + size], coding, count)
        at += size
    assert at == len(data)
    return head["meta"], columns


def _column(data, coding, count):
    if coding == "f":
        planes = [data[n * count : (n + 1) * count] for n in range(8)]
        return [struct.unpack("<d", bytes(plane[n] for plane in planes))[0] for n in range(count)]
    numbers, bits = [], ""
    for byte in data:
        bits = f"{byte & 127:07b}" + bits
        if byte < 128:
            numbers.append(int(bits, 2))
            bits = ""
    assert len(numbers) == count
    if coding in "uU":
        return numbers
    signed = [-(number + 1) // 2 if number % 2 else number // 2 for number in numbers]
    if coding in "zZ":
        return signed
    return [sum(signed[: n + 1]) for n in range(count)]


def read_attribute(meta, columns, name):
    """Values of an attribute, None where missing."""
    missing = set(columns.get(f"{name}:missing", []))
    values = []
    for row, number in enumerate(columns[name]):
        value = number
        if meta["kind"] == "text" and row not in missing:
            value = meta["texts"][number]
        elif meta["kind"] == "boolean":
            value = number == 1
        elif meta["kind"] == "decimal":
            value = number / 10 ** meta["decimals"]
        values.append(None if row in missing else value)
    return values


def read_shapes(columns):
    """Geometries as shapely has them; one part comes back as the simple type."""
    points = [(x / 1e6, y / 1e6) for x, y in zip(columns["x"], columns["y"], strict=True)]
    rings, sizes = iter(columns["rings"]), iter(columns["sizes"])
    taken = 0

    def path():
        nonlocal taken
        size = next(sizes)
        taken += size
        return points[taken - size : taken]

    shapes = []
    for kind, parts in zip(columns["kind"], columns["parts"], strict=True):
        if kind == 0:
            shapes.append(None)
        elif kind == 1:
            shapes.append(_single([shapely.Point(at) for at in path()], shapely.MultiPoint))
        elif kind == 2:
            lines = [shapely.LineString(path()) for _ in range(parts)]
            shapes.append(_single(lines, shapely.MultiLineString))
        else:
            polygons = []
            for _ in range(parts):
                shell, *holes = [path() for _ in range(next(rings))]
                polygons.append(shapely.Polygon(shell, holes))
            shapes.append(_single(polygons, shapely.MultiPolygon))
    assert taken == len(points)
    assert next(rings, None) is None
    assert next(sizes, None) is None
    return shapes


def _single(parts, several):
    return parts[0] if len(parts) == 1 else several(parts)
