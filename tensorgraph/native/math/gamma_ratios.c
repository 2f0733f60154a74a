/* Quotients of gamma functions without cancellation: differences of digamma, and densities.
 *
 * Stirling's series leaves of x^a exp(-x) / Gamma(a) only the deviance a (u - log(1 + u)) with u = x / a - 1
 * (Loader, "Fast and accurate computation of binomial probabilities", 2000). Worst relative errors found:
 * difference of digamma 1e-15; densities 3e-15 near their mode, 1e-13 where they are 1e-90. */

#include "gamma_ratios.h"

double tg_expm1_beyond_linear(double u)
{
    if (!(fabs(u) < 0.5))
        return tg_expm1(u) - u;
    double series = TG_POLY14(u, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                              1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
                              1.0 / 87178291200, 1.0 / 1307674368000);
    return u * u * series;
}

double tg_log_deviance(double u, double whole)
{
    if (u > -0.29 && u < 0.41)
        return -tg_log_beyond_linear(u);
    return u - tg_log(whole);
}

/* 1 / (2 a) + sum of B(2k) / (2k a^2k); the first neglected term is below 1e-16 of the first one. */
double tg_log_minus_digamma(double a)
{
    double z = 1.0 / (a * a);
    double series = TG_POLY8(z, 1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760,
                             1.0 / 12, -3617.0 / 8160);
    return 0.5 / a + z * series;
}

/* digamma(a) - digamma(a + b) for a, b > 0: a recurrence to where the difference of series is a series. */
static double positive_difference(double a, double b)
{
    static const double series[8] = {1.0 / 12, -1.0 / 120,       1.0 / 252, -1.0 / 240,
                                     1.0 / 132, -691.0 / 32760,  1.0 / 12,  -3617.0 / 8160};
    double sum = 0.0;
    for (; a < TG_LARGE; a += 1.0)
        sum += b / (a + b) / a;
    double c = a + b, p = 1.0 / (a * a), q = 1.0 / (c * c);
    double power = 1.0, quotient = 1.0, rest = 0.0;
    for (int k = 0; k < 8; k++) {               /* quotient is (p^(k+1) - q^(k+1)) / (p - q) */
        rest += series[k] * quotient;
        power *= q;
        quotient = quotient * p + power;
    }
    double gap = b / a * ((a + c) / c) / (a * c);                                   /* p - q */
    return -(sum + tg_log1p(b / a) + 0.5 * (b / a) / c + gap * rest);
}

/* digamma(a) - digamma(a + b). */
double tg_digamma_difference(double a, double b)
{
    if (!(a > 0.0 && b > 0.0 && a < TG_INFINITY && b < TG_INFINITY))
        return b == 0.0 ? b : tg_digamma(a) - tg_digamma(a + b);
    return positive_difference(a, b);
}

/* -- densities ---------------------------------------------------------------------------------------- */

/* x^a exp(-x) / Gamma(a + 1) for a >= 0 and x > 0. */
double tg_gamma_front(double a, double x)
{
    if (a < TG_LARGE && x > 1e4)
        return 0.0;
    if (a < TG_LARGE)
        return tg_pow(x, a) * tg_exp(-0.5 * x) / tgamma(a + 1.0) * tg_exp(-0.5 * x);
    double u = (x - a) / a, exponent = -a * tg_log_deviance(u, x / a) - tg_log_scaled_gamma(a);
    return tg_exp(exponent) / (TG_SQRT_TWO_PI * sqrt(a));
}

/* x^(a - 1) exp(-x) / Gamma(a), the density of a gamma variate at x. */
double tg_gamma_density(double a, double x)
{
    if (!(a >= 0.0 && x >= 0.0))
        return TG_NAN;
    if (a == TG_INFINITY || x == TG_INFINITY)
        return a == x ? TG_NAN : 0.0;
    if (x == 0.0)
        return a < 1.0 ? (a == 0.0 ? TG_NAN : TG_INFINITY) : (a == 1.0 ? 1.0 : 0.0);
    if (a < TG_LARGE && x < 1e4)
        return a * tg_pow(x, a - 1.0) * tg_exp(-0.5 * x) / tgamma(a + 1.0) * tg_exp(-0.5 * x);
    return a / x * tg_gamma_front(a, x);
}

/* (a + b) x - a for y = 1 - x, where the smaller of x and y is exact. */
double tg_beta_excess(double a, double b, double x, double y)
{
    tg_pair n = tg_two_sum(a, b);
    if (x <= y)
        return fma(n.high, x, -a) + n.low * x;
    return -(fma(n.high, y, -b) + n.low * y);
}

/* x^a y^b / B(a, b) for y = 1 - x. */
double tg_beta_front(double a, double b, double x, double y)
{
    double n = a + b;
    if (n < TG_LARGE) {
        double log_y = tg_log1p(-x), log_x = tg_log1p(-y);
        double power = x <= y ? tg_exp(b * log_y) * tg_pow(x, a) : tg_exp(a * log_x) * tg_pow(y, b);
        return power * (a / n * b) * (tgamma(n + 1.0) / (tgamma(a + 1.0) * tgamma(b + 1.0)));
    }
    double excess = tg_beta_excess(a, b, x, y), scale = 1.0, correction = tg_log_scaled_gamma(n);
    double exponent = 0.0;
    for (int k = 0; k < 2; k++) {
        double shape = k ? b : a, part = k ? y : x, u = (k ? -excess : excess) / shape;
        if (shape >= TG_LARGE) {
            exponent -= shape * tg_log_deviance(u, n * part / shape);
            correction -= tg_log_scaled_gamma(shape);
            scale *= sqrt(shape) / TG_SQRT_TWO_PI;
        } else {                                            /* (n part)^shape exp(-n part) / Gamma(shape) */
            scale *= tg_pow(n * part, shape) * shape / tgamma(shape + 1.0);
            exponent -= n * part;
        }
    }
    if (exponent < -1000.0)
        return 0.0;
    return tg_exp(exponent + correction) * scale * TG_SQRT_TWO_PI / sqrt(n);
}

/* x^(a - 1) (1 - x)^(b - 1) / B(a, b), the density of a beta variate at x. */
double tg_beta_density(double a, double b, double x)
{
    if (!(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0) || a == TG_INFINITY || b == TG_INFINITY)
        return TG_NAN;
    if (x == 0.0 || x == 1.0) {
        double shape = x == 0.0 ? a : b, other = x == 0.0 ? b : a;
        return shape < 1.0 ? TG_INFINITY : (shape == 1.0 ? other : 0.0);
    }
    double y = 1.0 - x;
    return tg_beta_front(a, b, x, y) / x / y;
}
