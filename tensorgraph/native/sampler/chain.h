/* One whole chain: start, tuning, draws. */
#ifndef TG_CHAIN_H
#define TG_CHAIN_H

#include "density.h"

typedef enum tg_chain_status {
    TG_CHAIN_FINISHED,
    TG_CHAIN_STOPPED,                       /* the stop flag was set, or the kernel was interrupted */
    TG_CHAIN_BAD_START,                     /* log-density or gradient not finite at the start */
    TG_CHAIN_NO_STEP_SIZE,                  /* every step size is accepted, or none */
    TG_CHAIN_FAILED_CHECK,                  /* a fatal check of the kernel */
    TG_CHAIN_NO_MEMORY,
    TG_CHAIN_RAISED                         /* the Python callable left an exception */
} tg_chain_status;

/* What another thread may read while the chain runs. */
enum {
    TG_PROGRESS_ITERATIONS,
    TG_PROGRESS_DIVERGENCES,                /* after tuning */
    TG_PROGRESS_STEPS,
    TG_PROGRESS_PHASE,
    TG_PROGRESS_SIZE
};
enum { TG_PHASE_STARTING, TG_PHASE_TUNING, TG_PHASE_SAMPLING, TG_PHASE_ENDED };

typedef struct tg_chain_settings {
    uint64_t seed[4];
    const double *start;
    int64_t tune, rows;                     /* tuning iterations; rows of the output */
    int keep_tune;                          /* whether the tuning iterations fill the first rows */
    double target_accept;
    int32_t max_tree_depth;
    double step_size;                       /* the first guess; 0: find one */
} tg_chain_settings;

/* One row an iteration; `positions` has `dimension` columns. */
typedef struct tg_chain_output {
    double *positions, *logp, *acceptance_rate, *step_size, *energy;
    int64_t *tree_depth, *n_steps;
    uint8_t *diverging;
    double *inverse_mass;                   /* in: the first diagonal; out: the last one used */
    volatile int64_t *progress;             /* TG_PROGRESS_SIZE numbers that another thread may read */
    volatile int32_t *stop;                 /* another thread sets it to end the chain early */
} tg_chain_output;

typedef struct tg_chain_report {
    tg_chain_status status;
    int64_t finished;                       /* rows written */
    double step_size;
    int32_t check;                          /* number of the check that failed, or 0 */
} tg_chain_report;

/* Runs the chain. The same density, settings and first mass give the same bits. */
tg_chain_report tg_chain_run(tg_density *density, const tg_chain_settings *settings,
                             const tg_chain_output *output);

#endif
