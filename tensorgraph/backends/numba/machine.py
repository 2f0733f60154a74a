"""What compiled code needs beyond Python: pointers, calls by address, exact casts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.core.errors import RequireLiteralValue
from numba.extending import intrinsic

from tensorgraph.loops.ir import LANES
from tensorgraph.loops.reduction import sum_of_lanes

Generator = tuple[Any, Callable[..., Any]]


part = njit(error_model="numpy")
"""Makes a function that kernels may call."""


def external(name: str, arguments: int) -> types.ExternalFunction:
    """A C function of doubles, found by name."""
    return types.ExternalFunction(name, types.float64(*[types.float64] * arguments))


def external_complex(name: str, arguments: int) -> Any:
    """A C function of one or two complex numbers; their parts are passed as doubles."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        parts = [builder.extract_value(z, part) for z in given for part in (0, 1)]
        returned = context.get_value_type(signature.return_type)
        kind = ir.FunctionType(returned, [ir.DoubleType()] * len(parts))
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(function, parts)

    number = types.complex128

    @intrinsic
    def of_one(typing: Any, z: types.Type) -> Generator:
        return number(number), generate

    @intrinsic
    def of_two(typing: Any, a: types.Type, b: types.Type) -> Generator:
        return number(number, number), generate

    return of_one if arguments == 1 else of_two


# -- memory ----------------------------------------------------------------------------


def _pointer_to(kind: types.Type) -> Any:
    @intrinsic
    def at(typing: Any, address: types.Type) -> Generator:
        """The memory at an address."""

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            return builder.inttoptr(
                given[0], context.get_value_type(signature.return_type)
            )

        return types.CPointer(kind)(types.int64), generate

    return at


int8_at = _pointer_to(types.int8)
int16_at = _pointer_to(types.int16)
int32_at = _pointer_to(types.int32)
int64_at = _pointer_to(types.int64)
uint8_at = _pointer_to(types.uint8)
uint16_at = _pointer_to(types.uint16)
uint32_at = _pointer_to(types.uint32)
uint64_at = _pointer_to(types.uint64)
float32_at = _pointer_to(types.float32)
float64_at = _pointer_to(types.float64)
complex64_at = _pointer_to(types.complex64)
complex128_at = _pointer_to(types.complex128)


def _lanes_of(kind: types.Type) -> Any:
    @intrinsic
    def lanes(typing: Any) -> Generator:
        """Eight numbers on the stack, the same ones each time."""

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            value = context.get_value_type(kind)
            return cgutils.alloca_once(builder, value, size=LANES)

        return types.CPointer(kind)(), generate

    return lanes


float32_lanes = _lanes_of(types.float32)
float64_lanes = _lanes_of(types.float64)


@intrinsic
def stack(typing: Any, count: types.IntegerLiteral) -> Generator:
    """The address of so many 8-byte slots on the stack."""
    if not isinstance(count, types.IntegerLiteral):
        raise RequireLiteralValue(count)

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        word = ir.IntType(64)
        slots = cgutils.alloca_once(builder, word, size=count.literal_value)
        return builder.ptrtoint(slots, word)

    return types.int64(count), generate


@intrinsic
def clear(typing: Any, lanes: types.CPointer) -> Generator:
    """Set all lanes to 0."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        zero = ir.Constant(context.get_value_type(lanes.dtype), 0.0)
        for lane in range(LANES):
            place = builder.gep(given[0], [ir.Constant(ir.IntType(64), lane)])
            builder.store(zero, place)
        return context.get_dummy_value()

    return types.void(lanes), generate


@intrinsic
def sum_of(typing: Any, lanes: types.CPointer) -> Generator:
    """The fixed tree over eight lanes."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        places = [ir.Constant(ir.IntType(64), lane) for lane in range(LANES)]
        return sum_of_lanes(
            [_Number(builder, builder.load(builder.gep(given[0], [k]))) for k in places]
        ).value

    return lanes.dtype(lanes), generate


