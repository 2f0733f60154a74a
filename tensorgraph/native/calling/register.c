/* The names of the calling part in the extension module. */
#include "calling.h"

PyDoc_STRVAR(load_doc,
"load(path, names)\n--\n\n"
"Open the shared library at `path` and return the addresses of `names` as a list of ints.\n\n"
"The library stays loaded. OSError if it cannot be opened or has no such symbol.");

PyDoc_STRVAR(promote_doc,
"promote(path)\n--\n\n"
"Open the shared library at `path` so that libraries opened later can use its symbols.");

static PyMethodDef functions[] = {
    {"load", tg_load, METH_VARARGS, load_doc},
    {"promote", tg_promote, METH_O, promote_doc},
    {NULL, NULL, 0, NULL},
};

int tg_calling_register(PyObject *module)
{
    if (PyType_Ready(&tg_cell_type) < 0 || PyType_Ready(&tg_callable_type) < 0)
        return -1;
    if (tg_watch_prepare() < 0 || PyModule_AddFunctions(module, functions) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "Cell", (PyObject *)&tg_cell_type) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "Callable", (PyObject *)&tg_callable_type) < 0)
        return -1;
    return PyModule_AddIntConstant(module, "ABI_VERSION", TG_ABI_VERSION);
}
