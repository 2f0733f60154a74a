/* The logarithms log, log1p, log2, log10 and log1mexp, and x times a logarithm. */

#include "logarithm.h"

TG_INLINE double tg_log_inside(double x)
{
    tg_binary b = tg_split_any_exponent(x);
    tg_pair y = tg_log_pair(b.k, b.f, 0.0);
    return tg_log_special(x, y.high + y.low);
}

TG_INLINE double tg_log1p_inside(double x)
{
    tg_pair pair = tg_log1p_pair(x, 0.0);
    double edge = x < -1.0 ? TG_NAN : (x == -1.0 ? -TG_INFINITY : x);
    return x > -1.0 && x < TG_INFINITY && x != 0.0 ? pair.high + pair.low : edge;
}

/* Worst error found: 0.99 ULP. */
double tg_log(double x)
{
    return tg_log_inside(x);
}

/* Worst error found: 1.14 ULP. */
double tg_log1p(double x)
{
    return tg_log1p_inside(x);
}

/* k scale + log(1 + f) inverse, all rounded once; k scale_high is exact. */
TG_INLINE double tg_log_in_base(double x, double scale_high, double scale_low, tg_pair inverse)
{
    tg_binary b = tg_split_any_exponent(x);
    tg_pair natural = tg_fast_two_sum(b.f, tg_log_beyond_linear(b.f));
    tg_pair y = tg_two_product(natural.high, inverse.high);
    double low = tg_fma(natural.low, inverse.high, tg_fma(natural.high, inverse.low, y.low));
    tg_pair sum = tg_fast_two_sum(b.k * scale_high, y.high);
    return tg_log_special(x, sum.high + (sum.low + tg_fma(b.k, scale_low, low)));
}

/* Worst error found: 1.06 ULP. */
double tg_log2(double x)
{
    return tg_log_in_base(x, 1.0, 0.0, (tg_pair){0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56});
}

/* Worst error found: 0.85 ULP. */
double tg_log10(double x)
{
    tg_pair inverse = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
    return tg_log_in_base(x, 0x1.34413509f6p-2, 0x1.9fef311f12b36p-42, inverse);
}

/* log(1 - exp(x)): the logarithm of -expm1(x) above -ln 2, below it log1p(-exp(x)), where 1 - exp(x) is
 * 2^0 (1 - e) or 2^-1 (1 + (1 - 2 e)); both with the rounding error of the exponential.
 * Worst error found: 1.11 ULP. */
double tg_log1mexp(double x)
{
    tg_pair e = tg_exp_pair(x);
    tg_scaled m = tg_expm1_scaled(tg_clamp(x, -750.0, 710.0));
    tg_pair w = tg_fast_two_sum(m.high, m.low);
    double scale = tg_power_of_two(m.shifted);
    tg_binary b = tg_split_any_exponent(-w.high * scale);
    double down = tg_from_bits((2046 - b.exponent) << 52) * scale;
    int near = x > -TG_LN2, half = e.high > 0.2929;
    double k = near ? b.k : (half ? -1.0 : 0.0);
    double f = near ? b.f : (half ? 1.0 - 2.0 * e.high : -e.high);
    double low = near ? -w.low * down : (half ? -2.0 * e.low : -e.low);
    tg_pair pair = tg_log_pair(k, f, low);
    double y = pair.high + pair.low;
    y = x > 0.0 ? TG_NAN : y;
    y = x == 0.0 ? -TG_INFINITY : y;
    return x < -40.0 ? -e.high : y;
}

/* x log(y), and 0 for x = 0 unless y is nan.  Worst error found: 1.61 ULP. */
double tg_xlogy(double x, double y)
{
    double z = x * tg_log_inside(y);
    return (x == 0.0) & (y == y) ? 0.0 : z;
}

/* x log(1 + y), and 0 for x = 0 unless y is nan.  Worst error found: 1.61 ULP. */
double tg_xlog1py(double x, double y)
{
    double z = x * tg_log1p_inside(y);
    return (x == 0.0) & (y == y) ? 0.0 : z;
}
