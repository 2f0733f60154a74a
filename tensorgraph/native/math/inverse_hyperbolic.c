/* The area functions asinh, acosh and atanh: logarithms of numbers that are known to twice the digits. */

#include "logarithm.h"

/* log(1 + a), or log(2 size) where that is `large`, and a may overflow. */
TG_INLINE double tg_log_of_area(tg_pair a, double size, int large)
{
    tg_pair u = tg_two_sum(1.0, a.high);
    tg_binary b = tg_split_exponent(large ? size : u.high);
    double scale = tg_from_bits((2046 - b.exponent) << 52);
    int whole = b.k == 0.0;
    double lost = whole ? a.low : (u.low + a.low) * scale;
    tg_pair y = tg_log_pair(large ? b.k + 1.0 : b.k, whole ? a.high : b.f, large ? 0.0 : lost);
    return y.high + y.low;
}

/* log(1 + x + (sqrt(1 + x^2) - 1)) for x > 0.  Worst error found: 1.04 ULP. */
double tg_asinh(double x)
{
    double size = tg_absolute(x);
    int large = size > 0x1p28;
    double s = large ? 1.0 : size;
    tg_pair square = tg_two_product(s, s), sum = tg_two_sum(1.0, square.high);
    tg_pair root = tg_pair_root((tg_pair){sum.high, sum.low + square.low});
    tg_pair beyond_one = tg_fast_two_sum(root.high - 1.0, root.low);
    tg_pair a = tg_two_sum(s, beyond_one.high);
    double y = tg_log_of_area((tg_pair){a.high, a.low + beyond_one.low}, size, large);
    y = size < 0x1p-28 ? size : y;
    return tg_with_sign_of(size < TG_INFINITY ? y : size, x);
}

/* log(1 + (x - 1) + sqrt(x^2 - 1)).  Worst error found: 1.33 ULP. */
double tg_acosh(double x)
{
    int large = x > 0x1p28;
    double s = large ? 1.0 : x;
    tg_pair square = tg_two_product(s, s), rest = tg_two_sum(square.high, -1.0);
    tg_pair root = tg_pair_root((tg_pair){rest.high, rest.low + square.low});
    tg_pair beyond_one = tg_two_sum(s, -1.0), a = tg_two_sum(beyond_one.high, root.high);
    double y = tg_log_of_area((tg_pair){a.high, a.low + (beyond_one.low + root.low)}, x, large);
    y = x >= 1.0 ? y : TG_NAN;
    return x < TG_INFINITY ? y : x;
}

/* log(1 + 2 x / (1 - x)) / 2 for x > 0.  Worst error found: 0.94 ULP. */
double tg_atanh(double x)
{
    double size = tg_absolute(x);
    tg_pair a = tg_pair_ratio((tg_pair){2.0 * size, 0.0}, tg_two_sum(1.0, -size));
    tg_pair twice = tg_log1p_pair(a.high, a.low);
    double y = 0.5 * (twice.high + twice.low);
    y = size == 1.0 ? TG_INFINITY : y;
    return tg_with_sign_of(size <= 1.0 ? y : TG_NAN, x);
}
