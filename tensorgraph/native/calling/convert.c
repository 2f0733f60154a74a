/* Turns arguments into pointers and extents: what fits passes as it is, what is safe to cast is copied, the
 * rest is refused with the facts that the message needs. */
#include "calling.h"

enum { COPY_BYTES = 1 << 26 };         /* larger copies are not kept: memory held that may be missed */

/* Leaves (index, value, problem, axis, expected, got) for `fail`; takes the references to the last two. */
static int refuse(tg_frame *frame, Py_ssize_t index, PyObject *value, const char *problem, int axis,
                  PyObject *expected, PyObject *got)
{
    frame->refused = "argument";
    if (expected && got)
        frame->refusal = Py_BuildValue("nOsiNN", index, value, problem, axis, expected, got);
    else {
        Py_XDECREF(expected);
        Py_XDECREF(got);
    }
    return -1;
}

/* Refuses an array for its shape. */
static int refuse_shape(tg_frame *frame, Py_ssize_t index, PyArrayObject *array, const char *problem,
                        int axis, PyObject *expected)
{
    PyObject *shape = PyObject_GetAttrString((PyObject *)array, "shape");
    return refuse(frame, index, (PyObject *)array, problem, axis, expected, shape);
}

static int refuse_rank(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyArrayObject *array)
{
    return refuse_shape(frame, index, array, "rank", -1, PyLong_FromLong(self->parameters[index].rank));
}

/* The input and the axis whose extent stands at this place of sizes, as a tuple with the extent. */
static PyObject *origin(const tg_callable *self, const tg_frame *frame, int64_t place)
{
    Py_ssize_t i = 0;
    while (place >= self->parameters[i].extents + self->parameters[i].rank)
        i++;
    Py_ssize_t axis = (Py_ssize_t)place - self->parameters[i].extents;
    return Py_BuildValue("Lnn", (long long)frame->sizes[place], i, axis);
}

static int refuse_length(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyArrayObject *array,
                         int axis)
{
    int64_t expected = self->parameters[index].lengths[axis];
    if (expected >= 0)
        return refuse_shape(frame, index, array, "length", axis, PyLong_FromLongLong(expected));
    return refuse_shape(frame, index, array, "size", axis, origin(self, frame, -2 - expected));
}

static int same_type(const tg_parameter *parameter, PyArrayObject *array)
{
    int type = PyArray_TYPE(array);
    return (type == parameter->type || type == parameter->alias) && PyArray_ISNOTSWAPPED(array);
}

static int fits(const tg_parameter *parameter, PyArrayObject *array)
{
    return same_type(parameter, array) && (PyArray_FLAGS(array) & parameter->flags) == parameter->flags;
}

/* Takes an array that needs no conversion. */
static int take_array(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyArrayObject *array)
{
    const tg_parameter *parameter = &self->parameters[index];
    if (PyArray_NDIM(array) != parameter->rank)
        return refuse_rank(self, frame, index, array);
    const npy_intp *lengths = PyArray_DIMS(array);
    int64_t *extents = frame->sizes + parameter->extents, bytes = PyArray_ITEMSIZE(array);
    for (int axis = 0; axis < parameter->rank; axis++) {
        int64_t expected = parameter->lengths[axis], length = lengths[axis];
        extents[axis] = length;
        bytes *= length;
        if (expected == TG_ANY_LENGTH)
            continue;
        if (length != (expected >= 0 ? expected : frame->sizes[-2 - expected]))
            return refuse_length(self, frame, index, array, axis);
    }
    if (parameter->strided)
        for (int axis = 0; axis < parameter->rank; axis++)
            frame->sizes[parameter->strides + axis] = PyArray_STRIDE(array, axis);
    frame->inputs[index] = PyArray_DATA(array);
    frame->arrays[index] = array;
    frame->bytes += bytes;
    return 0;
}

/* Whether a Python number of this type may become this dtype: True counts as 1, 1 as 1.0, 1.0 as 1 + 0j. */
static int is_weak(PyObject *value, int type)
{
    if (PyBool_Check(value))
        return 1;
    if (PyLong_CheckExact(value))
        return !PyTypeNum_ISBOOL(type);
    if (PyFloat_CheckExact(value))
        return PyTypeNum_ISFLOAT(type) || PyTypeNum_ISCOMPLEX(type);
    return PyComplex_CheckExact(value) && PyTypeNum_ISCOMPLEX(type);
}

/* A Python number, or a NumPy scalar of the dtype itself. 1 if it was one, 0 if not, -1 with a refusal. */
static int take_scalar(const tg_parameter *parameter, tg_frame *frame, Py_ssize_t index, PyObject *value)
{
    tg_scalar *number = &frame->numbers[index];
    if (Py_TYPE(value) == parameter->dtype->typeobj) {
        PyArray_ScalarAsCtype(value, number);
        return 1;
    }
    if (!is_weak(value, parameter->type))
        return 0;
    if (PyArray_Pack(parameter->dtype, number, value) == 0)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_OverflowError))
        return -1;
    PyErr_Clear();
    return refuse(frame, index, value, "range", -1, Py_NewRef(parameter->dtype), Py_NewRef(value));
}

