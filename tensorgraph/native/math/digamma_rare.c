/* digamma and trigamma where they are rare: zero, negative, subnormal, huge, and nan.
 *
 * Between any two negative integers digamma has a root, near which its two terms cancel; so all is done
 * with pairs, to about 2^-100. */

#include "gamma.h"
#include "vector_math.h"

static const tg_pair PI = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
static const tg_pair LN2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

/* (-1)^(k + 1) B(2k) / (2k), numerators and denominators. */
static const double BERNOULLI[12][2] = {
    {1, 12}, {1, 120}, {1, 252}, {1, 240}, {1, 132}, {691, 32760},
    {1, 12}, {3617, 8160}, {43867, 14364}, {174611, 6600}, {77683, 276}, {236364091, 65520},
};

static tg_pair scaled(tg_pair a, double b)
{
    return tg_pair_product(a, (tg_pair){b, 0.0});
}

static tg_pair divided(tg_pair a, double b)
{
    return tg_pair_product(a, tg_inverse(b));
}

static tg_pair quotient(tg_pair a, tg_pair b)
{
    double first = a.high / b.high;
    tg_pair rest = tg_pair_sum(a, scaled(b, -first));
    return tg_fast_two_sum(first, (rest.high + rest.low) / b.high);
}

/* sin(pi w) and cos(pi w) for |w| <= 1/2 by their series. */
static void sine_and_cosine(double w, tg_pair *sine, tg_pair *cosine)
{
    tg_pair angle = scaled(PI, w), term = {1.0, 0.0};
    *cosine = term;
    *sine = (tg_pair){0.0, 0.0};
    for (int k = 1; k < 38; k++) {
        tg_pair *sum = k & 1 ? sine : cosine;
        term = divided(tg_pair_product(term, angle), k);
        *sum = tg_pair_sum(*sum, scaled(term, k & 2 ? -1.0 : 1.0));
    }
}

/* log(2^k (1 + f)) = k log 2 + 2 (s + s^3 / 3 + s^5 / 5 + ...) with s = f / (2 + f). */
static tg_pair log_of(double x)
{
    tg_binary b = tg_split_exponent(x);
    tg_pair s = quotient((tg_pair){b.f, 0.0}, tg_two_sum(2.0, b.f)), square = tg_pair_product(s, s);
    tg_pair sum = {0.0, 0.0};
    for (int k = 43; k > 0; k -= 2)
        sum = tg_pair_sum(tg_pair_product(sum, square), tg_inverse(k));
    return tg_pair_sum(scaled(LN2, b.k), scaled(tg_pair_product(sum, s), 2.0));
}

/* digamma(x) for x > 0: its recurrence up to 28, then log(x) - 1 / (2 x) - sum of B(2k) / (2k x^(2k)). */
static tg_pair digamma_of_positive(double x)
{
    tg_pair steps = {0.0, 0.0}, sum = {0.0, 0.0}, whole = {x, 0.0};
    for (; whole.high < 28.0; whole = tg_pair_sum(whole, (tg_pair){1.0, 0.0}))
        steps = tg_pair_sum(steps, quotient((tg_pair){-1.0, 0.0}, whole));
    tg_pair inverse = quotient((tg_pair){1.0, 0.0}, whole), square = tg_pair_product(inverse, inverse);
    for (int k = 11; k >= 0; k--) {
        tg_pair coefficient = divided((tg_pair){BERNOULLI[k][0], 0.0}, BERNOULLI[k][1]);
        sum = tg_pair_product(square, tg_pair_sum(coefficient, scaled(sum, -1.0)));
    }
    tg_pair log = tg_pair_sum(log_of(whole.high), (tg_pair){whole.low * inverse.high, 0.0});
    return tg_pair_sum(tg_pair_sum(steps, log), scaled(tg_pair_sum(sum, scaled(inverse, 0.5)), -1.0));
}

/* digamma(x) = digamma(-x) - 1 / x - pi / tan(pi x). */
double tg_digamma_rare(double x)
{
    if (tg_absolute(x) < 0x1p-60)
        return -1.0 / x;
    if (!(x > -0x1p52) || x == TG_INFINITY)
        return x > 0.0 ? x : TG_NAN;
    if (x > 0.0)
        return tg_log(x);
    double w = x - tg_nearest_integer(x);
    if (w == 0.0)
        return TG_NAN;
    tg_pair sine, cosine;
    sine_and_cosine(w, &sine, &cosine);
    tg_pair cotangent = quotient(tg_pair_product(PI, cosine), sine);
    tg_pair y = tg_pair_sum(digamma_of_positive(-x), tg_inverse(-x));
    y = tg_pair_sum(y, scaled(cotangent, -1.0));
    return y.high + y.low;
}

/* trigamma(x) = (pi / sin(pi x))^2 - trigamma(1 - x). */
double tg_trigamma_rare(double x)
{
    if (x > 0.0)
        return x < 1.0 ? 1.0 / (x * x) : 1.0 / x;
    if (!(x > -TG_INFINITY))
        return TG_NAN;
    if (x > -0x1p-60)
        return 1.0 / (x * x);
    tg_pair sine, cosine;
    sine_and_cosine(x > -0x1p52 ? x - tg_nearest_integer(x) : 0.0, &sine, &cosine);
    if (sine.high == 0.0)
        return TG_INFINITY;
    tg_pair ratio = quotient(PI, sine), square = tg_pair_product(ratio, ratio);
    return square.high + (square.low - tg_trigamma(1.0 - x));
}
