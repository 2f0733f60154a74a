/* Where the true elements of an array of bools lie. */
#include "vector_math.h"

/* The first `count` of the places where mask is true; 0 where there are fewer. */
void tg_positions(const uint8_t *mask, int64_t n, int64_t *places, int64_t count)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n && found < count; i++) {
        places[found] = i;
        found += mask[i] != 0;
    }
    for (; found < count; found++)
        places[found] = 0;
}
