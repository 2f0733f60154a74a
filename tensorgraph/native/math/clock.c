/* The clock that programs read when they are profiled. */
#include <stdint.h>
#include <time.h>

int64_t tg_clock(void);

/* Nanoseconds since some moment in the past; it never goes back. */
int64_t tg_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
