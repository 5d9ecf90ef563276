"""Lanes: 64 labels side by side, one per origin of a batch, changed by vector instructions.

A label is what is left of the time: one more than the cutoff where a search begins, less by
each cost, and 0 where nothing is left. So saturation *is* the cutoff, and memory that nobody has
written reads "not reached" and costs nothing. Sixteen bits hold 65,534 deciseconds (109
minutes); beyond them lanes of 32 bits do the same. The instructions are LLVM's own, so numba turns
them into those of any processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

Lanes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

LANES = 64
LINE_BYTES = 64
NARROW_LIMIT_DS = 2**16 - 2
"""Largest cutoff that lanes of 16 bits can hold, in deciseconds."""


def lane_type(cutoff_ds: int) -> type[np.uint16 | np.uint32]:
    """Pick the narrowest lanes that can hold a cutoff.

    Examples
    --------
    >>> lane_type(65_534).__name__, lane_type(65_535).__name__
    ('uint16', 'uint32')
    """
    return np.uint16 if cutoff_ds <= NARROW_LIMIT_DS else np.uint32


def empty_lanes(rows: int, cutoff_ds: int) -> Lanes:
    """Lay out rows of lanes that are all at the top, each on lines of the cache of its own.

    Examples
    --------
    >>> empty_lanes(2, 9000).shape, int(empty_lanes(2, 9000)[1, 63])
    ((2, 64), 65535)
    """
    lanes = unreached_lanes(rows, cutoff_ds)
    lanes.fill(np.iinfo(lanes.dtype).max)
    return lanes


def unreached_lanes(rows: int, cutoff_ds: int) -> Lanes:
    """Lay out rows of lanes in which nothing is reached; what is never written takes no memory.

    Examples
    --------
    >>> unreached_lanes(2, 70_000).dtype.name, int(unreached_lanes(2, 9000)[1, 63])
    ('uint32', 0)
    """
    kind = np.dtype(lane_type(cutoff_ds))
    raw = np.zeros(rows * LANES * kind.itemsize + LINE_BYTES, dtype=np.uint8)
    skip = -raw.ctypes.data % LINE_BYTES
    lanes: Lanes = raw[skip : skip + rows * LANES * kind.itemsize].view(kind).reshape(rows, LANES)
    return lanes


def row_of_lanes(
    context: Any, builder: Any, array_type: Any, array: Any, row: Any
) -> tuple[Any, Any]:
    """Point at a row of lanes, and give the type of a vector that holds it."""
    data = context.make_array(array_type)(context, builder, array).data
    vector = ir.VectorType(context.get_value_type(array_type.dtype), LANES)
    start = builder.gep(data, [builder.mul(row, ir.Constant(row.type, LANES))])
    return builder.bitcast(start, vector.as_pointer()), vector


def load_lanes(builder: Any, pointer: Any) -> Any:
    """Read a row of lanes."""
    return builder.load(pointer, align=2)


def spread_over(builder: Any, value: Any, vector: Any) -> Any:
    """Write one number into every lane."""
    whole = ir.IntType(32)
    if isinstance(vector.element, ir.IntType):
        value = builder.trunc(value, vector.element)
    undefined = ir.Constant(vector, ir.Undefined)
    single = builder.insert_element(undefined, value, whole(0))
    mask = ir.Constant(ir.VectorType(whole, LANES), [0] * LANES)
    return builder.shuffle_vector(single, undefined, mask)


def call_llvm(builder: Any, name: str, result: Any, values: list[Any]) -> Any:
    """Call one of LLVM's own functions."""
    module = builder.module
    function = module.globals.get(name)
    if function is None:
        kind = ir.FunctionType(result, [value.type for value in values])
        function = ir.Function(module, kind, name)
    return builder.call(function, values)


def _left(builder: Any, labels: Any, cost: Any, vector: Any) -> Any:
    """Take a cost off every lane; what is used up stops at 0."""
    name = f"llvm.usub.sat.v{LANES}i{vector.element.width}"
    return call_llvm(builder, name, vector, [labels, spread_over(builder, cost, vector)])


