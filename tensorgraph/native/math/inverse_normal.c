/* The quantile function of the normal distribution, and the inverse of the error function.
 *
 * As Wichura (1988): near the median a rational function of q^2 with q = p - 1/2, in the tails one of
 * r = sqrt(-log(tail)), less its least value s, so that nothing cancels. What the function does most, 2 q or
 * r + 3/8 s, is kept out of the rational part. */

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
    double s = r.high - 1.5, quartic = s * s * (s * s);
    double numerator = TG_POLY3(quartic,
        TG_POLY4(s, -0.24862707094296776, -0.24470284211405524, 0.11925540011258572, 0.27055107648043264),
        TG_POLY4(s, 0.15937565266618595, 0.04727168332554381, 0.007550142272932967, 0.000618189337502237),
        TG_POLY2(s, 2.3287020804394725e-05, 3.1077361501284584e-07));
    double denominator = TG_POLY3(quartic,
        TG_POLY4(s, 1.0, 2.428753178069313, 2.459392606935489, 1.3550437496141021),
        TG_POLY4(s, 0.4416558759207223, 0.08550269548513241, 0.009200095570225143, 0.0004697800549884505),
        7.919256040593233e-06);
    double ratio = (central ? central_numerator : numerator) / (central ? central_denominator : denominator);
    double sign = tg_with_sign_of(1.0, q.high), beyond = tg_fma(0.375, s, tg_fma(1.5, r.low, ratio));
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
    double s = r.high - 6.0, quartic = s * s * (s * s);
    double numerator = TG_POLY3(quartic,
        TG_POLY4(s, 2.1205947679050237, 1.2428434766244778, 0.2880336985997574, 0.033807314504092766),
        TG_POLY4(s, 0.002152141343875349, 7.45925645932304e-05, 1.3564336232359272e-06, 1.1794030270882894e-08),
        3.7051755834874325e-11);
    double denominator = TG_POLY2(quartic,
        TG_POLY4(s, 1.0, 0.5477607445835175, 0.1174439242511964, 0.012509025191402836),
        TG_POLY4(s, 0.0006954083077859337, 1.9451806046736986e-05, 2.409203807530453e-07, 9.448348022117362e-10));
    return -(r.high + tg_fma(0.375, s, numerator / denominator + 1.45 * r.low));
}

static TG_NOINLINE double tg_erfinv_rare(double x)
{
    return tg_absolute(x) == 1.0 ? x * TG_INFINITY : TG_NAN;
}

/* Worst error found: 1.78 ULP. */
TG_WITH_RARE(ndtri, 1e-16, 0x1.fffffffffffffp-1)

/* Worst error found: 1.97 ULP. */
TG_WITH_RARE(erfinv, -0x1.fffffffffffffp-1, 0x1.fffffffffffffp-1)
