/* LAPACK and BLAS as pointers to their Fortran routines, and small steps on row-major matrices.
 *
 * Lengths are 32-bit integers there. A row-major matrix is the transpose of the column-major one that
 * they see; routines are called so that nothing needs to be transposed, where that is possible. */
#ifndef TG_LAPACK_H
#define TG_LAPACK_H

#include "number.h"
#include <stdint.h>
#include <string.h>

typedef void (*fortran_gemm)(const char *, const char *, const int *, const int *, const int *,
                             const number *, const number *, const int *, const number *, const int *,
                             const number *, number *, const int *);
typedef void (*fortran_trsm)(const char *, const char *, const char *, const char *, const int *, const int *,
                             const number *, const number *, const int *, number *, const int *);

static inline int fits(int64_t a, int64_t b, int64_t c)
{
    return a <= INT32_MAX && b <= INT32_MAX && c <= INT32_MAX;
}

/* A length as LAPACK wants it; leading dimensions must not be 0. */
static inline int leading(int64_t n)
{
    return n > 0 ? (int)n : 1;
}

static inline void fill(number *x, number value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = value;
}

static inline void copy(number *to, const number *from, int64_t n)
{
    if (n > 0)
        memcpy(to, from, (size_t)n * sizeof(number));
}

/* Nothing for real numbers. */
static inline void conjugate_all(number *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = conjugate(x[i]);
}

static inline int all_finite(const number *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!is_finite(x[i]))
            return 0;
    return 1;
}

/* to = the transpose of a matrix of m rows and n columns, block by block. */
static inline void transpose(number *to, const number *from, int64_t m, int64_t n)
{
    enum { BLOCK = 16 };
    for (int64_t i0 = 0; i0 < m; i0 += BLOCK)
        for (int64_t j0 = 0; j0 < n; j0 += BLOCK)
            for (int64_t i = i0; i < m && i < i0 + BLOCK; i++)
                for (int64_t j = j0; j < n && j < j0 + BLOCK; j++)
                    to[j * m + i] = from[i * n + j];
}

static inline void identity(number *a, int64_t n)
{
    fill(a, 0, n * n);
    for (int64_t i = 0; i < n; i++)
        a[i * n + i] = 1;
}

static inline number inner_product(const number *a, const number *b, int64_t n)
{
    number sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static inline void subtract_multiple(number *y, number factor, const number *x, int64_t n)
{
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        y[i] -= factor * x[i];
}

/* c = alpha a b + beta c for parts, with these row lengths, of larger matrices; 'T' transposes an operand,
 * ADJOINT conjugates it too. */
static inline void product(void *dgemm, char trans_a, char trans_b, int64_t m, int64_t k, int64_t n,
                           number alpha, const number *a, int64_t lda, const number *b, int64_t ldb,
                           number beta, number *c, int64_t ldc)
{
    int rows = (int)m, inner = (int)k, columns = (int)n, la = leading(lda), lb = leading(ldb);
    int lc = leading(ldc);
    if (m && n)
        ((fortran_gemm)dgemm)(&trans_b, &trans_a, &columns, &rows, &inner, &alpha, b, &lb, a, &la, &beta, c,
                              &lc);
}

/* b = alpha times the solution of t x = b, for a square triangle t: of t' x = b if transposed. b has k
 * columns. */
static inline void solve_left(void *dtrsm, int lower, int transposed, int unit, int64_t n, int64_t k,
                              const number *t, int64_t ldt, number *b, int64_t ldb)
{
    int rows = (int)n, columns = (int)k, lt = leading(ldt), lb = leading(ldb);
    number one = 1;
    if (n && k)
        ((fortran_trsm)dtrsm)("R", lower ? "U" : "L", transposed ? "T" : "N", unit ? "U" : "N", &columns,
                              &rows, &one, t, &lt, b, &lb);
}

/* b = the solution of x t = b for a square triangle t of n columns, and b of k rows. */
static inline void solve_right(void *dtrsm, int lower, int transposed, int64_t n, int64_t k,
                               const number *t, int64_t ldt, number *b, int64_t ldb)
{
    int rows = (int)k, columns = (int)n, lt = leading(ldt), lb = leading(ldb);
    number one = 1;
    if (n && k)
        ((fortran_trsm)dtrsm)("L", lower ? "U" : "L", transposed ? "T" : "N", "N", &columns, &rows, &one, t,
                              &lt, b, &lb);
}

#endif
