/* log |Gamma(x)| and its first two derivatives, for x > 0; the rest is in gamma_rare.c.
 *
 * Above 3.3 (trigamma: 3) Stirling's series, as a minimax polynomial in 1/x^2. Below, the recurrence leads to
 * a rational function on [1, 2.3] that has the roots of lgamma and digamma as factors:
 *     x < 1           lgamma(x) = lgamma(x + 1) - log(x)
 *     1 <= x < 2.3    as it is
 *     2.3 <= x < 3.3  lgamma(x) = lgamma(x - 1) + log(x - 1)  */

#define TG_RARE_SIMD
#include "gamma.h"
#include "logarithm.h"
#include "rare.h"

#define TG_FIRST_ROOT_HIGH 0x1.762d86356be3fp+0
#define TG_FIRST_ROOT_LOW 0x1.b86a722197829p-54
#define TG_FIRST_ROOT_PLUS_1_LOW -0x1.23cac6ef343ebp-53     /* what rounding TG_FIRST_ROOT_HIGH + 1 leaves */

/* lgamma(1 + w) = w (w - 1) (1/2 + N(w) / D(w)) on 0 <= w <= 1.3, error 2^-56. */
TG_INLINE double tg_lgamma_numerator(double w)
{
    return TG_POLY8(w, 0.077215664901532866, 0.010006582357005517, -0.32363600937814979, -0.43983303390154715,
                    -0.23063929431084362, -0.053276887428200387, -0.0049165257383389739,
                    -0.00012471525543642433);
}

TG_INLINE double tg_lgamma_denominator(double w)
{
    return TG_POLY8(w, 1.0, 3.3057793545532044, 4.2954578700932053, 2.7837491644281882, 0.94317276277526474,
                    0.15995454802677855, 0.011740806132397667, 0.00025437714087612497);
}

TG_SIMD TG_HIDDEN double tg_lgamma_usual(double x)
{
    int low = x < 1.0, middle = x < 2.3, large = x >= 3.3;
    double w = x - (low ? 0.0 : (middle ? 1.0 : 2.0));
    double argument = low | large ? x : (middle ? 1.0 : x - 1.0), sign = low ? -1.0 : 1.0;
    tg_binary b = tg_split_exponent(argument);
    tg_pair unscaled = tg_log_pair(b.k, b.f, 0.0);
    tg_pair log = tg_fast_two_sum(unscaled.high, unscaled.low);
    double ratio = (large ? 1.0 : tg_lgamma_numerator(w)) / (large ? x : tg_lgamma_denominator(w));

    tg_pair factor = tg_two_product(w, w - 1.0);
    tg_pair near = tg_two_sum(0.5 * factor.high, log.high * sign);
    double near_low = near.low + tg_fma(factor.high, ratio, tg_fma(factor.low, 0.5, log.low * sign));

    tg_pair far = tg_lgamma_far(x, log, ratio);
    return large ? far.high + far.low : near.high + near_low;
}

/* digamma(1 + w) = (1 + w - first root) (7/8 + N(w) / D(w)) on 0 <= w <= 1.3, error 2^-55. */
TG_INLINE double tg_digamma_ratio(double w)
{
    double numerator = TG_POLY7(w, 0.37538013750340538, -0.039518822735858744, -0.48350255603937237,
                                -0.28076376912696593, -0.058606819954558916, -0.0045966332685711229,
                                -9.8670279905956298e-05);
    double denominator = TG_POLY7(w, 1.0, 2.1715974193187924, 1.6518696806564328, 0.5635909092538417,
                                  0.089089217815028127, 0.0058844760230257415, 0.00011391150660727149);
    return numerator / denominator;
}

/* x^2 (log(x) - digamma(x) - 1 / (2 x)) for z = 1/x^2, x >= 3.3, error 2^-59. */
TG_INLINE double tg_digamma_series(double z)
{
    return TG_POLY11(z, 0.083333333333328596, -0.0083333333305581677, 0.0039682533789037319,
                     -0.0041666023056685948, 0.0075715516770042523, -0.020913826521324095,
                     0.078094586512372305, -0.3330350549375271, 1.3012940334036083, -3.6486486489484231,
                     5.1000554618432057);
}

