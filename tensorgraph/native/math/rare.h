/* Functions with a rare, slow case: vector clones written by hand around those that the compiler makes.
 *
 * TG_WITH_RARE(name, low, high) defines tg_name and its clones from tg_name_usual, a vectorized function
 * that is right on [low, high], and tg_name_rare, a scalar one for everything else and for nan. */
#ifndef TG_RARE_H
#define TG_RARE_H

#include "doubles.h"

#define TG_HIDDEN __attribute__((visibility("hidden")))
#define TG_NOINLINE __attribute__((noinline))

#ifdef TG_HAS_CLONES

#include <immintrin.h>

typedef double tg_double2 __attribute__((vector_size(16)));
typedef double tg_double4 __attribute__((vector_size(32)));
typedef double tg_double8 __attribute__((vector_size(64)));

__attribute__((target("sse2"))) TG_INLINE int tg_inside_b(tg_double2 x, double low, double high)
{
    return 3 == _mm_movemask_pd(_mm_and_pd(_mm_cmpge_pd(x, _mm_set1_pd(low)), _mm_cmple_pd(x, _mm_set1_pd(high))));
}

__attribute__((target("avx"))) TG_INLINE int tg_inside_c(tg_double4 x, double low, double high)
{
    __m256d above = _mm256_cmp_pd(x, _mm256_set1_pd(low), _CMP_GE_OQ);
    __m256d below = _mm256_cmp_pd(x, _mm256_set1_pd(high), _CMP_LE_OQ);
    return 15 == _mm256_movemask_pd(_mm256_and_pd(above, below));
}

__attribute__((target("avx512f"))) TG_INLINE int tg_inside_e(tg_double8 x, double low, double high)
{
    __mmask8 above = _mm512_cmp_pd_mask(x, _mm512_set1_pd(low), _CMP_GE_OQ);
    return 255 == (above & _mm512_cmp_pd_mask(x, _mm512_set1_pd(high), _CMP_LE_OQ));
}

#define TG_RARE_CLONE(name, letter, lanes, isa, inside, low, high)                                      \
    __attribute__((target(isa))) TG_HIDDEN                                                              \
        tg_double##lanes _ZGV##letter##N##lanes##v_tg_##name##_usual(tg_double##lanes x);               \
    __attribute__((target(isa))) tg_double##lanes _ZGV##letter##N##lanes##v_tg_##name(tg_double##lanes x); \
    __attribute__((target(isa))) tg_double##lanes _ZGV##letter##N##lanes##v_tg_##name(tg_double##lanes x) \
    {                                                                                                   \
        tg_double##lanes y = _ZGV##letter##N##lanes##v_tg_##name##_usual(x);                            \
        if (!inside(x, low, high))                                                                      \
            for (int i = 0; i < lanes; i++)                                                             \
                y[i] = tg_##name(x[i]);                                                                 \
        return y;                                                                                       \
    }

#define TG_RARE_CLONES(name, low, high)                                                                 \
    TG_RARE_CLONE(name, b, 2, "sse2", tg_inside_b, low, high)                                           \
    TG_RARE_CLONE(name, c, 4, "avx", tg_inside_c, low, high)                                            \
    TG_RARE_CLONE(name, d, 4, "avx2", tg_inside_c, low, high)                                           \
    TG_RARE_CLONE(name, e, 8, "avx512f", tg_inside_e, low, high)

#else
#define TG_RARE_CLONES(name, low, high)
#endif

#define TG_WITH_RARE(name, low, high)                                                                   \
    double tg_##name(double x)                                                                          \
    {                                                                                                   \
        return x >= (low) && x <= (high) ? tg_##name##_usual(x) : tg_##name##_rare(x);                  \
    }                                                                                                   \
    TG_RARE_CLONES(name, low, high)

#endif
