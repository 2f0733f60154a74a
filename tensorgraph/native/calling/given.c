/* Arrays that a caller gives for the results: checked, then written in place of fresh ones. */
#include "calling.h"

typedef struct { const char *first, *end; } span;

/* The memory between the lowest and the highest element of an array. */
static span span_of(PyArrayObject *array)
{
    span found = {PyArray_BYTES(array), PyArray_BYTES(array) + PyArray_ITEMSIZE(array)};
    for (int axis = 0; axis < PyArray_NDIM(array); axis++) {
        npy_intp length = PyArray_DIM(array, axis), reach = (length - 1) * PyArray_STRIDE(array, axis);
        if (length == 0)
            return (span){NULL, NULL};
        *(reach < 0 ? &found.first : &found.end) += reach;
    }
    return found;
}

static int meet(PyArrayObject *a, PyArrayObject *b)
{
    span one = span_of(a), other = span_of(b);
    return one.first < other.end && other.first < one.end;
}

/* The array that the caller passed, even if the kernel reads a copy of it, or the one behind a cell, or null.
 * There is an `out`, so there were keywords, and `arguments` is filled. */
static PyArrayObject *input(const tg_callable *self, const tg_frame *frame, Py_ssize_t index)
{
    PyObject *passed = index < self->count_visible ? frame->arguments[index] : NULL;
    return passed && PyArray_Check(passed) ? (PyArrayObject *)passed : frame->arrays[index];
}

/* Whether an array shares no memory with the inputs or with what was given for the outputs before. */
static int is_apart(const tg_callable *self, const tg_frame *frame, Py_ssize_t index, PyArrayObject *array)
{
    for (Py_ssize_t i = 0; i < self->count_inputs; i++)
        if (input(self, frame, i) && meet(array, input(self, frame, i)))
            return 0;
    for (Py_ssize_t i = 0; i < index; i++)
        if (frame->made[i] && meet(array, (PyArrayObject *)frame->made[i]))
            return 0;
    return 1;
}

/* Whether a kernel may write the output here. */
static int fits(const tg_output *output, const tg_frame *frame, PyObject *value)
{
    PyArrayObject *array = (PyArrayObject *)value;
    enum { FLAGS = NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE };
    return PyArray_Check(value) && !tg_is_masked(value) && PyArray_NDIM(array) == output->rank
        && PyArray_CompareLists(PyArray_DIMS(array), frame->extents + output->extents, output->rank)
        && (PyArray_TYPE(array) == output->type || PyArray_TYPE(array) == output->alias)
        && PyArray_ISNOTSWAPPED(array) && (PyArray_FLAGS(array) & FLAGS) == FLAGS;
}

static PyObject *shape_of(const tg_output *output, const tg_frame *frame)
{
    PyObject *shape = PyTuple_New(output->rank);
    for (int axis = 0; shape && axis < output->rank; axis++) {
        PyObject *length = PyLong_FromLongLong(frame->extents[output->extents + axis]);
        if (length)
            PyTuple_SET_ITEM(shape, axis, length);
        else
            Py_CLEAR(shape);
    }
    return shape;
}

/* The arrays behind the inputs, then those given for the returned outputs before this one; None for none. */
static PyObject *arrays_before(const tg_callable *self, const tg_frame *frame, Py_ssize_t index)
{
    PyObject *list = PyList_New(0);
    int status = list ? 0 : -1;
    for (Py_ssize_t i = 0; status == 0 && i < self->count_inputs; i++) {
        PyArrayObject *array = input(self, frame, i);
        status = PyList_Append(list, array ? (PyObject *)array : Py_None);
    }
    for (Py_ssize_t i = 0; status == 0 && i < index; i++)
        if (!self->outputs[i].cell)
            status = PyList_Append(list, frame->made[i] ? frame->made[i] : Py_None);
    if (status < 0)
        Py_CLEAR(list);
    return list;
}

/* Leaves (number, value, shape, arrays) for `fail`. */
static int refuse(const tg_callable *self, tg_frame *frame, Py_ssize_t index, Py_ssize_t number,
                  PyObject *value)
{
    PyObject *shape = shape_of(&self->outputs[index], frame), *arrays = arrays_before(self, frame, index);
    frame->refused = "output";
    if (shape && arrays)
        frame->refusal = Py_BuildValue("nONN", number, value, shape, arrays);
    else {
        Py_XDECREF(shape);
        Py_XDECREF(arrays);
    }
    return -1;
}

/* One entry for each returned output: a single result has an array, several have a list of as many. */
static PyObject *entries(const tg_callable *self, tg_frame *frame)
{
    PyObject *given = frame->given;
    if (self->single)
        return PyTuple_Pack(1, given);
    if ((PyList_Check(given) || PyTuple_Check(given))
        && PySequence_Fast_GET_SIZE(given) == self->count_returned)
        return PySequence_Tuple(given);
    frame->refused = "output";
    frame->refusal = Py_BuildValue("nOOO", (Py_ssize_t)-1, given, Py_None, Py_None);
    return NULL;
}

/* Puts one array behind an output; None leaves it to a fresh one. */
static int take(const tg_callable *self, tg_frame *frame, Py_ssize_t index, Py_ssize_t number,
                PyObject *value)
{
    PyArrayObject *array = (PyArrayObject *)value;
    if (value == Py_None)
        return 0;
    if (!fits(&self->outputs[index], frame, value) || !is_apart(self, frame, index, array))
        return refuse(self, frame, index, number, value);
    frame->made[index] = Py_NewRef(value);
    frame->outputs[index] = PyArray_DATA(array);
    frame->bytes += PyArray_NBYTES(array);
    return 0;
}

/* Puts the given arrays behind the outputs. -1 with an exception, or with a refusal in the frame. */
int tg_take_given(const tg_callable *self, tg_frame *frame)
{
    PyObject *list = entries(self, frame);
    int status = list ? 0 : -1;
    for (Py_ssize_t i = 0, number = 0; status == 0 && i < self->count_outputs; i++) {
        if (self->outputs[i].cell)
            continue;
        status = take(self, frame, i, number, PyTuple_GET_ITEM(list, number));
        number++;
    }
    Py_XDECREF(list);
    return status;
}

/* The outputs point to the frame's own memory again. */
void tg_forget_given(const tg_callable *self, tg_frame *frame)
{
    frame->given = NULL;
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        frame->outputs[i] = &frame->results[i];
}