TG_SIMD TG_HIDDEN double tg_digamma_usual(double x)
{
    int low = x < 1.0, middle = x < 2.3, large = x >= 3.3;
    double w = x - (low ? 0.0 : (middle ? 1.0 : 2.0));
    double divisor = low | large ? x : (middle ? 1.0 : x - 1.0);
    tg_pair inverse = tg_inverse(divisor);
    double weight = large ? -0.5 : (low ? -1.0 : (middle ? 0.0 : 1.0));

    double root = TG_FIRST_ROOT_HIGH + (low ? -1.0 : (middle ? 0.0 : 1.0));
    double distance = x - root;
    double root_low = middle ? TG_FIRST_ROOT_LOW : TG_FIRST_ROOT_PLUS_1_LOW;
    double near_low = tg_fma(distance - root_low, tg_digamma_ratio(w) - 0.125, -root_low);

    tg_binary b = tg_split_exponent(x);
    tg_pair log = tg_log_pair(b.k, b.f, 0.0);
    double z = inverse.high * inverse.high, far_low = tg_fma(-z, tg_digamma_series(z), log.low);

    tg_pair sum = tg_two_sum(large ? log.high : distance, inverse.high * weight);
    return sum.high + (sum.low + tg_fma(inverse.low, weight, large ? far_low : near_low));
}

/* trigamma(1 + w) = 3/4 + N(w) / D(w) on 0 <= w <= 1.3, error 2^-55. */
TG_INLINE double tg_trigamma_ratio(double w)
{
    double numerator = TG_POLY7(w, 0.89493406684822641, 1.1101106051661636, -0.58620692864065282,
                                -1.7893686308620085, -1.2484608665714905, -0.38174336678076037,
                                -0.045023042087605263);
    double denominator = TG_POLY7(w, 1.0, 3.9267970028917616, 6.2655903571071221, 5.2197630575527638,
                                  2.4099712939965392, 0.58903200082235818, 0.060030729240194605);
    return numerator / denominator;
}

/* x^3 (trigamma(x) - 1 / x - 1 / (2 x^2)) for z = 1/x^2, x >= 3, error 2^-56. */
TG_INLINE double tg_trigamma_series(double z)
{
    return TG_POLY13(z, 0.16666666666666588, -0.033333333331315586, 0.023809522930663657,
                     -0.033333179012410959, 0.075742976188883523, -0.2522565494828205, 1.1327019851790718,
                     -6.1267259827801448, 34.183359672124261, -167.27793688366285, 619.31891698207585,
                     -1472.0215177667237, 1646.3371010215239);
}

TG_SIMD TG_HIDDEN double tg_trigamma_usual(double x)
{
    int low = x < 1.0, middle = x < 2.3, large = x >= 3.0;
    double w = x - (low ? 0.0 : (middle ? 1.0 : 2.0));
    double divisor = low | large ? x : (middle ? 1.0 : x - 1.0);
    tg_pair inverse = tg_inverse(divisor), square = tg_two_product(inverse.high, inverse.high);
    double square_low = tg_fma(2.0 * inverse.high, inverse.low, square.low);
    double weight = low ? 1.0 : (middle ? 0.0 : -1.0);
    tg_pair near = tg_two_sum(square.high * weight, 0.75);
    double near_low = near.low + tg_fma(square_low, weight, tg_trigamma_ratio(w));
    double series = tg_fma(square.high * inverse.high, tg_trigamma_series(square.high), inverse.low);
    double far_low = tg_fma(0.5, square.high, series);
    return large ? inverse.high + far_low : near.high + near_low;
}

/* Worst error found: 1.88 ULP; 4 ULP at the doubles next to negative roots. */
TG_WITH_RARE(lgamma, 0x1p-1022, 2.5e305)

/* Worst error found: 1.78 ULP; 28 ULP at the double next to the root -0.504, where it is 7e-17. */
TG_WITH_RARE(digamma, 0x1p-1022, 0x1p1000)

/* Worst error found: 2.26 ULP, between 2.3 and 3. */
TG_WITH_RARE(trigamma, 0x1p-500, 0x1p500)
