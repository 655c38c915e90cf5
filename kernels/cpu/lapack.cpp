#include "kernels/cpu/lapack.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "kernels/common/error.h"

namespace flambeau::cpu {
namespace {

std::string& chosen_path() {
  static auto* path = new std::string;
  return *path;
}

void* open_library() {
  std::vector<std::string> candidates;
  if (const char* named = std::getenv("FLAMBEAU_LAPACK")) candidates.emplace_back(named);
  candidates.push_back(chosen_path());
  for (const char* name : {"libscipy_openblas.so", "libopenblas.so.0", "libopenblas.so", "liblapack.so.3"})
    candidates.emplace_back(name);
  for (const std::string& name : candidates)
    if (!name.empty())
      if (void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  return nullptr;
}

void* symbol(const char* name) {
  static void* const library = open_library();
  if (!library)
    fail(ErrorKind::not_implemented, "not implemented without LAPACK: ", name,
         ". Install scipy-openblas32 (pip) or libopenblas0 (Debian), or set FLAMBEAU_LAPACK to a library");
  // The wheel's names carry a prefix, so that they do not meet those of another BLAS.
  for (const char* prefix : {"", "scipy_"})
    if (void* found = dlsym(library, (prefix + std::string(name) + "_").c_str())) return found;
  fail(ErrorKind::not_implemented, "not implemented by the LAPACK library that was found: ", name);
}

template <class T>
constexpr char kLetter = 's';
template <>
constexpr char kLetter<double> = 'd';
template <>
constexpr char kLetter<Complex<float>> = 'c';
template <>
constexpr char kLetter<Complex<double>> = 'z';

/// Calls a Fortran routine: every argument by address. `real` and `complex` are its names after the type's letter.
template <class T, class Tag, class... A>
void fortran(const char* real, const char* complex, A*... arguments) {
  using Function = void (*)(A * ...);
  static const auto function =
      reinterpret_cast<Function>(symbol((kLetter<T> + std::string(is_complex_v<T> ? complex : real)).c_str()));
  function(arguments...);
}
#define FLB_FORTRAN(real, complex, ...)                \
  [&] {                                                \
    struct Routine {};                                 \
    fortran<T, Routine>(#real, #complex, __VA_ARGS__); \
  }()

int at_least_one(int n) { return std::max(1, n); }

/// The size that a workspace query wrote into its first element.
template <class T>
int wanted(const T& first) {
  if constexpr (is_complex_v<T>)
    return static_cast<int>(first.re);
  else
    return static_cast<int>(first);
}

/// Runs a routine twice: with `size` -1 it tells what workspace it wants, then it has it.
template <class T, class Run>
void with_workspace(int& size, const Run& run) {
  T first{};
  size = -1;
  run(&first);
  std::vector<T> work(size = at_least_one(wanted(first)));
  run(work.data());
}

}  // namespace

void set_lapack_path(std::string path) { chosen_path() = std::move(path); }

template <class T>
int Lapack<T>::lu(int m, int n, T* a, int* pivots) {
  int info = 0, lda = at_least_one(m);
  FLB_FORTRAN(getrf, getrf, &m, &n, a, &lda, pivots, &info);
  return info;
}

template <class T>
int Lapack<T>::lu_solve(char transpose, int n, int columns, const T* lu, const int* pivots, T* b) {
  int info = 0, ld = at_least_one(n);
  FLB_FORTRAN(getrs, getrs, &transpose, &n, &columns, lu, &ld, pivots, b, &ld, &info);
  return info;
}

template <class T>
int Lapack<T>::cholesky(char triangle, int n, T* a) {
  int info = 0, lda = at_least_one(n);
  FLB_FORTRAN(potrf, potrf, &triangle, &n, a, &lda, &info);
  return info;
}

template <class T>
int Lapack<T>::cholesky_inverse(char triangle, int n, T* a) {
  int info = 0, lda = at_least_one(n);
  FLB_FORTRAN(potri, potri, &triangle, &n, a, &lda, &info);
  return info;
}

template <class T>
int Lapack<T>::ldl(bool hermitian, int n, T* a, int* pivots) {
  char triangle = 'L';
  int info = 0, lda = at_least_one(n), size = -1;
  const auto run = [&](T* work) {
    if (hermitian)
      FLB_FORTRAN(sytrf, hetrf, &triangle, &n, a, &lda, pivots, work, &size, &info);
    else
      FLB_FORTRAN(sytrf, sytrf, &triangle, &n, a, &lda, pivots, work, &size, &info);
  };
  with_workspace<T>(size, run);
  return info;
}

template <class T>
int Lapack<T>::ldl_solve(bool hermitian, int n, int columns, const T* ld, const int* pivots, T* b) {
  char triangle = 'L';
  int info = 0, lda = at_least_one(n);
  if (hermitian)
    FLB_FORTRAN(sytrs, hetrs, &triangle, &n, &columns, ld, &lda, pivots, b, &lda, &info);
  else
    FLB_FORTRAN(sytrs, sytrs, &triangle, &n, &columns, ld, &lda, pivots, b, &lda, &info);
  return info;
}

template <class T>
void Lapack<T>::qr(int m, int n, T* a, T* tau) {
  int info = 0, lda = at_least_one(m), size;
  with_workspace<T>(size, [&](T* work) { FLB_FORTRAN(geqrf, geqrf, &m, &n, a, &lda, tau, work, &size, &info); });
}

template <class T>
void Lapack<T>::qr_q(int m, int n, int k, T* a, const T* tau) {
  int info = 0, lda = at_least_one(m), size;
  with_workspace<T>(size, [&](T* work) { FLB_FORTRAN(orgqr, ungqr, &m, &n, &k, a, &lda, tau, work, &size, &info); });
}

template <class T>
int Lapack<T>::svd(char job, int m, int n, T* a, Real* s, T* u, int u_rows, T* vh, int vh_rows) {
  const int least = std::min(m, n), most = std::max(m, n);
  int info = 0, lda = at_least_one(m), ldu = at_least_one(u_rows), ldv = at_least_one(vh_rows), size = -1;
  std::vector<int> integers(8 * at_least_one(least));
  std::vector<Real> reals(is_complex_v<T> ? std::max(1, least * std::max(5 * least + 7, 2 * most + 2 * least + 1)) : 0);
  const auto run = [&](T* work) {
    if constexpr (is_complex_v<T>)
      FLB_FORTRAN(gesdd, gesdd, &job, &m, &n, a, &lda, s, u, &ldu, vh, &ldv, work, &size, reals.data(), integers.data(),
                  &info);
    else
      FLB_FORTRAN(gesdd, gesdd, &job, &m, &n, a, &lda, s, u, &ldu, vh, &ldv, work, &size, integers.data(), &info);
  };
  with_workspace<T>(size, run);
  return info;
}

template <class T>
int Lapack<T>::eigh(bool vectors, char triangle, int n, T* a, Real* values) {
  char job = vectors ? 'V' : 'N';
  int info = 0, lda = at_least_one(n), size = -1, real_size = -1, integer_size = -1;
  const auto run = [&](T* work, [[maybe_unused]] Real* reals, int* integers) {
    if constexpr (is_complex_v<T>)
      FLB_FORTRAN(syevd, heevd, &job, &triangle, &n, a, &lda, values, work, &size, reals, &real_size, integers,
                  &integer_size, &info);
    else
      FLB_FORTRAN(syevd, heevd, &job, &triangle, &n, a, &lda, values, work, &size, integers, &integer_size, &info);
  };
  T first{};
  Real first_real{};
  int first_integer = 0;
  run(&first, &first_real, &first_integer);
  std::vector<T> work(size = at_least_one(wanted(first)));
  std::vector<Real> reals(real_size = at_least_one(static_cast<int>(first_real)));
  std::vector<int> integers(integer_size = at_least_one(first_integer));
  run(work.data(), reals.data(), integers.data());
  return info;
}

template <class T>
int Lapack<T>::eig(int n, T* a, Imaginary* values, Imaginary* vectors) {
  char left = 'N', right = vectors ? 'V' : 'N';
  int info = 0, lda = at_least_one(n), ldl = 1, size;
  T none{};
  if constexpr (is_complex_v<T>) {
    std::vector<Real> reals(2 * at_least_one(n));
    with_workspace<T>(size, [&](T* work) {
      FLB_FORTRAN(geev, geev, &left, &right, &n, a, &lda, values, &none, &ldl, vectors, &lda, work, &size, reals.data(),
                  &info);
    });
  } else {
    std::vector<T> re(n), im(n), real(vectors ? static_cast<size_t>(n) * n : 1);
    with_workspace<T>(size, [&](T* work) {
      FLB_FORTRAN(geev, geev, &left, &right, &n, a, &lda, re.data(), im.data(), &none, &ldl, real.data(), &lda, work,
                  &size, &info);
    });
    for (int j = 0; j < n; ++j) values[j] = {re[j], im[j]};
    // A conjugate pair shares two columns: the real parts, then the imaginary ones.
    for (int j = 0; vectors && j < n; ++j) {
      const bool pair = im[j] > 0 && j + 1 < n;
      for (int i = 0; i < n; ++i) {
        const T x = real[j * n + i], y = pair ? real[(j + 1) * n + i] : T(0);
        vectors[j * n + i] = {x, y};
        if (pair) vectors[(j + 1) * n + i] = {x, -y};
      }
      j += pair;
    }
  }
  return info;
}

template struct Lapack<float>;
template struct Lapack<double>;
template struct Lapack<Complex<float>>;
template struct Lapack<Complex<double>>;

}  // namespace flambeau::cpu
