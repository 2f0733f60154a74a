/* Singular values, eigenvalues and least squares of row-major matrices. */
#include "lapack.h"

typedef void (*fortran_gesdd)(const char *, const int *, const int *, number *, const int *, double *,
                              number *, const int *, number *, const int *, number *, const int *,
                              FOR_COMPLEX(double *) int *, int *);
typedef void (*fortran_syevd)(const char *, const char *, const int *, number *, const int *, double *,
                              number *, const int *, FOR_COMPLEX(double *, const int *) int *, const int *,
                              int *);
typedef void (*fortran_gelsd)(const int *, const int *, const int *, number *, const int *, number *,
                              const int *, double *, const double *, int *, number *, const int *,
                              FOR_COMPLEX(double *) int *, int *);

static void fill_real(double *x, double value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = value;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Decompose the column-major transpose of a: its left vectors are the rows of vt. Returns whether it
 * failed. */
static int decompose(const char *job, const number *a, number *u, double *s, number *vt, number *work,
                     int64_t m, int64_t n, int64_t k, int64_t columns, int64_t room, void *dgesdd)
{
    int rows = (int)n, width = (int)m, lead = leading(n), short_lead = leading(columns), size = (int)room;
    int info = 0;
    int *integers = (int *)(work + m * n);
    if (!fits(m, n, room) || !all_finite(a, m * n))
        return 1;
    if (k == 0)
        return 0;
    copy(work, a, m * n);
    ((fortran_gesdd)dgesdd)(job, &rows, &width, work, &lead, s, vt, &lead, u, &short_lead,
                            work + m * n + 4 * k, &size,
                            FOR_COMPLEX((double *)(work + m * n + 4 * k + room)) integers, &info);
    return info != 0;
}

/* s = the k = min(m, n) singular values of a. */
void NAMED(tg_singular_values)(const number *a, double *s, number *work, int64_t m, int64_t n, int64_t k,
                               void *dgesdd)
{
    number unused;
    if (decompose("N", a, &unused, s, &unused, work, m, n, k, 1, 12 * k + 72 * (m + n) + 8, dgesdd))
        fill_real(s, NAN, k);
}

/* a = u diag(s) vt, with k columns in u and rows in vt; with m and n if full. */
void NAMED(tg_svd)(const number *a, number *u, double *s, number *vt, number *work, int64_t m, int64_t n,
                   int64_t k, int64_t full, void *dgesdd)
{
    int64_t columns = full ? m : k, rows = full ? n : k, room = 4 * k * k + 20 * k + 72 * (m + n) + 8;
    if (decompose(full ? "A" : "S", a, u, s, vt, work, m, n, k, columns, room, dgesdd)) {
        fill(u, NAN, m * columns);
        fill_real(s, NAN, k);
        fill(vt, NAN, rows * n);
    } else if (k == 0) {
        if (columns)
            identity(u, m);
        if (rows)
            identity(vt, n);
    }
}

/* Eigenvalues, smallest first, and with job "V" column-major vectors in v, of the lower triangle in v. */
static int decompose_symmetric(const char *job, number *v, double *w, number *work, int64_t n, void *dsyevd)
{
    int length = (int)n, info = 0, count = (int)(5 * n + 3);
    int64_t room = 2 * n * n + 72 * n + 1;
    int size = (int)room, *integers = (int *)(work + room);
    if (!fits(n, room, 0) || !all_finite(v, n * n))
        return 1;
    if (n)
        ((fortran_syevd)dsyevd)(job, "U", &length, v, &length, w, work, &size,
                                FOR_COMPLEX((double *)(work + room + 4 * n + 3), &size) integers, &count,
                                &info);
    return info != 0;
}

static void take_lower(number *v, const number *a, int64_t n)
{
    fill(v, 0, n * n);
    for (int64_t i = 0; i < n; i++)
        copy(v + i * n, a + i * n, i + 1);
}

/* w = the eigenvalues of the Hermitian matrix whose lower triangle is that of a. */
void NAMED(tg_eigenvalues_symmetric)(const number *a, double *w, number *work, int64_t n, void *dsyevd)
{
    take_lower(work, a, n);
    if (decompose_symmetric("N", work, w, work + n * n, n, dsyevd))
        fill_real(w, NAN, n);
}

/* w, v = eigenvalues and, in the columns of v, eigenvectors of that matrix. */
void NAMED(tg_eigh)(const number *a, double *w, number *v, number *work, int64_t n, void *dsyevd)
{
    take_lower(v, a, n);
    if (decompose_symmetric("V", v, w, work, n, dsyevd)) {
        fill_real(w, NAN, n);
        fill(v, NAN, n * n);
        return;
    }
    conjugate_all(v, n * n);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++) {
            number kept = v[i * n + j];
            v[i * n + j] = v[j * n + i];
            v[j * n + i] = kept;
        }
}

