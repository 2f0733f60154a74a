/* Sine and cosine. */

#define TG_RARE_SIMD
#include "angle.h"
#include "rare.h"

/* sin(r + low) for |r| <= pi / 4; minimax, error 2^-57. */
TG_INLINE double tg_sin_core(double r, double low)
{
    double z = r * r;
    double rest = TG_POLY5(z, 0.0083333333333267604, -0.00019841269832626178, 2.755731452153603e-06,
                           -2.5050871681024987e-08, 1.590267190425611e-10);
    double cube = tg_fma(z, rest, -0.16666666666666655) * r;
    return r + tg_fma(z, tg_fma(low, -0.5, cube), low);
}

/* cos(r + low) for |r| <= pi / 4; minimax, error 2^-60. */
TG_INLINE double tg_cos_core(double r, double low)
{
    double z = r * r, half = 0.5 * z;
    double rest = TG_POLY6(z, 0.041666666666666657, -0.0013888888888883013, 2.4801587294432424e-05,
                           -2.7557315649662361e-07, 2.0875885284606616e-09, -1.1367429617808259e-11);
    tg_pair sum = tg_fast_two_sum(1.0, -half);
    return sum.high + (sum.low + tg_fma(z * z, rest, -r * low));
}

/* The sine of an angle `quarters` quarter turns ahead. */
TG_INLINE double tg_sin_of_angle(tg_angle a, uint64_t quarters)
{
    uint64_t quadrant = a.quadrant + quarters;
    uint64_t sine = tg_bits(tg_sin_core(a.high, a.low)), cosine = tg_bits(tg_cos_core(a.high, a.low));
    uint64_t odd = -(quadrant & 1), sign = quadrant << 62 & TG_SIGN_BIT;
    return tg_from_bits((sine ^ ((sine ^ cosine) & odd)) ^ sign);
}

TG_SIMD TG_HIDDEN double tg_sin_usual(double x)
{
    double y = tg_sin_of_angle(tg_reduce_usual_angle(x), 0);
    return x == 0.0 ? x : y;
}

TG_SIMD TG_HIDDEN double tg_cos_usual(double x)
{
    return tg_sin_of_angle(tg_reduce_usual_angle(x), 1);
}

static TG_NOINLINE double tg_sin_rare(double x)
{
    return tg_absolute(x) < TG_INFINITY ? tg_sin_of_angle(tg_reduce_large_angle(x), 0) : x - x;
}

static TG_NOINLINE double tg_cos_rare(double x)
{
    return tg_absolute(x) < TG_INFINITY ? tg_sin_of_angle(tg_reduce_large_angle(x), 1) : x - x;
}

/* Worst error found: 0.88 ULP. */
TG_WITH_RARE(sin, -TG_USUAL_ANGLE, TG_USUAL_ANGLE)

/* Worst error found: 0.90 ULP. */
TG_WITH_RARE(cos, -TG_USUAL_ANGLE, TG_USUAL_ANGLE)