class _Number:
    """A float in the making, so that formulas written for numbers also make code."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def __add__(self, other: _Number) -> _Number:
        return _Number(self.builder, self.builder.fadd(self.value, other.value))


@intrinsic
def address_of(typing: Any, pointer: types.Type, position: types.Type) -> Generator:
    """The address of an element; `pointer` is an address itself for a strided input."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = builder.gep(given[0], [given[1]])
        return builder.ptrtoint(place, ir.IntType(64))

    return types.int64(pointer, types.int64), generate


# -- control ---------------------------------------------------------------------------


@intrinsic
def select(
    typing: Any, condition: types.Type, a: types.Type, b: types.Type
) -> Generator:
    """`a` where the condition holds, else `b`, without a branch."""
    kind = typing.unify_types(types.unliteral(a), types.unliteral(b))

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.select(*given)

    return kind(types.boolean, kind, kind), generate


@intrinsic
def lost(typing: Any, s: types.Type, term: types.Type, total: types.Type) -> Generator:
    """What rounding took from `total = s + term`; 0 if the total is not finite."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        zero = ir.Constant(given[0].type, 0.0)
        size = [builder.select(builder.fcmp_ordered("<", x, zero), builder.fneg(x), x)
                for x in given[:2]]  # fmt: skip
        first = builder.fcmp_ordered(">=", *size)
        large = builder.select(first, given[0], given[1])
        small = builder.select(first, given[1], given[0])
        rest = builder.fadd(builder.fsub(large, given[2]), small)
        finite = builder.fcmp_ordered("==", builder.fsub(given[2], given[2]), zero)
        return builder.select(finite, rest, zero)

    return total(s, term, total), generate


@intrinsic
def stop_asked(typing: Any, runtime: types.Type) -> Generator:
    """Whether the stop flag of the runtime struct is set; it may change at any time."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        byte, word = ir.IntType(32), ir.IntType(64)
        field = builder.inttoptr(builder.add(given[0], word(8)), word.as_pointer())
        address = builder.load(field)
        found = cgutils.alloca_once_value(builder, byte(0))
        with builder.if_then(
            builder.icmp_unsigned("!=", address, word(0)), likely=False
        ):
            flag = builder.inttoptr(address, byte.as_pointer())
            builder.store(builder.load_atomic(flag, "monotonic", 4), found)
        return builder.icmp_unsigned("!=", builder.load(found), byte(0))

    return types.boolean(types.int64), generate


def _caller(result: types.Type) -> Any:
    @intrinsic
    def call(typing: Any, address: types.Type, arguments: Any) -> Generator:
        """Call the C function at an address with a tuple of integers and doubles."""
        kinds = [
            types.float64 if a == types.float64 else types.int64 for a in arguments
        ]

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            pieces = cgutils.unpack_tuple(builder, given[1], len(kinds))
            returns = ir.VoidType()
            if result != types.void:
                returns = context.get_value_type(result)
            kind = ir.FunctionType(returns, [context.get_value_type(k) for k in kinds])
            function = builder.inttoptr(given[0], kind.as_pointer())
            found = builder.call(function, pieces)
            return context.get_dummy_value() if result == types.void else found

        return result(types.int64, types.Tuple(kinds)), generate

    return call


call_nothing = _caller(types.void)
call_int8 = _caller(types.int8)
call_int16 = _caller(types.int16)
call_int32 = _caller(types.int32)
call_int64 = _caller(types.int64)
call_uint8 = _caller(types.uint8)
call_uint16 = _caller(types.uint16)
call_uint32 = _caller(types.uint32)
call_uint64 = _caller(types.uint64)
call_float32 = _caller(types.float32)
call_float64 = _caller(types.float64)


# -- complex numbers -------------------------------------------------------------------


@part
def quotient(a: Any, b: Any) -> Any:
    """a / b by the smaller ratio of the parts of b (Smith 1962), as NumPy divides."""
    wide = abs(b.real) >= abs(b.imag)
    if b.real == 0 and b.imag == 0:
        return complex(a.real / abs(b.real), a.imag / abs(b.real))
    large, small = (b.real, b.imag) if wide else (b.imag, b.real)
    ratio = small / large
    scale = 1 / (large + small * ratio)
    x, y = a.real * ratio, a.imag * ratio
    real, imag = (a.real + y, a.imag - x) if wide else (x + a.imag, y - a.real)
    return complex(real * scale, imag * scale)


