/* Products, factorizations and triangular systems on row-major matrices.
 *
 * BLAS and LAPACK come as pointers to their Fortran routines, whose lengths are 32-bit integers. A
 * row-major matrix is the transpose of the column-major one that they see. */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef void (*fortran_gemm)(const char *, const char *, const int *, const int *, const int *, const double *,
                             const double *, const int *, const double *, const int *, const double *,
                             double *, const int *);
typedef void (*fortran_trsm)(const char *, const char *, const char *, const char *, const int *, const int *,
                             const double *, const double *, const int *, double *, const int *);
typedef void (*fortran_potrf)(const char *, const int *, double *, const int *, int *);

static int fits(int64_t a, int64_t b, int64_t c)
{
    return a <= INT32_MAX && b <= INT32_MAX && c <= INT32_MAX;
}

static double inner_product(const double *a, const double *b, int64_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void subtract_multiple(double *y, double factor, const double *x, int64_t n)
{
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        y[i] -= factor * x[i];
}

static void fill(double *x, double value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = value;
}

/* c = a b for a of m rows and k columns, b of k rows and n columns. */
void tg_matmul(const double *a, const double *b, double *c, int64_t m, int64_t k, int64_t n, void *dgemm)
{
    if (m == 0 || n == 0)
        return;
    if (k == 0 || !fits(m, k, n)) {
        fill(c, 0, m * n);
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < k; j++)
                subtract_multiple(c + i * n, -a[i * k + j], b + j * n, n);
        return;
    }
    int rows = (int)m, inner = (int)k, columns = (int)n;
    double one = 1, zero = 0;
    ((fortran_gemm)dgemm)("N", "N", &columns, &rows, &inner, &one, b, &columns, a, &inner, &zero, c, &columns);
}

/* l = the lower Cholesky factor of a, of which only the lower triangle is read; nan where there is none. */
void tg_cholesky(const double *a, double *l, int64_t n, void *dpotrf)
{
    int length = (int)n, failed = n > INT32_MAX;
    if (n == 0)
        return;
    for (int64_t i = 0; i < n; i++)
        memcpy(l + i * n, a + i * n, (size_t)(i + 1) * sizeof(double));
    if (!failed)
        ((fortran_potrf)dpotrf)("U", &length, l, &length, &failed);
    for (int64_t i = 0; i < n; i++)
        failed |= isnan(l[i * n + i]);
    if (failed) {
        fill(l, NAN, n * n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        fill(l + i * n + i + 1, 0, n - i - 1);
}

/* Substitution for one right-hand side. */
static void substitute(const double *a, double *x, int64_t n, int lower, int transposed)
{
    int upwards = lower != transposed;
    for (int64_t step = 0; step < n; step++) {
        int64_t i = upwards ? step : n - 1 - step;
        const double *row = a + i * n;
        int64_t start = lower ? 0 : i + 1, count = lower ? i : n - i - 1;
        if (!transposed)
            x[i] -= inner_product(row + start, x + start, count);
        x[i] /= row[i];
        if (transposed)
            subtract_multiple(x + start, x[i], row + start, count);
    }
}

/* x = the solution of a x = b (of a' x = b if transposed) for n rows and k columns, where a is lower or upper
 * triangular; nan if there is a zero on its diagonal. */
void tg_solve_triangular(const double *a, const double *b, double *x, int64_t n, int64_t k, int64_t lower,
                         int64_t transposed, void *dtrsm)
{
    int rows = (int)n, columns = (int)k, singular = 0;
    double one = 1;
    for (int64_t i = 0; i < n; i++)
        singular |= a[i * n + i] == 0;
    if (n == 0 || k == 0)
        return;
    if (singular || !fits(n, k, 0)) {
        fill(x, NAN, n * k);
        return;
    }
    memcpy(x, b, (size_t)(n * k) * sizeof(double));
    if (k == 1)
        substitute(a, x, n, lower != 0, transposed != 0);
    else
        ((fortran_trsm)dtrsm)("R", lower ? "U" : "L", transposed ? "T" : "N", "N", &columns, &rows, &one, a, &rows,
                              x, &columns);
}
