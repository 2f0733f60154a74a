/* polygamma(n, x), the n-th derivative of digamma: (-1)^(n+1) n! * sum over k >= 0 of 1 / (x + k)^(n+1).
 *
 * The sum is the zeta function of Hurwitz; its tail is an Euler-Maclaurin series (DLMF 25.11.5). For x < 0 it
 * is the sum over all integers, which depends on the fraction of x alone, less the part below:
 *     zeta(s, x) = zeta(s, f) + (-1)^s (zeta(s, 1 - f) - zeta(s, 1 - x)),  x + f an integer, 0 < f < 1.  */

#include <math.h>

#include "vector_math.h"

#define TG_BERNOULLI 14

/* B(2j) / (2j)! */
static const double SERIES[TG_BERNOULLI] = {
    0.083333333333333333,   -0.0013888888888888889,  3.3068783068783069e-05,  -8.2671957671957672e-07,
    2.0876756987868099e-08, -5.2841901386874932e-10, 1.3382536530684679e-11,  -3.3896802963225829e-13,
    8.5860620562778446e-15, -2.1748686985580619e-16, 5.5090028283602295e-18,  -1.3954464685812523e-19,
    3.5347070396294675e-21, -8.9535174270375469e-23,
};

/* q^s zeta(s, q) for s >= 2 and q > 0. */
static double scaled_zeta(double s, double q)
{
    double sum = 0.0, term = 1.0, end = q, enough = 12.0 + 0.6 * s;
    for (; end < enough && term > 0x1p-60 * sum; end += 1.0) {
        sum += term;
        term = pow(q / (end + 1.0), s);
    }
    if (term <= 0x1p-60 * sum)
        return sum;
    term *= s / end;
    double rest = end / (s - 1.0) * (term * end / s) + 0.5 * (term * end / s);
    for (int j = 0; j < TG_BERNOULLI; j++) {
        rest += SERIES[j] * term;
        term *= (s + 2 * j + 1.0) / end * ((s + 2 * j + 2.0) / end);
    }
    return sum + rest;
}

/* (s - 1)! zeta(s, q) for q > 0. */
static double factorial_zeta(double s, double q)
{
    if (s > 171.0)
        return exp(tg_lgamma(s) - s * log(q) + log(scaled_zeta(s, q)));
    double half = pow(q, -0.5 * s);
    return tgamma(s) * half * scaled_zeta(s, q) * half;
}

static double factorial_zeta_anywhere(double s, double x)
{
    if (x > 0.0)
        return factorial_zeta(s, x);
    double fraction = x - rint(x);
    if (fraction == 0.0)
        return __builtin_inf();
    double f = fraction > 0.0 ? fraction : 1.0 + fraction, rest = fraction > 0.0 ? 1.0 - fraction : -fraction;
    if (f == rest && fmod(s, 2.0) == 1.0)
        return factorial_zeta(s, 1.0 - x);
    double sign = fmod(s, 2.0) == 0.0 ? 1.0 : -1.0;
    return (factorial_zeta(s, f) + sign * factorial_zeta(s, rest)) - sign * factorial_zeta(s, 1.0 - x);
}

/* nan unless n is an integer from 0 to a million. */
double tg_polygamma(double n, double x)
{
    if (!(n >= 0.0 && n == floor(n) && n <= 1e6 && x == x) || x == -__builtin_inf())
        return __builtin_nan("");
    if (n == 0.0)
        return tg_digamma(x);
    if (x == __builtin_inf())
        return fmod(n, 2.0) == 0.0 ? -0.0 : 0.0;
    double sum = factorial_zeta_anywhere(n + 1.0, x);
    return fmod(n, 2.0) == 0.0 ? -sum : sum;
}
