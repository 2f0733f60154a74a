/* The power function. */

#include "logarithm.h"

/* log(2^k (1 + f)) with an error of 2^-64: with s = f / (2 + f) it is k log 2 + 2 s + s^3 (2/3 + w), where
 * s, its square and 2/3 are pairs and the polynomial w is below 0.012. */
TG_INLINE tg_pair tg_log_exact(double k, double f)
{
    tg_pair divisor = tg_fast_two_sum(2.0, f);
    double inverse = 1.0 / divisor.high, s = f * inverse;
    tg_pair back = tg_two_product(s, divisor.high);
    double s_low = (((f - back.high) - back.low) - s * divisor.low) * inverse;

    tg_pair square = tg_two_product(s, s);
    double z = square.high, z_low = square.low + 2.0 * s * s_low;
    double w = z * TG_POLY7(z, 0.40000000000000069, 0.2857142857123543, 0.22222222310567821,
                            0.18181802806555275, 0.15385914371577095, 0.13276138083712632,
                            0.13020687913418846);
    tg_pair factor = tg_fast_two_sum(0x1.5555555555555p-1, w);
    tg_pair cubic = tg_two_product(z, factor.high);
    double cubic_low = cubic.low + (z * (factor.low + 0x1.5555555555555p-55) + z_low * factor.high);
    tg_pair rest = tg_two_product(s, cubic.high);
    double rest_low = rest.low + (s * cubic_low + s_low * cubic.high);

    tg_pair mantissa = tg_fast_two_sum(2.0 * s, rest.high);
    double low = mantissa.low + (2.0 * s_low + rest_low);
    tg_pair sum = tg_fast_two_sum(k * TG_LN2_HIGH, mantissa.high);
    return tg_fast_two_sum(sum.high, sum.low + tg_fma(k, TG_LN2_LOW, low));
}

TG_INLINE int tg_is_integer(double size)
{
    double rounded = size < 0x1p52 ? (size + 0x1p52) - 0x1p52 : size;
    return rounded == size;
}

/* |x|^y for 0 < |x| < infinity. */
TG_INLINE double tg_power_of_size(double size, double y)
{
    tg_binary b = tg_split_any_exponent(size);
    tg_pair log = tg_log_exact(b.k, b.f);
    double inside = tg_clamp(y, -0x1p65, 0x1p65);
    tg_pair product = tg_two_product(inside, log.high);
    double exponent = tg_clamp(product.high, -760.0, 710.0);
    double low = exponent == product.high ? tg_fma(inside, log.low, product.low) : 0.0;
    tg_scaled e = tg_exp_scaled(exponent, low);
    return tg_scale(e.high + e.low, e.shifted);
}

/* exp(y log |x|) with the logarithm to 2^-64, then the special cases of C99.
 * Worst error found: 1.11 ULP. */
double tg_pow(double x, double y)
{
    double size = tg_absolute(x), power = tg_absolute(y);
    int whole = tg_is_integer(power), odd = whole & !tg_is_integer(0.5 * power);
    double limit = (size < 1.0) == (y > 0.0) ? 0.0 : TG_INFINITY;
    double z = tg_power_of_size(size, y);
    z = (size == 0.0) | (size == TG_INFINITY) ? limit : z;
    z = tg_with_sign_of(z, odd ? x : 0.0);
    z = (x < 0.0) & !whole & (size < TG_INFINITY) ? TG_NAN : z;
    z = (x != x) | (y != y) ? x + y : z;
    return (x == 1.0) | (y == 0.0) ? 1.0 : z;
}
