/* Stirling's formula, and the gamma functions where they are rare: zero, negative, subnormal, huge, nan. */
#ifndef TG_GAMMA_H
#define TG_GAMMA_H

#include "logarithm.h"

/* x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) for z = 1/x^2, x >= 3.3, error 2^-58. */
TG_INLINE double tg_stirling(double z)
{
    return TG_POLY10(z, 0.08333333333333065, -0.0027777777765628227, 0.00079365059140870111,
                     -0.0005952206823717273, 0.00084085475305792291, -0.0018877038044593653,
                     0.0057352117334012603, -0.018709758660121641, 0.048749725188498627,
                     -0.067033266200893268);
}

/* lgamma(x) = (x - 1/2) (log(x) - 1) + log(2 pi) / 2 - 1/2 + stirling / x for x >= 3.3, not yet rounded. */
TG_INLINE tg_pair tg_lgamma_far(double x, tg_pair log, double inverse)
{
    tg_pair slope = tg_fast_two_sum(log.high, -1.0);
    double slope_low = slope.low + log.low, shifted = x - 0.5;
    tg_pair product = tg_two_product(shifted, slope.high);
    tg_pair sum = tg_fast_two_sum(product.high, 0x1.acfe390c97d69p-2);
    double low = tg_fma(inverse, tg_stirling(inverse * inverse), tg_fma(shifted, slope_low, product.low));
    return (tg_pair){sum.high, sum.low + low};
}

TG_INLINE tg_pair tg_inverse(double x)
{
    double inverse = 1.0 / x;
    tg_pair one = tg_two_product(x, inverse);
    return (tg_pair){inverse, ((1.0 - one.high) - one.low) * inverse};
}

/* For |x| < 2^52. */
TG_INLINE double tg_nearest_integer(double x)
{
    return tg_with_sign_of((tg_absolute(x) + 0x1p52) - 0x1p52, x);
}

double tg_lgamma_rare(double x) __attribute__((visibility("hidden")));
double tg_digamma_rare(double x) __attribute__((visibility("hidden")));
double tg_trigamma_rare(double x) __attribute__((visibility("hidden")));

#endif
