/* One whole chain: start, tuning, draws. */
#include "chain.h"
#include "adapt.h"
#include "tree.h"

#include <math.h>
#include <string.h>

/* Beyond this step size everything is accepted: the density is flat (Stan's limit). */
static const double MAX_STEP_SIZE = 1e7;

typedef struct tg_chain {
    const tg_chain_settings *settings;
    const tg_chain_output *output;
    tg_stream stream;
    tg_system system;
    tg_tree tree;
    tg_spread spread;
    tg_step_tuner tuner;
    tg_windows windows;
    tg_state *state;                        /* where the chain is */
    double step_size;
    int64_t iteration, finished;
    tg_chain_status status;
} tg_chain;

static int fail(tg_chain *chain, tg_chain_status status)
{
    chain->status = status;
    return 0;
}

/* Turns the code of a density into the status of the chain. */
static int fail_with_code(tg_chain *chain, int32_t code)
{
    switch (code) {
    case TG_INTERRUPTED: return fail(chain, TG_CHAIN_STOPPED);
    case TG_NO_MEMORY: return fail(chain, TG_CHAIN_NO_MEMORY);
    case TG_RAISED: return fail(chain, TG_CHAIN_RAISED);
    default: return fail(chain, TG_CHAIN_FAILED_CHECK);
    }
}

static int open_chain(tg_chain *chain, tg_density *density)
{
    const tg_chain_settings *settings = chain->settings;
    tg_system *system = &chain->system;

    tg_stream_open(&chain->stream, settings->seed);
    tg_windows_open(&chain->windows, settings->tune);
    if (tg_system_open(system, density, chain->output->stop, tg_tree_states(settings->max_tree_depth))
        || tg_tree_open(&chain->tree, system, &chain->stream, settings->max_tree_depth)
        || tg_spread_open(&chain->spread, system->padded))
        return fail(chain, TG_CHAIN_NO_MEMORY);
    tg_system_set_mass(system, chain->output->inverse_mass);
    return 1;
}

static void close_chain(tg_chain *chain)
{
    tg_spread_close(&chain->spread);
    tg_tree_close(&chain->tree);
    tg_system_close(&chain->system);
}

static int all_finite(const double *vector, int64_t length)
{
    for (int64_t i = 0; i < length; i++)
        if (!isfinite(vector[i]))
            return 0;
    return 1;
}

static int place_at_start(tg_chain *chain)
{
    tg_density *density = chain->system.density;
    tg_state *state = chain->state = tg_state_take(&chain->system);

    memcpy(state->position, chain->settings->start, (size_t)density->dimension * sizeof(double));
    chain->system.failure = density->evaluate(density, state->position, &state->logp, state->gradient);
    if (chain->system.failure != TG_OK)
        return fail_with_code(chain, chain->system.failure);
    if (!isfinite(state->logp) || !all_finite(state->gradient, density->dimension))
        return fail(chain, TG_CHAIN_BAD_START);
    return 1;
}

/* Whether one step of the present size, with a new momentum, is accepted with more than 80 %. */
static int step_is_accepted(tg_chain *chain)
{
    tg_system *system = &chain->system;

    tg_state_refresh(system, chain->state, &chain->stream);
    tg_state *next = tg_leapfrog(system, chain->state, chain->step_size);
    if (!next)
        return 0;
    const int accepted = chain->state->energy - next->energy > log(0.8);
    tg_state_drop(system, next);
    return accepted;
}

/* Doubles or halves the step size until its acceptance crosses 80 %. */
static int find_step_size(tg_chain *chain)
{
    const int grows = step_is_accepted(chain);

    for (int accepted = grows; accepted == grows; accepted = step_is_accepted(chain)) {
        if (chain->system.failure != TG_OK)
            return fail_with_code(chain, chain->system.failure);
        chain->step_size *= grows ? 2 : 0.5;
        if (chain->step_size > MAX_STEP_SIZE || chain->step_size == 0)
            return fail(chain, TG_CHAIN_NO_STEP_SIZE);
    }
    if (chain->system.failure != TG_OK)
        return fail_with_code(chain, chain->system.failure);
    return 1;
}

