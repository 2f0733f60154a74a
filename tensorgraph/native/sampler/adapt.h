/* What the sampler learns while it tunes: the step size, and the spread of each coordinate. */
#ifndef TG_ADAPT_H
#define TG_ADAPT_H

#include <stdint.h>

/* Dual averaging of the log step size (Hoffman and Gelman, 2014, section 3.2). */
typedef struct tg_step_tuner {
    double target;                          /* acceptance rate to reach */
    double centre;                          /* of the log step size: log(10 first guesses) */
    double mean_error, mean_log_step, step_size;
    int64_t count;
} tg_step_tuner;

void tg_step_tuner_open(tg_step_tuner *tuner, double target, double first_step_size);
void tg_step_tuner_learn(tg_step_tuner *tuner, double acceptance_rate);   /* sets step_size, to try next */
double tg_step_tuner_result(const tg_step_tuner *tuner);                  /* the average, to keep */

/* The iterations whose positions teach the mass matrix, in windows that double in length. */
typedef struct tg_windows {
    int64_t begin, end;                     /* of all windows together */
    int64_t length, next;                   /* of the present window, and where it ends */
} tg_windows;

void tg_windows_open(tg_windows *windows, int64_t tune);
int tg_windows_cover(const tg_windows *windows, int64_t iteration);
int tg_windows_close_at(tg_windows *windows, int64_t iteration);          /* moves on to the next window */

/* Running variances of a window. */
typedef struct tg_spread {
    int64_t count, padded;
    double *mean, *squares;
    void *block;
} tg_spread;

int32_t tg_spread_open(tg_spread *spread, int64_t padded);                /* TG_OK or TG_NO_MEMORY */
void tg_spread_close(tg_spread *spread);
void tg_spread_add(tg_spread *spread, const double *position);

/* Moves the variances, shrunk towards 0.001, into `variance` and forgets the window; coordinates whose
 * variance is no positive number keep what they have. */
void tg_spread_finish(tg_spread *spread, double *variance, int64_t dimension);

#endif
