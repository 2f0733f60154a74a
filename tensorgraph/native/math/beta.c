/* B(a, b) and its logarithm, also where gamma functions would cancel or overflow. */

#include "gamma_ratios.h"

/* log Gamma(b) - log Gamma(a + b) without its part that is linear in b, for b >= 10:
 * b log(b) - n log(n) + ... as deviances of a small quotient. */
static double log_beta_of_large(double a, double b)
{
    double n = a + b, correction = tg_log_scaled_gamma(b) - tg_log_scaled_gamma(n);
    double log1p = tg_log1p(a / b);
    if (a >= TG_LARGE)
        return -0.5 * tg_log(b) + (tg_log_scaled_gamma(a) + correction) + TG_HALF_LOG_TWO_PI
            + (a - 0.5) * -tg_log1p(b / a) - b * log1p;
    return tg_lgamma(a) - ((b - 0.5) * log1p - a + a * tg_log(n)) + correction;
}

/* Of a negative integer a; there the two poles cancel if b is an integer, too (as in Cephes). */
static double log_beta_at_pole(double a, double b)
{
    if (b == floor(b) && 1.0 - a - b > 0.0)
        return tg_betaln(1.0 - a - b, b);
    return TG_INFINITY;
}

/* log |B(a, b)|. */
double tg_betaln(double a, double b)
{
    if (a != a || b != b)
        return a + b;
    if (a > b) {
        double larger = a;
        a = b;
        b = larger;
    }
    if (a <= 0.0 && a == floor(a))
        return log_beta_at_pole(a, b);
    if (b <= 0.0 && b == floor(b))
        return log_beta_at_pole(b, a);
    if (b == TG_INFINITY)
        return a > 0.0 ? -TG_INFINITY : TG_NAN;
    if (b >= TG_LARGE && a + b >= TG_LARGE)
        return log_beta_of_large(a, b);
    if (a > 0x1p-1000 && b < TG_LARGE)
        return tg_log((a + b) / a / b * (tgamma(a + 1.0) * tgamma(b + 1.0) / tgamma(a + b + 1.0)));
    return tg_lgamma(a) + (tg_lgamma(b) - tg_lgamma(a + b));
}

/* The sign of Gamma(x); at a pole, that above it. */
static double sign_of_gamma(double x)
{
    return x > 0.0 || fmod(floor(x), 2.0) == 0.0 ? 1.0 : -1.0;
}

double tg_beta(double a, double b)
{
    double n = a + b;
    if (a > 0x1p-1000 && b > 0x1p-1000 && a < TG_LARGE && b < TG_LARGE)
        return n / a / b * (tgamma(a + 1.0) * tgamma(b + 1.0) / tgamma(n + 1.0));
    return tg_exp(tg_betaln(a, b)) * sign_of_gamma(a) * sign_of_gamma(b) * sign_of_gamma(n);
}
