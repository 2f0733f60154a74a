/* The type of callables: built from declarations and addresses, collected as garbage, described. */
#include "calling.h"

#include <structmember.h>
#include <stddef.h>

/* Addresses, given as ints, of the routines that the program declares. */
static int read_routines(tg_callable *self, PyObject *routines)
{
    self->routines = PyMem_Calloc(PyList_GET_SIZE(routines) + 1, sizeof(void *));
    if (!self->routines) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(routines); i++)
        self->routines[i] = PyLong_AsVoidPtr(PyList_GET_ITEM(routines, i));
    self->count_routines = PyList_GET_SIZE(routines);
    return PyErr_Occurred() ? -1 : 0;
}

/* An address given as an int; 0 is refused. */
static void *read_address(PyObject *address, const char *what)
{
    void *pointer = PyLong_AsVoidPtr(address);
    if (!pointer && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "the address of the %s is 0", what);
    return pointer;
}

static int read_all(tg_callable *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"name", "parameters", "hidden", "outputs", "plan", "kernel", "routines",
                            "keepalive", "fail", "single", "interruptible", NULL};
    PyObject *name, *parameters, *hidden, *outputs, *plan, *kernel, *routines, *keepalive, *fail;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "UO!O!O!OOO!OO|pp:Callable", names, &name,
                                     &PyList_Type, &parameters, &PyList_Type, &hidden, &PyList_Type, &outputs,
                                     &plan, &kernel, &PyList_Type, &routines, &keepalive, &fail,
                                     &self->single, &self->interruptible))
        return -1;
    self->name = Py_NewRef(name);
    self->keepalive = Py_NewRef(keepalive);
    self->fail = Py_NewRef(fail);
    self->plan = (tg_plan)read_address(plan, "plan");
    self->kernel = self->plan ? (tg_kernel)read_address(kernel, "kernel") : NULL;
    if (!self->kernel || read_routines(self, routines) < 0)
        return -1;
    if (tg_declare_parameters(self, parameters, hidden) < 0 || tg_declare_outputs(self, outputs) < 0)
        return -1;
    if (self->single && self->count_returned != 1) {
        PyErr_Format(PyExc_ValueError, "a single result is asked of %zd returned outputs",
                     self->count_returned);
        return -1;
    }
    return tg_turns_declare(self);
}

