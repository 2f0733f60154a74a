/* Arrays that a Python caller hands to C: checked, viewed and kept alive through the buffer protocol. */
#include "arguments.h"

#include <string.h>

static const struct { char kind; const char *codes; Py_ssize_t bytes; const char *name; } kinds[] = {
    {'d', "d", 8, "a float64"}, {'q', "lq", 8, "an int64"}, {'Q', "LQ", 8, "a uint64"},
    {'i', "il", 4, "an int32"}, {'?', "?B", 1, "a bool"},
};

static int has_kind(const Py_buffer *view, char kind)
{
    const char *format = view->format ? view->format : "B";

    if (*format == '@' || *format == '=' || *format == (PY_LITTLE_ENDIAN ? '<' : '>'))
        format++;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return *format && !format[1] && strchr(kinds[i].codes, *format)
                && view->itemsize == kinds[i].bytes;
    return kind == '*';
}

static const char *kind_name(char kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "a numeric";
}

static int has_shape(const Py_buffer *view, const tg_layout *layout)
{
    if (layout->rank >= 0 && view->ndim != layout->rank)
        return 0;
    for (int axis = 0; axis < layout->rank; axis++)
        if (layout->shape[axis] >= 0 && view->shape[axis] != layout->shape[axis])
            return 0;
    return 1;
}

static PyObject *shape_text(int rank, const Py_ssize_t *extents)
{
    PyObject *parts = PyTuple_New(rank);

    for (int axis = 0; parts && axis < rank; axis++) {
        const Py_ssize_t extent = extents[axis];
        PyObject *part = PyUnicode_FromFormat(extent < 0 ? "n" : "%zd", extent);
        if (!part)
            Py_CLEAR(parts);
        else
            PyTuple_SET_ITEM(parts, axis, part);
    }
    PyObject *comma = parts ? PyUnicode_FromString(", ") : NULL;
    PyObject *text = comma ? PyUnicode_Join(comma, parts) : NULL;
    Py_XDECREF(comma);
    Py_XDECREF(parts);
    return text;
}

static int refuse_shape(const Py_buffer *view, const tg_layout *layout)
{
    const Py_ssize_t shape[2] = {(Py_ssize_t)layout->shape[0], (Py_ssize_t)layout->shape[1]};
    PyObject *wanted = shape_text(layout->rank, shape), *got = shape_text(view->ndim, view->shape);

    if (wanted && got)
        PyErr_Format(PyExc_ValueError, "%s must have shape (%U%s), but has shape (%U%s)", layout->name,
                     wanted, layout->rank == 1 ? "," : "", got, view->ndim == 1 ? "," : "");
    Py_XDECREF(wanted);
    Py_XDECREF(got);
    return -1;
}

static int check(const Py_buffer *view, const tg_layout *layout)
{
    if (!has_kind(view, layout->kind)) {
        PyErr_Format(PyExc_TypeError, "%s must be %s array, but its items have the format '%s'",
                     layout->name, kind_name(layout->kind), view->format ? view->format : "B");
        return -1;
    }
    if (!has_shape(view, layout))
        return refuse_shape(view, layout);
    if (!layout->strided && !PyBuffer_IsContiguous(view, 'C')) {
        PyErr_Format(PyExc_ValueError, "%s must be C-contiguous; pass a copy from numpy.ascontiguousarray",
                     layout->name);
        return -1;
    }
    if (layout->writable && view->readonly) {
        PyErr_Format(PyExc_ValueError, "%s must be writable: results are written into it", layout->name);
        return -1;
    }
    if (layout->kind != '*' && (uintptr_t)view->buf % (uintptr_t)view->itemsize) {
        PyErr_Format(PyExc_ValueError, "%s must be aligned to its items; pass a copy of it", layout->name);
        return -1;
    }
    return 0;
}

int tg_view_array(PyObject *object, const tg_layout *layout, Py_buffer *view)
{
    if (!object) {
        PyErr_Format(PyExc_TypeError, "%s is missing", layout->name);
        return -1;
    }
    if (!PyObject_CheckBuffer(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be %s array, not %.100s", layout->name,
                     kind_name(layout->kind), Py_TYPE(object)->tp_name);
        return -1;
    }
    if (PyObject_GetBuffer(object, view, PyBUF_FORMAT | PyBUF_STRIDES) < 0)
        return -1;
    if (check(view, layout) == 0)
        return 0;
    PyBuffer_Release(view);
    return -1;
}

int tg_views_open(tg_views *views, Py_ssize_t room)
{
    views->count = 0;
    views->room = room;
    views->views = PyMem_Calloc((size_t)room, sizeof *views->views);
    if (views->views)
        return 0;
    PyErr_NoMemory();
    return -1;
}

void tg_views_close(tg_views *views)
{
    for (Py_ssize_t i = 0; i < views->count; i++)
        PyBuffer_Release(&views->views[i]);
    PyMem_Free(views->views);
    views->views = NULL;
    views->count = 0;
}

void *tg_views_take(tg_views *views, PyObject *object, const tg_layout *layout)
{
    static double nothing;                                /* stands for the items of an empty array */

    if (views->count == views->room) {
        PyErr_SetString(PyExc_SystemError, "more arrays than room for their views");
        return NULL;
    }
    Py_buffer *view = &views->views[views->count];
    if (tg_view_array(object, layout, view) < 0)
        return NULL;
    views->count++;
    return view->buf ? view->buf : &nothing;
}

int64_t tg_views_last_extent(const tg_views *views, int axis)
{
    return views->views[views->count - 1].shape[axis];
}