/* x = the shortest least squares solution of a x = b, for k columns; the rank; the j singular values. */
void NAMED(tg_lstsq)(const number *a, const number *b, number *x, int64_t *rank, double *s, number *work,
                     int64_t m, int64_t n, int64_t k, int64_t j, double rcond, void *dgelsd)
{
    int64_t tall = larger(m, n), held = larger(k, 1), found = 0;
    int64_t room = 700 + 400 * j + j * k + 72 * (m + n + k);
    int rows = (int)m, columns = (int)n, sides = (int)held, lead = leading(m), right_lead = leading(tall);
    int info = 0;
    int size = (int)room, got = 0, *integers = (int *)(work + m * n + tall * held + room);
    number *matrix = work, *right = work + m * n;
    int failed = !fits(m * k, n, room) || !all_finite(a, m * n) || !all_finite(b, m * k);
    if (rcond < 0)
        rcond *= -(double)tall;
    fill(x, 0, n * k);
    if (j && !failed) {
        transpose(matrix, a, m, n);
        for (int64_t c = 0; c < held; c++)
            for (int64_t i = 0; i < tall; i++)
                right[c * tall + i] = i < m && c < k ? b[i * k + c] : 0;
        ((fortran_gelsd)dgelsd)(&rows, &columns, &sides, matrix, &lead, right, &right_lead, s, &rcond, &got,
                                right + tall * held, &size,
                                FOR_COMPLEX((double *)(right + tall * held + room + 50 * j)) integers, &info);
        for (int64_t i = 0; i < n; i++)
            for (int64_t c = 0; c < k; c++)
                x[i * k + c] = right[c * tall + i];
        found = got;
    }
    if (failed || info) {
        fill(x, NAN, n * k);
        fill_real(s, NAN, j);
    }
    *rank = failed || info ? 0 : found;
}

/* -- eigenvalues of any square matrix -------------------------------------------------------------------- */

typedef void (*fortran_geev)(const char *, const char *, const int *, number *, const int *, number *,
                             FOR_REAL(number *) number *, const int *, number *, const int *, number *,
                             const int *, FOR_COMPLEX(double *) int *);

/* LAPACK's eigenvalues, for real numbers the imaginary parts behind all real parts, and with job "V" its
 * column-major vectors. Returns whether it failed. */
static int decompose_any(const char *job, const number *a, number *values, number *vectors, number *work,
                         int64_t n, void *dgeev)
{
    int length = (int)n, size = (int)(68 * n), info = 0;
    number unused;
    if (!fits(n, 68 * n, 0) || !all_finite(a, n * n))
        return 1;
    transpose(work, a, n, n);
    if (n)
        ((fortran_geev)dgeev)("N", job, &length, work, &length, values, FOR_REAL(values + n) &unused, &length,
                              vectors, &length, work + n * n, &size,
                              FOR_COMPLEX((double *)(work + n * n + size)) &info);
    return info != 0;
}

static void fill_complex(double _Complex *x, double value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = value;
}

#ifdef TG_COMPLEX
static void take_eigen(const number *values, const number *packed, double _Complex *w, double _Complex *v,
                       int64_t n)
{
    copy(w, values, n);
    if (v)
        transpose(v, packed, n, n);
}
#else
/* The second of a pair of conjugates follows the first; their vectors stand in two columns, by parts. */
static void take_eigen(const number *values, const number *packed, double _Complex *w, double _Complex *v,
                       int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        double part = values[n + j], sign = part < 0 ? -1 : 1;
        int64_t first = (part < 0 ? j - 1 : j) * n;
        w[j] = values[j] + part * _Complex_I;
        for (int64_t i = first; v && i < first + n; i++)
            v[(i - first) * n + j] = part != 0 ? packed[i] + sign * packed[n + i] * _Complex_I : packed[i];
    }
}
#endif

/* w = the eigenvalues of a. */
void NAMED(tg_eigenvalues)(const number *a, double _Complex *w, number *work, int64_t n, void *dgeev)
{
    number unused, *values = work, *rest = work + 2 * n;
    if (decompose_any("N", a, values, &unused, rest, n, dgeev))
        fill_complex(w, NAN, n);
    else
        take_eigen(values, NULL, w, NULL, n);
}

/* The eigenvalues of a, and eigenvectors in the columns of v. */
void NAMED(tg_eig)(const number *a, double _Complex *w, double _Complex *v, number *work, int64_t n,
                   void *dgeev)
{
    number *values = work, *packed = work + 2 * n, *rest = packed + n * n;
    if (decompose_any("V", a, values, packed, rest, n, dgeev)) {
        fill_complex(w, NAN, n);
        fill_complex(v, NAN, n * n);
    } else {
        take_eigen(values, packed, w, v, n);
    }
}
