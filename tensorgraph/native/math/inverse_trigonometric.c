/* The arc tangent. */

#include "doubles.h"

/* atan(t) / t - 1 for z = t^2 <= 0.172; minimax, error 2^-57. */
TG_INLINE double tg_atan_beyond_linear(double z)
{
    return z * TG_POLY11(z, -0.33333333333333315, 0.19999999999983095, -0.14285714282784603,
                         0.11111110898217609, -0.090909007285227703, 0.076921083597666293,
                         -0.066636074432024447, 0.058512849128809642, -0.050535807172188509,
                         0.038404843597684549, -0.018258440018527399);
}

/* 0 + atan(x) below tan(pi / 8), pi / 2 + atan(-1 / x) above 1 / tan(pi / 8), and between them
 * pi / 4 + atan((x - 1) / (x + 1)), the quotient with its rounding error.  Worst error found: 0.91 ULP. */
double tg_atan(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 0x1p1000);
    int near = size < 0.41421, far = size > 2.41421;
    double base = near ? 0.0 : (far ? 0x1.921fb54442d18p+0 : 0x1.921fb54442d18p-1);
    double base_low = near ? 0.0 : (far ? 0x1.1a62633145c07p-54 : 0x1.1a62633145c07p-55);
    tg_pair numerator = tg_two_sum(far ? 0.0 : size, near ? 0.0 : -1.0);
    tg_pair divisor = tg_two_sum(near ? 0.0 : size, far ? 0.0 : 1.0);
    double inverse = 1.0 / divisor.high, t = numerator.high * inverse;
    tg_pair back = tg_two_product(t, divisor.high);
    double rest = ((numerator.high - back.high) - back.low) + tg_fma(-t, divisor.low, numerator.low);
    tg_pair sum = tg_fast_two_sum(base, t);
    double low = sum.low + tg_fma(t, tg_atan_beyond_linear(t * t), tg_fma(rest, inverse, base_low));
    return tg_with_sign_of(sum.high + low, x);
}
