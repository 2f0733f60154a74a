/* The exponentials exp, expm1 and exp2: Cody and Waite's reduction, then a minimax polynomial. */

#include "exponential.h"

/* Worst error found: 1.01 ULP. */
double tg_exp(double x)
{
    double shifted = tg_fma(x, TG_LOG2_E, TG_ROUNDER), k = shifted - TG_ROUNDER;
    double r = tg_fma(k, -TG_LN2_LOW, tg_fma(k, -TG_LN2_HIGH, x)), square = r * r;
    double y = tg_fma(square, tg_exp_beyond_linear(r, square), r);
    double scaled = tg_scale_above_one(y, tg_bits(shifted), x < -708.0);
    scaled = x < -746.0 ? 0.0 : scaled;
    return x <= 0x1.62e42fefa39efp+9 ? scaled : x * TG_INFINITY;
}

/* Worst error found: 1.09 ULP. */
double tg_expm1(double x)
{
    tg_scaled e = tg_expm1_scaled(tg_clamp(x, -40.0, 710.0));
    double half = (e.high + e.low) * tg_power_of_two(e.shifted - 1);
    return x == 0.0 ? x : half * 2.0;
}

/* Worst error found: 1.07 ULP. */
double tg_exp2(double x)
{
    double shifted = x + TG_ROUNDER, fraction = x - (shifted - TG_ROUNDER);
    double r = fraction * TG_LN2, square = r * r;
    double y = tg_fma(square, tg_exp_beyond_linear(r, square), r);
    double scaled = tg_scale_above_one(y, tg_bits(shifted), x < -1021.0);
    scaled = x < -1080.0 ? 0.0 : scaled;
    return x < 1024.0 ? scaled : x * TG_INFINITY;
}
