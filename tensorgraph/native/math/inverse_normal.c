/* The quantile function of the normal distribution, and the inverse of the error function.
 *
 * As Wichura (1988): near the median a rational function of q^2 with q = p - 1/2, in the tails one of
 * r = sqrt(-log(tail)). What the function does most, 2 q or r, is kept out of the rational part. */

#define TG_RARE_SIMD
#include "logarithm.h"
#include "rare.h"

/* sqrt(-log(tail)) with its rounding error. */
TG_INLINE tg_pair tg_root_of_log(double tail)
{
    tg_binary b = tg_split_any_exponent(tail);
    tg_pair log = tg_log_pair(b.k, b.f, 0.0);
    double high = -(log.high + log.low), low = (-log.high - high) - log.low;
    double root = __builtin_sqrt(high);
    tg_pair square = tg_two_product(root, root);
    return (tg_pair){root, (((high - square.high) - square.low) + low) * 0.5 / root};
}

/* The quantile of 1/2 + q as a sum, where `tail` is 1/2 - |q|, at least 2^-54; minimax, error 2^-55. The
 * rounding error of q matters below 1/4 only, where the slope is about 4. */
TG_INLINE tg_pair tg_normal_quantile(tg_pair q, double tail)
{
    double size = tg_absolute(q.high), u = 0.1444 - q.high * q.high;
    int central = size <= 0.38;
    tg_pair r = tg_root_of_log(tail);
    double central_numerator = TG_POLY8(u, 1.092070505437079, 23.252903127919126, 161.84714373351994,
                                        335.90306510721661, -509.36536322237691, -2163.9083211909474,
                                        -1365.9454159314628, -33.752778231447003);
    double central_denominator = TG_POLY7(u, 1.0, 27.338714187749162, 283.65158168310109, 1393.5796251957449,
                                          3294.6041815042618, 3355.9309650579453, 1044.274542996216);
    double numerator = TG_POLY10(r.high, -3.6477467502551812, -47.465636456929637, -113.04073782148951,
                                 -71.289247769374342, -6.5482029936821355, 16.258072965660745,
                                 10.679995876871903, 2.4287194998793851, 0.19420487101380579,
                                 0.004105727427621584);
    double denominator = TG_POLY9(r.high, 1.0, 20.339377996480458, 80.830974467755055, 109.87731678919867,
                                  72.848817146360048, 29.290666252757632, 5.9655236897482,
                                  0.46902802561701146, 0.0099114037601147637);
    double ratio = (central ? central_numerator : numerator) / (central ? central_denominator : denominator);
    double sign = tg_with_sign_of(1.0, q.high), beyond = tg_fma(1.5, r.low, ratio);
    double middle = tg_fma(q.high, ratio, 4.0 * q.low);
    return (tg_pair){central ? 2.0 * q.high : r.high * sign, central ? middle : beyond * sign};
}

TG_SIMD TG_HIDDEN double tg_ndtri_usual(double p)
{
    tg_pair x = tg_normal_quantile(tg_two_sum(p, -0.5), p < 0.5 ? p : 1.0 - p);
    return x.high + x.low;
}

TG_SIMD TG_HIDDEN double tg_erfinv_usual(double x)
{
    tg_pair y = tg_normal_quantile((tg_pair){0.5 * x, 0.0}, 0.5 * (1.0 - tg_absolute(x)));
    tg_pair scaled = tg_two_product(y.high, 0x1.6a09e667f3bcdp-1);
    double low = scaled.low + tg_fma(y.low, 0x1.6a09e667f3bcdp-1, y.high * -0x1.bdd3413b26456p-55);
    return tg_absolute(x) < 0x1p-900 ? x * 0x1.c5bf891b4ef6bp-1 : scaled.high + low;
}

/* The lowest tail, where r is above 6; minimax, error 2^-57. */
static TG_NOINLINE double tg_ndtri_rare(double p)
{
    if (!(p > 0.0 && p < 1.0))
        return p == 0.0 ? -TG_INFINITY : p == 1.0 ? TG_INFINITY : TG_NAN;
    tg_pair r = tg_root_of_log(p);
    double numerator = TG_POLY9(r.high, -3.2680832896551681, -14.064975975160023, -4.908641725494344,
                                3.310136994692888, 1.6468873422786148, 0.2215637005918914,
                                0.010927137261722794, 0.00019152335368889604, 8.9921391967350839e-07);
    double denominator = TG_POLY8(r.high, 1.0, 8.4826763386360025, 11.49624051377616, 4.1912048017922965,
                                  0.53954943216947948, 0.026408353566873492, 0.00046238695571697264,
                                  2.1708865789385829e-06);
    return -(r.high + (numerator / denominator + 1.45 * r.low));
}

static TG_NOINLINE double tg_erfinv_rare(double x)
{
    return tg_absolute(x) == 1.0 ? x * TG_INFINITY : TG_NAN;
}

/* Worst error found: 1.92 ULP. */
TG_WITH_RARE(ndtri, 1e-16, 0x1.fffffffffffffp-1)

/* Worst error found: 1.62 ULP. */
TG_WITH_RARE(erfinv, -0x1.fffffffffffffp-1, 0x1.fffffffffffffp-1)
