/* Unsigned keys of the order of doubles (kind 0), int64_t (1) or uint64_t (2).
 *
 * nan comes last; both zeros are equal, and so are all nan. */
#ifndef TG_SORT_KEYS_H
#define TG_SORT_KEYS_H

#include <stdint.h>
#include <string.h>

enum { DOUBLES, SIGNED, UNSIGNED };

#define TOP ((uint64_t)1 << 63)

/* The key of element i. */
static inline uint64_t key_of(const void *x, int64_t i, int kind)
{
    uint64_t bits;
    if (kind == DOUBLES) {
        double value = ((const double *)x)[i];
        if (value != value)
            return UINT64_MAX;
        if (value == 0)
            return TOP;
        memcpy(&bits, &value, sizeof bits);
        return bits & TOP ? ~bits : bits | TOP;
    }
    memcpy(&bits, (const uint64_t *)x + i, sizeof bits);
    return kind == SIGNED ? bits ^ TOP : bits;
}

#endif
