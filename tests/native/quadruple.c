/* What the functions of the math library are in quadruple precision, and how far the library is off.
 *
 * For each function NAME, exact_NAME gives the value at doubles as a sum of two, errors_NAME the errors of
 * tg_NAME in units of the last place of the double nearest to the value, or of `size` where that is larger. */

#include <math.h>
#include <quadmath.h>
#include <stdint.h>
#include <string.h>

#include "vector_math.h"

typedef __float128 quad;

static quad q_log1mexp(quad x)
{
    return x > -1 ? logq(-expm1q(x)) : log1pq(-expq(x));
}

static quad q_sigmoid(quad x)
{
    return x > 0 ? 1 / (1 + expq(-x)) : expq(x) / (1 + expq(x));
}

static quad q_softplus(quad x)
{
    return (x > 0 ? x : 0) + log1pq(expq(-fabsq(x)));
}

static quad q_logaddexp(quad a, quad b)
{
    return (a > b ? a : b) + log1pq(expq(-fabsq(a - b)));
}

static quad q_xlogy(quad x, quad y)
{
    return x * logq(y);
}

static quad q_xlog1py(quad x, quad y)
{
    return x * log1pq(y);
}

static quad q_logit(quad p)
{
    return p > 0.25Q && p < 0.75Q ? log1pq((2 * p - 1) / (1 - p)) : logq(p / (1 - p));
}

/* Beyond 20 by its asymptotic series. */
static quad q_erfcx(quad x)
{
    if (x < 20)
        return expq(x * x) * erfcq(x);
    quad sum = 1, term = 1;
    for (int n = 1; n < 60; n++)
        sum += term *= -(2 * n - 1) / (2 * x * x);
    return sum / (x * sqrtq(M_PIq));
}

static quad q_ndtr(quad x)
{
    return erfcq(-x * M_SQRT1_2q) / 2;
}

static quad q_log_ndtr(quad x)
{
    return x > 0 ? log1pq(-q_ndtr(-x)) : logq(q_erfcx(-x * M_SQRT1_2q) / 2) - x * x / 2;
}

/* y with erf(y) = x or, where that is given, erfc(y) = rest, by Newton's steps. */
static quad erf_inverted(quad x, quad rest, quad y)
{
    for (int step = 0; step < 3; step++) {
        quad off = x < 0.5Q ? erfq(y) - x : rest - erfcq(y);
        y -= off * expq(y * y) / M_2_SQRTPIq;
    }
    return y;
}

static quad q_erfinv(quad x)
{
    quad size = fabsq(x);
    return copysignq(size == 0 ? size : erf_inverted(size, 1 - size, fabs(tg_erfinv((double)size))), x);
}

static quad q_ndtri(quad p)
{
    quad tail = 2 * (p < 0.5Q ? p : 1 - p), start = fabs(tg_ndtri((double)p)) * M_SQRT1_2q;
    return copysignq(tail == 1 ? 0 : erf_inverted(1 - tail, tail, start), p - 0.5Q) * M_SQRT2q;
}

/* (-1)^(k + 1) B(2k) / (2k), numerators and denominators. */
static const double BERNOULLI[15][2] = {
    {1, 12}, {-1, 120}, {1, 252}, {-1, 240}, {1, 132}, {-691, 32760}, {1, 12}, {-3617, 8160},
    {43867, 14364}, {-174611, 6600}, {77683, 276}, {-236364091, 65520}, {657931, 12},
    {-3392780147.0, 3480}, {1723168255201.0, 85932},
};

/* The recurrence up to 40, then Stirling's series. */
static quad q_digamma(quad x)
{
    if (x < 0)
        return q_digamma(-x) - 1 / x - M_PIq / tanq(M_PIq * (x - rintq(x)));
    quad sum = 0, power = 1;
    for (; x < 40; x += 1)
        sum -= 1 / x;
    sum += logq(x) - 1 / (2 * x);
    for (int k = 0; k < 15; k++)
        sum -= BERNOULLI[k][0] / (quad)BERNOULLI[k][1] * (power /= x * x);
    return sum;
}

