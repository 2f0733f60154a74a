/* The words of a random generator. */
#ifndef TG_RANDOM_BITS_H
#define TG_RANDOM_BITS_H

#include <stdint.h>

/*  0..4   NumPy's `bitgen_t` while bound, else 0
 *  5..8   PCG64, PCG64DXSM: state low, high, increment low, high;  SFC64: its four words
 *  9      1 if 32 bits are held for the next draw of 32, else 0; plus the kind times 2^32
 *  10     those 32 bits  */
enum { TG_BITGEN_STATE = 5, TG_BITGEN_HELD = 9, TG_BITGEN_WORDS = 11 };
enum { TG_PCG64 = 0, TG_PCG64DXSM = 1, TG_SFC64 = 2 };

/* Makes (bitgen_t *)words usable by NumPy's `random_*` functions, until the words move. */
void tg_bitgen_bind(uint64_t *words);

/* Takes the pointers out again, so that equal states are equal words. */
void tg_bitgen_release(uint64_t *words);

#endif
