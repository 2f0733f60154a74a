/* The logistic function 1 / (1 + exp(-x)) and its integral log(1 + exp(x)). */

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

/* max(x, 0) + log1p(e) with e = exp(-|x|), where 1 + e is 2^0 (1 + e) or 2^1 (1 + (e - 1) / 2).
 * Worst error found: 1.06 ULP. */
double tg_softplus(double x)
{
    tg_pair e = tg_exp_pair(-tg_absolute(x));
    int half = e.high > 0.4142;
    tg_pair f = tg_fast_two_sum(half ? -1.0 : 0.0, e.high);
    double k = half ? 1.0 : 0.0, scale = half ? 0.5 : 1.0;
    tg_pair y = tg_log_pair(k, f.high * scale, (f.low + e.low) * scale);
    double positive = x < 0.0 ? 0.0 : x;
    return positive + (y.high + y.low);
}
