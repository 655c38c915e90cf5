#include <torch/csrc/utils/object_ptr.h>

template <class T>
void THPPointer<T>::free() {
  Py_CLEAR(ptr);
}

template class THPPointer<PyObject>;
template class THPPointer<PyCodeObject>;
template class THPPointer<PyFrameObject>;