# -- float16: bits in memory, elsewhere floats that a float16 can hold -----------------


def _bits_as(kinds: dict[int, types.Type]) -> Any:
    @intrinsic
    def seen_as(typing: Any, x: Any) -> Generator:
        """The number with the same bits, of the kind for so many."""

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = context.get_value_type(signature.return_type)
            return builder.bitcast(given[0], kind)

        return kinds[x.bitwidth](x), generate

    return seen_as


bits_of = _bits_as({32: types.uint32, 64: types.uint64})
of_bits = _bits_as({32: types.float32, 64: types.float64})


@part
def from_half(bits: Any) -> Any:
    """A float16 from its bits, the top of a float whose exponent is 112 too small."""
    top = types.uint32((bits & 0x7FFF) << 13)
    size = of_bits(top) * types.float32(2.0**112)
    special = of_bits(types.uint32(top | 0x7F800000))
    value = size if size < types.float32(65536.0) else special
    return -value if bits >> 15 else value


@part
def to_half(number: Any) -> Any:
    """The bits of a number that is a float16, given as a float of any size."""
    value = types.float32(number)
    sign = bits_of(value) >> 31 << 15
    finite = (bits_of(value * types.float32(2.0**-112)) & 0x7FFFFFFF) >> 13
    special = 0x7E00 if value != value else 0x7C00
    size = finite if value - value == types.float32(0.0) else special
    return types.uint16(sign | size)


@part
def round_half(x: Any) -> Any:
    """The nearest float16: adding and subtracting a large number cuts 42 bits off."""
    whole = types.float64(x)
    binade = of_bits(types.uint64(bits_of(whole) & types.uint64(0x7FF << 52)))
    large = max(binade, 2.0**-14) * (1.5 * 2.0**42)
    near = (whole + large) - large
    value = near if abs(whole) < 65520.0 else whole * math.inf
    return types.float32(math.copysign(value, whole))


# -- casts -----------------------------------------------------------------------------


def _rounded(builder: Any, x: Any, low: float, high: float, kind: Any) -> Any:
    """x without its fraction if low < x < high, else the smallest signed integer."""
    double = ir.DoubleType()
    inside = builder.and_(
        builder.fcmp_ordered(">", x, ir.Constant(double, low)),
        builder.fcmp_ordered("<", x, ir.Constant(double, high)),
    )
    smallest = ir.Constant(kind, -(2 ** (kind.width - 1)))
    return builder.select(inside, builder.fptosi(x, kind), smallest)


@intrinsic
def to_int64(typing: Any, x: types.Type) -> Generator:
    """A float as int64; nan and what does not fit become the smallest one."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _rounded(
            builder, given[0], -(2.0**63) * (1 + 2**-52), 2.0**63, ir.IntType(64)
        )

    return types.int64(types.float64), generate


@intrinsic
def to_int32(typing: Any, x: types.Type) -> Generator:
    """A float as int32; nan and what does not fit become the smallest one."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _rounded(builder, given[0], -(2.0**31) - 1, 2.0**31, ir.IntType(32))

    return types.int32(types.float64), generate


@intrinsic
def to_uint64(typing: Any, x: types.Type) -> Generator:
    """A float as uint64; negative numbers wrap, what does not fit becomes 2**63."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        word, half = ir.IntType(64), ir.Constant(ir.DoubleType(), 2.0**63)
        low = _rounded(builder, given[0], -(2.0**63) * (1 + 2**-52), 2.0**63, word)
        above = builder.fsub(given[0], half)
        high = builder.add(
            _rounded(builder, above, -1.0, 2.0**63, word), word(-(2**63))
        )
        large = builder.and_(
            builder.fcmp_ordered(">=", given[0], half),
            builder.fcmp_ordered("<", given[0], ir.Constant(ir.DoubleType(), 2.0**64)),
        )
        return builder.select(large, high, low)

    return types.uint64(types.float64), generate
