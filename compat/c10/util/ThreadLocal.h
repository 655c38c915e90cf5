// Mirrors <c10/util/ThreadLocal.h> of PyTorch 2.13: a thread-local object behind an accessor.
#pragma once

#include <c10/macros/Macros.h>

namespace c10 {

template <typename Type>
class ThreadLocal {
 public:
  using Accessor = Type* (*)();
  explicit constexpr ThreadLocal(Accessor accessor) : accessor_(accessor) {}
  ThreadLocal(const ThreadLocal&) = delete;
  ThreadLocal(ThreadLocal&&) noexcept = default;
  ThreadLocal& operator=(const ThreadLocal&) = delete;
  ThreadLocal& operator=(ThreadLocal&&) noexcept = default;
  ~ThreadLocal() = default;

  Type& get() { return *accessor_(); }
  Type& operator*() { return get(); }
  Type* operator->() { return &get(); }

 private:
  Accessor accessor_;
};

}  // namespace c10

#define C10_DEFINE_TLS_static(Type, Name)     \
  static ::c10::ThreadLocal<Type> Name([]() { \
    static thread_local Type var;             \
    return &var;                              \
  })
#define C10_DECLARE_TLS_class_static(Class, Type, Name) static ::c10::ThreadLocal<Type> Name
#define C10_DEFINE_TLS_class_static(Class, Type, Name) \
  ::c10::ThreadLocal<Type> Class::Name([]() {          \
    static thread_local Type var;                      \
    return &var;                                       \
  })
