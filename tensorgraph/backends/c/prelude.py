"""What a translation unit begins with: only the declarations that its code uses."""

from __future__ import annotations

import re
from functools import cache

from tensorgraph.backends.c.spelling import (
    FLOATS,
    PARTS,
    SCALAR_TYPES,
    literal,
    scalar_type,
    suffix,
)
from tensorgraph.errors import CompileError
from tensorgraph.loops.ir import LANES
from tensorgraph.native import header

CASTS = {
    "to_int64": """\
TG_INLINE int64_t tg_to_int64(double x)
{
    return x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : INT64_MIN;
}""",
    "to_int32": """\
TG_INLINE int32_t tg_to_int32(double x)
{
    return x > -0x1p31 - 1 && x < 0x1p31 ? (int32_t)x : INT32_MIN;
}""",
    "to_uint64": """\
TG_INLINE uint64_t tg_to_uint64(double x)
{
    if (x >= 0x1p63 && x < 0x1p64)
        return (uint64_t)(x - 0x1p63) + ((uint64_t)1 << 63);
    return x >= -0x1p63 && x < 0x1p63 ? (uint64_t)(int64_t)x : (uint64_t)1 << 63;
}""",
}

HALVES = {
    "from_half": """\
/* A float16 from its bits: as the top of a float whose exponent is 112 too small. */
TG_INLINE float tg_from_half(uint16_t bits)
{
    union { uint32_t bits; float value; } top = { (uint32_t)(bits & 0x7fff) << 13 };
    const float size = top.value * 0x1p112f;
    top.bits |= 0x7f800000; /* of an infinity, or nan */
    const float value = size < 65536.0f ? size : top.value;
    return bits >> 15 ? -value : value;
}""",
    "to_half": """\
/* The bits of a float that is a float16. */
TG_INLINE uint16_t tg_to_half(float value)
{
    union { float value; uint32_t bits; } whole = { value }, top;
    top.value = value * 0x1p-112f;
    const uint32_t finite = (top.bits & 0x7fffffff) >> 13;
    const uint32_t special = value != value ? 0x7e00 : 0x7c00;
    const uint32_t size = value - value == 0 ? finite : special;
    return (uint16_t)(whole.bits >> 31 << 15 | size);
}""",
    "round_half": """\
/* The nearest float16: adding a large number cuts 42 bits off, more below 2^-14. */
TG_INLINE float tg_round_half(double x)
{
    union { double value; uint64_t bits; } power = { x };
    power.bits &= (uint64_t)0x7ff << 52;
    const double least = power.value < 0x1p-14 ? 0x1p-14 : power.value;
    const double large = least * 0x1.8p42, near = (x + large) - large;
    const double beyond = x * __builtin_inf();
    return (float)__builtin_copysign(__builtin_fabs(x) < 65520 ? near : beyond, x);
}""",
}

ROUNDED = """\
/* A product that is rounded before it is added: gcc fuses them in vectors of pairs. */
#if defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
#define TG_ROUNDED(x) __builtin_assoc_barrier(x)
#else
#define TG_ROUNDED(x) (x)
#endif"""

PRODUCTS = {
    "mul": """\
TG_INLINE {type} tg_mul_{suffix}({type} a, {type} b)
{{
    const {part} ar = __real__ a, ai = __imag__ a, br = __real__ b, bi = __imag__ b;
    const {part} real = TG_ROUNDED(ar * br) - TG_ROUNDED(ai * bi);
    const {part} imag = TG_ROUNDED(ar * bi) + TG_ROUNDED(ai * br);
    return __builtin_complex(real, imag);
}}""",
    "div": """\
/* A quotient by the smaller ratio of the divisor's parts (Smith 1962). */
TG_INLINE {type} tg_div_{suffix}({type} a, {type} b)
{{
    const {part} ar = __real__ a, ai = __imag__ a, br = __real__ b, bi = __imag__ b;
    const int wide = {abs}(br) >= {abs}(bi), zero = br == 0 && bi == 0;
    const {part} large = wide ? br : bi, small = wide ? bi : br;
    const {part} ratio = small / large, scale = 1 / (large + small * ratio);
    const {part} x = TG_ROUNDED(ar * ratio), y = TG_ROUNDED(ai * ratio);
    const {part} real = wide ? ar + y : x + ai, imag = wide ? ai - x : y - ar;
    if (zero)
        return __builtin_complex(ar / {abs}(br), ai / {abs}(br));
    return __builtin_complex(real * scale, imag * scale);
}}""",
}

