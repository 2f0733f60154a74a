/* The normal distribution function, its logarithm, and the scaled complement of the error function.
 *
 * All come from exp(z^2) erfc(z) for z >= 0, a polynomial in t = (z - 4) / (z + 4) over 1 + 2 z (Shepherd and
 * Laframboise 1981). Where an exponential of x^2 joins it, x^2 enters with its rounding error. */

#include "logarithm.h"

#define TG_ROOT_HALF 0x1.6a09e667f3bcdp-1

/* (1 + 2 z) exp(z^2) erfc(z) - 5/4 for z >= 0; minimax, relative error 2^-54. */
TG_INLINE double tg_half_line(double t)
{
    double square = t * t, quartic = square * square;
    return TG_POLY3(quartic * quartic,
        TG_POLY8(t, -0.01700488137444746, -0.13962111684056208, 0.015379652102610948, 0.0680970542546518,
                 -0.1010390660358831, 0.0937328349995406, -0.06633036582004954, 0.03716751552124627),
        TG_POLY8(t, -0.01619773398344254, 0.0050319701027450505, -0.0007577736982459869, -0.00019925728827181784,
                 0.0001506230727546574, -2.439737906882587e-05, -1.1225058266028778e-05, 5.7059798308057706e-06),
        TG_POLY8(t, 2.9796346924149337e-07, -8.204013372792731e-07, 7.118913472508972e-08, 1.0585620523940442e-07,
                 -1.6386234038431288e-08, -1.2155312457222572e-08, 1.5763554383436853e-09, 8.980889974797647e-10));
}

/* exp(z^2) erfc(z) for 0 <= z <= 1e308. */
TG_INLINE double tg_scaled_complement(double z)
{
    double value = 1.25 + tg_half_line((z - 4.0) / (z + 4.0));
    return 0.5 * value / (0.5 + z);
}

/* Worst error found: 3.6 ULP. */
double tg_erfcx(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 1e308), y = tg_scaled_complement(size);
    tg_pair square = tg_two_product(tg_clamp(size, 0.0, 27.0), tg_clamp(size, 0.0, 27.0));
    tg_scaled e = tg_exp_scaled(square.high, square.low);
    tg_pair power = tg_fast_two_sum(e.high, e.low);
    double left = tg_scale(2.0 * power.high, e.shifted) + (tg_scale(2.0 * power.low, e.shifted) - y);
    y = x < 0.0 ? left : y;
    return x < -26.7 ? TG_INFINITY : x == TG_INFINITY ? 0.0 : y;
}

/* exp(-x^2 / 2) erfcx(size / sqrt(2)) / 2, the tail beyond size = |x| <= 38.6. */
TG_INLINE double tg_normal_tail(double size, double scaled)
{
    tg_pair square = tg_two_product(size, size);
    tg_scaled e = tg_exp_scaled(-0.5 * square.high, -0.5 * square.low);
    tg_pair power = tg_fast_two_sum(e.high, e.low);
    return tg_scale(tg_fma(power.high, scaled, power.low * scaled), e.shifted);
}

/* Worst error found: 4.1 ULP. */
double tg_ndtr(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 38.6);
    double tail = tg_normal_tail(size, 0.5 * tg_scaled_complement(size * TG_ROOT_HALF));
    return x > 0.0 ? 1.0 - tail : tail;
}

/* Below 0 the logarithm of the scaled tail less x^2 / 2, else log(1 - tail).
 * Worst error found: 4.1 ULP. */
double tg_log_ndtr(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 1e150);
    double scaled = 0.5 * tg_scaled_complement(size * TG_ROOT_HALF);
    tg_pair rest = tg_fast_two_sum(1.0, -tg_normal_tail(tg_clamp(size, 0.0, 38.6), scaled));
    int below = x < 0.0;
    tg_binary b = tg_split_exponent(below ? scaled : rest.high);
    double low = rest.low * tg_power_of_two(1023 - b.exponent);
    tg_pair log = tg_log_pair(b.k, b.f, below ? 0.0 : low), square = tg_two_product(size, size);
    tg_pair sum = tg_two_sum(-0.5 * square.high, log.high);
    double left = sum.high + (sum.low + (log.low - 0.5 * square.low));
    double y = below ? left : log.high + log.low;
    y = x < -1e150 ? -0.5 * x * x : y;
    return x == x ? y : x;
}