static int begin_tuning(tg_chain *chain)
{
    if (!find_step_size(chain))
        return 0;
    tg_step_tuner_open(&chain->tuner, chain->settings->target_accept, chain->step_size);
    return 1;
}

static int choose_first_step_size(tg_chain *chain)
{
    const double given = chain->settings->step_size;

    chain->step_size = given > 0 ? given : 1;
    if (chain->settings->tune > 0)
        return begin_tuning(chain);
    return given > 0 || find_step_size(chain);
}

/* Learns from the iteration that has just ended. */
static int tune(tg_chain *chain)
{
    tg_step_tuner_learn(&chain->tuner, chain->tree.acceptance / (double)chain->tree.steps);
    chain->step_size = chain->tuner.step_size;
    if (tg_windows_cover(&chain->windows, chain->iteration))
        tg_spread_add(&chain->spread, chain->state->position);
    if (tg_windows_close_at(&chain->windows, chain->iteration)) {
        tg_spread_finish(&chain->spread, chain->output->inverse_mass, chain->system.density->dimension);
        tg_system_set_mass(&chain->system, chain->output->inverse_mass);
        if (!begin_tuning(chain))
            return 0;
    }
    if (chain->iteration + 1 == chain->settings->tune)
        chain->step_size = tg_step_tuner_result(&chain->tuner);
    return 1;
}

static void write_row(tg_chain *chain, double step_size)
{
    const tg_chain_output *output = chain->output;
    const int64_t row = chain->finished++, dimension = chain->system.density->dimension;

    memcpy(output->positions + row * dimension, chain->state->position, (size_t)dimension * sizeof(double));
    output->logp[row] = chain->state->logp;
    output->energy[row] = chain->state->energy;
    output->acceptance_rate[row] = chain->tree.acceptance / (double)chain->tree.steps;
    output->step_size[row] = step_size;
    output->tree_depth[row] = chain->tree.depth;
    output->n_steps[row] = chain->tree.steps;
    output->diverging[row] = (uint8_t)chain->tree.diverging;
}

static int iterate(tg_chain *chain)
{
    const int is_tuning = chain->iteration < chain->settings->tune;
    const double step_size = chain->step_size;
    volatile int64_t *progress = chain->output->progress;

    progress[TG_PROGRESS_PHASE] = is_tuning ? TG_PHASE_TUNING : TG_PHASE_SAMPLING;
    chain->state = tg_tree_transition(&chain->tree, chain->state, step_size);
    if (chain->system.failure != TG_OK)
        return fail_with_code(chain, chain->system.failure);
    if (!is_tuning || chain->settings->keep_tune)
        write_row(chain, step_size);
    if (is_tuning && !tune(chain))
        return 0;
    chain->iteration++;
    progress[TG_PROGRESS_ITERATIONS] = chain->iteration;
    progress[TG_PROGRESS_STEPS] = chain->system.steps;
    progress[TG_PROGRESS_DIVERGENCES] += !is_tuning && chain->tree.diverging;
    return 1;
}

static void run(tg_chain *chain)
{
    const tg_chain_settings *settings = chain->settings;
    const int64_t iterations = settings->rows + (settings->keep_tune ? 0 : settings->tune);

    if (!place_at_start(chain) || !choose_first_step_size(chain))
        return;
    while (chain->iteration < iterations)
        if (!iterate(chain))
            return;
}

tg_chain_report tg_chain_run(tg_density *density, const tg_chain_settings *settings,
                             const tg_chain_output *output)
{
    tg_chain chain = {.settings = settings, .output = output, .status = TG_CHAIN_FINISHED};

    for (int i = 0; i < TG_PROGRESS_SIZE; i++)
        output->progress[i] = 0;
    if (open_chain(&chain, density))
        run(&chain);
    close_chain(&chain);
    output->progress[TG_PROGRESS_PHASE] = TG_PHASE_ENDED;

    tg_chain_report report = {chain.status, chain.finished, chain.step_size, 0};
    if (chain.status == TG_CHAIN_FAILED_CHECK)
        report.check = chain.system.failure;
    else if (chain.status == TG_CHAIN_BAD_START)
        report.check = density->check;
    return report;
}
