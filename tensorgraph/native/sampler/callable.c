/* A Python callable as a log-density. The GIL is held only around the call. */
#include "callable.h"
#include "arguments.h"

#include <string.h>

/* A fresh, writable NumPy vector: the callable may keep it. */
static PyObject *copied_position(const tg_callable_density *density, const double *position)
{
    const Py_ssize_t bytes = (Py_ssize_t)(density->base.dimension * (int64_t)sizeof(double));
    PyObject *copy = PyByteArray_FromStringAndSize((const char *)position, bytes);

    if (!copy)
        return NULL;
    PyObject *vector = PyObject_CallFunctionObjArgs(density->frombuffer, copy, NULL);
    Py_DECREF(copy);
    return vector;
}

static int read_gradient(PyObject *object, int64_t dimension, double *gradient)
{
    const tg_layout layout = {"the gradient", 'd', 1, {dimension}, 0, 1};
    Py_buffer view;

    if (tg_view_array(object, &layout, &view) < 0)
        return -1;
    const int status = PyBuffer_ToContiguous(gradient, &view, view.len, 'C');
    PyBuffer_Release(&view);
    return status;
}

static int read_result(PyObject *result, int64_t dimension, double *value, double *gradient)
{
    if (!PyTuple_Check(result) || PyTuple_GET_SIZE(result) != 2) {
        PyErr_Format(PyExc_TypeError, "the density must return a tuple (value, gradient), but returned %R",
                     result);
        return -1;
    }
    *value = PyFloat_AsDouble(PyTuple_GET_ITEM(result, 0));
    if (*value == -1 && PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "the value must be one real number, but is %R",
                     PyTuple_GET_ITEM(result, 0));
        return -1;
    }
    return read_gradient(PyTuple_GET_ITEM(result, 1), dimension, gradient);
}

static int call(const tg_callable_density *density, const double *position, double *value, double *gradient)
{
    PyObject *vector = copied_position(density, position);
    PyObject *result = vector ? PyObject_CallFunctionObjArgs(density->function, vector, NULL) : NULL;
    const int status = result ? read_result(result, density->base.dimension, value, gradient) : -1;

    Py_XDECREF(result);
    Py_XDECREF(vector);
    return status;
}

static int32_t evaluate_callable(tg_density *base, const double *position, double *value, double *gradient)
{
    tg_callable_density *density = (tg_callable_density *)base;

    PyEval_RestoreThread(density->thread);
    const int status = call(density, position, value, gradient);
    density->thread = PyEval_SaveThread();
    return status < 0 ? TG_RAISED : TG_OK;
}

int tg_callable_density_open(tg_callable_density *density, PyObject *function, int64_t dimension)
{
    memset(density, 0, sizeof *density);
    density->base.dimension = dimension;
    density->base.evaluate = evaluate_callable;
    PyObject *numpy = PyImport_ImportModule("numpy");
    if (!numpy)
        return -1;
    density->frombuffer = PyObject_GetAttrString(numpy, "frombuffer");
    Py_DECREF(numpy);
    if (!density->frombuffer)
        return -1;
    density->function = Py_NewRef(function);
    return 0;
}

void tg_callable_density_close(tg_callable_density *density)
{
    Py_CLEAR(density->frombuffer);
    Py_CLEAR(density->function);
}
