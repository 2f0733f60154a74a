/* The cube root, and the length of a vector of two. */

#include "doubles.h"

/* m^(-1/3) for 1 <= m <= 2; minimax, relative error 2^-14. */
TG_INLINE double tg_inverse_root_start(double m)
{
    return TG_POLY5(m, 1.670021026790868, -1.1728982373518144, 0.6954782172452784, -0.22122575275523554,
                    0.02858742194595232);
}

/* The cube root of 1 <= v < 8, where v is m, 2 m or 4 m: a step for s = v^(-1/3), which needs no division, and
 * one for v s^2, the cube of which has its rounding errors. */
TG_INLINE double tg_cube_root_of_octave(double v, double m, double shrink)
{
    double s = tg_inverse_root_start(m) * shrink, off = tg_fma(-v * s, s * s, 1.0);
    s = tg_fma(s * off, tg_fma(off, 0.2222222222222222, 0.3333333333333333), s);
    double square = s * s, y = v * square;
    tg_pair second = tg_two_product(y, y), third = tg_two_product(second.high, y);
    double rest = ((v - third.high) - third.low) - second.low * y;
    return tg_fma(rest * square, 0.3333333333333333, y);
}

/* |x| = 2^(3 q - 1023) v; 1023 and 54 are multiples of 3.  Worst error found: 0.50 ULP. */
double tg_cbrt(double x)
{
    double size = tg_absolute(x);
    int small = size < 0x1p-1022;
    uint64_t bits = tg_bits(size * (small ? 0x1p54 : 1.0));
    double m = tg_from_bits((bits & TG_MANTISSA) | TG_ONE_BITS);
    double exponent = tg_from_bits(bits >> 52 | 0x4330000000000000ull) - 0x1p52;
    double shifted = tg_fma(exponent - 1.0, 0.3333333333333333, TG_ROUNDER);
    double octaves = shifted - TG_ROUNDER, rest = exponent - 3.0 * octaves;
    double up = rest == 0.0 ? 1.0 : (rest == 1.0 ? 2.0 : 4.0);
    double shrink = rest == 0.0 ? 1.0 : (rest == 1.0 ? 0x1.965fea53d6e3dp-1 : 0x1.428a2f98d728bp-1);
    double root = tg_cube_root_of_octave(up * m, m, shrink);
    double y = root * tg_from_bits((tg_bits(shifted) + (1023 - 341) - (small ? 18 : 0)) << 52);
    return tg_with_sign_of((size > 0.0) & (size < TG_INFINITY) ? y : size, x);
}

/* The root of the sum of squares, all divided by a power of two and with their rounding errors; infinite
 * beside nan too.  Worst error found: 0.75 ULP. */
double tg_hypot(double x, double y)
{
    double a = tg_absolute(x), b = tg_absolute(y), largest = a > b ? a : b;
    uint64_t power = tg_bits(tg_clamp(largest, 0x1p-1022, 0x1p1022)) & ~TG_MANTISSA;
    double scale = tg_from_bits(0x7fe0000000000000ull - power);
    tg_pair first = tg_two_product(a * scale, a * scale), second = tg_two_product(b * scale, b * scale);
    tg_pair sum = tg_two_sum(first.high, second.high);
    tg_pair root = tg_pair_root((tg_pair){sum.high, sum.low + (first.low + second.low)});
    double length = (root.high + root.low) * tg_from_bits(power);
    return (a == TG_INFINITY) | (b == TG_INFINITY) ? TG_INFINITY : length;
}
