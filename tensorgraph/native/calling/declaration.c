/* Reads the declarations of parameters and outputs that a callable is built from. */
#include "calling.h"

/* NumPy has two integer types of 64 bits; arrays of either pass where the other is declared. */
static int alias_of(int type)
{
    switch (type) {
    case NPY_LONG: return NPY_SIZEOF_LONG == NPY_SIZEOF_LONGLONG ? NPY_LONGLONG : NPY_INT;
    case NPY_ULONG: return NPY_SIZEOF_LONG == NPY_SIZEOF_LONGLONG ? NPY_ULONGLONG : NPY_UINT;
    default: return type;
    }
}

/* The description of a dtype that kernels know: bool, integers, float16 to 64, complex64 and 128. */
static PyArray_Descr *read_dtype(PyObject *dtype)
{
    PyArray_Descr *descr = NULL;
    if (!PyArray_DescrConverter(dtype, &descr))
        return NULL;
    int type = descr->type_num;
    int known = PyTypeNum_ISBOOL(type) || PyTypeNum_ISNUMBER(type);
    if (known && type != NPY_LONGDOUBLE && type != NPY_CLONGDOUBLE && PyArray_ISNBO(descr->byteorder))
        return descr;
    PyErr_Format(PyExc_TypeError, "compiled functions do not know the dtype %R", dtype);
    Py_DECREF(descr);
    return NULL;
}

/* One entry of a shape: a length, None, or the name of a size that `known` maps to where it first stands. */
static int64_t read_length(PyObject *entry, PyObject *known, Py_ssize_t place)
{
    if (entry == Py_None)
        return TG_ANY_LENGTH;
    if (!PyUnicode_Check(entry)) {
        long long length = PyLong_AsLongLong(entry);
        if (length < 0 && !PyErr_Occurred())
            PyErr_Format(PyExc_ValueError, "%R is not a length", entry);
        return length;
    }
    PyObject *first = PyDict_GetItemWithError(known, entry);
    if (first)
        return -2 - PyLong_AsLongLong(first);
    PyObject *here = PyErr_Occurred() ? NULL : PyLong_FromSsize_t(place);
    if (here)
        PyDict_SetItem(known, entry, here);
    Py_XDECREF(here);
    return TG_ANY_LENGTH;
}

static int read_lengths(tg_callable *self, tg_parameter *parameter, PyObject *shape, PyObject *known)
{
    parameter->rank = (int)PyTuple_GET_SIZE(shape);
    parameter->extents = self->count_sizes;
    parameter->lengths = PyMem_Calloc(parameter->rank + 1, sizeof *parameter->lengths);
    if (!parameter->lengths) {
        PyErr_NoMemory();
        return -1;
    }
    for (int axis = 0; axis < parameter->rank; axis++) {
        PyObject *entry = PyTuple_GET_ITEM(shape, axis);
        parameter->lengths[axis] = read_length(entry, known, self->count_sizes++);
        if (PyErr_Occurred())
            return -1;
    }
    return 0;
}

/* (name, dtype, shape, strided) or (name, dtype, shape, strided, default). */
static int read_parameter(tg_callable *self, tg_parameter *parameter, PyObject *entry, PyObject *known)
{
    PyObject *name, *dtype, *shape, *initial = NULL;
    if (!PyTuple_Check(entry)) {
        PyErr_Format(PyExc_TypeError, "a parameter is a tuple (name, dtype, shape, strided), not %R", entry);
        return -1;
    }
    if (!PyArg_ParseTuple(entry, "OOO!p|O", &name, &dtype, &PyTuple_Type, &shape, &parameter->strided,
                          &initial))
        return -1;
    if (name != Py_None && !PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "the name of a parameter is a str or None, not %R", name);
        return -1;
    }
    parameter->dtype = read_dtype(dtype);
    if (!parameter->dtype)
        return -1;
    parameter->name = Py_NewRef(name);
    if (name != Py_None)
        PyUnicode_InternInPlace(&parameter->name);
    parameter->initial = Py_XNewRef(initial);
    parameter->type = parameter->dtype->type_num;
    parameter->alias = alias_of(parameter->type);
    parameter->flags = NPY_ARRAY_ALIGNED | (parameter->strided ? 0 : NPY_ARRAY_C_CONTIGUOUS);
    return read_lengths(self, parameter, shape, known);
}

