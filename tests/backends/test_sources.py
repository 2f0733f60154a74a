"""The library of C cut down: every function compiles alone and with all the others."""

import re

import pytest

from tensorgraph.backends.c.prelude import prototypes
from tensorgraph.backends.c.sources import library_text, public_functions
from tensorgraph.errors import CompileError
from tensorgraph.native import FOLDER, load_math
from tests.backends.exported import compiled

FIRST = """\
#define _XOPEN_SOURCE 700
#define TG_FUSED {fused}
#define TG_INLINE static inline __attribute__((always_inline))
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#include <stdint.h>
{headers}

{text}

void *const table[] = {{{table}}};
"""


def build(folder, names, fused=1):
    headers, text = library_text(names)
    includes = "\n".join(f"#include {file}" for file in headers)
    table = ", ".join(f"(void *){name}" for name in names)
    source = folder / "library.c"
    source.write_text(
        FIRST.format(fused=fused, headers=includes, text=text, table=table)
    )
    compiled([source], folder / "library.o", ("-c", "-O1"), ())
    return text


def test_it_finds_what_the_library_exports():
    names = public_functions()
    assert len(names) > 150 and set(prototypes()) <= set(names)
    text = "\n".join(p.read_text() for p in (FOLDER / "math").iterdir())
    for name in names:
        first = r'(TG_HIDDEN|"hidden"\)\)\))'
        hidden = rf'{first} [\w ]+{name}\(|{name}\([^;]*"hidden"'
        assert hasattr(load_math(), name) or re.search(hidden, text), name


@pytest.mark.parametrize("fused", [0, 1])
def test_all_functions_in_one_file(tmp_path, fused):
    build(tmp_path, public_functions(), fused)


@pytest.mark.parametrize("part", range(4))
def test_each_function_with_no_more_than_it_needs(tmp_path, part):
    "A warning of something unused would be an error."
    for name in public_functions()[part::40]:
        build(tmp_path, [name])


def test_only_what_is_needed_is_there(tmp_path):
    text = build(tmp_path, ["tg_exp"])
    assert "tg_exp_beyond_linear" in text and len(text) < 4000
    assert not re.search(r"tg_(expm1|log|two_sum)\b", text)
    assert build(tmp_path, ["tg_exp", "tg_exp"]) == text


def test_what_several_files_call_by_one_name(tmp_path):
    text = build(tmp_path, ["tg_gammainc", "tg_betainc_da"])
    assert "#define TG_INCOMPLETE_GAMMA_FEW_TERMS 20.0" in text
    assert "#define TG_INCOMPLETE_BETA_FEW_TERMS 50.0" in text


def test_a_function_that_is_not_there():
    with pytest.raises(CompileError, match="tg_none"):
        library_text(["tg_none"])
