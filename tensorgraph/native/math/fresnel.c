/* Fresnel's integrals of sin(pi t^2 / 2) and cos(pi t^2 / 2): a power series, and further out the continued
 * fraction of the complementary error function (DLMF 7.5.8 and 7.9.2). */
#include <complex.h>
#include <math.h>

#include "even_fraction.h"
#include "fresnel.h"

#define PI 3.14159265358979323846

/* C(x) + i S(x), whose terms are x (i pi x^2 / 2)^n / (n! (2n + 1)). */
static double complex near(double x)
{
    const double complex step = I * PI * x * x / 2;
    double complex term = x, sum = x;
    for (int n = 1; n < 100; n++) {
        term *= step / n;
        sum += term / (2 * n + 1);
        if (cabs(term) < 1e-18 * cabs(sum))
            break;
    }
    return sum;
}

/* (1 + i) / 2 (1 - erfc(z)) with z = sqrt(pi) / 2 (1 - i) x, by Lentz' method. */
static double complex far(double x)
{
    const double square = PI * x * x;
    const double complex h = tg_even_fraction(1 - I * square, 2, 1);
    const double turn = fmod(x, 4), angle = PI / 2 * (turn * turn + 2 * turn * (x - turn));
    const double complex wave = cos(angle) + I * sin(angle);
    return (0.5 + 0.5 * I) * (1 - wave * (x - I * x) * h);
}

static double complex fresnel(double x)
{
    const double size = fabs(x);
    return size < 1.5 ? near(size) : size < 1e8 ? far(size) : isnan(x) ? x + I * x : 0.5 + 0.5 * I;
}

double tg_fresnel_sine(double x)
{
    return copysign(cimag(fresnel(x)), x);
}

double tg_fresnel_cosine(double x)
{
    return copysign(creal(fresnel(x)), x);
}
