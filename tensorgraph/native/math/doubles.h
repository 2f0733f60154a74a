/* Doubles as bits, sums and products with their rounding errors, and polynomials.
 *
 * Everything in this library is written without branches, so that the scalar function and every SIMD clone
 * of it execute the same IEEE operations and return the same bits. The library is built twice on x86-64,
 * for processors with fused multiply-add and for those without; tg_fma is where the two differ. */
#ifndef TG_DOUBLES_H
#define TG_DOUBLES_H

/* The bits must not depend on how the library is built, and gcc vectorizes the clones only when neither
 * jump threading nor possible traps have put branches into them. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-trapping-math", "no-math-errno", "tree-vectorize", \
                     "no-tree-vrp", "no-tree-dominator-opts", "no-thread-jumps", "no-tree-pre")
#endif

#if defined(__FMA__) || defined(__aarch64__)
#define TG_FUSED 1
#else
#define TG_FUSED 0
#endif

#include <stdint.h>
#include <string.h>

#include "vector_math.h"

#if defined(__GNUC__)
#define TG_INLINE static inline __attribute__((always_inline))
#else
#define TG_INLINE static inline
#endif

#define TG_INFINITY __builtin_inf()
#define TG_NAN __builtin_nan("")
#define TG_SIGN_BIT 0x8000000000000000ull
#define TG_MANTISSA 0x000fffffffffffffull
#define TG_ONE_BITS 0x3ff0000000000000ull

/* Adding 1.5 * 2^52 rounds to the nearest integer and leaves it in the low bits of the sum. */
#define TG_ROUNDER 0x1.8p52

/* An unevaluated sum; |low| is at most half a unit in the last place of high. */
typedef struct {
    double high, low;
} tg_pair;

TG_INLINE uint64_t tg_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TG_INLINE double tg_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

TG_INLINE double tg_absolute(double x)
{
    return tg_from_bits(tg_bits(x) & ~TG_SIGN_BIT);
}

TG_INLINE double tg_with_sign_of(double magnitude, double sign)
{
    return tg_from_bits((tg_bits(magnitude) & ~TG_SIGN_BIT) | (tg_bits(sign) & TG_SIGN_BIT));
}

/* The nearest number to x in [low, high]; nan stays nan. */
TG_INLINE double tg_clamp(double x, double low, double high)
{
    x = high < x ? high : x;
    return low > x ? low : x;
}

/* 2^k for an integer k in the low bits (two's complement), -1022 <= k <= 1023. */
TG_INLINE double tg_power_of_two(uint64_t k)
{
    return tg_from_bits((k + 1023) << 52);
}

/* a + b exactly, for |a| >= |b| or a == 0 (Dekker 1971). */
TG_INLINE tg_pair tg_fast_two_sum(double a, double b)
{
    double high = a + b;
    return (tg_pair){high, b - (high - a)};
}

/* a + b exactly (Knuth). */
TG_INLINE tg_pair tg_two_sum(double a, double b)
{
    double high = a + b, b_part = high - a;
    return (tg_pair){high, (a - (high - b_part)) + (b - b_part)};
}

/* a * b + c, rounded once where the processor can. */
TG_INLINE double tg_fma(double a, double b, double c)
{
    return TG_FUSED ? __builtin_fma(a, b, c) : a * b + c;
}

/* The upper 26 bits of x; x minus it is exact and has 27 bits. */
TG_INLINE double tg_upper_half(double x)
{
    return tg_from_bits(tg_bits(x) & 0xfffffffff8000000ull);
}

/* a * b exactly, or but for the product of the lower halves, which rounds at 2^-106 (Dekker 1971). */
TG_INLINE tg_pair tg_two_product(double a, double b)
{
    double high = a * b;
    if (TG_FUSED)
        return (tg_pair){high, __builtin_fma(a, b, -high)};
    double a_high = tg_upper_half(a), a_low = a - a_high;
    double b_high = tg_upper_half(b), b_low = b - b_high;
    double low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return (tg_pair){high, low};
}

