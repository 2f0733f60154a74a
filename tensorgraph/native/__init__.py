"""The compiled parts of the package: where they lie and how to load them."""

import ctypes
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def math_library() -> str:
    """Path of the shared library of vector math that is right for this processor.

    On x86-64 there are two, with and without fused multiply-add; both pass the same
    tests, the last bits may differ. Raises ImportError if the package is not built.

    >>> Path(math_library()).name.startswith("_math")
    True
    """
    plain = _built("_math")
    if plain is None:
        raise ImportError(
            f"tensorgraph's math library is not built: {FOLDER} holds no _math"
            f"{EXTENSION_SUFFIXES[0]}. Install the package, or run"
            " `python setup.py build_ext --inplace` in its folder.",
            name="tensorgraph.native._math",
        )
    fused = _built("_math_fma")
    return fused if fused and ctypes.CDLL(plain).tg_processor_fuses() else plain


@cache
def header(name: str) -> str:
    """Text of a C header of the package, for the first lines of generated code.

    `name` is relative to the folder of the compiled parts.

    >>> "double tg_exp(double x);" in header("math/vector_math.h")
    True
    """
    return (FOLDER / name).read_text(encoding="ascii")


@cache
def load_math() -> ctypes.CDLL:
    """The math library, loaded so that compiled kernels find its functions by name.

    >>> exp = load_math().tg_exp
    >>> exp.restype, exp.argtypes = ctypes.c_double, [ctypes.c_double]
    >>> exp(0.0)
    1.0
    """
    return ctypes.CDLL(math_library(), mode=ctypes.RTLD_GLOBAL)


def _built(stem: str) -> str | None:
    paths = (FOLDER / f"{stem}{suffix}" for suffix in EXTENSION_SUFFIXES)
    return next((str(path) for path in paths if path.exists()), None)
