/* Sine and cosine. */

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
