/* The parts of floating-point numbers, with exponents as doubles, which every caller can pass. */
#include <math.h>
#include "vector_math.h"

double tg_ldexp(double x, double n)
{
    return scalbln(x, n > 5000 ? 5000 : n < -5000 ? -5000 : (long)n);
}

double tg_frexp_exponent(double x)
{
    int exponent = 0;
    frexp(x, &exponent);
    return isfinite(x) ? exponent : 0;
}

double tg_nextafter_single(double x, double y)
{
    return nextafterf((float)x, (float)y);
}

/* The neighbours of float16: steps of 2^-11 of the power of two above, at least 2^-24, up to 65504. */
double tg_nextafter_half(double x, double y)
{
    if (isnan(x) || isnan(y) || x == y)
        return x == y ? x : NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? copysign(0x1p-24, y) : copysign(65504, x);
    int exponent;
    const int out = (y > x) == (x > 0), edge = frexp(fabs(x), &exponent) == 0.5 && !out;
    const double step = fmax(scalbn(1, exponent - 11 - edge), 0x1p-24);
    const double size = fabs(x) + (out ? step : -step);
    return copysign(size > 65504 ? INFINITY : size, x);
}