static quad q_trigamma(quad x)
{
    if (x < 0) {
        quad sine = sinq(M_PIq * (x - rintq(x)));
        return M_PIq * M_PIq / (sine * sine) - q_trigamma(1 - x);
    }
    quad sum = 0, power = 1 / x;
    for (; x < 40; x += 1, power = 1 / x)
        sum += 1 / (x * x);
    sum += 1 / x + 1 / (2 * x * x);
    for (int k = 0; k < 15; k++)
        sum += 2 * (k + 1) * BERNOULLI[k][0] / (quad)BERNOULLI[k][1] * (power /= x * x);
    return sum;
}

static double distance(double found, quad exact, double size)
{
    double nearest = (double)exact;
    if (found == nearest && isinf(found))
        return 0.0;
    if (!isfinite(found) || isinf(nearest))
        return INFINITY;
    int exponent;
    frexp(fmax(fabs(nearest), fmax(size, 0x1p-1022)), &exponent);
    exponent -= 53;
    return (double)fabsq(scalbnq((quad)found - exact, -exponent));
}

#define CHECKED(name, value, call)                                                                 \
    void exact_##name(const double *a, const double *b, double *high, double *low, long n)         \
    {                                                                                              \
        for (long i = 0; i < n; i++) {                                                             \
            const quad x = a[i], y = b[i], exact = value;                                          \
            (void)y;                                                                               \
            high[i] = (double)exact;                                                               \
            low[i] = (double)(exact - high[i]);                                                    \
        }                                                                                          \
    }                                                                                              \
    void errors_##name(const double *a, const double *b, double *errors, long n, double size)      \
    {                                                                                              \
        for (long i = 0; i < n; i++) {                                                             \
            const quad x = a[i], y = b[i];                                                         \
            (void)y;                                                                               \
            errors[i] = distance(tg_##name call, value, size);                                           \
        }                                                                                          \
    }
#define OF_ONE(name, function) CHECKED(name, function(x), (a[i]))
#define OF_TWO(name, function) CHECKED(name, function(x, y), (a[i], b[i]))

OF_ONE(exp, expq)
OF_ONE(expm1, expm1q)
OF_ONE(exp2, exp2q)
OF_ONE(log, logq)
OF_ONE(log1p, log1pq)
OF_ONE(log2, log2q)
OF_ONE(log10, log10q)
OF_ONE(log1mexp, q_log1mexp)
OF_ONE(sigmoid, q_sigmoid)
OF_ONE(softplus, q_softplus)
OF_ONE(logit, q_logit)
OF_TWO(xlogy, q_xlogy)
OF_TWO(xlog1py, q_xlog1py)
OF_TWO(logaddexp, q_logaddexp)
OF_ONE(tanh, tanhq)
OF_ONE(sinh, sinhq)
OF_ONE(cosh, coshq)
OF_ONE(asinh, asinhq)
OF_ONE(acosh, acoshq)
OF_ONE(atanh, atanhq)
OF_TWO(pow, powq)
OF_ONE(cbrt, cbrtq)
OF_TWO(hypot, hypotq)
OF_ONE(sin, sinq)
OF_ONE(cos, cosq)
OF_ONE(tan, tanq)
OF_ONE(asin, asinq)
OF_ONE(acos, acosq)
OF_ONE(atan, atanq)
OF_TWO(atan2, atan2q)
OF_ONE(erf, erfq)
OF_ONE(erfc, erfcq)
OF_ONE(erfcx, q_erfcx)
OF_ONE(erfinv, q_erfinv)
OF_ONE(ndtr, q_ndtr)
OF_ONE(ndtri, q_ndtri)
OF_ONE(log_ndtr, q_log_ndtr)
OF_ONE(lgamma, lgammaq)
OF_ONE(digamma, q_digamma)
OF_ONE(trigamma, q_trigamma)
