/* Functions of complex numbers.
 *
 * Most are the C library's, which NumPy calls too. Powers follow NumPy: a small whole exponent means
 * products, which are exact where logarithms are not. Products and quotients are spelled out: the operators
 * of C look for infinities behind a nan. */
#include <complex.h>
#include <math.h>

#include "vector_math.h"

typedef double _Complex number;

enum { PRODUCTS = 100 };               /* whole exponents below it are products */

static number made(double real, double imaginary)
{
    return __builtin_complex(real, imaginary);
}

static number times(number a, number b)
{
    return made(creal(a) * creal(b) - cimag(a) * cimag(b), creal(a) * cimag(b) + cimag(a) * creal(b));
}

/* 1 / z by the smaller ratio of its parts (Smith 1962), which does not overflow on the way. */
static number inverse(number z)
{
    double x = creal(z), y = cimag(z);
    if (fabs(x) >= fabs(y)) {
        double ratio = x == 0 ? 0 : y / x, scale = 1 / (x + y * ratio);
        return made(scale, -ratio * scale);
    }
    double ratio = x / y, scale = 1 / (x * ratio + y);
    return made(ratio * scale, -scale);
}

number tg_cexp(number z) { return cexp(z); }
number tg_clog(number z) { return clog(z); }
number tg_csqrt(number z) { return csqrt(z); }
number tg_csin(number z) { return csin(z); }
number tg_ccos(number z) { return ccos(z); }
number tg_ctan(number z) { return ctan(z); }
number tg_csinh(number z) { return csinh(z); }
number tg_ccosh(number z) { return ccosh(z); }
number tg_ctanh(number z) { return ctanh(z); }
number tg_casin(number z) { return casin(z); }
number tg_cacos(number z) { return cacos(z); }
number tg_catan(number z) { return catan(z); }
number tg_casinh(number z) { return casinh(z); }
number tg_cacosh(number z) { return cacosh(z); }
number tg_catanh(number z) { return catanh(z); }

/* exp(z) - 1: cos(y) is 1 less twice the square of a half sine, which does not cancel. */
number tg_cexpm1(number z)
{
    double x = creal(z), y = cimag(z), half_sine = sin(y / 2);
    return made(expm1(x) * cos(y) - 2 * half_sine * half_sine, exp(x) * sin(y));
}

/* log(1 + z); close to 0, |1 + z| squared is 1 plus something small. */
number tg_clog1p(number z)
{
    double x = creal(z), y = cimag(z), size = hypot(x, y);
    double length = size < 0.5 ? log1p(2 * x + size * size) / 2 : log(hypot(1 + x, y));
    return made(length, atan2(y, 1 + x));
}

static number scaled(number z, double factor)
{
    return made(creal(z) * factor, cimag(z) * factor);
}

number tg_cexp2(number z) { return cexp(scaled(z, M_LN2)); }
number tg_clog2(number z) { return scaled(clog(z), M_LOG2E); }
number tg_clog10(number z) { return scaled(clog(z), M_LOG10E); }

/* z / |z|; 0 for 0, the direction of an infinite part if there is just one. */
number tg_csign(number z)
{
    double x = creal(z), y = cimag(z), size = hypot(x, y);
    if (isinf(x) && isinf(y))
        return made(NAN, NAN);
    if (isinf(x) || isinf(y))
        return isinf(x) ? made(copysign(1, x), 0) : made(0, copysign(1, y));
    if (isinf(size))
        return tg_csign(scaled(z, 0.25));
    return size == 0 ? made(0, 0) : made(x / size, y / size);
}

/* For an exponent other than 0. */
static number whole_power(number base, int exponent)
{
    int left = exponent < 0 ? -exponent : exponent;
    for (; !(left & 1); left >>= 1)
        base = times(base, base);
    number result = base;
    while (left >>= 1) {
        base = times(base, base);
        if (left & 1)
            result = times(result, base);
    }
    return exponent < 0 ? inverse(result) : result;
}

number tg_cpow(number a, number b)
{
    double exponent = creal(b);
    if (exponent == 0 && cimag(b) == 0)
        return made(1, 0);
    if (creal(a) == 0 && cimag(a) == 0)
        return exponent > 0 ? made(0, 0) : made(NAN, NAN);
    if (cimag(b) == 0 && fabs(exponent) < PRODUCTS && exponent == rint(exponent))
        return whole_power(a, (int)exponent);
    return cpow(a, b);
}
