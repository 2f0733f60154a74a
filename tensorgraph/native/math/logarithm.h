/* log(x) as an unevaluated sum, the part that all logarithms share. */
#ifndef TG_LOGARITHM_H
#define TG_LOGARITHM_H

#include "exponential.h"

#define TG_SQRT_HALF_BITS 0x3fe6a09e667f3bcdull

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); `exponent` is k + 1023. */
typedef struct {
    double k, f;
    uint64_t exponent;
} tg_binary;

TG_INLINE tg_binary tg_split_exponent(double normal)
{
    uint64_t shifted = tg_bits(normal) + (TG_ONE_BITS - TG_SQRT_HALF_BITS);
    uint64_t exponent = shifted >> 52;
    double k = tg_from_bits(exponent | 0x4330000000000000ull) - (0x1p52 + 1023.0);
    return (tg_binary){k, tg_from_bits((shifted & TG_MANTISSA) + TG_SQRT_HALF_BITS) - 1.0, exponent};
}

/* As tg_split_exponent, for subnormal x too (`exponent` is then 54 too large). */
TG_INLINE tg_binary tg_split_any_exponent(double x)
{
    int small = x < 0x1p-1022;
    tg_binary b = tg_split_exponent(x * (small ? 0x1p54 : 1.0));
    b.k -= small ? 54.0 : 0.0;
    return b;
}

/* log(1 + f) - f for sqrt(1/2) <= 1 + f < sqrt(2).  With s = f / (2 + f) and z = s^2,
 * log(1 + f) = log(1 + s) - log(1 - s) = f - f^2/2 + s (f^2/2 + z R(z)); R is minimax, relative error 2^-58. */
TG_INLINE double tg_log_beyond_linear(double f)
{
    double half_square = 0.5 * (f * f), s = f / (2.0 + f), z = s * s, square = z * z;
    double first = TG_POLY2(z, 0.66666666666666874, 0.39999999999656977);
    double second = TG_POLY2(z, 0.28571428697023349, 0.22222202645167066);
    double last = TG_POLY3(z, 0.18183374672937327, 0.15318471680562196, 0.14755157044572192);
    double r = TG_POLY3(square, first, second, last);
    return tg_fma(s * z, r, tg_fma(s, half_square, -half_square));
}

/* k ln 2 + log(1 + f + f_low) with an error of about 2^-58, for a rounding error f_low of f;
 * the low part of the result is below a quarter of the high one. */
TG_INLINE tg_pair tg_log_pair(double k, double f, double f_low)
{
    tg_pair sum = tg_fast_two_sum(k * TG_LN2_HIGH, f);
    double low = sum.low + tg_fma(k, TG_LN2_LOW, tg_fma(-f_low, f, f_low));
    return (tg_pair){sum.high, low + tg_log_beyond_linear(f)};
}

/* log(1 + x + x_low) for x > -1, x_low a rounding error of x. 1 + x = 2^k (1 + f), where f is x itself for
 * k = 0; else what 1 + x loses is a correction of f. */
TG_INLINE tg_pair tg_log1p_pair(double x, double x_low)
{
    tg_pair u = tg_two_sum(1.0, x);
    tg_binary b = tg_split_exponent(u.high);
    double lost = (u.low + x_low) * tg_from_bits((2046 - b.exponent) << 52);
    int whole = b.k == 0.0;
    return tg_log_pair(b.k, whole ? x : b.f, x > 0x1p60 ? 0.0 : (whole ? x_low : lost));
}

/* What a logarithm returns at 0, below 0, at infinity and for nan. */
TG_INLINE double tg_log_special(double x, double y)
{
    y = x < TG_INFINITY ? y : x;
    y = x < 0.0 ? TG_NAN : y;
    return x == 0.0 ? -TG_INFINITY : y;
}

#endif
