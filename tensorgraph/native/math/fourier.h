/* Complex numbers whose parts lie apart, and Fourier transforms of them; see fourier.c. */
#ifndef TG_FOURIER_H
#define TG_FOURIER_H

#include "doubles.h"
#include "sine.h"

enum { MOST_FACTORS = 64 };

#define VECTORS _Pragma("omp simd")

typedef struct {
    double re, im;
} number;

typedef struct {
    double *re, *im;
} numbers;

TG_INLINE number at(numbers x, int64_t i)
{
    return (number){x.re[i], x.im[i]};
}

TG_INLINE void put(numbers x, int64_t i, number value)
{
    x.re[i] = value.re;
    x.im[i] = value.im;
}

TG_INLINE number times(number a, number b)
{
    return (number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

TG_INLINE number plus(number a, number b)
{
    return (number){a.re + b.re, a.im + b.im};
}

TG_INLINE number minus(number a, number b)
{
    return (number){a.re - b.re, a.im - b.im};
}

/* -i times a. */
TG_INLINE number turned(number a)
{
    return (number){a.im, -a.re};
}

TG_INLINE numbers exchanged(numbers x, int64_t sign)
{
    return sign < 0 ? x : (numbers){x.im, x.re};
}

/* The next `count` numbers of the workspace; never a power of 2 apart, which would meet in the same cache lines. */
TG_INLINE numbers taken(double **work, int64_t count)
{
    const numbers x = {*work, *work + count + 8};
    *work += 2 * (count + 8);
    return x;
}

/* An integer of 0 <= k < 2^52 as a double; vectors have this conversion where they lack the other. */
TG_INLINE double whole(int64_t k)
{
    return tg_from_bits((uint64_t)k | 0x4330000000000000ull) - 0x1p52;
}

/* exp(-2 pi i k / n) for integers 0 <= k < n, from an angle of at most pi / 4. */
TG_INLINE number root_of_unity(double k, double n)
{
    const double shifted = 4.0 * k / n + TG_ROUNDER, quarters = shifted - TG_ROUNDER;
    const double angle = 0x1.921fb54442d18p+0 * ((4.0 * k - quarters * n) / n);
    const uint64_t turns = tg_bits(shifted), odd = -(turns & 1);
    const uint64_t s = tg_bits(tg_sin_core(angle, 0.0)), c = tg_bits(tg_cos_core(angle, 0.0)), swap = (s ^ c) & odd;
    const uint64_t sign = (turns ^ turns << 1) << 62 & TG_SIGN_BIT, sign_of_sine = ~turns << 62 & TG_SIGN_BIT;
    return (number){tg_from_bits(c ^ swap ^ sign), tg_from_bits(s ^ swap ^ sign_of_sine)};
}

typedef struct {
    int64_t n;
    int count; /* of the factors; 0 if a prime factor is above LARGEST */
    int factors[MOST_FACTORS];
    numbers turns;
} plan;

/* How rows of length n are transformed: `lanes` at a time from x, with y as spare room. For Bluestein's algorithm
 * j k = (j^2 + k^2 - (k - j)^2) / 2 in the exponent; the rows are filled up to the length of `inner`. */
typedef struct {
    int64_t n, lanes;
    plan inner;
    numbers chirp, kernel, x, y;
} transform;

/* A transform of length n, its tables in the workspace: at most 24 n + 4224 doubles. */
__attribute__((visibility("hidden"))) transform tg_prepared(int64_t n, int64_t rows, double **work);

/* The transforms of the rows in t->x, which is destroyed. */
__attribute__((visibility("hidden"))) numbers tg_transformed(const transform *t, int64_t lanes);

#endif
