/* Functions of square matrices (exponential, square root, logarithm) and matrix equations. */
#include "lapack.h"

typedef void (*fortran_gesv)(const int *, const int *, number *, const int *, int *, number *, const int *,
                             int *);
typedef void (*fortran_gees)(const char *, const char *, void *, const int *, number *, const int *, int *,
                             number *, FOR_REAL(number *) number *, const int *, number *, const int *,
                             FOR_COMPLEX(double *) int *, int *);
typedef void (*fortran_trsyl)(const char *, const char *, const int *, const int *, const int *,
                              const number *, const int *, const number *, const int *, number *, const int *,
                              double *, int *);

/* Functions of one matrix commute, and that of the transpose is the transpose: any order of memory fits. */

static void multiply(void *dgemm, const number *a, const number *b, number *c, int64_t n)
{
    product(dgemm, 'N', 'N', n, n, n, 1, a, n, b, n, 0, c, n);
}

static void add_multiple(number *y, double factor, const number *x, int64_t n)
{
    subtract_multiple(y, -factor, x, n);
}

static void add_to_diagonal(number *a, double value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        a[i * n + i] += value;
}

static void scale(number *a, double factor, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        a[i] *= factor;
}

/* b = inv(a) b for matrices that commute; a is lost. Returns whether a is singular. */
static int divide(void *dgesv, number *a, number *b, int *pivots, int64_t n)
{
    int length = (int)n, lead = leading(n), info = 0;
    ((fortran_gesv)dgesv)(&length, &length, a, &lead, pivots, b, &lead, &info);
    return info != 0;
}

/* The largest sum of sizes in a row. */
static double size_of(const number *a, int64_t n)
{
    double largest = 0;
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++)
            sum += magnitude(a[i * n + j]);
        if (!(sum <= largest))
            largest = sum;
    }
    return largest;
}

static double distance_from_identity(const number *a, int64_t n)
{
    double largest = 0;
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++)
            sum += magnitude(a[i * n + j] - (i == j));
        if (!(sum <= largest))
            largest = sum;
    }
    return largest;
}

/* -- the exponential: Higham, The scaling and squaring method revisited (2005) --------------------------- */

static const double PADE[5][14] = {
    {120, 60, 12, 1},
    {30240, 15120, 3360, 420, 30, 1},
    {17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1},
    {17643225600., 8821612800., 2075673600., 302702400., 30270240., 2162160., 110880., 3960., 90., 1.},
    {64764752532480000., 32382376266240000., 7771770303897600., 1187353796428800., 129060195264000.,
     10559470521600., 670442572800., 33522128640., 1323241920., 40840800., 960960., 16380., 182., 1.},
};
static const int DEGREE[5] = {3, 5, 7, 9, 13};
static const double REACH[5] = {1.495585217958292e-2, 2.539398330063230e-1, 9.504178996162932e-1,
                                2.097847961257068, 5.371920351148152};

/* even, odd = the sums of c[2 i] a^(2 i) and of c[2 i + 1] a^(2 i), from the square of a. */
static void even_and_odd(const double *c, int degree, const number *square, number *even, number *odd,
                         number *power, number *next, int64_t n, void *dgemm)
{
    int64_t count = n * n;
    fill(even, 0, count);
    fill(odd, 0, count);
    add_to_diagonal(even, c[0], n);
    add_to_diagonal(odd, c[1], n);
    copy(power, square, count);
    for (int i = 2; i < degree; i += 2) {
        add_multiple(even, c[i], power, count);
        add_multiple(odd, c[i + 1], power, count);
        if (i + 2 < degree) {
            multiply(dgemm, power, square, next, n);
            copy(power, next, count);
        }
    }
}

