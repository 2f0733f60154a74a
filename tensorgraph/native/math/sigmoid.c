/* The logistic function 1 / (1 + exp(-x)), its inverse, its integral log(1 + exp(x)), and log(exp(a) + exp(b)). */

#include "logarithm.h"

/* With e = exp(-|x|): e / (1 + e) below 0, 1 / (1 + e) above; the rounding errors of e and of 1 + e
 * enter to first order.  Worst error found: 1.09 ULP. */
double tg_sigmoid(double x)
{
    tg_pair e = tg_exp_pair(-tg_absolute(x));
    tg_pair sum = tg_fast_two_sum(1.0, e.high);
    double y = (x < 0.0 ? e.high : 1.0) / sum.high;
    double inverse = x < 0.0 ? 1.0 - y : y;
    double low = x < 0.0 ? e.low : 0.0;
    return tg_fma(tg_fma(-y, sum.low + e.low, low), inverse, y);
}

/* log(p / (1 - p)), the quotient with its rounding error.  Worst error found: 1.57 ULP. */
double tg_logit(double p)
{
    tg_pair odds = tg_pair_ratio((tg_pair){p, 0.0}, tg_two_sum(1.0, -p));
    tg_binary b = tg_split_any_exponent(odds.high);
    double low = b.k > -900.0 ? odds.low * tg_from_bits((2046 - b.exponent) << 52) : 0.0;
    tg_pair y = tg_log_pair(b.k, b.f, low);
    double edge = p == 0.0 ? -TG_INFINITY : (p == 1.0 ? TG_INFINITY : TG_NAN);
    return (p > 0.0) & (p < 1.0) ? y.high + y.low : edge;
}

/* log(1 + e) for 0 <= e <= 1, where 1 + e is 2^0 (1 + e) or 2^1 (1 + (e - 1) / 2). */
TG_INLINE tg_pair tg_log_of_one_plus(tg_pair e)
{
    int half = e.high > 0.4142;
    tg_pair f = tg_fast_two_sum(half ? -1.0 : 0.0, e.high);
    double k = half ? 1.0 : 0.0, scale = half ? 0.5 : 1.0;
    return tg_log_pair(k, f.high * scale, (f.low + e.low) * scale);
}

/* max(x, 0) + log1p(exp(-|x|)).  Worst error found: 1.06 ULP. */
double tg_softplus(double x)
{
    tg_pair y = tg_log_of_one_plus(tg_exp_pair(-tg_absolute(x)));
    double positive = x < 0.0 ? 0.0 : x;
    return positive + (y.high + y.low);
}

/* max(a, b) + log1p(exp(-|a - b|)), where the difference enters with its rounding error. Worst error found:
 * 1.94 ULP of 1/16 next to a root, else 1.1 ULP. */
double tg_logaddexp(double a, double b)
{
    double larger = a > b ? a : b, smaller = a > b ? b : a;
    tg_pair apart = tg_two_sum(smaller, -larger);
    double gap = a == b ? 0.0 : apart.high;
    tg_pair e = tg_exp_pair(gap);
    e.low = gap > -800.0 ? tg_fma(e.high, apart.low, e.low) : 0.0;
    tg_pair y = tg_log_of_one_plus(e), sum = tg_two_sum(larger, y.high);
    double total = sum.high + (sum.low + y.low);
    return (gap < -800.0) | ((a == b) & (total != total)) ? larger + 0.0 : total;
}
