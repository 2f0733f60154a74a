/* The continued fraction of the exponential integral and of the complementary error function. */
#ifndef TG_EVEN_FRACTION_H
#define TG_EVEN_FRACTION_H

#include <complex.h>
#include <math.h>

/* 1 / (b + a(1) / (b + 2 p + a(2) / (b + 4 p + ...))) with a(k) = -(p k - q) p k, by Lentz' method. */
static inline double complex tg_even_fraction(double complex b, double p, double q)
{
    double complex c = 1e300, d = 1 / b, h = d;
    for (int k = 1; k < 4000; k++) {
        const double a = -(p * k - q) * (p * k);
        b += 2 * p;
        d = 1 / (a * d + b);
        c = b + a / c;
        h *= c * d;
        if (fabs(creal(c * d) - 1) + fabs(cimag(c * d)) < 1e-16)
            break;
    }
    return h;
}

#endif
