/* Turns what went wrong in a call into an exception; the words about arguments and checks are Python's. */
#include "calling.h"

/* The current exception, which is no longer current, as Python 3.12 hands it out. */
PyObject *tg_take_exception(void)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    if (error && traceback)
        PyException_SetTraceback(error, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return error;
#endif
}

/* Makes an exception that was taken the current one again. */
void tg_put_exception(PyObject *error)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyErr_SetRaisedException(error);
#else
    PyErr_Restore(Py_NewRef(Py_TYPE(error)), error, PyException_GetTraceback(error));
#endif
}

/* Calls `fail`, which must raise. Takes the reference to payload. */
static void tell(const tg_callable *self, const char *kind, PyObject *payload)
{
    PyObject *result = payload ? PyObject_CallFunction(self->fail, "sN", kind, payload) : NULL;
    if (result)
        PyErr_Format(PyExc_RuntimeError, "%U() failed (%s), but nothing was raised", self->name, kind);
    Py_XDECREF(result);
}

static PyObject *list_of_values(const double *values, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list && i < count; i++) {
        PyObject *value = PyFloat_FromDouble(values[i]);
        if (value)
            PyList_SET_ITEM(list, i, value);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *list_of_sizes(const tg_callable *self, const tg_frame *frame)
{
    PyObject *list = PyList_New(self->count_sizes);
    for (Py_ssize_t i = 0; list && i < self->count_sizes; i++) {
        PyObject *size = PyLong_FromLongLong(frame->sizes[i]);
        if (size)
            PyList_SET_ITEM(list, i, size);
        else
            Py_CLEAR(list);
    }
    return list;
}

/* (number of the check, the values that it saw, sizes); a plan leaves no values, but sizes tell them. */
static PyObject *failed_check(const tg_callable *self, const tg_frame *frame)
{
    PyObject *values = list_of_values(frame->runtime.values, TG_CHECK_VALUES);
    PyObject *sizes = values ? list_of_sizes(self, frame) : NULL;
    if (!sizes) {
        Py_XDECREF(values);
        return NULL;
    }
    return Py_BuildValue("iNN", (int)frame->code, values, sizes);
}

/* Sees that an exception is set after a call that failed. */
void tg_explain(const tg_callable *self, tg_frame *frame)
{
    if (PyErr_Occurred())
        return;
    if (frame->refusal)
        tell(self, frame->refused, Py_NewRef(frame->refusal));
    else if (frame->code > 0)
        tell(self, "check", failed_check(self, frame));
    else if (frame->code == TG_NO_MEMORY)
        PyErr_Format(PyExc_MemoryError, "%U() found no memory", self->name);
    else if (frame->code == TG_INTERRUPTED) {
        if (PyErr_CheckSignals() == 0)
            PyErr_SetNone(PyExc_KeyboardInterrupt);
    } else
        PyErr_Format(PyExc_RuntimeError, "%U(): the kernel returned the unknown code %d", self->name,
                     (int)frame->code);
}
