/* The Python face of the sampler: nuts_chain. */
#include "sampler.h"
#include "run.h"
#include "stream.h"

PyDoc_STRVAR(nuts_chain_doc,
"nuts_chain(*, density, start, seed, tune, draws, logp, acceptance_rate, step_size, energy,\n"
"           tree_depth, n_steps, diverging, inverse_mass, progress=None, stop=None,\n"
"           inputs=(None,), sizes=None, workspace_bytes=0, routines=None, recoverable=None,\n"
"           target_accept=0.8, max_tree_depth=10, first_step_size=0.0, keep_tune=False)\n"
"--\n\n"
"Runs one whole NUTS chain without the GIL and writes its draws into the arrays given.\n\n"
"density          address of a kernel of tensorgraph's ABI: inputs[0] is the position, outputs are the\n"
"                 log-density and its gradient; or a callable position -> (value, gradient)\n"
"start            float64[dimension]\n"
"seed             uint64[4]; the same seed and settings give the same bits\n"
"tune             iterations that adapt step size and mass matrix\n"
"draws            float64[rows, dimension], written; a row an iteration after tuning, or, if keep_tune,\n"
"                 an iteration from the first\n"
"logp, acceptance_rate, step_size, energy    float64[rows], written\n"
"tree_depth, n_steps, diverging              int64[rows], int64[rows], bool[rows], written\n"
"inverse_mass     float64[dimension], the diagonal to begin with; holds the last one afterwards\n"
"progress         int64[4], written while the chain runs: iterations, divergences after tuning,\n"
"                 leapfrog steps, phase (0 starting, 1 tuning, 2 sampling, 3 ended)\n"
"stop             int32[1]; set it to 1 from another thread to end the chain at its next step\n"
"inputs, sizes, workspace_bytes, routines    what the kernel is called with: arrays after a first None,\n"
"                 int64 extents, bytes, uint64 addresses\n"
"recoverable      bool[n]: the failed checks c with recoverable[c] mean log-density -inf\n"
"first_step_size  where tuning begins, or, without tuning, the step size; 0: find one\n\n"
"Returns a ChainResult. Raises TypeError or ValueError for unfit arguments, and what the callable raised.");

static PyTypeObject *result_type;

static PyStructSequence_Field result_fields[] = {
    {"status", "'finished', 'stopped', 'bad_start' (log-density or gradient not finite at the start), "
               "'no_step_size' (every step is accepted, or none), 'failed_check' or 'no_memory'"},
    {"finished", "number of rows written"},
    {"step_size", "the last step size"},
    {"check", "number of the kernel's check that failed, or 0"},
    {"values", "what the failed check saw"},
    {NULL, NULL},
};

static PyStructSequence_Desc result_desc = {
    "tensorgraph.native._native.ChainResult", "How a NUTS chain ended.", result_fields, 5,
};

static const char *const status_names[] = {
    "finished", "stopped", "bad_start", "no_step_size", "failed_check", "no_memory", "raised",
};

static char *keywords[] = {
    "density", "start", "seed", "tune", "draws", "logp", "acceptance_rate", "step_size", "energy",
    "tree_depth", "n_steps", "diverging", "inverse_mass", "progress", "stop", "inputs", "sizes",
    "workspace_bytes", "routines", "recoverable", "target_accept", "max_tree_depth", "first_step_size",
    "keep_tune", NULL,
};

static int parse(PyObject *args, PyObject *kwargs, tg_run_arguments *a)
{
    *a = (tg_run_arguments){.tune = -1, .target_accept = 0.8, .max_tree_depth = 10};
    return PyArg_ParseTupleAndKeywords(
        args, kwargs, "|$OOOnOOOOOOOOOOOOOnOOdidp:nuts_chain", keywords, &a->density, &a->start, &a->seed,
        &a->tune, &a->draws, &a->logp, &a->acceptance_rate, &a->step_size, &a->energy, &a->tree_depth,
        &a->n_steps, &a->diverging, &a->inverse_mass, &a->progress, &a->stop, &a->inputs, &a->sizes,
        &a->workspace_bytes, &a->routines, &a->recoverable, &a->target_accept, &a->max_tree_depth,
        &a->first_step_size, &a->keep_tune);
}

static PyObject *values_of(const tg_run *run)
{
    PyObject *values = PyTuple_New(TG_CHECK_VALUES);

    for (Py_ssize_t i = 0; values && i < TG_CHECK_VALUES; i++) {
        PyObject *value = PyFloat_FromDouble(run->kernel.runtime.values[i]);
        if (!value)
            Py_CLEAR(values);
        else
            PyTuple_SET_ITEM(values, i, value);
    }
    return values;
}

static PyObject *result_of(const tg_run *run, const tg_chain_report *report)
{
    PyObject *result = PyStructSequence_New(result_type);

    if (!result)
        return NULL;
    PyStructSequence_SetItem(result, 0, PyUnicode_FromString(status_names[report->status]));
    PyStructSequence_SetItem(result, 1, PyLong_FromLongLong(report->finished));
    PyStructSequence_SetItem(result, 2, PyFloat_FromDouble(report->step_size));
    PyStructSequence_SetItem(result, 3, PyLong_FromLong(report->check));
    PyStructSequence_SetItem(result, 4, values_of(run));
    if (PyErr_Occurred())
        Py_CLEAR(result);
    return result;
}

static PyObject *run_chain(tg_run *run)
{
    run->callable.thread = PyEval_SaveThread();
    const tg_chain_report report = tg_chain_run(run->density, &run->settings, &run->output);
    PyEval_RestoreThread(run->callable.thread);

    return report.status == TG_CHAIN_RAISED ? NULL : result_of(run, &report);
}

static PyObject *nuts_chain(PyObject *module, PyObject *args, PyObject *kwargs)
{
    tg_run_arguments arguments;
    tg_run run = {0};
    PyObject *result = NULL;

    (void)module;
    if (!parse(args, kwargs, &arguments))
        return NULL;
    if (tg_run_open(&run, &arguments) == 0)
        result = run_chain(&run);
    tg_run_close(&run);
    return result;
}

static PyMethodDef methods[] = {
    {"nuts_chain", (PyCFunction)(void (*)(void))nuts_chain, METH_VARARGS | METH_KEYWORDS, nuts_chain_doc},
    {NULL, NULL, 0, NULL},
};

int tg_sampler_register(PyObject *module)
{
    tg_stream_prepare();
    if (!result_type && !(result_type = PyStructSequence_NewType(&result_desc)))
        return -1;
    if (PyModule_AddObjectRef(module, "ChainResult", (PyObject *)result_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, methods);
}