STOPPED = """\
TG_INLINE int tg_stopped(const tg_runtime *runtime)
{
    return runtime->stop && *runtime->stop;
}"""

INLINE = "#define TG_INLINE static inline __attribute__((always_inline))"
"""Of functions in vector loops; sums are inlined only where that is allowed."""

TOTAL = """\
/* A sum with Neumaier's compensation: what it lost to rounding is kept in `rest`. */
typedef struct {{ {type} sum, rest; }} tg_total_{suffix};

static inline void tg_add_{suffix}(tg_total_{suffix} *total, {type} term)
{{
    const {type} sum = total->sum + term;
    if (total->sum == 0) {{ /* nothing is lost */
        total->sum = sum;
        return;
    }}
    const int larger = {abs}(total->sum) >= {abs}(term);
    if (sum - sum == 0)
        total->rest += larger ? (total->sum - sum) + term : (term - sum) + total->sum;
    total->sum = sum;
}}"""

FLUSH = """\
static void tg_flush_{suffix}(tg_total_{suffix} *total, {type} *lanes)
{{
    tg_join_{suffix}(total, lanes);
    for (int lane = 0; lane < 8; lane++)
        lanes[lane] = 0;
}}"""

JOIN = """\
static inline void tg_join_{suffix}(tg_total_{suffix} *total, const {type} *s)
{{
    const {type} even = (s[0] + s[4]) + (s[2] + s[6]);
    const {type} odd = (s[1] + s[5]) + (s[3] + s[7]);
    tg_add_{suffix}(total, even + odd);
}}"""

FOLD = """\
/* tg_join for lanes that vector code has just stored: halves are added as vectors. */
static inline void tg_fold_{suffix}(tg_total_{suffix} *total, const {type} *s)
{{
    {type} four[4], two[2];
    #pragma omp simd simdlen(4)
    for (int lane = 0; lane < 4; lane++)
        four[lane] = s[lane] + s[lane + 4];
    #pragma omp simd simdlen(2)
    for (int lane = 0; lane < 2; lane++)
        two[lane] = four[lane] + four[lane + 2];
    tg_add_{suffix}(total, two[0] + two[1]);
}}"""

LARGER = """\
/* The {word} of two; nan wins, and the first in a tie. */
TG_INLINE {type} tg_{combine}_{suffix}({type} a, {type} b)
{{
    return {test} ? b : a;
}}"""

WHOLE = {**CASTS, **HALVES, "rounded": ROUNDED, "stopped": STOPPED}
TEMPLATES = {**PRODUCTS, "add": TOTAL, "join": JOIN, "fold": FOLD, "flush": FLUSH}
WORD = re.compile(r"[A-Za-z_]\w*")
DTYPE_OF = {suffix(dtype): dtype for dtype in SCALAR_TYPES}


class Prelude:
    """Collects what the code of one translation unit needs, then prints it."""

    def __init__(self) -> None:
        self._needed: dict[str, None] = {}
        self._functions: dict[tuple[str, int], None] = {}

    def need(self, name: str) -> None:
        """A definition of ours, such as "join_f64"."""
        kind, _, dtype = name.partition("_")
        if kind in PRODUCTS:
            self.need("rounded")
        for larger, smaller in (("flush", "join"), ("join", "add"), ("fold", "add")):
            if kind == larger:
                self.need(f"{smaller}_{dtype}")
        self._needed[name] = None

    def call(self, function: str, arguments: int) -> None:
        """A function that the code calls by name."""
        if not function.startswith("__builtin_"):
            self._functions[function, arguments] = None

    @property
    def vector_math(self) -> bool:
        """Whether the code needs the vector math library at run time."""
        return bool(self.library)

    @property
    def library(self) -> list[str]:
        """The functions of the vector math library that the code calls."""
        return [name for name, _ in self._functions if name in prototypes()]

    def text(self) -> str:
        """The first lines of the translation unit."""
        parts = ["#include <stdint.h>", runtime_struct()]
        declared = [_prototype(name, count) for name, count in self._functions]
        if any(line.startswith("TG_") for line in declared):
            parts.append(macros())
        if declared:
            parts.append("\n".join(sorted(declared)))
        definitions = self.definitions()
        if any("TG_INLINE" in definition for definition in definitions):
            parts.append(INLINE)
        return "\n\n".join(parts + definitions)

    def definitions(self) -> list[str]:
        """What we define ourselves, such as sums in lanes."""
        return [_definition(name) for name in self._needed]

    def part(self, text: str) -> Prelude:
        """What a part of the code needs, told by the words in its text."""
        words = set(WORD.findall(text))
        found = Prelude()
        for name in sorted(self._needed):
            if words & _provided(name):
                found.need(name)
        for name, count in self._functions:
            if name in words:
                found.call(name, count)
        return found

    def foreign(self) -> list[str]:
        """The prototypes of the functions that the C library has."""
        own = self.library
        called = [(name, n) for name, n in self._functions if name not in own]
        return sorted(_prototype(name, count) for name, count in called)