/* e = the exponential of a. */
void NAMED(tg_expm)(const number *a, number *e, number *work, int64_t n, void *dgemm, void *dgesv)
{
    int64_t count = n * n;
    number *square = work, *even = work + count, *odd = work + 2 * count, *first = work + 3 * count;
    number *second = work + 4 * count;
    double norm = size_of(a, n);
    int order = 0, squarings = 0;
    if (!fits(n, 0, 0) || !isfinite(norm)) {
        fill(e, NAN, count);
        return;
    }
    while (order < 4 && norm > REACH[order])
        order++;
    if (norm > REACH[4])
        squarings = (int)ceil(log2(norm / REACH[4]));
    copy(first, a, count);
    scale(first, ldexp(1, -squarings), count);
    copy(e, first, count);
    multiply(dgemm, first, first, square, n);
    even_and_odd(PADE[order], DEGREE[order], square, even, odd, first, second, n, dgemm);
    multiply(dgemm, e, odd, second, n);
    copy(e, even, count);
    add_multiple(e, 1, second, count);
    subtract_multiple(even, 1, second, count);
    if (n && divide(dgesv, even, e, (int *)first, n))
        fill(e, NAN, count);
    for (; squarings > 0; squarings--) {
        multiply(dgemm, e, e, first, n);
        copy(e, first, count);
    }
}

/* dc = the derivative of c = a b: that is da b + a db. */
static void multiply_derivative(void *dgemm, const number *a, const number *da, const number *b,
                                const number *db, number *dc, int64_t n)
{
    product(dgemm, 'N', 'N', n, n, n, 1, da, n, b, n, 0, dc, n);
    product(dgemm, 'N', 'N', n, n, n, 1, a, n, db, n, 1, dc, n);
}

/* The derivatives of `even_and_odd`; each matrix is followed by its derivative. */
static void even_and_odd_derivative(const double *c, int degree, const number *square, number *even,
                                    number *odd, number *power, number *next, int64_t n, void *dgemm)
{
    int64_t count = n * n;
    fill(even, 0, 2 * count);
    fill(odd, 0, 2 * count);
    add_to_diagonal(even, c[0], n);
    add_to_diagonal(odd, c[1], n);
    copy(power, square, 2 * count);
    for (int i = 2; i < degree; i += 2) {
        add_multiple(even, c[i], power, 2 * count);
        add_multiple(odd, c[i + 1], power, 2 * count);
        if (i + 2 < degree) {
            multiply(dgemm, power, square, next, n);
            multiply_derivative(dgemm, power, power + count, square, square + count, next + count, n);
            copy(power, next, 2 * count);
        }
    }
}

/* slope = the derivative of the exponential at a in the direction e: the same steps, differentiated (Al-Mohy
 * and Higham 2009). Row by row, `divide` gives b inv(a). */
void NAMED(tg_expm_derivative)(const number *a, const number *e, number *slope, number *work, int64_t n,
                               void *dgemm, void *dgesv)
{
    int64_t count = n * n;
    number *x = work, *square = work + 2 * count, *even = work + 4 * count, *odd = work + 6 * count;
    number *first = work + 8 * count, *second = work + 10 * count;
    double norm = size_of(a, n);
    int order = 0, squarings = 0;
    if (!fits(n, 0, 0) || !isfinite(norm) || !all_finite(e, count)) {
        fill(slope, NAN, count);
        return;
    }
    while (order < 4 && norm > REACH[order])
        order++;
    if (norm > REACH[4])
        squarings = (int)ceil(log2(norm / REACH[4]));
    copy(x, a, count);
    copy(x + count, e, count);
    scale(x, ldexp(1, -squarings), 2 * count);
    multiply(dgemm, x, x, square, n);
    multiply_derivative(dgemm, x, x + count, x, x + count, square + count, n);
    even_and_odd_derivative(PADE[order], DEGREE[order], square, even, odd, first, second, n, dgemm);
    multiply(dgemm, x, odd, first, n);
    multiply_derivative(dgemm, x, x + count, odd, odd + count, first + count, n);
    copy(x, even, 2 * count);
    add_multiple(x, 1, first, 2 * count);
    subtract_multiple(even, 1, first, 2 * count);
    copy(square, even, count);
    if (n && divide(dgesv, square, x, (int *)first, n))
        fill(x, NAN, 2 * count);
    product(dgemm, 'N', 'N', n, n, n, -1, x, n, even + count, n, 1, x + count, n);
    if (n)
        divide(dgesv, even, x + count, (int *)first, n);
    for (; squarings > 0; squarings--) {
        multiply(dgemm, x, x, first, n);
        multiply_derivative(dgemm, x, x + count, x, x + count, first + count, n);
        copy(x, first, 2 * count);
    }
    copy(slope, x + count, count);
}

