/* Sorting, the order that sorts, and places in sorted arrays.
 *
 * Elements are sorted by their keys. Short arrays are merged from sorted runs; long ones are distributed by each byte
 * of the key, the lowest first. Both are stable. */
#include <math.h>

#include "sort_keys.h"

#define RUN 8
#define MERGED_UP_TO 300
#define BYTES 8
#define VALUES 256

typedef struct {
    uint64_t key;
    int64_t index;
} keyed;

static void sort_run(keyed *x, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        keyed moved = x[i];
        int64_t place = i;
        for (; place > 0 && x[place - 1].key > moved.key; place--)
            x[place] = x[place - 1];
        x[place] = moved;
    }
}

/* Merges the sorted x[0..middle] and x[middle..n] into target. */
static void merge_two_runs(const keyed *x, int64_t middle, int64_t n, keyed *target)
{
    int64_t a = 0, b = middle;
    while (a < middle && b < n) {
        int64_t second = x[b].key < x[a].key;
        *target++ = x[a + (b - a) * second]; /* no branch: which of the two comes first is hard to predict */
        b += second;
        a += 1 - second;
    }
    memcpy(target, x + a, (size_t)(middle - a) * sizeof *x);
    memcpy(target + (middle - a), x + b, (size_t)(n - b) * sizeof *x);
}

static void sort_by_merging(keyed *x, keyed *spare, int64_t n)
{
    keyed *from = x, *to = spare;
    for (int64_t start = 0; start < n; start += RUN)
        sort_run(x + start, n - start < RUN ? n - start : RUN);
    for (int64_t width = RUN; width < n; width *= 2) {
        for (int64_t start = 0; start < n; start += 2 * width) {
            int64_t rest = n - start;
            merge_two_runs(from + start, rest < width ? rest : width, rest < 2 * width ? rest : 2 * width,
                           to + start);
        }
        keyed *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != x)
        memcpy(x, from, (size_t)n * sizeof *x);
}

static inline int byte_of(const keyed *x, int byte)
{
    return x->key >> (8 * byte) & (VALUES - 1);
}

static void sort_by_bytes(keyed *x, keyed *spare, int64_t n)
{
    int64_t counts[BYTES][VALUES] = {{0}};
    keyed *from = x, *to = spare;
    for (int64_t i = 0; i < n; i++)
        for (int byte = 0; byte < BYTES; byte++)
            counts[byte][byte_of(x + i, byte)]++;
    for (int byte = 0; byte < BYTES; byte++) {
        int64_t *count = counts[byte], place = 0;
        if (count[byte_of(from, byte)] == n)
            continue;
        for (int value = 0; value < VALUES; value++) {
            int64_t next = place + count[value];
            count[value] = place;
            place = next;
        }
        for (int64_t i = 0; i < n; i++)
            to[count[byte_of(from + i, byte)]++] = from[i];
        keyed *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != x)
        memcpy(x, from, (size_t)n * sizeof *x);
}

static void sort_stably(keyed *x, keyed *spare, int64_t n)
{
    if (n > MERGED_UP_TO)
        sort_by_bytes(x, spare, n);
    else
        sort_by_merging(x, spare, n);
}

static inline void sort_kind(const void *x, void *sorted, int64_t *order, keyed *scratch, int64_t n, int kind)
{
    int ordered = 1;
    for (int64_t i = 0; i < n; i++) {
        scratch[i].key = key_of(x, i, kind);
        scratch[i].index = i;
        ordered &= i == 0 || scratch[i - 1].key <= scratch[i].key;
    }
    if (!ordered)
        sort_stably(scratch, scratch + n, n);
    for (int64_t i = 0; i < n; i++) {
        order[i] = scratch[i].index;
        memcpy((uint64_t *)sorted + i, (const uint64_t *)x + order[i], sizeof(uint64_t));
    }
}

/* sorted = the n elements of x in ascending order, order = where they were; scratch has room for 4 n words. */
void tg_sort(const void *x, void *sorted, int64_t *order, void *scratch, int64_t n, int64_t kind)
{
    if (kind == DOUBLES)
        sort_kind(x, sorted, order, scratch, n, DOUBLES);
    else if (kind == SIGNED)
        sort_kind(x, sorted, order, scratch, n, SIGNED);
    else
        sort_kind(x, sorted, order, scratch, n, UNSIGNED);
}

/* How many of the sorted a are smaller than a value, or at most it. No branch depends on the elements. */
#define COUNT_BELOW(name, type)                                                        \
    static inline int64_t name(const type *a, int64_t n, type value, int at_most)      \
    {                                                                                  \
        int64_t start = 0, rest = n;                                                   \
        if (n == 0)                                                                    \
            return 0;                                                                  \
        while (rest > 1) {                                                             \
            int64_t half = rest / 2;                                                   \
            type other = a[start + half - 1];                                          \
            start += half & -(int64_t)(at_most ? other <= value : other < value);      \
            rest -= half;                                                              \
        }                                                                              \
        return start + (at_most ? a[start] <= value : a[start] < value);               \
    }

COUNT_BELOW(signed_below, int64_t)
COUNT_BELOW(unsigned_below, uint64_t)
COUNT_BELOW(numbers_below, double)

/* The same, where nan is the largest. */
static inline int64_t doubles_below(const double *a, int64_t n, double value, int at_most)
{
    if (value == value)
        return numbers_below(a, n, value, at_most);
    return at_most ? n : numbers_below(a, n, INFINITY, 1);
}

/* places = where each of m values goes in the sorted a of n elements: before equal ones, or behind them if right. */
void tg_searchsorted(const void *a, const void *values, int64_t *places, int64_t n, int64_t m, int64_t right,
                     int64_t kind)
{
#define SEARCH(count, type)                                                                        \
    if (right)                                                                                     \
        for (int64_t i = 0; i < m; i++)                                                            \
            places[i] = count((const type *)a, n, ((const type *)values)[i], 1);                   \
    else                                                                                           \
        for (int64_t i = 0; i < m; i++)                                                            \
            places[i] = count((const type *)a, n, ((const type *)values)[i], 0);
    if (kind == DOUBLES) {
        SEARCH(doubles_below, double)
    } else if (kind == SIGNED) {
        SEARCH(signed_below, int64_t)
    } else {
        SEARCH(unsigned_below, uint64_t)
    }
}
