"""The C compiler of this machine: which it is, what it is asked, what it answers."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import cache

from tensorgraph.backends import store
from tensorgraph.backends.c.process import find, run, run_together
from tensorgraph.backends.digest import digest
from tensorgraph.config import config
from tensorgraph.errors import CompileError, NoCompilerError
from tensorgraph.record import record

USUAL = ("cc", "gcc", "clang")

EXACT = ("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv")
"""Nobody reads errno or the flags of floating point, which vector loops need; no two
operations are fused, so results are the same everywhere; integers wrap as in NumPy."""

LIBRARY = ("-fopenmp-simd", "-fPIC", "-shared", "-w", "-pipe", "-fno-strict-aliasing")
"""Workspace holds doubles now and integers later, which strict aliasing forbids."""

FULL = """
    -O2 -fno-tree-pre -fno-tree-vrp -fno-tree-dominator-opts -fno-thread-jumps
    -fno-gcse -fno-tree-bit-ccp -fno-tree-ccp -fno-code-hoisting -fno-tree-tail-merge
    -fno-tree-sink -fno-expensive-optimizations -fno-schedule-insns2
    -fno-rerun-cse-after-loop -fno-ipa-cp -fno-ipa-sra -fno-ipa-icf -fno-ipa-modref
    -fno-ipa-bit-cp -fno-ipa-vrp -fira-region=one
"""
"""Switched off is what takes gcc 40 % of its time without making printed loops faster.

Sinking is worse: it moves a call into the branch that uses it, which is no vector loop.
"""

LITTLE = """
    -O1 -ftree-loop-vectorize -fvect-cost-model=very-cheap -fno-inline -fno-ivopts
    -fno-tree-dominator-opts -fno-tree-bit-ccp -fno-tree-ccp -fno-tree-sink
    -fno-tree-pta -fno-ipa-pure-const -fno-ipa-reference -fno-ipa-modref
    -fira-region=one
"""

OPTIMIZE = {"gcc": FULL, "clang": "-O2"}
OPTIMIZE_LITTLE = {"gcc": LITTLE, "clang": "-O1 -fvectorize"}

LINK = {
    "linux": ("-nostdlib", "-Wl,--build-id=none,--hash-style=gnu,-z,norelro"),
    "darwin": ("-Wl,-undefined,dynamic_lookup",),
}
"""What the C library and our math library define is found when the code is loaded."""

MOST_LINES = 20
OBJECT = ".o.tmp"

Job = tuple[tuple[str, ...], str]


@record
class Compiler:
    """A C compiler: how to call it, what it is, the flags that name this machine.

    Without a command it is one that is no longer there.
    """

    command: tuple[str, ...]
    version: str
    machine: tuple[str, ...]

    @property
    def kind(self) -> str:
        """gcc or clang."""
        return "clang" if "clang" in self.version else "gcc"

    def flags(self, fast_compile: bool = False, inline: bool = True) -> tuple[str, ...]:
        """What decides which code comes out.

        Without `inline`, calls stay calls, which saves a quarter of the time.
        """
        levels = OPTIMIZE_LITTLE if fast_compile else OPTIMIZE
        calls = () if inline else ("-fno-inline",)
        link = LINK.get(sys.platform, ("-nostdlib",))
        plugin = ("-fno-use-linker-plugin",) if self.kind == "gcc" else ()
        code = (*levels[self.kind].split(), *calls, *EXACT, *LIBRARY, *self.machine)
        return (*code, *link, *plugin)

    def compile(
        self, sources: Sequence[str], library: str, flags: tuple[str, ...]
    ) -> None:
        """Compile files of C to a shared library; equal text gives equal bytes.

        Several files compile side by side; of each, an object file is left beside it.
        Raises CompileError with what the compiler printed.
        """
        if len(sources) == 1:
            self._run([(("-x", "c", "-", "-o", library), sources[0])], flags)
            return
        objects = [source + OBJECT for source in sources]
        self.assemble(dict(zip(sources, objects, strict=True)), flags)
        self.join(objects, library, flags)

    def assemble(self, targets: Mapping[str, str], flags: tuple[str, ...]) -> None:
        """Compile files of C side by side, each to the object file that it maps to."""
        compiled = ("-c", "-x", "c", "-", "-o")
        self._run([((*compiled, to), source) for source, to in targets.items()], flags)

    def join(
        self, objects: Sequence[str], library: str, flags: tuple[str, ...]
    ) -> None:
        """Make a shared library of object files."""
        self._run([((*objects, "-o", library), os.devnull)], flags)

    def _run(self, jobs: Sequence[Job], flags: tuple[str, ...]) -> None:
        """Run the compiler on each job: its last arguments, and what it reads."""
        if not self.command:
            raise _none_found()
        programs = [((*self.command, *flags, *more), read) for more, read in jobs]
        for status, said in run_together(programs):
            if status != 0:
                raise CompileError(_failure(self.command[0], status, said))


def _failure(compiler: str, status: int, said: str) -> str:
    lines = said.strip().splitlines()
    shown = [f"    {line}" for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"    ... and {len(lines) - MOST_LINES} lines more")
    ended = (
        f"was ended by signal {-status}"
        if status < 0
        else f"failed with status {status}"
    )
    return "\n".join([f"The C compiler {compiler} {ended} on generated code.", *shown])


# -- finding it ------------------------------------------------------------------------


def compiler() -> Compiler:
    """The compiler that `config.cc`, TENSORGRAPH_CC, CC or PATH name.

    Where PATH has none, one of which the store knows stands in: what it made before is
    found in the store, and only new code needs a compiler. Raises NoCompilerError.
    """
    wanted = config.cc or os.environ.get("CC")
    try:
        return _known(_command(wanted))
    except NoCompilerError:
        text = None if wanted else store.recall(_last())
        if text is None:
            raise
        return _described((), text)


def _last() -> str:
    """The key of what is remembered of the compiler that was used last."""
    return "compiler-" + digest(f"last\0{processor()}".encode()).hex()[:16]


def _command(wanted: str | None) -> tuple[str, ...]:
    """The compiler's full path and first arguments."""
    if wanted:
        name, *arguments = shlex.split(wanted)
        path = find(name)
        if path is None:
            raise NoCompilerError(
                f"The C compiler {name!r} was not found.",
                remedy="Correct TENSORGRAPH_CC, CC or config.cc, or unset them to use"
                f" the first of cc, gcc and clang. {NUMBA}",
            )
        return (path, *arguments)
    for name in USUAL:
        path = find(name)
        if path is not None:
            return (path,)
    raise _none_found()


