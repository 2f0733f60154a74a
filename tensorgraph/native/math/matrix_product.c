/* Products of row-major matrices, for each dtype that BLAS has. */
#include "lapack.h"

/* c = a b for a of m rows and k columns, b of k rows and n columns; the memory may hold their transposes. */
#define PRODUCT(name, element)                                                                             \
    typedef void (*name##_gemm)(const char *, const char *, const int *, const int *, const int *,         \
                                const element *, const element *, const int *, const element *,            \
                                const int *, const element *, element *, const int *);                     \
    void name(const element *a, const element *b, element *c, int64_t m, int64_t k, int64_t n,             \
              int64_t a_turned, int64_t b_turned, void *gemm)                                              \
    {                                                                                                      \
        int rows = (int)m, inner = (int)k, columns = (int)n;                                               \
        int lead_a = leading(a_turned ? m : k), lead_b = leading(b_turned ? k : n), lead_c = leading(n);   \
        const element one = 1, zero = 0;                                                                   \
        if (k > 0 && m > 0 && n > 0 && fits(m, k, n)) {                                                    \
            ((name##_gemm)gemm)(b_turned ? "T" : "N", a_turned ? "T" : "N", &columns, &rows, &inner, &one, \
                                b, &lead_b, a, &lead_a, &zero, c, &lead_c);                                \
            return;                                                                                        \
        }                                                                                                  \
        for (int64_t i = 0; i < m; i++)                                                                    \
            for (int64_t j = 0; j < n; j++) {                                                              \
                element sum = 0;                                                                           \
                for (int64_t l = 0; l < k; l++)                                                            \
                    sum += a[a_turned ? l * m + i : i * k + l] * b[b_turned ? j * k + l : l * n + j];      \
                c[i * n + j] = sum;                                                                        \
            }                                                                                              \
    }

PRODUCT(tg_matmul, double)
PRODUCT(tg_matmul_float, float)
PRODUCT(tg_matmul_complex, double _Complex)
PRODUCT(tg_matmul_complex_float, float _Complex)
