/* Angles reduced by multiples of pi / 2. */
#ifndef TG_ANGLE_H
#define TG_ANGLE_H

#include "doubles.h"

#define TG_USUAL_ANGLE 1e5

/* x = quadrant pi / 2 + high + low with |high| <= pi / 4; the quadrant counts modulo 4. */
typedef struct {
    double high, low;
    uint64_t quadrant;
} tg_angle;

/* For |x| <= TG_USUAL_ANGLE: pi / 2 in three parts, k times the first two is exact (Cody and Waite 1980). */
TG_INLINE tg_angle tg_reduce_usual_angle(double x)
{
    double shifted = tg_fma(x, 0x1.45f306dc9c883p-1, TG_ROUNDER), k = shifted - TG_ROUNDER;
    double first = tg_fma(k, -0x1.921fb5444p+0, x);
    tg_pair second = tg_two_sum(first, k * -0x1.68c234c4cp-39);
    tg_pair r = tg_fast_two_sum(second.high, tg_fma(k, -0x1.98a2e03707345p-77, second.low));
    return (tg_angle){r.high, r.low, tg_bits(shifted)};
}

/* For finite |x| > TG_USUAL_ANGLE; exact to 2^-75 (Payne and Hanek 1983). */
tg_angle tg_reduce_large_angle(double x) __attribute__((visibility("hidden")));

#endif