/* -- the square root: Denman and Beavers, in the product form of Cheng, Higham, Kenney and Laub (2001) --- */

/* x becomes its square root; `work` has room for 4 matrices. Returns whether there is none. */
static int take_root(number *x, number *work, int64_t n, void *dgemm, void *dgesv)
{
    int64_t count = n * n;
    number *m = work, *inverse = work + count, *lost = work + 2 * count, *next = work + 3 * count;
    double before = INFINITY;
    int *pivots = (int *)next;
    copy(m, x, count);
    for (int step = 0; step < 60; step++) {
        double logarithm = 0, factor;
        copy(lost, m, count);
        identity(inverse, n);
        if (divide(dgesv, lost, inverse, pivots, n))
            return 1;
        for (int64_t i = 0; i < n; i++)
            logarithm += log(magnitude(lost[i * n + i]));
        factor = before > 0.01 ? exp(-logarithm / (2 * (double)n)) : 1;
        scale(m, factor * factor / 4, count);
        scale(inverse, 1 / (factor * factor), count);
        add_multiple(m, 0.25, inverse, count);
        add_to_diagonal(m, 0.5, n);
        add_to_diagonal(inverse, 1, n);
        multiply(dgemm, x, inverse, next, n);
        copy(x, next, count);
        scale(x, factor / 2, count);
        double error = distance_from_identity(m, n);
        if (!isfinite(error))
            return 1;
        if (error < 1e-15 * (double)n || (error < 1e-6 && error >= before / 2))
            return 0;
        before = error;
    }
    return 1;
}

/* x = the principal square root of a; nan without one. */
void NAMED(tg_sqrtm)(const number *a, number *x, number *work, int64_t n, void *dgemm, void *dgesv)
{
    copy(x, a, n * n);
    if (n && (!fits(n, 0, 0) || !all_finite(a, n * n) || take_root(x, work, n, dgemm, dgesv)))
        fill(x, NAN, n * n);
}

/* -- the logarithm: roots until it is near the identity, then quadrature (Higham 2008, chapter 11) ------- */

static const double NODE[4] = {0, 0.4058451513773971669066064, 0.7415311855993944398638648,
                               0.9491079123427585245261897};
static const double WEIGHT[4] = {0.4179591836734693877551020, 0.3818300505051189449503698,
                                 0.2797053914892766679014678, 0.1294849661688696932706114};

/* x = the principal logarithm of a; nan without one. */
void NAMED(tg_logm)(const number *a, number *x, number *work, int64_t n, void *dgemm, void *dgesv)
{
    int64_t count = n * n;
    number *root = work, *matrix = work + count, *term = work + 2 * count;
    int halvings = 0, failed = !fits(n, 0, 0) || !all_finite(a, count);
    copy(root, a, count);
    while (n && !failed && distance_from_identity(root, n) > 0.264)
        failed = halvings++ > 100 || take_root(root, work + count, n, dgemm, dgesv);
    fill(x, failed ? NAN : 0, count);
    if (failed || n == 0)
        return;
    add_to_diagonal(root, -1, n);
    for (int j = 0; j < 7; j++) {
        int pair = j < 3 ? 3 - j : j - 3;
        double place = 0.5 + (j < 3 ? -0.5 : 0.5) * NODE[pair];
        copy(matrix, root, count);
        scale(matrix, place, count);
        add_to_diagonal(matrix, 1, n);
        copy(term, root, count);
        divide(dgesv, matrix, term, (int *)(work + 3 * count), n);
        add_multiple(x, WEIGHT[pair] / 2, term, count);
    }
    scale(x, ldexp(1, halvings), count);
}

/* -- equations ------------------------------------------------------------------------------------------- */