def _provided(name: str) -> set[str]:
    """The words in code that ask for a definition."""
    kind, _, dtype = name.partition("_")
    more = {"add": f"tg_total_{dtype}", "rounded": "TG_ROUNDED"}
    return {f"tg_{name}", more.get(kind, "")}


def _definition(name: str) -> str:
    if name in WHOLE:
        return WHOLE[name]
    kind, _, short = name.partition("_")
    dtype = DTYPE_OF[short]
    if kind in ("max", "min"):
        return _larger(kind, dtype)
    part = PARTS.get(dtype, dtype)
    fabs = "__builtin_fabs" if part == "float64" else "__builtin_fabsf"
    return TEMPLATES[kind].format(
        type=scalar_type(dtype), part=scalar_type(part), suffix=short, abs=fabs
    )


def _larger(combine: str, dtype: str) -> str:
    test = "a < b" if combine == "max" else "b < a"
    if dtype in FLOATS:
        test = f"({test}) | (b != b)"
    word = "larger" if combine == "max" else "smaller"
    return LARGER.format(
        word=word,
        type=scalar_type(dtype),
        combine=combine,
        suffix=suffix(dtype),
        test=test,
    )


def lanes_of(value: str) -> str:
    """An initializer of all lanes.

    >>> lanes_of("0")
    '{0}'
    """
    zero = value in ("0", literal(0, "float64"), literal(0, "float32"))
    return "{0}" if zero else "{" + ", ".join([value] * LANES) + "}"


# -- what the headers of the package say -----------------------------------------------


@cache
def runtime_struct() -> str:
    """The runtime struct and the return codes, without the comments of native/abi.h."""
    text = re.sub(r"[ \t]*/\*.*?\*/", "", header("abi.h"), flags=re.DOTALL)
    codes = re.search(r"^enum .*?;", text, re.DOTALL | re.MULTILINE)
    values = re.search(r"^#define TG_CHECK_VALUES .*", text, re.MULTILINE)
    struct = re.search(
        r"^typedef struct tg_runtime \{.*?\} tg_runtime;", text, re.DOTALL | re.M
    )
    assert codes and values and struct
    return "\n".join([values[0], codes[0], struct[0]])


@cache
def _math_header() -> str:
    return re.sub(r"/\*.*?\*/", "", header("math/vector_math.h"), flags=re.DOTALL)


@cache
def macros() -> str:
    """What the words before the prototypes of the vector math mean to each compiler."""
    lines = [line for line in _math_header().splitlines() if line.startswith("#")]
    guard, end = lines[:2], lines[-1]
    assert guard[0].startswith("#ifndef") and end.startswith("#endif")
    return "\n".join(line for line in lines[2:-1] if not line.startswith("#include"))


PROTOTYPE = re.compile(r"^\w[\w \t*]*?\b(tg_\w+)\([^;{}]*?\);", re.M)


@cache
def prototypes() -> dict[str, str]:
    """The prototype of each function of the vector math library.

    >>> prototypes()["tg_exp"]
    'TG_SIMD double tg_exp(double x);'
    """
    return {
        found[1]: re.sub(r"\s+", " ", found[0])
        for found in PROTOTYPE.finditer(_math_header())
    }


def _prototype(name: str, arguments: int) -> str:
    """A prototype from the math library's header, or of a C function of doubles."""
    known = prototypes().get(name)
    if known is not None:
        return known
    if name.startswith("tg_"):
        raise CompileError(
            f"The math library of tensorgraph has no function {name}.",
            remedy='Report it: an op spells what is missing. mode="PYTHON" works.',
        )
    return f"double {name}({', '.join(['double'] * arguments)});"
