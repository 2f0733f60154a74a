/* Turns the arguments of nuts_chain into a density, settings and arrays to write. */
#include "run.h"
#include "tree.h"
#include "vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *message, PyObject *value)
{
    if (value)
        PyErr_Format(PyExc_ValueError, message, value);
    Py_XDECREF(value);
    return -1;
}

static int set_numbers(tg_run *run, const tg_run_arguments *a)
{
    tg_chain_settings *settings = &run->settings;

    if (a->tune < 0)
        return refuse("tune must be given and at least 0, not %R", PyLong_FromSsize_t(a->tune));
    if (!(a->target_accept > 0 && a->target_accept < 1))
        return refuse("target_accept must lie between 0 and 1, not %R", PyFloat_FromDouble(a->target_accept));
    if (a->max_tree_depth < 1 || a->max_tree_depth > TG_MAX_TREE_DEPTH)
        return refuse("max_tree_depth must lie between 1 and 30, not %R", PyLong_FromLong(a->max_tree_depth));
    if (!(a->first_step_size >= 0 && isfinite(a->first_step_size)))
        return refuse("first_step_size must be positive, or 0 to find one, not %R",
                      PyFloat_FromDouble(a->first_step_size));
    if (a->workspace_bytes < 0)
        return refuse("workspace_bytes must be at least 0, not %R", PyLong_FromSsize_t(a->workspace_bytes));
    settings->tune = a->tune;
    settings->target_accept = a->target_accept;
    settings->max_tree_depth = a->max_tree_depth;
    settings->step_size = a->first_step_size;
    settings->keep_tune = a->keep_tune;
    return 0;
}

static int take(tg_run *run, PyObject *object, tg_layout layout, void *target)
{
    void *first = tg_views_take(&run->views, object, &layout);

    memcpy(target, &first, sizeof first);
    return first ? 0 : -1;
}

static int take_column(tg_run *run, PyObject *object, const char *name, char kind, void *target)
{
    return take(run, object, (tg_layout){name, kind, 1, {run->settings.rows}, 1, 0}, target);
}

static int take_start_and_seed(tg_run *run, const tg_run_arguments *a)
{
    const uint64_t *seed;

    if (take(run, a->start, (tg_layout){"start", 'd', 1, {-1}, 0, 0}, &run->settings.start) < 0)
        return -1;
    run->dimension = tg_views_last_extent(&run->views, 0);
    if (run->dimension == 0)
        return refuse("start must hold at least one number, not %R", PyLong_FromLong(0));
    if (take(run, a->seed, (tg_layout){"seed", 'Q', 1, {4}, 0, 0}, &seed) < 0)
        return -1;
    memcpy(run->settings.seed, seed, sizeof run->settings.seed);
    return 0;
}

static int take_draws(tg_run *run, const tg_run_arguments *a)
{
    tg_chain_settings *settings = &run->settings;
    const tg_layout layout = {"draws", 'd', 2, {-1, run->dimension}, 1, 0};

    if (take(run, a->draws, layout, &run->output.positions) < 0)
        return -1;
    settings->rows = tg_views_last_extent(&run->views, 0);
    if (settings->keep_tune && settings->rows < settings->tune)
        return refuse("with keep_tune, draws needs a row for each tuning iteration, but has only %R",
                      PyLong_FromLongLong(settings->rows));
    return 0;
}

static int take_columns(tg_run *run, const tg_run_arguments *a)
{
    tg_chain_output *output = &run->output;
    const int failed =
        take_column(run, a->logp, "logp", 'd', &output->logp) < 0
        || take_column(run, a->acceptance_rate, "acceptance_rate", 'd', &output->acceptance_rate) < 0
        || take_column(run, a->step_size, "step_size", 'd', &output->step_size) < 0
        || take_column(run, a->energy, "energy", 'd', &output->energy) < 0
        || take_column(run, a->tree_depth, "tree_depth", 'q', &output->tree_depth) < 0
        || take_column(run, a->n_steps, "n_steps", 'q', &output->n_steps) < 0
        || take_column(run, a->diverging, "diverging", '?', &output->diverging) < 0;

    return failed ? -1 : 0;
}

static int take_inverse_mass(tg_run *run, const tg_run_arguments *a)
{
    const tg_layout layout = {"inverse_mass", 'd', 1, {run->dimension}, 1, 0};

    if (take(run, a->inverse_mass, layout, &run->output.inverse_mass) < 0)
        return -1;
    for (int64_t i = 0; i < run->dimension; i++)
        if (!(run->output.inverse_mass[i] > 0 && isfinite(run->output.inverse_mass[i])))
            return refuse("inverse_mass must be positive and finite, but holds %R",
                          PyFloat_FromDouble(run->output.inverse_mass[i]));
    return 0;
}

static int is_given(PyObject *object)
{
    return object && object != Py_None;
}

static int take_signals(tg_run *run, const tg_run_arguments *a)
{
    run->output.progress = run->own_progress;
    run->output.stop = &run->own_stop;
    if (is_given(a->progress)
        && take(run, a->progress, (tg_layout){"progress", 'q', 1, {TG_PROGRESS_SIZE}, 1, 0},
                &run->output.progress) < 0)
        return -1;
    if (is_given(a->stop)
        && take(run, a->stop, (tg_layout){"stop", 'i', 1, {1}, 0, 0}, &run->output.stop) < 0)
        return -1;
    return 0;
}