/* t becomes the column-major Schur form of itself, v its vectors. Returns whether it failed. */
static int schur(void *dgees, number *t, number *v, number *work, int64_t n)
{
    int length = (int)n, lead = leading(n), sorted = 0, size = (int)(64 * n), info = 0;
    int unused = 0;
    if (n)
        ((fortran_gees)dgees)("V", "N", NULL, &length, t, &lead, &sorted, work, FOR_REAL(work + n) v, &lead,
                              work + 2 * n, &size, FOR_COMPLEX((double *)(work + 2 * n + size)) &unused,
                              &info);
    return info != 0;
}

/* x = the solution of a x + x b = q, a of m rows, b of n: Bartels and Stewart (1972); nan unless there is
 * one. */
void NAMED(tg_sylvester)(const number *a, const number *b, const number *q, number *x, number *work,
                         int64_t m, int64_t n, void *dgemm, void *dgees, void *dtrsyl)
{
    number *left = work, *left_vectors = left + n * n;
    number *right = left_vectors + n * n, *right_vectors = right + m * m;
    number *half = right_vectors + m * m, *rest = half + m * n;
    double scaling = 1;
    int rows = (int)n, columns = (int)m, lead = leading(n), right_lead = leading(m), sign = 1, info = 0;
    int failed = !fits(m, n, 64 * (m + n)) || !all_finite(a, m * m) || !all_finite(b, n * n);
    if (m == 0 || n == 0)
        return;
    copy(left, b, n * n);
    copy(right, a, m * m);
    failed = failed || schur(dgees, left, left_vectors, rest, n);
    failed = failed || schur(dgees, right, right_vectors, rest, m);
    if (!failed) {
        /* LAPACK sees b' x' + x' a' = q'; the buffers, read row by row, hold the transposed vectors. */
        product(dgemm, 'N', 'N', m, m, n, 1, right_vectors, m, q, n, 0, half, n);
        product(dgemm, 'N', ADJOINT, m, n, n, 1, half, n, left_vectors, n, 0, x, n);
        ((fortran_trsyl)dtrsyl)("N", "N", &sign, &rows, &columns, left, &lead, right, &right_lead, x, &lead,
                                &scaling, &info);
        product(dgemm, ADJOINT, 'N', m, m, n, 1 / scaling, right_vectors, m, x, n, 0, half, n);
        product(dgemm, 'N', 'N', m, n, n, 1, half, n, left_vectors, n, 0, x, n);
    }
    if (failed || info)
        fill(x, NAN, m * n);
}

/* h = the solution of h = q + a* h inv(I + g h) a, by doubling: Chu, Fan, Lin and Wang (2004); nan without
 * one. */
void NAMED(tg_discrete_riccati)(const number *a, const number *g, const number *q, number *h,
                                number *work, int64_t n, void *dgemm, void *dgesv)
{
    int64_t count = n * n;
    number *step = work, *spread = work + count, *inverse = work + 2 * count, *first = work + 3 * count;
    number *second = work + 4 * count, *third = work + 5 * count;
    double change = INFINITY;
    int failed = !fits(n, 0, 0) || !all_finite(a, count) || !all_finite(g, count) || !all_finite(q, count);
    copy(step, a, count);
    copy(spread, g, count);
    copy(h, q, count);
    for (int round = 0; n && !failed && change > 0; round++) {
        multiply(dgemm, spread, h, first, n);
        add_to_diagonal(first, 1, n);
        identity(inverse, n);
        failed = round > 60 || divide(dgesv, first, inverse, (int *)second, n);
        multiply(dgemm, inverse, step, first, n);
        multiply(dgemm, inverse, spread, second, n);
        multiply(dgemm, step, second, third, n);
        product(dgemm, 'N', ADJOINT, n, n, n, 1, third, n, step, n, 1, spread, n);
        multiply(dgemm, h, first, second, n);
        product(dgemm, ADJOINT, 'N', n, n, n, 1, step, n, second, n, 0, third, n);
        multiply(dgemm, step, first, second, n);
        copy(step, second, count);
        change = size_of(third, n);
        add_multiple(h, 1, third, count);
        failed |= !isfinite(change);
        if (change <= 1e-16 * size_of(h, n))
            change = 0;
    }
    if (failed)
        fill(h, NAN, count);
}