TG_INLINE tg_pair tg_pair_product(tg_pair a, tg_pair b)
{
    tg_pair product = tg_two_product(a.high, b.high);
    return tg_fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

TG_INLINE tg_pair tg_pair_sum(tg_pair a, tg_pair b)
{
    tg_pair sum = tg_two_sum(a.high, b.high);
    return tg_fast_two_sum(sum.high, sum.low + (a.low + b.low));
}

/* (a.high + a.low) / b, rounded about once. */
TG_INLINE double tg_quotient(tg_pair a, double b)
{
    double inverse = 1.0 / b, quotient = a.high * inverse;
    tg_pair back = tg_two_product(quotient, b);
    return tg_fma(((a.high - back.high) - back.low) + a.low, inverse, quotient);
}

/* a / b as a sum, with an error of about 2^-102; its low part is below 2 units in the last place. */
TG_INLINE tg_pair tg_pair_ratio(tg_pair a, tg_pair b)
{
    double inverse = 1.0 / b.high, quotient = a.high * inverse;
    tg_pair back = tg_two_product(quotient, b.high);
    double rest = ((a.high - back.high) - back.low) + tg_fma(-quotient, b.low, a.low);
    return (tg_pair){quotient, rest * inverse};
}

/* The square root of a finite a >= 0 as a sum; nan for a < 0. */
TG_INLINE tg_pair tg_pair_root(tg_pair a)
{
    double root = __builtin_sqrt(a.high);
    tg_pair square = tg_two_product(root, root);
    double rest = ((a.high - square.high) - square.low) + a.low;
    return (tg_pair){root, rest / (root > 0.0 ? root + root : 1.0)};
}

/* TG_POLY4(x, a, b, c, d) is a + b x + c x^2 + d x^3, and so on. */
#define TG_POLY2(x, a, b) tg_fma((x), (b), (a))
#define TG_POLY3(x, a, ...) tg_fma((x), TG_POLY2(x, __VA_ARGS__), (a))
#define TG_POLY4(x, a, ...) tg_fma((x), TG_POLY3(x, __VA_ARGS__), (a))
#define TG_POLY5(x, a, ...) tg_fma((x), TG_POLY4(x, __VA_ARGS__), (a))
#define TG_POLY6(x, a, ...) tg_fma((x), TG_POLY5(x, __VA_ARGS__), (a))
#define TG_POLY7(x, a, ...) tg_fma((x), TG_POLY6(x, __VA_ARGS__), (a))
#define TG_POLY8(x, a, ...) tg_fma((x), TG_POLY7(x, __VA_ARGS__), (a))
#define TG_POLY9(x, a, ...) tg_fma((x), TG_POLY8(x, __VA_ARGS__), (a))
#define TG_POLY10(x, a, ...) tg_fma((x), TG_POLY9(x, __VA_ARGS__), (a))
#define TG_POLY11(x, a, ...) tg_fma((x), TG_POLY10(x, __VA_ARGS__), (a))
#define TG_POLY12(x, a, ...) tg_fma((x), TG_POLY11(x, __VA_ARGS__), (a))
#define TG_POLY13(x, a, ...) tg_fma((x), TG_POLY12(x, __VA_ARGS__), (a))
#define TG_POLY14(x, a, ...) tg_fma((x), TG_POLY13(x, __VA_ARGS__), (a))
#define TG_POLY15(x, a, ...) tg_fma((x), TG_POLY14(x, __VA_ARGS__), (a))
#define TG_POLY16(x, a, ...) tg_fma((x), TG_POLY15(x, __VA_ARGS__), (a))
#define TG_POLY17(x, a, ...) tg_fma((x), TG_POLY16(x, __VA_ARGS__), (a))
#define TG_POLY18(x, a, ...) tg_fma((x), TG_POLY17(x, __VA_ARGS__), (a))

#endif
