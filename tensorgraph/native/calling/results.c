/* Makes the arrays that a kernel writes, and what the caller gets of them.
 *
 * A frame keeps the last two small objects of each output: two, because in `y = f(x)` the caller holds the
 * last result while it asks for the next. One that nobody else holds any more is written again, which saves
 * the allocation. Nobody can notice: there is no reference, no view, no weak reference to it. */
#include "calling.h"

enum { KEPT_BYTES = 1 << 14 };         /* larger arrays are not kept: much memory held for little gain */

static void keep(tg_frame *frame, Py_ssize_t index, PyObject *object)
{
    PyObject **kept = frame->kept + TG_KEPT * index;
    Py_XDECREF(kept[1]);
    kept[1] = kept[0];
    kept[0] = Py_NewRef(object);
}

/* Whether an array, or null, is as we made it with this dtype and these extents, and only ours. */
int tg_is_ours(PyObject *object, const PyArray_Descr *dtype, int rank, const int64_t *extents)
{
    PyArrayObject *array = (PyArrayObject *)object;
    enum { FLAGS = NPY_ARRAY_CARRAY | NPY_ARRAY_OWNDATA };
    return object && Py_REFCNT(object) == 1 && PyArray_DESCR(array) == dtype && PyArray_NDIM(array) == rank
        && (PyArray_FLAGS(array) & FLAGS) == FLAGS
        && PyArray_CompareLists(PyArray_DIMS(array), extents, rank)
        && !*(PyObject **)((char *)array + PyArray_Type.tp_weaklistoffset);
}

/* An array for one output, as a new reference. */
static PyObject *make(const tg_output *output, tg_frame *frame, Py_ssize_t index)
{
    PyObject **kept = frame->kept + TG_KEPT * index;
    const int64_t *extents = frame->extents + output->extents;
    for (int i = 0; i < TG_KEPT; i++)
        if (tg_is_ours(kept[i], output->dtype, output->rank, extents))
            return Py_NewRef(kept[i]);
    Py_INCREF(output->dtype);
    PyObject *array = PyArray_NewFromDescr(&PyArray_Type, output->dtype, output->rank, extents, NULL, NULL, 0,
                                           NULL);
    if (array && PyArray_NBYTES((PyArrayObject *)array) <= KEPT_BYTES)
        keep(frame, index, array);
    return array;
}

/* Sees that each output has an array; a returned scalar needs none. */
int tg_make_outputs(const tg_callable *self, tg_frame *frame)
{
    for (Py_ssize_t i = 0; i < self->count_outputs; i++) {
        const tg_output *output = &self->outputs[i];
        if ((output->rank == 0 && !output->cell) || frame->made[i])
            continue;
        frame->made[i] = make(output, frame, i);
        if (!frame->made[i])
            return -1;
        frame->outputs[i] = PyArray_DATA((PyArrayObject *)frame->made[i]);
        frame->bytes += PyArray_NBYTES((PyArrayObject *)frame->made[i]);
    }
    return 0;
}

/* A np.float64. */
static PyObject *number(tg_frame *frame, Py_ssize_t index)
{
    PyObject **kept = frame->kept + TG_KEPT * index, *object = NULL;
    for (int i = 0; i < TG_KEPT && !object; i++)
        if (kept[i] && Py_REFCNT(kept[i]) == 1)
            object = Py_NewRef(kept[i]);
    if (!object) {
        object = PyArrayScalar_New(Double);
        if (!object)
            return NULL;
        keep(frame, index, object);
    }
    PyArrayScalar_ASSIGN(object, Double, frame->results[index].real[0]);
    return object;
}

/* One returned output: a NumPy scalar for rank 0, else its array. */
static PyObject *result(const tg_output *output, tg_frame *frame, Py_ssize_t index)
{
    PyObject *array = frame->made[index];
    if (array) {
        frame->made[index] = NULL;
        return array;
    }
    if (output->type == NPY_DOUBLE)
        return number(frame, index);
    return PyArray_Scalar(&frame->results[index], output->dtype, NULL);
}

/* The output, or the list of outputs, that the caller gets. */
PyObject *tg_results(const tg_callable *self, tg_frame *frame)
{
    PyObject *list = self->single ? NULL : PyList_New(self->count_returned);
    if (!list && !self->single)
        return NULL;
    for (Py_ssize_t i = 0, returned = 0; i < self->count_outputs; i++) {
        if (self->outputs[i].cell)
            continue;
        PyObject *item = result(&self->outputs[i], frame, i);
        if (self->single)
            return item;
        if (!item) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, returned++, item);
    }
    return list;
}
