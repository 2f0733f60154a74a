/* Python's and NumPy's headers, in the order and with the table of functions all our files share. */
#ifndef TG_NUMPY_API_H
#define TG_NUMPY_API_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL tg_numpy_api
#ifndef TG_IMPORTS_NUMPY          /* defined by module.c alone, which fills the table */
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>

#endif