/* (cell, parameter) */
static int read_hidden(tg_callable *self, tg_parameter *parameter, PyObject *entry, PyObject *known)
{
    if (!PyTuple_Check(entry) || PyTuple_GET_SIZE(entry) != 2) {
        PyErr_Format(PyExc_TypeError, "a hidden input is a tuple (cell, parameter), not %R", entry);
        return -1;
    }
    parameter->cell = Py_NewRef(PyTuple_GET_ITEM(entry, 0));
    return read_parameter(self, parameter, PyTuple_GET_ITEM(entry, 1), known);
}

static int read_parameters(tg_callable *self, PyObject *visible, PyObject *hidden, PyObject *known)
{
    for (Py_ssize_t i = 0; i < self->count_visible; i++)
        if (read_parameter(self, &self->parameters[i], PyList_GET_ITEM(visible, i), known) < 0)
            return -1;
    tg_parameter *first = self->parameters + self->count_visible;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(hidden); i++)
        if (read_hidden(self, &first[i], PyList_GET_ITEM(hidden, i), known) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < self->count_inputs; i++) {
        self->parameters[i].strides = self->count_sizes;
        if (self->parameters[i].strided)
            self->count_sizes += self->parameters[i].rank;
    }
    return 0;
}

int tg_declare_parameters(tg_callable *self, PyObject *visible, PyObject *hidden)
{
    PyObject *known = PyDict_New();
    if (!known)
        return -1;
    Py_ssize_t count = PyList_GET_SIZE(visible) + PyList_GET_SIZE(hidden);
    self->parameters = PyMem_Calloc(count + 1, sizeof *self->parameters);
    if (!self->parameters) {
        Py_DECREF(known);
        PyErr_NoMemory();
        return -1;
    }
    self->count_visible = PyList_GET_SIZE(visible);
    self->count_inputs = count;
    int status = read_parameters(self, visible, hidden, known);
    Py_DECREF(known);
    return status;
}

/* (dtype, rank, cell): with a cell the output is an update, with None it is returned. */
static int read_output(tg_callable *self, tg_output *output, PyObject *entry)
{
    PyObject *dtype, *cell;
    if (!PyTuple_Check(entry)) {
        PyErr_Format(PyExc_TypeError, "an output is a tuple (dtype, rank, cell), not %R", entry);
        return -1;
    }
    if (!PyArg_ParseTuple(entry, "OiO", &dtype, &output->rank, &cell))
        return -1;
    if (output->rank < 0 || output->rank > NPY_MAXDIMS) {
        PyErr_Format(PyExc_ValueError, "%d is not the rank of an array", output->rank);
        return -1;
    }
    output->dtype = read_dtype(dtype);
    if (!output->dtype)
        return -1;
    output->type = output->dtype->type_num;
    output->alias = alias_of(output->type);
    output->extents = self->count_extents;
    self->count_extents += output->rank;
    if (cell == Py_None)
        self->count_returned++;
    else
        output->cell = Py_NewRef(cell);
    return 0;
}

int tg_declare_outputs(tg_callable *self, PyObject *outputs)
{
    self->outputs = PyMem_Calloc(PyList_GET_SIZE(outputs) + 1, sizeof *self->outputs);
    if (!self->outputs) {
        PyErr_NoMemory();
        return -1;
    }
    self->count_outputs = PyList_GET_SIZE(outputs);
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        if (read_output(self, &self->outputs[i], PyList_GET_ITEM(outputs, i)) < 0)
            return -1;
    return 0;
}

void tg_forget_declarations(tg_callable *self)
{
    for (Py_ssize_t i = 0; i < self->count_inputs; i++) {
        tg_parameter *parameter = &self->parameters[i];
        Py_XDECREF(parameter->name);
        Py_XDECREF(parameter->initial);
        Py_XDECREF(parameter->cell);
        Py_XDECREF(parameter->dtype);
        PyMem_Free(parameter->lengths);
    }
    for (Py_ssize_t i = 0; i < self->count_outputs; i++) {
        Py_XDECREF(self->outputs[i].cell);
        Py_XDECREF(self->outputs[i].dtype);
    }
    PyMem_Free(self->parameters);
    PyMem_Free(self->outputs);
}