static int take_inputs(tg_run *run)
{
    PyObject *inputs = run->inputs;
    const Py_ssize_t count = inputs ? PySequence_Fast_GET_SIZE(inputs) : 1;
    tg_kernel_density *kernel = &run->kernel;

    if (inputs && (count == 0 || PySequence_Fast_GET_ITEM(inputs, 0) != Py_None))
        return refuse("inputs must begin with None, the place of the position, but is %R", Py_NewRef(inputs));
    kernel->inputs = PyMem_Calloc((size_t)count, sizeof *kernel->inputs);
    if (!kernel->inputs) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 1; i < count; i++) {
        char name[40];
        PyOS_snprintf(name, sizeof name, "inputs[%zd]", i);
        if (take(run, PySequence_Fast_GET_ITEM(inputs, i), (tg_layout){name, '*', -1, {0}, 0, 0},
                 &kernel->inputs[i]) < 0)
            return -1;
    }
    return 0;
}

static int take_tables(tg_run *run, const tg_run_arguments *a)
{
    tg_kernel_density *kernel = &run->kernel;

    if (is_given(a->sizes)
        && take(run, a->sizes, (tg_layout){"sizes", 'q', 1, {-1}, 0, 0}, &kernel->sizes) < 0)
        return -1;
    if (is_given(a->routines)
        && take(run, a->routines, (tg_layout){"routines", 'Q', 1, {-1}, 0, 0}, &kernel->runtime.routines) < 0)
        return -1;
    if (!is_given(a->recoverable))
        return 0;
    if (take(run, a->recoverable, (tg_layout){"recoverable", '?', 1, {-1}, 0, 0}, &kernel->recoverable) < 0)
        return -1;
    kernel->recoverable_count = tg_views_last_extent(&run->views, 0);
    return 0;
}

static int open_kernel(tg_run *run, const tg_run_arguments *a)
{
    PyObject *number = PyNumber_Index(a->density);
    void *address = number ? PyLong_AsVoidPtr(number) : NULL;
    tg_kernel function;

    Py_XDECREF(number);
    if (!address)
        return PyErr_Occurred() ? -1 : refuse("density must not be the address %R", PyLong_FromLong(0));
    memcpy(&function, &address, sizeof function);
    tg_kernel_density_open(&run->kernel, function, run->dimension);
    run->density = &run->kernel.base;
    if (take_inputs(run) < 0 || take_tables(run, a) < 0)
        return -1;
    run->kernel.runtime.stop = run->output.stop;
    run->kernel.runtime.workspace_bytes = a->workspace_bytes;
    run->kernel.runtime.workspace = tg_aligned_new(a->workspace_bytes, &run->workspace_block);
    if (run->kernel.runtime.workspace)
        return 0;
    PyErr_NoMemory();
    return -1;
}

static int open_callable(tg_run *run, const tg_run_arguments *a)
{
    if (is_given(a->inputs) || is_given(a->sizes) || is_given(a->routines) || is_given(a->recoverable)
        || a->workspace_bytes)
        return refuse("inputs, sizes, workspace_bytes, routines and recoverable belong to the address of a "
                      "kernel, but density is the callable %R", Py_NewRef(a->density));
    run->density = &run->callable.base;
    return tg_callable_density_open(&run->callable, a->density, run->dimension);
}

static int open_density(tg_run *run, const tg_run_arguments *a)
{
    if (a->density && PyIndex_Check(a->density))
        return open_kernel(run, a);
    if (a->density && PyCallable_Check(a->density))
        return open_callable(run, a);
    PyErr_Format(PyExc_TypeError, "density must be the address of a kernel or a callable, not %.100s",
                 a->density ? Py_TYPE(a->density)->tp_name : "missing");
    return -1;
}

static int open_views(tg_run *run, const tg_run_arguments *a)
{
    Py_ssize_t arrays = 16;                               /* all but those of `inputs` */

    if (is_given(a->inputs)) {
        run->inputs = PySequence_Fast(a->inputs, "inputs must be a sequence: None, then arrays");
        if (!run->inputs)
            return -1;
        arrays += PySequence_Fast_GET_SIZE(run->inputs);
    }
    return tg_views_open(&run->views, arrays);
}

int tg_run_open(tg_run *run, const tg_run_arguments *a)
{
    const int failed =
        open_views(run, a) < 0 || set_numbers(run, a) < 0 || take_start_and_seed(run, a) < 0
        || take_draws(run, a) < 0 || take_columns(run, a) < 0 || take_inverse_mass(run, a) < 0
        || take_signals(run, a) < 0 || open_density(run, a) < 0;

    return failed ? -1 : 0;
}

void tg_run_close(tg_run *run)
{
    tg_callable_density_close(&run->callable);
    PyMem_Free(run->kernel.inputs);
    free(run->workspace_block);
    tg_views_close(&run->views);
    Py_CLEAR(run->inputs);
}
