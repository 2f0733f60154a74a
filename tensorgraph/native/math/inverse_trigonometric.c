/* The arc functions: atan, atan2, asin and acos. */

#include "doubles.h"

#define TG_QUARTER_TURN 0x1.921fb54442d18p+0        /* pi / 2, and what that lacks */
#define TG_QUARTER_TURN_LOW 0x1.1a62633145c07p-54

/* atan(t) / t - 1 for z = t^2 <= 0.172; minimax, error 2^-57. */
TG_INLINE double tg_atan_beyond_linear(double z)
{
    return z * TG_POLY11(z, -0.33333333333333315, 0.19999999999983095, -0.14285714282784603,
                         0.11111110898217609, -0.090909007285227703, 0.076921083597666293,
                         -0.066636074432024447, 0.058512849128809642, -0.050535807172188509,
                         0.038404843597684549, -0.018258440018527399);
}

/* The angle of the point (along, across), or `behind` it (-along, across); neither is negative, and nothing
 * over- or underflows. It is atan of across / along below tan(pi / 8), pi / 2 + atan(-along / across) above
 * 1 / tan(pi / 8), between them pi / 4 + atan((across - along) / (across + along)), with rounding errors. */
TG_INLINE double tg_angle_of(double along, double across, int behind)
{
    int near = across < 0.41421 * along, far = across > 2.41421 * along;
    double eighths = near ? 0.0 : (far ? 2.0 : 1.0), turns = 0.5 * (behind ? 4.0 - eighths : eighths);
    double base = turns * TG_QUARTER_TURN, base_low = turns * TG_QUARTER_TURN_LOW;
    tg_pair numerator = tg_two_sum(far ? 0.0 : across, near ? 0.0 : -along);
    tg_pair divisor = tg_two_sum(near ? 0.0 : across, far ? 0.0 : along);
    tg_pair ratio = tg_pair_ratio(numerator, divisor);
    double t = behind ? -ratio.high : ratio.high, t_low = behind ? -ratio.low : ratio.low;
    tg_pair sum = tg_fast_two_sum(base, t);
    return sum.high + (sum.low + tg_fma(t, tg_atan_beyond_linear(t * t), t_low + base_low));
}

/* Worst error found: 0.91 ULP. */
double tg_atan(double x)
{
    return tg_with_sign_of(tg_angle_of(1.0, tg_clamp(tg_absolute(x), 0.0, 0x1p1000), 0), x);
}

/* The quotient itself where it is below 2^-30, and may underflow; else both are divided by a power of two.
 * Infinities become 1 beside 0.  Worst error found: 0.78 ULP. */
double tg_atan2(double y, double x)
{
    double across = tg_absolute(y), along = tg_absolute(x), largest = across > along ? across : along;
    int infinite = largest == TG_INFINITY, behind = tg_bits(x) >> 63 != 0;
    double power = tg_clamp(largest, 0x1p-1022, 0x1p1022);
    double scale = tg_from_bits((0x7fe0000000000000ull - tg_bits(power)) & ~TG_MANTISSA);
    double up = infinite ? (across == largest ? 1.0 : 0.0) : across * scale;
    double right = infinite ? (along == largest ? 1.0 : 0.0) : (largest == 0.0 ? 1.0 : along * scale);
    double quotient = across / along;
    double angle = tg_angle_of(right, up, behind);
    angle = (quotient < 0x1p-30) & !behind ? quotient : angle;
    angle = (x != x) | (y != y) ? TG_NAN : angle;
    return tg_with_sign_of(angle, y);
}

/* asin(s) / s - 1 for z = s^2 <= 1/4; minimax, error 2^-57. */
TG_INLINE double tg_asin_beyond_linear(double z)
{
    double first = TG_POLY4(z, 0.1666666666666668, 0.07499999999989, 0.04464285715990544, 0.030381943321006098);
    double middle = TG_POLY4(z, 0.0223721996880333, 0.01735185883008969, 0.013978134045549939,
                             0.01141904615327083);
    double last = TG_POLY5(z, 0.010676139686115364, 0.004071410370732496, 0.020878987489196858,
                           -0.019900640453803013, 0.03198266119862063);
    double square = z * z;
    return z * TG_POLY3(square * square, first, middle, last);
}

/* turns pi / 2 + factor asin(s), where s is `size` up to 1/2, above it sqrt((1 - size) / 2) with its rounding
 * error. */
TG_INLINE double tg_arc(double size, int near, double turns, double factor)
{
    double z = near ? size * size : 0.5 - 0.5 * size;
    tg_pair root = tg_pair_root((tg_pair){z, 0.0});
    double s = near ? size : root.high, beyond = tg_fma(s, tg_asin_beyond_linear(z), near ? 0.0 : root.low);
    tg_pair sum = tg_fast_two_sum(turns * TG_QUARTER_TURN, factor * s);
    return sum.high + (sum.low + tg_fma(factor, beyond, turns * TG_QUARTER_TURN_LOW));
}

/* Worst error found: 0.65 ULP. */
double tg_asin(double x)
{
    double size = tg_absolute(x);
    int near = size <= 0.5;
    return tg_with_sign_of(tg_arc(size, near, near ? 0.0 : 1.0, near ? 1.0 : -2.0), x);
}

/* Worst error found: 0.66 ULP. */
double tg_acos(double x)
{
    double size = tg_absolute(x), sign = tg_with_sign_of(1.0, x);
    int near = size <= 0.5;
    return tg_arc(size, near, near ? 1.0 : 1.0 - sign, near ? -sign : 2.0 * sign);
}
