/* Cells hold the arrays of shared variables; the updates of one call are written all together. */
#include "calling.h"

static PyObject *cell_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"value", NULL};
    PyObject *value = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:Cell", names, &value))
        return NULL;
    tg_cell *self = (tg_cell *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->value = Py_NewRef(value);
    return (PyObject *)self;
}

static int cell_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((tg_cell *)self)->value);
    return 0;
}

static int cell_clear(PyObject *self)
{
    PyObject *old = ((tg_cell *)self)->value;
    ((tg_cell *)self)->value = Py_NewRef(Py_None);
    Py_XDECREF(old);
    return 0;
}

static void cell_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((tg_cell *)self)->value);
    if (((tg_cell *)self)->turn.gate)
        PyThread_free_lock(((tg_cell *)self)->turn.gate);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *cell_get_value(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((tg_cell *)self)->value);
}

static int cell_set_value(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "a Cell always has a value; it cannot be deleted");
        return -1;
    }
    PyObject *old = ((tg_cell *)self)->value;
    ((tg_cell *)self)->value = Py_NewRef(value);
    Py_DECREF(old);
    return 0;
}

static PyObject *cell_reduce(PyObject *self, PyObject *Py_UNUSED(none))
{
    return Py_BuildValue("O(O)", Py_TYPE(self), ((tg_cell *)self)->value);
}

static PyObject *cell_repr(PyObject *self)
{
    return PyUnicode_FromFormat("Cell(%R)", ((tg_cell *)self)->value);
}

static PyGetSetDef cell_attributes[] = {
    {"value", cell_get_value, cell_set_value, "What the cell holds.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef cell_methods[] = {
    {"__reduce__", cell_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject tg_cell_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "tensorgraph.native._native.Cell",
    .tp_doc = "Cell(value=None)\n--\n\n"
              "A mutable holder of one array, read and updated by compiled functions.",
    .tp_basicsize = sizeof(tg_cell),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = cell_new,
    .tp_dealloc = cell_dealloc,
    .tp_traverse = cell_traverse,
    .tp_clear = cell_clear,
    .tp_repr = cell_repr,
    .tp_getset = cell_attributes,
    .tp_methods = cell_methods,
};

/* What the cell holds now, as a new reference. */
PyObject *tg_cell_read(PyObject *cell)
{
    if (Py_IS_TYPE(cell, &tg_cell_type))
        return Py_NewRef(((tg_cell *)cell)->value);
    return PyObject_GetAttrString(cell, "value");
}

/* Exchanges what the cell holds for what *value holds. */
static int exchange(PyObject *cell, PyObject **value)
{
    if (Py_IS_TYPE(cell, &tg_cell_type)) {
        PyObject *old = ((tg_cell *)cell)->value;
        ((tg_cell *)cell)->value = *value;
        *value = old;
        return 0;
    }
    PyObject *old = PyObject_GetAttrString(cell, "value");
    if (!old)
        return -1;
    if (PyObject_SetAttrString(cell, "value", *value) < 0) {
        Py_DECREF(old);
        return -1;
    }
    Py_SETREF(*value, old);
    return 0;
}

/* Puts back what the cells of the first `count` outputs held; the current exception stays. */
static void undo(const tg_callable *self, tg_frame *frame, Py_ssize_t count)
{
    PyObject *error = tg_take_exception();
    while (count--)
        if (self->outputs[count].cell && exchange(self->outputs[count].cell, &frame->made[count]) < 0)
            PyErr_WriteUnraisable(self->outputs[count].cell);
    tg_put_exception(error);
}

/* Writes all updates to their cells, or none. The frame then holds the old values, which are dropped later,
 * after its turn: the end of an object may run any code. */
int tg_commit(const tg_callable *self, tg_frame *frame)
{
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        if (self->outputs[i].cell && exchange(self->outputs[i].cell, &frame->made[i]) < 0) {
            undo(self, frame, i);
            return -1;
        }
    return 0;
}
