/* The normal distribution function, its logarithm, and the scaled complement of the error function.
 *
 * All come from exp(z^2) erfc(z) for z >= 0, a polynomial in t = (z - 4) / (z + 4) over 1 + 2 z (Shepherd and
 * Laframboise 1981). Where an exponential of x^2 joins it, x^2 enters with its rounding error. */

#include "logarithm.h"

#define TG_ROOT_HALF 0x1.6a09e667f3bcdp-1
#define TG_ROOT_HALF_LOW -0x1.bdd3413b26456p-55

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

/* The derivative of tg_half_line; minimax, error 2^-4, enough for the rounding errors of t. */
TG_INLINE double tg_half_line_slope(double t)
{
    return TG_POLY5(t, -0.11801632923137195, 0.21261530458332875, -0.06820818795960921, -1.076730606572418,
                    1.0225835008957926);
}

/* exp(z^2) erfc(z) for finite z >= 0, z_low a rounding error of z, not yet rounded. What t lacks follows from
 * t (z + 4) = z - 4; where it matters, next to t = -1, its terms are small. */
TG_INLINE tg_pair tg_scaled_complement(double z, double z_low)
{
    double inverse = 1.0 / (z + 4.0), t = (z - 4.0) * inverse;
    double rest = tg_fma(-t, z, z) - tg_fma(4.0, t, 4.0), t_low = tg_fma(z_low, 1.0 - t, rest) * inverse;
    tg_pair value = tg_fast_two_sum(0.625, 0.5 * tg_half_line(t)), line = tg_fast_two_sum(0.5, z);
    value.low = tg_fma(0.5 * t_low, tg_half_line_slope(t), value.low);
    line.low += z_low;
    return tg_pair_ratio(value, line);
}

/* Worst error found: 1.87 ULP. */
double tg_erfcx(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 0x1.fffffffffffffp1023);
    tg_pair right = tg_scaled_complement(size, 0.0);
    tg_pair square = tg_two_product(tg_clamp(size, 0.0, 27.0), tg_clamp(size, 0.0, 27.0));
    tg_scaled e = tg_exp_scaled(square.high, square.low);
    tg_pair power = tg_fast_two_sum(e.high, e.low);
    tg_pair left = tg_fast_two_sum(tg_scale(2.0 * power.high, e.shifted), -right.high);
    double left_low = left.low + (tg_scale(2.0 * power.low, e.shifted) - right.low);
    double y = x < 0.0 ? left.high + left_low : right.high + right.low;
    return x < -26.7 ? TG_INFINITY : x == TG_INFINITY ? 0.0 : y;
}

/* exp(size^2 / 2) times the tail beyond `size`, not yet rounded. */
TG_INLINE tg_pair tg_scaled_tail(double size)
{
    tg_pair z = tg_two_product(size, TG_ROOT_HALF);
    tg_pair y = tg_scaled_complement(z.high, tg_fma(size, TG_ROOT_HALF_LOW, z.low));
    return (tg_pair){0.5 * y.high, 0.5 * y.low};
}

/* exp(-size^2 / 2) `scaled`, the tail beyond size = |x| <= 38.6. */
TG_INLINE tg_scaled tg_normal_tail(double size, tg_pair scaled)
{
    tg_pair square = tg_two_product(size, size);
    tg_scaled e = tg_exp_scaled(-0.5 * square.high, -0.5 * square.low);
    tg_pair tail = tg_pair_product(tg_fast_two_sum(e.high, e.low), scaled);
    return (tg_scaled){tail.high, tail.low, e.shifted};
}

/* Worst error found: 1.72 ULP. */
double tg_ndtr(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 38.6);
    tg_scaled tail = tg_normal_tail(size, tg_scaled_tail(size));
    double y = tg_scale(tail.high + tail.low, tail.shifted);
    return x > 0.0 ? 1.0 - y : y;
}

/* Below 0 the logarithm of the scaled tail less x^2 / 2, else log(1 - tail).
 * Worst error found: 1.75 ULP. */
double tg_log_ndtr(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 1e150);
    tg_pair scaled = tg_scaled_tail(size);
    scaled = tg_fast_two_sum(scaled.high, scaled.low);
    tg_scaled tail = tg_normal_tail(tg_clamp(size, 0.0, 38.6), scaled);
    tg_pair rest = tg_fast_two_sum(1.0, -tg_scale(tail.high, tail.shifted));
    rest.low -= tg_scale(tail.low, tail.shifted);
    int below = x < 0.0;
    tg_binary b = tg_split_exponent(below ? scaled.high : rest.high);
    double low = (below ? scaled.low : rest.low) * tg_power_of_two(1023 - b.exponent);
    tg_pair log = tg_log_pair(b.k, b.f, low), square = tg_two_product(size, size);
    tg_pair sum = tg_two_sum(-0.5 * square.high, log.high);
    double left = sum.high + (sum.low + (log.low - 0.5 * square.low));
    double y = below ? left : log.high + log.low;
    y = x < -1e150 ? -0.5 * x * x : y;
    return x == x ? y : x;
}
