/* exp(x) as 2^k (high + low), the part that all exponentials share. */
#ifndef TG_EXPONENTIAL_H
#define TG_EXPONENTIAL_H

#include "doubles.h"

#define TG_LOG2_E 0x1.71547652b82fep+0
#define TG_LN2 0x1.62e42fefa39efp-1
#define TG_LN2_HIGH 0x1.62e42feep-1        /* 32 bits, so that k * TG_LN2_HIGH is exact */
#define TG_LN2_LOW 0x1.a39ef35793c76p-33

/* x = k ln 2 + high + low with |high| <= ln(2) / 2; the bits of `shifted` end in the integer k. */
typedef struct {
    double k, high, low;
    uint64_t shifted;
} tg_reduced;

/* 2^k (high + low) with |low| < high / 10; see tg_reduced for k. */
typedef struct {
    double high, low;
    uint64_t shifted;
} tg_scaled;

TG_INLINE tg_reduced tg_reduce_by_ln2(double x, double x_low)
{
    double shifted = tg_fma(x, TG_LOG2_E, TG_ROUNDER), k = shifted - TG_ROUNDER;
    double high = tg_fma(k, -TG_LN2_HIGH, x), low = tg_fma(k, -TG_LN2_LOW, x_low);
    double r = high + low;
    return (tg_reduced){k, r, (high - r) + low, tg_bits(shifted)};
}

/* (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2; minimax, error 2^-60 of exp(r). */
TG_INLINE double tg_exp_beyond_linear(double r, double square)
{
    double first = TG_POLY2(r, 0.5, 0.16666666666666682);
    double second = TG_POLY2(r, 0.041666666666666095, 0.0083333333333169765);
    double third = TG_POLY2(r, 0.0013888888889115303, 0.00019841269896526777);
    double fourth = TG_POLY2(r, 2.4801586927352624e-05, 2.7557234716959679e-06);
    double fifth = TG_POLY3(r, 2.7557581113036439e-07, 2.5112088089461411e-08, 2.0826898503314909e-09);
    double fourth_power = square * square;
    double low = TG_POLY2(square, first, second), high = TG_POLY2(square, third, fourth);
    return TG_POLY3(fourth_power, low, high, fifth);
}

/* exp(x + x_low) for |x| < 1e6 and x_low a rounding error of x. */
TG_INLINE tg_scaled tg_exp_scaled(double x, double x_low)
{
    tg_reduced r = tg_reduce_by_ln2(x, x_low);
    double square = r.high * r.high, beyond = square * tg_exp_beyond_linear(r.high, square);
    tg_pair sum = tg_fast_two_sum(1.0, r.high);
    return (tg_scaled){sum.high, sum.low + tg_fma(r.low, sum.high, beyond), r.shifted};
}

/* 2^k y with one rounding, also where that is subnormal or infinite, for |k| <= 1100. */
TG_INLINE double tg_scale(double y, uint64_t shifted)
{
    int tiny = tg_from_bits(shifted) < TG_ROUNDER - 1000.0;
    uint64_t biased = shifted + (tiny ? 1023 + 127 : 1023 - 1);
    return y * tg_from_bits(biased << 52) * (tiny ? 0x1p-127 : 2.0);
}

/* 2^k (1 + y) with one rounding of 1 + y, for |y| < 1/2, k from `shifted` and k <= 1024; `tiny` where the
 * result may be subnormal.  The exponent is added as an integer, the shortest way. */
TG_INLINE double tg_scale_above_one(double y, uint64_t shifted, int tiny)
{
    double scaled = tg_from_bits(tg_bits(1.0 + y) + ((shifted + (tiny ? 127 : 0)) << 52));
    return tiny ? scaled * 0x1p-127 : scaled;
}

/* exp(x) with its rounding error; into the subnormal numbers, where the error is lost. */
TG_INLINE tg_pair tg_exp_pair(double x)
{
    tg_scaled e = tg_exp_scaled(tg_clamp(x, -750.0, 710.0), 0.0);
    tg_pair sum = tg_fast_two_sum(e.high, e.low);
    return (tg_pair){tg_scale(sum.high, e.shifted), tg_scale(sum.low, e.shifted)};
}

/* exp(x) - 1 = 2^k ((1 - 2^-k) + (exp(r) - 1)), the sum in the brackets not yet rounded. */
TG_INLINE tg_scaled tg_expm1_scaled(double x)
{
    tg_reduced r = tg_reduce_by_ln2(x, 0.0);
    uint64_t down = tg_bits(TG_ROUNDER) - r.shifted;
    double one = r.k > 60.0 ? 1.0 : 1.0 - tg_power_of_two(down);
    tg_pair sum = tg_fast_two_sum(one, r.high);
    double square = r.high * r.high, low = tg_fma(r.low, r.high, r.low);
    double rest = tg_fma(square, tg_exp_beyond_linear(r.high, square), low);
    return (tg_scaled){sum.high, sum.low + rest, r.shifted};
}

#endif
