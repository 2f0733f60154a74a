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

typedef double tg_double2 __attribute__((vector_size(16)));
typedef double tg_double4 __attribute__((vector_size(32)));
typedef double tg_double8 __attribute__((vector_size(64)));

/* The compiler's builtins, since <immintrin.h> takes longer to compile than all the rest. */
enum { TG_LESS_EQUAL = 2, TG_GREATER_EQUAL = 13, TG_CURRENT_ROUNDING = 4 };

__attribute__((target("sse2"))) TG_INLINE int tg_inside_2(tg_double2 x, double low, double high)
{
    return 3 == __builtin_ia32_movmskpd((tg_double2)((x >= low) & (x <= high)));
}

__attribute__((target("avx"))) TG_INLINE int tg_inside_4(tg_double4 x, double low, double high)
{
    return 15 == __builtin_ia32_movmskpd256((tg_double4)((x >= low) & (x <= high)));
}

__attribute__((target("avx512f"))) TG_INLINE int tg_inside_8(tg_double8 x, double low, double high)
{
    tg_double8 lows = low - (tg_double8){0}, highs = high - (tg_double8){0};
    int above = __builtin_ia32_cmppd512_mask(x, lows, TG_GREATER_EQUAL, -1, TG_CURRENT_ROUNDING);
    int below = __builtin_ia32_cmppd512_mask(x, highs, TG_LESS_EQUAL, -1, TG_CURRENT_ROUNDING);
    return 255 == (above & below & 255);
}

#define TG_VECTOR(name, letter, lanes) _ZGV##letter##N##lanes##v_tg_##name

#define TG_RARE_CLONE(name, letter, lanes, isa, low, high)                                             \
    __attribute__((target(isa))) TG_HIDDEN                                                             \
        tg_double##lanes TG_VECTOR(name##_usual, letter, lanes)(tg_double##lanes x);                   \
    __attribute__((target(isa))) tg_double##lanes TG_VECTOR(name, letter, lanes)(tg_double##lanes x);  \
    __attribute__((target(isa))) tg_double##lanes TG_VECTOR(name, letter, lanes)(tg_double##lanes x)   \
    {                                                                                                  \
        tg_double##lanes y = TG_VECTOR(name##_usual, letter, lanes)(x);                                \
        if (!tg_inside_##lanes(x, low, high))                                                          \
            for (int i = 0; i < lanes; i++)                                                            \
                y[i] = tg_##name(x[i]);                                                                \
        return y;                                                                                      \
    }

#define TG_RARE_CLONES(name, low, high)                                                                \
    TG_RARE_CLONE(name, b, 2, "sse2", low, high)                                                       \
    TG_RARE_CLONE(name, c, 4, "avx", low, high)                                                        \
    TG_RARE_CLONE(name, d, 4, "avx2", low, high)                                                       \
    TG_RARE_CLONE(name, e, 8, "avx512f", low, high)



#else
#define TG_RARE_CLONES(name, low, high)
#endif

#define TG_WITH_RARE(name, low, high)                                                                  \
    double tg_##name(double x)                                                                         \
    {                                                                                                  \
        return x >= (low) && x <= (high) ? tg_##name##_usual(x) : tg_##name##_rare(x);                 \
    }                                                                                                  \
    TG_RARE_CLONES(name, low, high)

#endif
