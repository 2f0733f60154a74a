/* Sine, cosine and tangent. */

#define TG_RARE_SIMD
#include "angle.h"
#include "rare.h"
#include "sine.h"

/* The sine of an angle `quarters` quarter turns ahead. */
TG_INLINE double tg_sin_of_angle(tg_angle a, uint64_t quarters)
{
    uint64_t quadrant = a.quadrant + quarters;
    uint64_t sine = tg_bits(tg_sin_core(a.high, a.low)), cosine = tg_bits(tg_cos_core(a.high, a.low));
    uint64_t odd = -(quadrant & 1), sign = quadrant << 62 & TG_SIGN_BIT;
    return tg_from_bits((sine ^ ((sine ^ cosine) & odd)) ^ sign);
}

/* sine / cosine, and -cosine / sine in the odd quadrants, with the rounding errors of both. */
TG_INLINE double tg_tan_of_angle(tg_angle a)
{
    tg_pair sine = tg_sin_pair(a.high, a.low), cosine = tg_cos_pair(a.high, a.low);
    sine = tg_fast_two_sum(sine.high, sine.low);
    cosine = tg_fast_two_sum(cosine.high, cosine.low);
    uint64_t odd = a.quadrant & 1;
    tg_pair above = {odd ? cosine.high : sine.high, odd ? cosine.low : sine.low};
    tg_pair below = {odd ? sine.high : cosine.high, odd ? sine.low : cosine.low};
    tg_pair ratio = tg_pair_ratio(above, below);
    return tg_from_bits(tg_bits(ratio.high + ratio.low) ^ odd << 63);
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

TG_SIMD TG_HIDDEN double tg_tan_usual(double x)
{
    double y = tg_tan_of_angle(tg_reduce_usual_angle(x));
    return x == 0.0 ? x : y;
}

static TG_NOINLINE double tg_sin_rare(double x)
{
    return tg_absolute(x) < TG_INFINITY ? tg_sin_of_angle(tg_reduce_large_angle(x), 0) : x - x;
}

static TG_NOINLINE double tg_cos_rare(double x)
{
    return tg_absolute(x) < TG_INFINITY ? tg_sin_of_angle(tg_reduce_large_angle(x), 1) : x - x;
}

static TG_NOINLINE double tg_tan_rare(double x)
{
    return tg_absolute(x) < TG_INFINITY ? tg_tan_of_angle(tg_reduce_large_angle(x)) : x - x;
}

/* Worst error found: 0.88 ULP. */
TG_WITH_RARE(sin, -TG_USUAL_ANGLE, TG_USUAL_ANGLE)

/* Worst error found: 0.90 ULP. */
TG_WITH_RARE(cos, -TG_USUAL_ANGLE, TG_USUAL_ANGLE)

/* Worst error found: 1.06 ULP. */
TG_WITH_RARE(tan, -TG_USUAL_ANGLE, TG_USUAL_ANGLE)
