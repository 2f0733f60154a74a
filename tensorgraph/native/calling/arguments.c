/* Matches positional and keyword arguments with parameters; says what is missing, repeated or unknown.
 * The keyword `out` has the arrays for the results, unless it is a parameter's name. */
#include "calling.h"

/* The parameters' names, "x, y, z", for messages; those without a name count from 1. */
static PyObject *names_of(const tg_callable *self, PyObject *const *unless_given)
{
    PyObject *list = PyList_New(0), *text = NULL, *comma = NULL;
    if (!list)
        return NULL;
    for (Py_ssize_t i = 0; i < self->count_visible; i++) {
        if (unless_given && unless_given[i])
            continue;
        PyObject *name = self->parameters[i].name;
        PyObject *shown = name != Py_None ? Py_NewRef(name) : PyUnicode_FromFormat("argument %zd", i + 1);
        int status = shown ? PyList_Append(list, shown) : -1;
        Py_XDECREF(shown);
        if (status < 0)
            goto done;
    }
    comma = PyUnicode_FromString(", ");
    text = comma ? PyUnicode_Join(comma, list) : NULL;
done:
    Py_XDECREF(comma);
    Py_DECREF(list);
    return text;
}

/* TypeError with `format`, which takes the callable's name, `what`, and the names of parameters. */
static int complain(const tg_callable *self, const char *format, PyObject *what,
                    PyObject *const *unless_given)
{
    PyObject *names = names_of(self, unless_given);
    if (names)
        PyErr_Format(PyExc_TypeError, format, self->name, what, names);
    Py_XDECREF(names);
    return -1;
}

static int too_many(const tg_callable *self, Py_ssize_t count)
{
    PyObject *names = names_of(self, NULL);
    if (names)
        PyErr_Format(PyExc_TypeError, "%U() takes %zd argument%s (%U) but got %zd", self->name,
                     self->count_visible, self->count_visible == 1 ? "" : "s", names, count);
    Py_XDECREF(names);
    return -1;
}

/* The index of the parameter of this name; -1 if there is none, -2 if there are several, -3 on error. */
static Py_ssize_t find(const tg_callable *self, PyObject *name)
{
    Py_ssize_t found = -1;
    for (Py_ssize_t i = 0; i < self->count_visible; i++) {
        int same = PyObject_RichCompareBool(self->parameters[i].name, name, Py_EQ);
        if (same < 0)
            return -3;
        if (same)
            found = found == -1 ? i : -2;
    }
    return found;
}

static int place_keyword(const tg_callable *self, tg_frame *frame, PyObject *name, PyObject *value)
{
    PyObject **arguments = frame->arguments;
    Py_ssize_t index = find(self, name);
    if (index == -3)
        return -1;
    if (index == -2)
        return complain(self, "%U() has several parameters named '%U'; give them by position (%U)", name,
                        NULL);
    if (index == -1 && PyUnicode_CompareWithASCIIString(name, "out") == 0) {
        frame->given = value != Py_None ? value : NULL;
        return 0;
    }
    if (index == -1)
        return complain(self, "%U() has no parameter '%U'; its parameters are: %U", name, NULL);
    if (arguments[index])
        return complain(self, "%U() got '%U' twice, by position and by name (%U)", name, NULL);
    arguments[index] = value;
    return 0;
}

/* Fills what was not passed from defaults. */
static int fill(const tg_callable *self, PyObject **arguments)
{
    Py_ssize_t missing = 0;
    for (Py_ssize_t i = 0; i < self->count_visible; i++) {
        if (!arguments[i])
            arguments[i] = self->parameters[i].initial;
        missing += !arguments[i];
    }
    if (!missing)
        return 0;
    PyObject *count = PyUnicode_FromFormat(missing == 1 ? "%zd argument" : "%zd arguments", missing);
    if (count)
        complain(self, "%U() is missing %U: %U", count, arguments);
    Py_XDECREF(count);
    return -1;
}

/* The arguments in the order of the parameters, borrowed; null with a TypeError. */
PyObject *const *tg_match(const tg_callable *self, tg_frame *frame, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    if (count > self->count_visible) {
        too_many(self, count);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < self->count_visible; i++)
        frame->arguments[i] = i < count ? args[i] : NULL;
    Py_ssize_t named = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t i = 0; i < named; i++)
        if (place_keyword(self, frame, PyTuple_GET_ITEM(keywords, i), args[count + i]) < 0)
            return NULL;
    return fill(self, frame->arguments) < 0 ? NULL : frame->arguments;
}