static PyObject *callable_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    tg_callable *self = (tg_callable *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->vectorcall = tg_call;
    if (read_all(self, args, keywords) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

/* The call of an object that the garbage collector took apart. */
static PyObject *call_cleared(PyObject *object, PyObject *const *Py_UNUSED(args), size_t Py_UNUSED(count),
                              PyObject *Py_UNUSED(keywords))
{
    return PyErr_Format(PyExc_RuntimeError, "%U() is called while it is being deleted",
                        ((tg_callable *)object)->name);
}

static int callable_traverse(PyObject *object, visitproc visit, void *arg)
{
    tg_callable *self = (tg_callable *)object;
    Py_VISIT(self->keepalive);
    Py_VISIT(self->fail);
    for (Py_ssize_t i = 0; i < self->count_inputs; i++) {
        Py_VISIT(self->parameters[i].initial);
        Py_VISIT(self->parameters[i].cell);
    }
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        Py_VISIT(self->outputs[i].cell);
    return 0;
}

static int callable_clear(PyObject *object)
{
    tg_callable *self = (tg_callable *)object;
    self->vectorcall = call_cleared;
    Py_CLEAR(self->keepalive);
    Py_CLEAR(self->fail);
    for (Py_ssize_t i = 0; i < self->count_inputs; i++) {
        Py_CLEAR(self->parameters[i].initial);
        Py_CLEAR(self->parameters[i].cell);
    }
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        Py_CLEAR(self->outputs[i].cell);
    return 0;
}

static void callable_dealloc(PyObject *object)
{
    tg_callable *self = (tg_callable *)object;
    PyObject_GC_UnTrack(object);
    callable_clear(object);
    tg_frames_free(self);
    tg_forget_declarations(self);
    PyMem_Free(self->routines);
    PyMem_Free(self->turns);
    Py_XDECREF(self->name);
    Py_TYPE(object)->tp_free(object);
}

static PyObject *callable_repr(PyObject *object)
{
    return PyUnicode_FromFormat("<Callable %U>", ((tg_callable *)object)->name);
}

/* An attribute of our own, or else one of what keeps the code loaded: source, dprint and such. */
static PyObject *callable_getattro(PyObject *object, PyObject *name)
{
    PyObject *keepalive = ((tg_callable *)object)->keepalive;
    PyObject *found = PyObject_GenericGetAttr(object, name);
    if (found || !keepalive || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return found;
    if (PyUnicode_READ_CHAR(name, 0) == '_')
        return NULL;
    PyObject *error = tg_take_exception();
    found = PyObject_GetAttr(keepalive, name);
    if (!found && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        tg_put_exception(error);
        return NULL;
    }
    Py_XDECREF(error);
    return found;
}

static PyObject *get_plan(PyObject *object, void *Py_UNUSED(closure))
{
    return PyLong_FromVoidPtr((void *)((tg_callable *)object)->plan);
}

static PyObject *get_kernel(PyObject *object, void *Py_UNUSED(closure))
{
    return PyLong_FromVoidPtr((void *)((tg_callable *)object)->kernel);
}

/* Frames are never freed before their callable, so the largest one knows. */
static PyObject *get_workspace(PyObject *object, void *Py_UNUSED(closure))
{
    int64_t most = 0;
    for (tg_frame *frame = ((tg_callable *)object)->idle; frame; frame = frame->next)
        if (frame->runtime.workspace_bytes > most)
            most = frame->runtime.workspace_bytes;
    return PyLong_FromLongLong(most);
}

PyDoc_STRVAR(pointers_doc,
"pointers(*args, **keywords)\n--\n\n"
"What a call with these arguments would pass to the kernel, without running it.\n\n"
"Returns (kernel, hidden, sizes, workspace, routines): the address of the kernel, the arrays behind the\n"
"hidden inputs (to be kept alive by the caller), extents and strides as an int64 array, the bytes of\n"
"workspace, and the addresses of the routines.");

static PyMethodDef methods[] = {
    {"pointers", (PyCFunction)(void (*)(void))tg_pointers, METH_FASTCALL | METH_KEYWORDS, pointers_doc},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"name", T_OBJECT, offsetof(tg_callable, name), READONLY, "The name that messages use."},
    {"__name__", T_OBJECT, offsetof(tg_callable, name), READONLY, NULL},
    {"keepalive", T_OBJECT, offsetof(tg_callable, keepalive), READONLY, "What keeps the code loaded."},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"plan", get_plan, NULL, "The address of the plan.", NULL},
    {"kernel", get_kernel, NULL, "The address of the kernel.", NULL},
    {"workspace_bytes", get_workspace, NULL, "The most bytes of workspace that a call needed so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(callable_doc,
"Callable(name, parameters, hidden, outputs, plan, kernel, routines, keepalive, fail, single=False,\n"
"         interruptible=False)\n--\n\n"
"A compiled kernel as a function of arrays and numbers; safe to call from many threads.\n"
"The keyword `out` gives arrays to write results into: one, or a list with None for fresh ones.\n\n"
"parameters     list of (name, dtype, shape, strided) or (name, dtype, shape, strided, default);\n"
"               an entry of shape is a length, None, or the name of a size\n"
"hidden         list of (cell, parameter): the kernel's further inputs, read from cell.value at each call\n"
"outputs        list of (dtype, rank, cell); with a cell the output is an update, with None it is returned\n"
"plan, kernel   addresses of the two functions of abi.h\n"
"routines       list of addresses that the kernel finds in its runtime\n"
"keepalive      what must live as long as the addresses; its attributes are those of the callable\n"
"fail           called as fail('argument', (index, value, problem, axis, expected, got)) for a wrong\n"
"               argument, fail('output', (number, value, shape, arrays)) for a wrong array in `out`\n"
"               and fail('check', (number, values, sizes)) for a failed check; must raise\n"
"single         return the only output instead of a list\n"
"interruptible  the kernel polls the stop flag, so Ctrl-C ends it");

PyTypeObject tg_callable_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "tensorgraph.native._native.Callable",
    .tp_doc = callable_doc,
    .tp_basicsize = sizeof(tg_callable),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(tg_callable, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_new = callable_new,
    .tp_dealloc = callable_dealloc,
    .tp_traverse = callable_traverse,
    .tp_clear = callable_clear,
    .tp_repr = callable_repr,
    .tp_getattro = callable_getattro,
    .tp_methods = methods,
    .tp_members = members,
    .tp_getset = attributes,
};
