/* Random bits, the same as NumPy's, whose whole state is a buffer of 64-bit words.
 *
 * The words are copied and compared as plain memory; bound, they also begin with the struct through which
 * NumPy's `random_*` functions draw. The generators are PCG64 and PCG64DXSM (O'Neill 2014, and NumPy's
 * enhancement of it) and SFC64 (Doty-Humphrey 2010). */

#include "random_bits.h"

__extension__ typedef unsigned __int128 uint128;

static const uint64_t PCG_MULTIPLIER_HIGH = 2549297995355413924ull;
static const uint64_t PCG_MULTIPLIER_LOW = 4865540595714422341ull;
static const uint64_t DXSM_MULTIPLIER = 0xda942042e4dd58b5ull;

static uint128 join(uint64_t low, uint64_t high)
{
    return (uint128)high << 64 | low;
}

static uint64_t rotate_left(uint64_t x, unsigned count)
{
    return x << (count & 63) | x >> (-count & 63);
}

/* state = state * multiplier + increment, in words low, high, increment low, increment high. */
static void congruential_step(uint64_t *words, uint128 multiplier)
{
    uint128 state = join(words[0], words[1]) * multiplier + join(words[2], words[3]);
    words[0] = (uint64_t)state;
    words[1] = (uint64_t)(state >> 64);
}

static uint64_t next_pcg64(uint64_t *words)
{
    congruential_step(words, join(PCG_MULTIPLIER_LOW, PCG_MULTIPLIER_HIGH));
    return rotate_left(words[0] ^ words[1], -(unsigned)(words[1] >> 58));
}

static uint64_t next_pcg64dxsm(uint64_t *words)
{
    uint64_t low = words[0] | 1, high = words[1];
    congruential_step(words, DXSM_MULTIPLIER);
    high ^= high >> 32;
    high *= DXSM_MULTIPLIER;
    high ^= high >> 48;
    return high * low;
}

static uint64_t next_sfc64(uint64_t *words)
{
    uint64_t sum = words[0] + words[1] + words[3]++;
    words[0] = words[1] ^ words[1] >> 11;
    words[1] = words[2] + (words[2] << 3);
    words[2] = rotate_left(words[2], 24) + sum;
    return sum;
}

/* The functions of NumPy's struct. A half of 64 bits that a draw of 32 leaves is kept for the next. */
#define FUNCTIONS(kind)                                                                                \
    static uint64_t kind##_uint64(void *state)                                                         \
    {                                                                                                  \
        return next_##kind(state);                                                                     \
    }                                                                                                  \
    static uint32_t kind##_uint32(void *state)                                                         \
    {                                                                                                  \
        uint64_t *held = (uint64_t *)state + 4, bits;                                                  \
        if (held[0] & 1) {                                                                             \
            held[0] &= ~1ull;                                                                          \
            return (uint32_t)held[1];                                                                  \
        }                                                                                              \
        bits = next_##kind(state);                                                                     \
        held[0] |= 1;                                                                                  \
        held[1] = bits >> 32;                                                                          \
        return (uint32_t)bits;                                                                         \
    }                                                                                                  \
    static double kind##_double(void *state)                                                           \
    {                                                                                                  \
        return (double)(next_##kind(state) >> 11) * 0x1p-53;                                           \
    }

FUNCTIONS(pcg64)
FUNCTIONS(pcg64dxsm)
FUNCTIONS(sfc64)

typedef struct {
    void *state;
    uint64_t (*next_uint64)(void *state);
    uint32_t (*next_uint32)(void *state);
    double (*next_double)(void *state);
    uint64_t (*next_raw)(void *state);
} bitgen;

_Static_assert(sizeof(bitgen) <= 5 * sizeof(uint64_t), "NumPy's struct fits into the first five words");

void tg_bitgen_bind(uint64_t *words)
{
    bitgen *interface = (bitgen *)words;
    uint64_t *state = words + TG_BITGEN_STATE;
    switch (words[TG_BITGEN_HELD] >> 32) {
    case TG_PCG64DXSM:
        *interface = (bitgen){state, pcg64dxsm_uint64, pcg64dxsm_uint32, pcg64dxsm_double, pcg64dxsm_uint64};
        break;
    case TG_SFC64:
        *interface = (bitgen){state, sfc64_uint64, sfc64_uint32, sfc64_double, sfc64_uint64};
        break;
    default:
        *interface = (bitgen){state, pcg64_uint64, pcg64_uint32, pcg64_double, pcg64_uint64};
    }
}

void tg_bitgen_release(uint64_t *words)
{
    for (int i = 0; i < TG_BITGEN_STATE; i++)
        words[i] = 0;
}