/* np.asarray(value), with the reason in a refusal when NumPy makes no array of it. */
static PyArrayObject *as_array(const tg_parameter *parameter, tg_frame *frame, Py_ssize_t index,
                               PyObject *value)
{
    PyObject *array = PyArray_FROM_OF(value, NPY_ARRAY_ENSUREARRAY);
    if (array || !(PyErr_ExceptionMatches(PyExc_ValueError) || PyErr_ExceptionMatches(PyExc_TypeError)))
        return (PyArrayObject *)array;
    PyObject *error = tg_take_exception();
    refuse(frame, index, value, "value", -1, Py_NewRef(parameter->dtype), PyObject_Str(error));
    Py_DECREF(error);
    return NULL;
}

/* 1 if the value is an array with a mask, which a conversion would silently forget. */
int tg_is_masked(PyObject *value)
{
    return PyArray_Check(value) && !PyArray_CheckExact(value) && PyObject_HasAttrString(value, "mask");
}

/* The array as the kernel reads it. The frame keeps this copy and writes it again in the next call: to touch
 * the pages of a large new array takes longer than to copy. */
static PyObject *copy(const tg_parameter *parameter, tg_frame *frame, Py_ssize_t index, PyArrayObject *array)
{
    PyObject **kept = &frame->copies[index];
    if (!tg_is_ours(*kept, parameter->dtype, parameter->rank, PyArray_DIMS(array))) {
        Py_INCREF(parameter->dtype);
        Py_XSETREF(*kept, PyArray_NewFromDescr(&PyArray_Type, parameter->dtype, parameter->rank,
                                               PyArray_DIMS(array), NULL, NULL, 0, NULL));
    }
    if (!*kept || PyArray_CopyInto((PyArrayObject *)*kept, array) < 0)
        return NULL;
    PyObject *found = Py_NewRef(*kept);
    if (PyArray_NBYTES((PyArrayObject *)found) > COPY_BYTES)
        Py_CLEAR(*kept);
    return found;
}

/* Anything else: as NumPy sees it, cast if no digit can be lost. */
static int take_other(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyObject *value)
{
    const tg_parameter *parameter = &self->parameters[index];
    if (tg_is_masked(value))
        return refuse(frame, index, value, "mask", -1, Py_NewRef(parameter->dtype), Py_NewRef(Py_None));
    PyArrayObject *array = as_array(parameter, frame, index, value);
    if (!array)
        return -1;
    frame->held[frame->count_held++] = (PyObject *)array;
    if (!PyArray_CanCastTypeTo(PyArray_DESCR(array), parameter->dtype, NPY_SAFE_CASTING))
        return refuse(frame, index, value, "dtype", -1, Py_NewRef(parameter->dtype),
                      Py_NewRef(PyArray_DESCR(array)));
    if (PyArray_NDIM(array) != parameter->rank)
        return refuse_rank(self, frame, index, array);
    if (!fits(parameter, array)) {
        PyObject *fitting = copy(parameter, frame, index, array);
        if (!fitting)
            return -1;
        frame->held[frame->count_held - 1] = fitting;
        Py_SETREF(array, (PyArrayObject *)fitting);
    }
    return take_array(self, frame, index, array);
}

/* Fills inputs, sizes and strides for one input. -1 with an exception, or with a refusal in the frame. */
int tg_convert(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyObject *value)
{
    const tg_parameter *parameter = &self->parameters[index];
    if (PyArray_CheckExact(value) && fits(parameter, (PyArrayObject *)value))
        return take_array(self, frame, index, (PyArrayObject *)value);
    if (parameter->rank > 0)
        return take_other(self, frame, index, value);
    frame->inputs[index] = &frame->numbers[index];
    frame->arrays[index] = NULL;
    if (parameter->type == NPY_DOUBLE && PyFloat_Check(value)) {
        frame->numbers[index].real[0] = PyFloat_AS_DOUBLE(value);
        return 0;
    }
    int taken = take_scalar(parameter, frame, index, value);
    if (taken == 0)
        return take_other(self, frame, index, value);
    return taken > 0 ? 0 : -1;
}

/* Reads all cells at once, so that no other thread changes one in between, then converts what they hold. */
int tg_convert_hidden(const tg_callable *self, tg_frame *frame)
{
    Py_ssize_t hidden = self->count_inputs - self->count_visible, first = frame->count_held;
    for (Py_ssize_t i = 0; i < hidden; i++) {
        PyObject *value = tg_cell_read(self->parameters[self->count_visible + i].cell);
        if (!value)
            return -1;
        frame->held[frame->count_held++] = value;
    }
    for (Py_ssize_t i = 0; i < hidden; i++)
        if (tg_convert(self, frame, self->count_visible + i, frame->held[first + i]) < 0)
            return -1;
    return 0;
}

/* The arrays behind the hidden inputs, as a list; a scalar becomes an array of rank 0. */
PyObject *tg_hidden_arrays(const tg_callable *self, const tg_frame *frame)
{
    PyObject *list = PyList_New(self->count_inputs - self->count_visible);
    for (Py_ssize_t i = self->count_visible; list && i < self->count_inputs; i++) {
        PyObject *array = Py_XNewRef((PyObject *)frame->arrays[i]);
        if (!array) {
            PyObject *number = PyArray_Scalar(&frame->numbers[i], self->parameters[i].dtype, NULL);
            array = number ? PyArray_FROM_O(number) : NULL;
            Py_XDECREF(number);
        }
        if (array)
            PyList_SET_ITEM(list, i - self->count_visible, array);
        else
            Py_CLEAR(list);
    }
    return list;
}
