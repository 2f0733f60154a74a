/* The error function and its complement. */

#include "exponential.h"

/* Where |x| is not small, both use exp(-x^2) times a polynomial in t = (x - k) / (x + k), which maps a
 * half-line to a short interval (Schonfelder 1978). */

/* erf(x) / x - 1 for z = x^2 <= 1; minimax, relative error 2^-56. */
TG_INLINE double tg_erf_near(double z)
{
    double first = TG_POLY4(z, 0.12837916709551259, -0.37612638903183748, 0.11283791670954858,
                            -0.026866170645072959);
    double middle = TG_POLY4(z, 0.0052239776247813702, -0.00085483269787651485, 0.00012055331037551108,
                             -1.4925593518728226e-05);
    double last = TG_POLY5(z, 1.6460972954153765e-06, -1.6350026192077269e-07, 1.4657883530919653e-08,
                           -1.136567067182716e-09, 5.945255584223488e-11);
    return TG_POLY3(z * z * (z * z), first, middle, last);
}

/* exp(x^2) erfc(x) for t = (x - 2) / (x + 2), 1 <= x <= 6; minimax, error 2^-58 of erf. */
TG_INLINE double tg_erf_far(double t)
{
    double first = TG_POLY4(t, 0.25539567631050575, -0.42718584741395615, 0.24165819424249363,
                            -0.078978581016393296);
    double middle = TG_POLY4(t, 0.0037328923939239102, 0.0069974617503353719, -0.00084714249624241614,
                             -0.00098197452151083564);
    double last = TG_POLY5(t, 4.3542044451599727e-05, 0.00017427488979759355, 2.7506326320206137e-05,
                           -2.686333025226239e-05, -1.2832045155612116e-05);
    return TG_POLY3(t * t * (t * t), first, middle, last);
}

/* Worst error found: 1.45 ULP. */
double tg_erf(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 6.0), square = size * size;
    tg_scaled e = tg_exp_scaled(-square, 0.0);
    double power = (e.high + e.low) * tg_power_of_two(e.shifted);
    double far = 1.0 - power * tg_erf_far((size - 2.0) / (size + 2.0));
    double near = tg_fma(size, tg_erf_near(square), size);
    return tg_with_sign_of(size < 1.0 ? near : far, x);
}

/* erf(x) / x - 1 for z = x^2 <= 0.64; minimax, error 2^-55. */
TG_INLINE double tg_erf_small(double z)
{
    return TG_POLY11(z, 0.12837916709551256, -0.37612638903183621, 0.11283791670946901, -0.026866170643140661,
                     0.0052239776006765678, -0.0008548325221636253, 0.00012055251027516242,
                     -1.492324737714372e-05, 1.6416584454172067e-06, -1.5824207379738961e-07,
                     1.1068237589240888e-08);
}

/* erfc(17/16 + s) - 17/128 for 0.8 <= 17/16 + s <= 1.3; minimax, relative error 2^-54 of erfc. */
TG_INLINE double tg_erfc_middle(double s)
{
    return TG_POLY15(s, 0.00012923056504724462, -0.36490289117800395, 0.38770932187662915,
                     -0.15299313926995786, -0.047958835388351814, 0.066280446823370906, -0.010685302150144864,
                     -0.012537306506617002, 0.0056199298665837172, 0.0011108886778286638,
                     -0.0012351685433240193, 5.6683224478693621e-05, 0.00017717943312733496,
                     -3.5363174344110932e-05, -1.813130751347041e-05);
}

/* x exp(x^2) erfc(x) - 1/2 for t = (x - 5/2) / (x + 5/2), 1.3 <= x <= 28; minimax, error 2^-54. */
TG_INLINE double tg_erfc_tail(double t)
{
    double quartic = t * t * (t * t);
    return TG_POLY5(quartic,
        TG_POLY4(t, 0.027015910152858959, 0.12468998543328487, -0.17536886639553198, 0.14133148570094933),
        TG_POLY4(t, -0.071444797556250425, 0.018377297221259831, 0.001787129348119506,
                 -0.0026289969549019446),
        TG_POLY4(t, 0.00013174377393275063, 0.0003805000465839377, -2.7160922372248794e-05,
                 -6.6040294400170622e-05),
        TG_POLY4(t, -5.9492761299281517e-07, 1.2243523535164776e-05, 2.4194761496630998e-06,
                 -1.5814926611767844e-06),
        TG_POLY3(t, -2.5248593560120771e-06, 1.7612246081878421e-06, -3.2894599209548561e-07));
}

/* 1 - erf(x) below 0.8, a Taylor-like polynomial below 1.3, then exp(-x^2) (1/2 + Q(t)) / x, where x^2
 * enters with its rounding error; 2 minus that for negative x.  Worst error found: 1.80 ULP. */
double tg_erfc(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 28.0);
    tg_pair square = tg_two_product(size, size);
    tg_scaled e = tg_exp_scaled(-square.high, -square.low);
    tg_pair power = tg_fast_two_sum(e.high, e.low);
    double beyond_half = tg_erfc_tail((size - 2.5) / (size + 2.5));
    tg_pair product = tg_fast_two_sum(0.5 * power.high, tg_fma(power.high, beyond_half, 0.5 * power.low));
    double tail = tg_scale(tg_quotient(product, size), e.shifted);
    double middle = 0.1328125 + tg_erfc_middle(size - 1.0625);
    double outside = size < 1.3 ? middle : tail;
    tg_pair rest = tg_fast_two_sum(1.0, -x);
    double inside = rest.high + tg_fma(-x, tg_erf_small(square.high), rest.low);
    double y = x < 0.0 ? 2.0 - outside : outside;
    return size < 0.8 ? inside : y;
}