def _none_found() -> NoCompilerError:
    return NoCompilerError(
        "No C compiler was found: PATH has none of cc, gcc and clang.",
        remedy="Install one (Debian and Ubuntu: apt install gcc; macOS: xcode-select"
        " --install; conda: conda install c-compiler) or set TENSORGRAPH_CC. " + NUMBA,
    )


NUMBA = 'mode="NUMBA" works without a C compiler.'


@cache
def _known(command: tuple[str, ...]) -> Compiler:
    """What a command is; found out once for a compiler and processor, remembered."""
    status = os.stat(command[0])
    identity = (*command, str(status.st_mtime_ns), str(status.st_size), processor())
    key = "compiler-" + digest("\0".join(identity).encode()).hex()[:16]
    text = store.recall(key)
    if text is None:
        text = "\n".join(_ask(command))
        store.remember(key, text)
    if store.recall(_last()) != text:
        store.remember(_last(), text)
    return _described(command, text)


def _described(command: tuple[str, ...], text: str) -> Compiler:
    """A compiler from the lines that are remembered of it."""
    version, _, machine = text.partition("\n")
    return Compiler(command, version, tuple(machine.split()))


def _ask(command: tuple[str, ...]) -> tuple[str, str]:
    """The version of a compiler, and the flags that name this machine to it."""
    question = ("-###", "-E", "-x", "c", os.devnull)
    status, said = run((*command, "-march=native", *question))
    machine = machine_flags(said) if status == 0 else ""
    if status != 0:
        status, said = run((*command, *question))
    version = re.search(r"^.*\bversion \S.*$", said, re.MULTILINE)
    if status != 0 or version is None:
        raise CompileError(_failure(command[0], status, said), remedy=NUMBA)
    return version[0].strip(), machine


def machine_flags(said: str) -> str:
    """The flags that `-march=native` stands for, from what a driver says to ``-###``.

    >>> machine_flags(' /usr/libexec/cc1 -E "-march=znver3" -mno-sgx "-mtune=znver3"')
    '-march=znver3 -mno-sgx -mtune=znver3'
    >>> machine_flags(' "clang" "-cc1" "-target-cpu" "znver4" "-mframe-pointer=all"')
    '-march=znver4'
    """
    named = re.search(r'"-target-cpu" "(\S+)"', said)
    if named:
        return f"-march={named[1]}"
    line = next((line for line in said.splitlines() if "cc1" in line), "")
    words = [word for word in shlex.split(line) if re.fullmatch(r"-m[a-z].*", word)]
    return " ".join(words)


@cache
def processor() -> str:
    """What names the processor and its features, cheaply; a new one means new flags."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            first = file.read(8192).partition("\n\n")[0]
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    kept = ("model name", "flags", "Features", "CPU part", "isa")
    return "\n".join(line for line in first.splitlines() if line.startswith(kept))
