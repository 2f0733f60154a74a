/* Sine and cosine integrals, trigonometric and hyperbolic: power series, and a continued fraction of the
 * exponential integral of an imaginary argument (DLMF 6.6 and 6.9.1). */
#include <complex.h>
#include <math.h>

#include "even_fraction.h"
#include "sine_integral.h"

#define EULER 0.57721566490153286061
#define HALF_PI 1.57079632679489661923

/* The sum of sign^k x^n / (n n!) over n = first, first + 2, ... */
static double series(double x, int first, double sign)
{
    double power = first == 1 ? x : 0.5 * sign * x * x, sum = power / first;
    for (int n = first; n < 4000; n += 2) {
        power *= sign * x / (n + 1) * (x / (n + 2));
        const double part = power / (n + 2);
        sum += part;
        if (fabs(part) <= 1e-17 * fabs(sum) || !isfinite(sum))
            break;
    }
    return sum;
}

/* exp(i x) E1(i x). */
static double complex fraction(double x)
{
    return tg_even_fraction(1 + I * x, 1, 0);
}

/* E1(i x) is i (Si(x) - pi / 2) - Ci(x). */
static double complex far(double x)
{
    return (cos(x) - I * sin(x)) * fraction(x);
}

double tg_sine_integral(double x)
{
    const double size = fabs(x);
    if (!(size > 4))
        return series(x, 1, -1);
    return copysign(isinf(x) ? HALF_PI : HALF_PI + cimag(far(size)), x);
}

/* For x < 0 the real part, as SciPy has it where x is finite. */
double tg_cosine_integral(double x)
{
    const double size = fabs(x);
    if (isinf(x))
        return x > 0 ? 0 : NAN;
    return size > 4 ? -creal(far(size)) : EULER + log(size) + series(size, 2, -1);
}

double tg_hyperbolic_sine_integral(double x)
{
    return isinf(x) ? x : series(x, 1, 1);
}

double tg_hyperbolic_cosine_integral(double x)
{
    const double size = fabs(x);
    return isinf(x) ? INFINITY : EULER + log(size) + series(size, 2, 1);
}
