/* Opens shared libraries and finds addresses in them, without the cost of importing ctypes. */
#include "calling.h"

#include <dlfcn.h>

/* dlopen, without the GIL because constructors of the library may run long. */
static void *open_library(PyObject *path, int scope)
{
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes))
        return NULL;
    void *handle;
    Py_BEGIN_ALLOW_THREADS
    handle = dlopen(PyBytes_AS_STRING(bytes), RTLD_NOW | scope);
    Py_END_ALLOW_THREADS
    if (!handle) {
        const char *reason = dlerror();
        PyErr_Format(PyExc_OSError, "cannot load the shared library %R: %s", path,
                     reason ? reason : "no reason given");
    }
    Py_DECREF(bytes);
    return handle;
}

/* The address of one symbol as a Python int. */
static PyObject *address_of(void *handle, PyObject *name, PyObject *path)
{
    const char *text = PyUnicode_AsUTF8(name);
    if (!text)
        return NULL;
    void *address = dlsym(handle, text);
    if (!address)
        return PyErr_Format(PyExc_OSError, "the shared library %R has no symbol %R", path, name);
    return PyLong_FromVoidPtr(address);
}

PyObject *tg_load(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *path, *names;
    if (!PyArg_ParseTuple(args, "OO:load", &path, &names))
        return NULL;
    PyObject *list = PySequence_List(names);
    if (!list)
        return NULL;
    void *handle = open_library(path, RTLD_LOCAL);
    if (!handle)
        goto failed;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *address = address_of(handle, PyList_GET_ITEM(list, i), path);
        if (!address)
            goto failed;
        PyList_SetItem(list, i, address);
    }
    return list;
failed:
    Py_DECREF(list);
    return NULL;
}

PyObject *tg_promote(PyObject *Py_UNUSED(module), PyObject *path)
{
    if (!open_library(path, RTLD_GLOBAL))
        return NULL;
    Py_RETURN_NONE;
}
