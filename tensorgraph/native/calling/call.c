/* One call of a compiled kernel, from arguments to results. */
#include "calling.h"

#include <string.h>

/* Matches and converts the visible arguments. */
static int take_arguments(const tg_callable *self, tg_frame *frame, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    if (count != self->count_visible || keywords)
        args = tg_match(self, frame, args, count, keywords);
    if (!args)
        return -1;
    for (Py_ssize_t i = 0; i < self->count_visible; i++)
        if (tg_convert(self, frame, i, args[i]) < 0)
            return -1;
    return 0;
}

/* Reads hidden inputs and asks the plan for extents and workspace. */
static int take_plan(const tg_callable *self, tg_frame *frame, int64_t *workspace)
{
    *workspace = 0;
    if (self->count_inputs > self->count_visible && tg_convert_hidden(self, frame) < 0)
        return -1;
    frame->code = self->plan(frame->inputs, frame->sizes, frame->extents, workspace);
    return frame->code == TG_OK ? 0 : -1;
}

/* Runs the kernel, without the GIL if the work is long, with an ear to Ctrl-C if it can be stopped. */
static int run(const tg_callable *self, tg_frame *frame)
{
    tg_runtime *runtime = &frame->runtime;
    if (!self->interruptible && frame->bytes <= TG_LONG_WORK) {
        frame->code = self->kernel(frame->inputs, frame->outputs, frame->sizes, runtime);
        return frame->code == TG_OK ? 0 : -1;
    }
    int watching = self->interruptible && tg_watch_begin(runtime);
    Py_BEGIN_ALLOW_THREADS
    frame->code = self->kernel(frame->inputs, frame->outputs, frame->sizes, runtime);
    Py_END_ALLOW_THREADS
    if (watching)
        tg_watch_end(runtime);
    return frame->code == TG_OK ? 0 : -1;
}

/* Everything that happens in the turn of the updated cells. */
static PyObject *compute(const tg_callable *self, tg_frame *frame)
{
    int64_t workspace;
    if (take_plan(self, frame, &workspace) < 0)
        return NULL;
    if (frame->given && tg_take_given(self, frame) < 0)
        return NULL;
    if (tg_make_outputs(self, frame) < 0 || tg_frame_workspace(frame, workspace) < 0)
        return NULL;
    frame->bytes += workspace;
    if (run(self, frame) < 0)
        return NULL;
    PyObject *result = tg_results(self, frame);
    if (result && self->count_turns && tg_commit(self, frame) < 0)
        Py_CLEAR(result);
    return result;
}

static PyObject *call_in(const tg_callable *self, tg_frame *frame, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    if (take_arguments(self, frame, args, count, keywords) < 0)
        return NULL;
    if (!self->count_turns)
        return compute(self, frame);
    if (tg_turns_begin(self) < 0)
        return NULL;
    PyObject *result = compute(self, frame);
    tg_turns_end(self);
    return result;
}

/* The vectorcall of a callable. */
PyObject *tg_call(PyObject *object, PyObject *const *args, size_t count, PyObject *keywords)
{
    tg_callable *self = (tg_callable *)object;
    tg_frame *frame = tg_frame_take(self);
    if (!frame)
        return NULL;
    PyObject *result = call_in(self, frame, args, PyVectorcall_NARGS(count), keywords);
    if (!result)
        tg_explain(self, frame);
    tg_frame_give(self, frame);
    return result;
}

/* A kernel's address and everything it takes, as an example call would pass it. */
static PyObject *describe(const tg_callable *self, const tg_frame *frame, int64_t workspace)
{
    npy_intp count = self->count_sizes;
    PyObject *hidden = tg_hidden_arrays(self, frame), *routines = PyList_New(self->count_routines);
    PyObject *sizes = PyArray_SimpleNew(1, &count, NPY_INT64);
    if (!hidden || !routines || !sizes)
        goto failed;
    memcpy(PyArray_DATA((PyArrayObject *)sizes), frame->sizes, count * sizeof(int64_t));
    for (Py_ssize_t i = 0; i < self->count_routines; i++) {
        PyObject *address = PyLong_FromVoidPtr(self->routines[i]);
        if (!address)
            goto failed;
        PyList_SET_ITEM(routines, i, address);
    }
    return Py_BuildValue("NNNLN", PyLong_FromVoidPtr((void *)self->kernel), hidden, sizes,
                         (long long)workspace, routines);
failed:
    Py_XDECREF(hidden);
    Py_XDECREF(routines);
    Py_XDECREF(sizes);
    return NULL;
}

/* The method `pointers` of a callable. */
PyObject *tg_pointers(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    tg_callable *self = (tg_callable *)object;
    if (self->vectorcall != tg_call)
        return self->vectorcall(object, args, count, keywords);
    tg_frame *frame = tg_frame_take(self);
    if (!frame)
        return NULL;
    int64_t workspace;
    PyObject *result = NULL;
    if (take_arguments(self, frame, args, count, keywords) < 0 || take_plan(self, frame, &workspace) < 0)
        tg_explain(self, frame);
    else if (frame->given)
        PyErr_SetString(PyExc_TypeError, "pointers() runs nothing, so it takes no arrays for results (out)");
    else
        result = describe(self, frame, workspace);
    tg_frame_give(self, frame);
    return result;
}
