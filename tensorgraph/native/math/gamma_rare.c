/* log |Gamma(x)| where it is rare: zero, negative, subnormal, huge, and nan. */

#include "gamma.h"
#include "vector_math.h"

/* 1 / Gamma(1 + w) = sum of c[k] w^k (Wrench 1968); the first coefficients to twice the precision. */
static const tg_pair RECIPROCAL_GAMMA_FIRST[18] = {
    {0x1p+0, 0.0},
    {0x1.2788cfc6fb619p-1, -0x1.6cb90701fbfabp-58},
    {-0x1.4fcf4026afa2ep-1, 0x1.8a3db7a90c42ap-56},
    {-0x1.5815e8fa27048p-5, 0x1.b85ea59bc3638p-60},
    {0x1.5512320b43fbep-3, 0x1.77e9bfd84d0f8p-57},
    {-0x1.59af103c34092p-5, -0x1.ef8da0241c465p-59},
    {-0x1.3b4af28483e21p-7, -0x1.38dbcf40c139bp-61},
    {0x1.d919c527f60b2p-8, -0x1.a91714b11611fp-62},
    {-0x1.317112ce3a2a8p-10, 0x1.0b48922be53b9p-64},
    {-0x1.c364fe6f1563dp-13, 0x1.6707f71f86f2ep-69},
    {0x1.0c8a78cd9f9d2p-13, -0x1.6193e5e682992p-67},
    {-0x1.51ce8af47eabep-16, 0x1.26de8c501cb48p-75},
    {-0x1.4fad41fc34fbbp-20, -0x1.01776ab160dc8p-75},
    {0x1.302509dbc0de3p-20, -0x1.bf09003481b1ap-75},
    {-0x1.b9986666c225dp-23, -0x1.d12e45de59d01p-79},
    {0x1.a44b7ba22d629p-28, -0x1.4d6f19c81365fp-82},
    {0x1.57bc3fc384334p-28, -0x1.30a82205f48c5p-86},
    {-0x1.44b4cedca388fp-30, -0x1.f1c4c0ce1c9c5p-84},
};
static const double RECIPROCAL_GAMMA_REST[16] = {
    1.0434267116911005e-10,
    7.7822634399050708e-12,
    -3.696805618642206e-12,
    5.1003702874544758e-13,
    -2.0583260535665066e-14,
    -5.3481225394230178e-15,
    1.2267786282382608e-15,
    -1.1812593016974588e-16,
    1.1866922547516004e-18,
    1.4123806553180319e-18,
    -2.2987456844353702e-19,
    1.7144063219273374e-20,
    1.3373517304936931e-22,
    -2.0542335517666728e-22,
    2.7360300486080001e-23,
    -1.7323564459105165e-24,
};

static tg_pair negated(tg_pair a)
{
    return (tg_pair){-a.high, -a.low};
}

static tg_pair log_of(double x)
{
    tg_binary b = tg_split_any_exponent(x);
    tg_pair log = tg_log_pair(b.k, b.f, 0.0);
    return tg_fast_two_sum(log.high, log.low);
}

/* |sin(pi w)| for |w| <= 1/2. */
static double sine_of_turn(double w)
{
    return tg_sin(tg_absolute(w) * 0x1.921fb54442d18p+1);
}

/* 1 / Gamma(1 + w) for |w| <= 1/2, error 2^-104. */
static tg_pair reciprocal_gamma(double w)
{
    double rest = 0.0;
    for (int k = 15; k >= 0; k--)
        rest = tg_fma(rest, w, RECIPROCAL_GAMMA_REST[k]);
    tg_pair sum = {rest, 0.0}, factor = {w, 0.0};
    for (int k = 17; k >= 0; k--)
        sum = tg_pair_sum(tg_pair_product(sum, factor), RECIPROCAL_GAMMA_FIRST[k]);
    return sum;
}

/* With x = w - n: 1 / Gamma(x) = w (w - 1) ... (w - n) / Gamma(1 + w), precise enough for the digits of its
 * logarithm where that has a root. */
static double lgamma_near_roots(double x)
{
    double n = -tg_nearest_integer(x), w = x + n;
    tg_pair product = tg_pair_product(reciprocal_gamma(w), (tg_pair){w, 0.0});
    for (double i = 1.0; i <= n; i++)
        product = tg_pair_product(product, tg_two_sum(w, -i));
    if (product.high < 0.0)
        product = negated(product);
    tg_pair beyond_one = tg_two_sum(product.high, -1.0);
    if (tg_absolute(beyond_one.high) < 0.5)
        return -tg_log1p(beyond_one.high + (beyond_one.low + product.low));
    return -tg_log(product.high);
}

/* log |Gamma(x)| = log(pi) - log |x sin(pi x)| - lgamma(-x). */
static double lgamma_by_reflection(double x)
{
    double w = x - tg_nearest_integer(x);
    tg_pair log = log_of(tg_absolute(x));
    tg_pair far = tg_lgamma_far(-x, log, -1.0 / x);
    tg_pair logs = tg_pair_sum(log, log_of(sine_of_turn(w)));
    tg_pair sum = tg_pair_sum(tg_fast_two_sum(far.high, far.low), logs);
    tg_pair result = tg_pair_sum((tg_pair){0x1.250d048e7a1bdp+0, 0x1.7abf2ad8d5088p-57}, negated(sum));
    return result.high + result.low;
}

/* x (log(x) - 1), where lgamma overflows or nearly so. */
static double lgamma_of_huge(double x)
{
    double small = x * 0x1p-64;
    tg_pair log = log_of(x), product = tg_two_product(small, log.high - 1.0);
    return (product.high + tg_fma(small, log.low, product.low)) * 0x1p64;
}

double tg_lgamma_rare(double x)
{
    if (!(tg_absolute(x) < TG_INFINITY))
        return x * x;
    if (tg_absolute(x) < 0x1p-60)
        return -tg_log(tg_absolute(x));
    if (x > 0.0)
        return lgamma_of_huge(x);
    if (x == tg_nearest_integer(x) || x <= -0x1p52)
        return TG_INFINITY;
    return x > -25.5 ? lgamma_near_roots(x) : lgamma_by_reflection(x);
}
