/* The hyperbolic functions tanh, sinh and cosh. */

#include "exponential.h"

/* Near 0, Lambert's continued fraction x / (1 + z / (3 + z / (5 + ... + z / 15))) with z = x^2,
 * written as x + x numerator / denominator (error 2^-58); beyond, 1 - 2 / (exp(2 |x|) + 1).
 * Worst error found: 1.40 ULP. */
double tg_tanh(double x)
{
    double size = tg_absolute(x), z = x * x;
    tg_scaled e = tg_exp_scaled(2.0 * size, 0.0);
    double power = (e.high + e.low) * tg_power_of_two(e.shifted);
    double near_numerator = z * TG_POLY4(z, -675675.0, -45045.0, -594.0, -1.0);
    double near_denominator = TG_POLY5(z, 2027025.0, 945945.0, 51975.0, 630.0, 1.0);
    int near = size < 0.6;
    double base = near ? size : 1.0;
    double ratio = (near ? near_numerator : -2.0) / (near ? near_denominator : power + 1.0);
    double y = base + base * ratio;
    y = size > 22.0 ? 1.0 : y;
    return tg_with_sign_of(y, x);
}

/* (exp(size) + sign exp(-size)) / 2, for `size` up to 710.5. */
TG_INLINE double tg_half_sum(double size, double sign)
{
    tg_scaled e = tg_exp_scaled(size, 0.0);
    tg_pair power = tg_fast_two_sum(e.high, e.low);
    uint64_t down = tg_bits(TG_ROUNDER) - e.shifted;
    double falling = size > 40.0 ? 0.0 : tg_power_of_two(2 * down) / power.high;
    return tg_scale(power.high + tg_fma(sign, falling, power.low), e.shifted - 1);
}

/* sinh(x) / x - 1 for z = x^2 <= 1; minimax, error 2^-56. */
TG_INLINE double tg_sinh_beyond_linear(double z)
{
    return z * TG_POLY7(z, 0.16666666666666666, 0.008333333333333212, 0.00019841269841397, 2.7557319166178185e-06,
                        2.5052121898396665e-08, 1.6057344286893501e-10, 7.756460573213289e-13);
}

/* Worst error found: 0.82 ULP. */
double tg_sinh(double x)
{
    double size = tg_clamp(tg_absolute(x), 0.0, 710.6);
    double near = tg_fma(size, tg_sinh_beyond_linear(size * size), size);
    return tg_with_sign_of(size < 1.0 ? near : tg_half_sum(size, -1.0), x);
}

/* Worst error found: 0.88 ULP. */
double tg_cosh(double x)
{
    return tg_half_sum(tg_clamp(tg_absolute(x), 0.0, 710.6), 1.0);
}
