/* Sine and cosine near zero. */
#ifndef TG_SINE_H
#define TG_SINE_H

#include "doubles.h"

/* sin(r + low) for |r| <= pi / 4, not yet rounded; minimax, error 2^-57. */
TG_INLINE tg_pair tg_sin_pair(double r, double low)
{
    double z = r * r;
    double rest = TG_POLY5(z, 0.0083333333333267604, -0.00019841269832626178, 2.755731452153603e-06,
                           -2.5050871681024987e-08, 1.590267190425611e-10);
    double cube = tg_fma(z, rest, -0.16666666666666655) * r;
    return (tg_pair){r, tg_fma(z, tg_fma(low, -0.5, cube), low)};
}

TG_INLINE double tg_sin_core(double r, double low)
{
    tg_pair sine = tg_sin_pair(r, low);
    return sine.high + sine.low;
}

/* cos(r + low) for |r| <= pi / 4, not yet rounded; minimax, error 2^-60. */
TG_INLINE tg_pair tg_cos_pair(double r, double low)
{
    double z = r * r, half = 0.5 * z;
    double rest = TG_POLY6(z, 0.041666666666666657, -0.0013888888888883013, 2.4801587294432424e-05,
                           -2.7557315649662361e-07, 2.0875885284606616e-09, -1.1367429617808259e-11);
    tg_pair sum = tg_fast_two_sum(1.0, -half);
    return (tg_pair){sum.high, sum.low + tg_fma(z * z, rest, -r * low)};
}

TG_INLINE double tg_cos_core(double r, double low)
{
    tg_pair cosine = tg_cos_pair(r, low);
    return cosine.high + cosine.low;
}

#endif
