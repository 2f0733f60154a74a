"""Builds the compiled parts: the extension `_native`, the plain library `_math`."""

from __future__ import annotations

import platform
from glob import glob

import numpy
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

NATIVE = "tensorgraph/native"
FLAGS = [
    "-std=gnu99",
    "-Wall",
    "-Wextra",
    "-g0",
    "-O2",
    "-fno-math-errno",
    "-ffp-contract=off",
    "-fopenmp-simd",
]


class PlainLibrary(Extension):
    """A shared library of C functions that no interpreter imports."""


class BuildNative(build_ext):
    """Builds extensions, and plain libraries as extensions without an init function."""

    def get_export_symbols(self, ext: Extension) -> list[str]:
        if isinstance(ext, PlainLibrary):
            return list(ext.export_symbols)
        return super().get_export_symbols(ext)


def sources(folder: str) -> list[str]:
    """The C files of one folder below `tensorgraph/native`, in a stable order."""
    return sorted(glob(f"{NATIVE}/{folder}/*.c"))


def headers() -> list[str]:
    return sorted(glob(f"{NATIVE}/**/*.h", recursive=True))


def native() -> Extension:
    sampler = sources("sampler")
    return Extension(
        "tensorgraph.native._native",
        sources=[f"{NATIVE}/module.c", *sources("calling"), *sampler],
        depends=headers(),
        include_dirs=[NATIVE, numpy.get_include()],
        define_macros=[("TG_WITH_SAMPLER", "1")] if sampler else [],
        extra_compile_args=[*FLAGS, "-fvisibility=hidden"],
        libraries=["m"],
    )


def math(name: str, *flags: str) -> Extension:
    return PlainLibrary(
        f"tensorgraph.native.{name}",
        sources=sources("math"),
        depends=headers(),
        include_dirs=[NATIVE],
        extra_compile_args=[*FLAGS, *flags],
        libraries=["m"],
    )


def libraries() -> list[Extension]:
    """The math library; on x86-64 also one for processors with fused multiply-add."""
    if not sources("math"):
        return []
    if platform.machine() not in ("x86_64", "AMD64"):
        return [math("_math")]
    return [math("_math"), math("_math_fma", "-mavx2", "-mfma")]


setup(
    license="Apache-2.0",
    ext_modules=[native(), *libraries()],
    cmdclass={"build_ext": BuildNative},
)
