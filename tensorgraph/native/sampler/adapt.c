/* What the sampler learns while it tunes; schedule and constants are Stan's. */
#include "adapt.h"
#include "../abi.h"
#include "vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void tg_step_tuner_open(tg_step_tuner *tuner, double target, double first_step_size)
{
    memset(tuner, 0, sizeof *tuner);
    tuner->target = target;
    tuner->centre = log(10 * first_step_size);
    tuner->step_size = first_step_size;
}

void tg_step_tuner_learn(tg_step_tuner *tuner, double acceptance_rate)
{
    const double count = (double)++tuner->count;
    const double weight = 1 / (count + 10), fade = pow(count, -0.75);

    tuner->mean_error += weight * (tuner->target - acceptance_rate - tuner->mean_error);
    const double log_step = tuner->centre - tuner->mean_error * sqrt(count) / 0.05;
    tuner->mean_log_step += fade * (log_step - tuner->mean_log_step);
    tuner->step_size = exp(log_step);
}

double tg_step_tuner_result(const tg_step_tuner *tuner)
{
    return tuner->count ? exp(tuner->mean_log_step) : tuner->step_size;
}

/* A window too short to be followed by one of twice its length takes all that is left. */
static void place_window(tg_windows *windows, int64_t start)
{
    windows->next = start + windows->length;
    if (windows->next + 2 * windows->length > windows->end)
        windows->next = windows->end;
}

void tg_windows_open(tg_windows *windows, int64_t tune)
{
    const int64_t first = 75, shortest = 25, last = 50;   /* iterations for the step size before and after */

    memset(windows, 0, sizeof *windows);
    if (tune < 20)
        return;                                           /* too few to learn a variance from */
    const int has_room = tune >= first + shortest + last;
    windows->begin = has_room ? first : 15 * tune / 100;
    windows->end = tune - (has_room ? last : tune / 10);
    windows->length = has_room ? shortest : windows->end - windows->begin;
    place_window(windows, windows->begin);
}

int tg_windows_cover(const tg_windows *windows, int64_t iteration)
{
    return iteration >= windows->begin && iteration < windows->end;
}

int tg_windows_close_at(tg_windows *windows, int64_t iteration)
{
    if (!tg_windows_cover(windows, iteration) || iteration + 1 != windows->next)
        return 0;
    windows->length *= 2;
    place_window(windows, windows->next);
    return 1;
}

int32_t tg_spread_open(tg_spread *spread, int64_t padded)
{
    memset(spread, 0, sizeof *spread);
    spread->padded = padded;
    spread->mean = tg_aligned_new(2 * padded * (int64_t)sizeof(double), &spread->block);
    if (!spread->mean)
        return TG_NO_MEMORY;
    spread->squares = spread->mean + padded;
    return TG_OK;
}

void tg_spread_close(tg_spread *spread)
{
    free(spread->block);
    spread->block = NULL;
}

void tg_spread_add(tg_spread *spread, const double *position)
{
    spread->count++;
    tg_welford(spread->mean, spread->squares, position, (double)spread->count, spread->padded);
}

void tg_spread_finish(tg_spread *spread, double *variance, int64_t dimension)
{
    const double count = (double)spread->count, share = count / (count + 5);

    for (int64_t i = 0; i < dimension && spread->count > 1; i++) {
        const double shrunk = share * spread->squares[i] / (count - 1) + (1 - share) * 1e-3;
        if (isfinite(shrunk) && shrunk > 0)
            variance[i] = shrunk;
    }
    spread->count = 0;
    memset(spread->mean, 0, 2 * (size_t)spread->padded * sizeof(double));
}
