"""Masks: which of 64 lanes a statement holds for, one bit each, made by vector instructions.

A lane is a departure. Its label at a stop is a time in 16 bits; a connection asks which lanes
are at its stop in time, and lowers those that it carries to its arrival. Both take a handful
of instructions for all 64 lanes, written for LLVM, so that any processor gets its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from htkgis.network.lanes import LANES, call_llvm, load_lanes, row_of_lanes, spread_over

LATEST = 2**16 - 1
"""Label of a lane that is not at a stop: later than any time that counts."""
EVERY_LANE = -1
"""Mask of all 64 lanes, as a signed word."""


@intrinsic
def _lanes_until(_: Any, labels: Any, row: Any, time: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, number, limit = values
        place, vector = row_of_lanes(context, builder, signature.args[0], array, number)
        own = load_lanes(builder, place)
        late = builder.icmp_unsigned(">", own, spread_over(builder, limit, vector))
        mask = builder.not_(builder.bitcast(late, ir.IntType(LANES)))
        top = ir.Constant(vector, [LATEST] * LANES)
        waiting = builder.select(late, own, top)
        name = f"llvm.vector.reduce.umin.v{LANES}i{vector.element.width}"
        following = builder.zext(
            call_llvm(builder, name, vector.element, [waiting]), ir.IntType(64)
        )
        return context.make_tuple(builder, signature.return_type, [mask, following])

    pair: Any = types.UniTuple(types.int64, 2)  # type: ignore[no-untyped-call]
    return pair(labels, types.int64, types.int64), generate


@intrinsic
def _lower_lanes(_: Any, labels: Any, row: Any, time: Any, mask: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, number, value, word = values
        place, vector = row_of_lanes(context, builder, signature.args[0], array, number)
        own = load_lanes(builder, place)
        chosen = builder.bitcast(word, ir.VectorType(ir.IntType(1), LANES))
        top = ir.Constant(vector, [LATEST] * LANES)
        offered = builder.select(chosen, spread_over(builder, value, vector), top)
        falls = builder.icmp_unsigned("<", offered, own)
        builder.store(builder.select(falls, offered, own), place, align=2)
        return builder.bitcast(falls, ir.IntType(LANES))

    return types.int64(labels, types.int64, types.int64, types.int64), generate


lanes_until = cast("Callable[[Any, int, int], tuple[int, int]]", _lanes_until)
"""Tell which lanes of a row have a label up to a time, and the earliest label after it."""

lower_lanes = cast("Callable[[Any, int, int, int], int]", _lower_lanes)
"""Lower the lanes of a mask to a time where it is earlier; tell which of them fell."""


@intrinsic
def _sooner_by(_: Any, labels: Any, row: Any, cost: Any, best: Any, place: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, number, weight, lowest, target = values
        source, vector = row_of_lanes(context, builder, signature.args[0], array, number)
        kept, _ = row_of_lanes(context, builder, signature.args[3], lowest, target)
        name = f"llvm.uadd.sat.v{LANES}i{vector.element.width}"
        cost_of_all = spread_over(builder, weight, vector)
        offered = call_llvm(builder, name, vector, [load_lanes(builder, source), cost_of_all])
        own = load_lanes(builder, kept)
        less = builder.icmp_unsigned("<", offered, own)
        builder.store(builder.select(less, offered, own), kept, align=2)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(labels, whole, whole, best, whole), generate


@intrinsic
def _soonest_of(
    _: Any,
    labels: Any,
    first: Any,
    number: Any,  # noqa: ARG001
    width: Any,  # noqa: ARG001
    part: Any,  # noqa: ARG001
    best: Any,
    place: Any,  # noqa: ARG001
) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, firsts, size, wide, own_part, lowest, target = values
        numbers = context.make_array(signature.args[1])(context, builder, firsts).data
        kept, vector = row_of_lanes(context, builder, signature.args[5], lowest, target)
        top = ir.Constant(vector, [LATEST] * LANES)
        least = cgutils.alloca_once_value(builder, top)  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, size) as loop:
            own = builder.load(builder.gep(numbers, [loop.index]))
            row = builder.add(builder.mul(own, wide), own_part)
            source, _ = row_of_lanes(context, builder, signature.args[0], array, row)
            offered, before = load_lanes(builder, source), builder.load(least)
            less = builder.icmp_unsigned("<", offered, before)
            builder.store(builder.select(less, offered, before), least)
        builder.store(builder.load(least), kept, align=2)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(labels, first, whole, whole, whole, best, whole), generate


@intrinsic
def _count_lanes(_: Any, mask: Any) -> Any:  # noqa: ARG001 - numba reads the names
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.int64(types.int64), generate


sooner_by = cast("Callable[[Any, int, int, Any, int], None]", _sooner_by)
"""Lower row ``place`` of ``best`` to a row of labels plus a cost, where that is sooner."""

soonest_of = cast("Callable[[Any, Any, int, int, int, Any, int], None]", _soonest_of)
"""Write into row ``place`` of ``best`` the least of rows ``width * first[n] + part`` of labels.

``n`` goes up to a number; where that is 0 the row is all ``LATEST``.
"""

count_lanes = cast("Callable[[int], int]", _count_lanes)
"""Count the lanes of a mask."""
