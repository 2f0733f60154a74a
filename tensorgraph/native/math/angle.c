/* Large angles reduced by multiples of pi / 2 with as many bits of 2 / pi as it takes. */

#include "angle.h"

/* 64 zero bits, then 2 / pi. */
static const uint64_t TWO_OVER_PI[22] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
    0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
    0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
    0xf0cfbc209af4361d, 0xa9e391615ee61b08,
};

__extension__ typedef unsigned __int128 uint128;

/* 64 bits of the table from bit `start` on. */
static uint64_t bits_from(int start)
{
    int word = start / 64, shift = start % 64;
    uint64_t upper = TWO_OVER_PI[word] << shift;
    return shift ? upper | TWO_OVER_PI[word + 1] >> (64 - shift) : upper;
}

/* A fraction of 128 bits as a sum of two doubles. */
static tg_pair pair_of_fraction(uint128 fraction)
{
    double high = (double)(uint64_t)(fraction >> 64 >> 11);
    double middle = (double)((uint64_t)(fraction >> 22) & 0x1fffffffffffffull);
    return tg_fast_two_sum(high * 0x1p-53, middle * 0x1p-106);
}

/* |x| = m 2^e with an integer m. Bits of 2 / pi whose product with 2^e is a multiple of 4 are left out; the
 * next 192 times m, modulo 2^192, are quadrant (2 bits) and fraction. */
tg_angle tg_reduce_large_angle(double x)
{
    uint64_t bits = tg_bits(x);
    uint64_t m = (bits & TG_MANTISSA) | 0x0010000000000000ull;
    int e = (int)(bits >> 52 & 0x7ff) - 1075, start = 64 + e - 2;
    uint128 low = (uint128)m * bits_from(start + 128);
    uint128 middle = (uint128)m * bits_from(start + 64) + (low >> 64);
    uint64_t high = m * bits_from(start) + (uint64_t)(middle >> 64);
    uint64_t quadrant = high >> 62;
    uint128 fraction = ((uint128)high << 64 | (uint64_t)middle) << 2 | (uint64_t)low >> 62;
    uint64_t tail = (uint64_t)low << 2;
    int negative = (int)(fraction >> 127);
    if (negative) {
        quadrant++;
        fraction = ~fraction + (tail == 0);
        tail = -tail;
    }
    int zeros = (int)__builtin_clzll((uint64_t)(fraction >> 64) | 1);
    if (zeros)
        fraction = fraction << zeros | tail >> (64 - zeros);
    tg_pair f = pair_of_fraction(fraction);
    double scale = tg_power_of_two((uint64_t)-zeros) * (negative ? -1.0 : 1.0);
    tg_pair r = tg_pair_product(f, (tg_pair){0x1.921fb54442d18p+0 * scale, 0x1.1a62633145c07p-54 * scale});
    int flip = (int)(bits >> 63);
    return flip ? (tg_angle){-r.high, -r.low, -quadrant} : (tg_angle){r.high, r.low, quadrant};
}
