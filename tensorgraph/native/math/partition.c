/* Partitions: which elements are smaller than the one that sorting puts at a place, equal to it, or larger.
 *
 * The element of a rank is found digit by digit of its key, the highest first: the elements are counted by the first
 * digit in which they differ, and those with the digit of the wanted one remain. Each digit takes linear time, and
 * there are at most six of them. Elements of one class keep their order. */
#include "sort_keys.h"

#define DIGIT 11
#define DIGITS (1 << DIGIT)

/* How far a key is shifted so that the highest bit in which some differ leads its digit. */
static int leading_digit(uint64_t differing)
{
    int bits = 0;
    for (int step = 32; step > 0; step /= 2)
        if (differing >> (bits + step))
            bits += step;
    return bits < DIGIT ? 0 : bits + 1 - DIGIT;
}

/* The key that sorting puts at a rank, 0 <= rank < n; `rest` has room for n keys. */
static uint64_t key_of_rank(const uint64_t *keys, uint64_t *rest, int64_t n, int64_t rank)
{
    for (;;) {
        uint64_t differing = 0;
        int64_t counts[DIGITS] = {0}, kept = 0;
        for (int64_t i = 0; i < n; i++)
            differing |= keys[i] ^ keys[0];
        if (differing == 0)
            return keys[0];
        const int shift = leading_digit(differing);
        for (int64_t i = 0; i < n; i++)
            counts[keys[i] >> shift & (DIGITS - 1)]++;
        uint64_t digit = 0;
        for (; rank >= counts[digit]; digit++)
            rank -= counts[digit];
        for (int64_t i = 0; i < n; i++) {
            rest[kept] = keys[i];
            kept += (keys[i] >> shift & (DIGITS - 1)) == digit;
        }
        keys = rest;
        n = kept;
    }
}

/* Twice the number of pivots below a key, and one more for each that is equal. */
static inline int64_t class_of(uint64_t key, const uint64_t *pivots, int64_t k)
{
    int64_t number = 0;
    for (int64_t i = 0; i < k; i++)
        number += (key > pivots[i]) + (key >= pivots[i]);
    return number;
}

static inline void distribute(const uint64_t *keys, int64_t *order, int64_t n, const uint64_t *pivots, int64_t k,
                              int64_t *starts)
{
    memset(starts, 0, (size_t)(2 * k + 2) * sizeof *starts);
    for (int64_t i = 0; i < n; i++)
        starts[class_of(keys[i], pivots, k) + 1]++;
    for (int64_t i = 0; i < 2 * k; i++)
        starts[i + 1] += starts[i];
    for (int64_t i = 0; i < n; i++)
        order[starts[class_of(keys[i], pivots, k)]++] = i;
}

/* Elements rearranged so that those of the k numbers `kth` (from the end, if negative) are where sorting would put
 * them, and where they were. Numbers outside count as the nearest inside. `scratch` has 2 n + 3 k + 2 words. */
void tg_partition(const void *x, const int64_t *kth, void *rearranged, int64_t *order, void *scratch, int64_t n,
                  int64_t k, int64_t kind)
{
    uint64_t *keys = scratch, *rest = keys + n, *pivots = rest + n;
    int64_t *starts = (int64_t *)(pivots + k);
    if (n == 0)
        return;
    for (int64_t i = 0; i < n; i++)
        keys[i] = key_of(x, i, (int)kind);
    for (int64_t i = 0; i < k; i++) {
        const int64_t rank = kth[i] < 0 ? kth[i] + n : kth[i];
        pivots[i] = key_of_rank(keys, rest, n, rank < 0 ? 0 : rank < n ? rank : n - 1);
    }
    if (k == 1)
        distribute(keys, order, n, pivots, 1, starts);
    else
        distribute(keys, order, n, pivots, k, starts);
    for (int64_t i = 0; i < n; i++)
        memcpy((uint64_t *)rearranged + i, (const uint64_t *)x + order[i], sizeof(uint64_t));
}
