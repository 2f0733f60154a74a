/* A call of nuts_chain, checked and ready to run. */
#ifndef TG_RUN_H
#define TG_RUN_H

#include "arguments.h"
#include "callable.h"
#include "chain.h"

/* The arguments as Python gave them, null where it gave none. */
typedef struct tg_run_arguments {
    PyObject *density, *start, *seed;
    Py_ssize_t tune;
    PyObject *draws, *logp, *acceptance_rate, *step_size, *energy, *tree_depth, *n_steps, *diverging;
    PyObject *inverse_mass, *progress, *stop;
    PyObject *inputs, *sizes;
    Py_ssize_t workspace_bytes;
    PyObject *routines, *recoverable;
    double target_accept;
    int max_tree_depth;
    double first_step_size;
    int keep_tune;
} tg_run_arguments;

/* The call, ready to run; owns what tg_run_close gives back. */
typedef struct tg_run {
    tg_views views;
    PyObject *inputs;                       /* a tuple or list, or null */
    tg_chain_settings settings;
    tg_chain_output output;
    int64_t dimension;
    tg_density *density;                    /* one of the next two */
    tg_kernel_density kernel;
    tg_callable_density callable;
    void *workspace_block;
    int64_t own_progress[TG_PROGRESS_SIZE]; /* where the caller gave none */
    int32_t own_stop;
} tg_run;

/* Fills a zeroed run. Returns 0, or -1 with an exception set; close it in both cases. */
int tg_run_open(tg_run *run, const tg_run_arguments *arguments);
void tg_run_close(tg_run *run);

#endif