@intrinsic
def _relax(_: Any, labels: Any, node: Any, target: Any, cost: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, source_row, target_row, weight = values
        source, vector = row_of_lanes(context, builder, signature.args[0], array, source_row)
        place, _ = row_of_lanes(context, builder, signature.args[0], array, target_row)
        candidate = _left(builder, load_lanes(builder, source), weight, vector)
        current = load_lanes(builder, place)
        rises = builder.icmp_unsigned(">", candidate, current)
        width = vector.element.width
        before = builder.block
        mask = builder.bitcast(rises, ir.IntType(LANES))
        # about every second time nothing rises, and nothing need be written
        with builder.if_then(builder.icmp_unsigned("!=", mask, ir.Constant(mask.type, 0))):
            builder.store(builder.select(rises, candidate, current), place, align=2)
            nothing = ir.Constant(vector, [0] * LANES)
            name = f"llvm.vector.reduce.umax.v{LANES}i{width}"
            risen = builder.select(rises, candidate, nothing)
            most = builder.zext(call_llvm(builder, name, vector.element, [risen]), ir.IntType(64))
            inside = builder.block
        highest = builder.phi(ir.IntType(64))
        highest.add_incoming(ir.Constant(ir.IntType(64), 0), before)
        highest.add_incoming(most, inside)
        return highest

    return types.int64(labels, types.int64, types.int64, types.int64), generate


@intrinsic
def _arrive(  # numba passes by name and type; the number of each is fixed below
    _: Any,
    labels: Any,
    node: Any,  # noqa: ARG001
    cost: Any,  # noqa: ARG001
    other: Any,  # noqa: ARG001
    other_cost: Any,  # noqa: ARG001
    row: Any,
) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, first, first_cost, second, second_cost, target = values
        by_way = []
        for at, weight in ((first, first_cost), (second, second_cost)):
            place, vector = row_of_lanes(context, builder, signature.args[0], array, at)
            by_way.append(_left(builder, load_lanes(builder, place), weight, vector))
        sooner = builder.icmp_unsigned(">", by_way[0], by_way[1])
        zero = ir.Constant(ir.IntType(64), 0)
        place, _ = row_of_lanes(context, builder, signature.args[5], target, zero)
        builder.store(builder.select(sooner, *by_way), place, align=2)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(labels, whole, whole, whole, whole, row), generate


@intrinsic
def _add_reached(  # noqa: PLR0913, PLR0917 - numba passes by name and type
    _: Any,
    labels: Any,
    node: Any,  # noqa: ARG001
    above: Any,  # noqa: ARG001
    other: Any,  # noqa: ARG001
    other_above: Any,  # noqa: ARG001
    amount: Any,  # noqa: ARG001
    sums: Any,
    place: Any,  # noqa: ARG001
) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, first, first_above, second, second_above, value, totals, at = values
        by_way = []
        for row, bound in ((first, first_above), (second, second_above)):
            pointer, vector = row_of_lanes(context, builder, signature.args[0], array, row)
            limit = spread_over(builder, bound, vector)
            by_way.append(builder.icmp_unsigned(">", load_lanes(builder, pointer), limit))
        pointer, vector = row_of_lanes(context, builder, signature.args[6], totals, at)
        nothing = ir.Constant(vector, [0.0] * LANES)
        added = builder.select(builder.or_(*by_way), spread_over(builder, value, vector), nothing)
        total = builder.fadd(builder.load(pointer, align=8), added)
        builder.store(total, pointer, align=8)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(labels, whole, whole, whole, whole, types.float64, sums, whole), generate


@intrinsic
def _lowest_bit(_: Any, word: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


relax = cast("Callable[[Any, int, int, int], int]", _relax)
"""Raise the lanes of ``target`` to those of ``node`` less ``cost``; give the highest that rose.

Gives 0 where none rose. ``cost`` must fit the lanes.
"""

arrive = cast("Callable[[Any, int, int, int, int, Any], None]", _arrive)
"""Write into a row of lanes the sooner of two ways: by ``node`` and by ``other``."""

add_reached = cast("Callable[[Any, int, int, int, int, float, Any, int], None]", _add_reached)
"""Add an amount, in a row of sums, to the lanes above one bound at ``node`` or one at ``other``.

The bounds must fit the lanes.
"""

lowest_bit = cast("Callable[[int], int]", _lowest_bit)
"""Number of the lowest bit that is set; of a word that is not 0."""
