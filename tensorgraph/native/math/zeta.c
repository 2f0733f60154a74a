/* Hurwitz' zeta function and its derivative in the exponent, by Euler and Maclaurin's sum. */
#include <math.h>

#include "zeta.h"

/* B(2j) / (2j)! */
static const double bernoulli[] = {
    0.08333333333333333, -0.001388888888888889, 3.306878306878307e-05, -8.267195767195768e-07,
    2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
    8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
};
#define TERMS ((int)(sizeof bernoulli / sizeof *bernoulli))

/* The terms below q = 10 + s / 2 one by one, then an integral, half a term and TERMS corrections. With
 * `slope`, the derivative in s, where each power of q has one factor -log(q). */
static double sum(double s, double q, int slope)
{
    double total = 0;
    for (; q < 10 + s / 2; q++) {
        const double term = pow(q, -s) * (slope ? -log(fabs(q)) : 1);
        total += term;
        if (q > 2 && !(fabs(term) > 1e-19 * fabs(total)))
            return total;
    }
    const double power = pow(q, -s), logarithm = log(q), rest = s - 1;
    const double inner = slope ? -logarithm - 1 / rest : 1;
    total += power * (q / rest * inner + (slope ? -0.5 * logarithm : 0.5));
    double factor = s / q, change = 1 / q; /* the rising product over powers of q, and its derivative in s */
    for (int j = 0; j < TERMS; j++) {
        total += bernoulli[j] * power * (slope ? change - factor * logarithm : factor);
        for (int i = 2 * j + 1; i < 2 * j + 3; i++) {
            change = (change * (s + i) + factor) / q;
            factor *= (s + i) / q;
        }
    }
    return total;
}

static double checked(double s, double q, int slope)
{
    if (isnan(s) || isnan(q) || s < 1)
        return NAN;
    if (s == 1)
        return slope ? -INFINITY : INFINITY;
    if (q <= 0 && q == floor(q))
        return slope ? NAN : INFINITY;
    if (q <= 0 && (slope || s != floor(s)))
        return NAN;
    if (isinf(s) || isinf(q))
        return slope || isinf(q) ? 0 : q < 1 ? INFINITY : q == 1 ? 1 : 0;
    return sum(s, q, slope);
}

double tg_zeta(double s, double q)
{
    return checked(s, q, 0);
}

double tg_zeta_slope(double s, double q)
{
    return checked(s, q, 1);
}
