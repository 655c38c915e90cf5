// How values print, and their repr.
#include <ATen/core/Formatting.h>
#include <ATen/core/class_type.h>
#include <ATen/core/enum_type.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <c10/util/StringUtil.h>

#include <iostream>

namespace c10 {

namespace {

using Formatter = std::function<void(std::ostream&, const IValue&)>;

template <class Elements>
std::ostream& print_list(std::ostream& out, const Elements& elements, const char* open, const char* close,
                         const Formatter& formatter) {
  out << open;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out << ", ";
    formatter(out, elements[i]);
  }
  return out << close;
}

std::ostream& print_dict(std::ostream& out, const impl::GenericDict& dict, const Formatter& formatter) {
  out << '{';
  const char* separator = "";
  for (const auto& entry : dict) {
    out << separator;
    formatter(out, entry.key());
    out << ": ";
    formatter(out, entry.value());
    separator = ", ";
  }
  return out << '}';
}

// Always with a point, so that it reads as a float.
std::ostream& print_double(std::ostream& out, double d) {
  const int kind = std::fpclassify(d);
  if ((kind == FP_NORMAL || kind == FP_ZERO) && std::abs(d) < 1e10) {
    const auto i = static_cast<int64_t>(d);
    if (static_cast<double>(i) == d) {
      if (i == 0 && std::signbit(d)) out << '-';
      return out << i << '.';
    }
  }
  const auto before = out.precision(std::numeric_limits<double>::max_digits10);
  out << d;
  out.precision(before);
  return out;
}

std::ostream& print_complex(std::ostream& out, const IValue& v) {
  const auto c = v.toComplexDouble();
  return out << IValue(c.real()) << (c.imag() >= 0 ? '+' : '-') << IValue(std::abs(c.imag())) << 'j';
}

// annotate(T, value) where the value alone does not tell its type.
std::ostream& annotated(std::ostream& out, const IValue& v, bool needed, const std::function<void()>& print) {
  if (needed) out << "annotate(" << v.type<c10::Type>()->annotation_str() << (v.isGenericDict() ? "," : ", ");
  print();
  if (needed) out << ')';
  return out;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const IValue& v) {
  const Formatter formatter = [](std::ostream& o, const IValue& e) { o << e; };
  switch (v.tag) {
    case IValue::Tag::None:
      return out << v.toNone();
    case IValue::Tag::Tensor:
      return out << v.toTensor();
    case IValue::Tag::Storage:
      return out << v.toStorage().unsafeGetStorageImpl();
    case IValue::Tag::Double:
      return print_double(out, v.toDouble());
    case IValue::Tag::ComplexDouble:
      return print_complex(out, v);
    case IValue::Tag::Int:
      return out << v.toInt();
    case IValue::Tag::UInt:
      return out << v.toUInt();
    case IValue::Tag::SymInt:
      return out << v.toSymInt();
    case IValue::Tag::SymFloat:
      return out << v.toSymFloat();
    case IValue::Tag::SymBool:
      return out << v.toSymBool();
    case IValue::Tag::Bool:
      return out << (v.toBool() ? "True" : "False");
    case IValue::Tag::Tuple: {
      const auto& elements = v.toTupleRef().elements();
      return print_list(out, elements, "(", elements.size() == 1 ? ",)" : ")", formatter);
    }
    case IValue::Tag::String:
      return out << v.toStringRef();
    case IValue::Tag::Blob:
      return out << *v.toBlob();
    case IValue::Tag::Capsule:
      return out << "Capsule";
    case IValue::Tag::GenericList:
      return print_list(out, v.toListRef(), "[", "]", formatter);
    case IValue::Tag::RRef:
      return out << "RRef";
    case IValue::Tag::Future:
      return out << "Future";
    case IValue::Tag::Await:
      return out << "Await";
    case IValue::Tag::Uninitialized:
      return out << "Uninitialized";
    case IValue::Tag::Device:
      return out << v.toDevice();
    case IValue::Tag::Stream:
      return out << v.toStream();
    case IValue::Tag::GenericDict:
      return print_dict(out, v.toGenericDict(), formatter);
    case IValue::Tag::PyObject:
      return out << "<PyObject at" << v.toPyObject() << '>';
    case IValue::Tag::Generator:
      return out << "Generator";
    case IValue::Tag::Quantizer:
      return out << "Quantizer";
    case IValue::Tag::Object: {
      const auto& object = v.toObjectRef();
      return out << '<' << object.name() << " object at " << &object << '>';
    }
    case IValue::Tag::Enum: {
      const auto holder = v.toEnumHolder();
      return out << "Enum<" << holder->unqualifiedClassName() << '.' << holder->name() << '>';
    }
  }
  return out << "<Invalid IValue tag=" << std::to_string(static_cast<uint32_t>(v.tag)) << '>';
}

std::ostream& IValue::repr(std::ostream& out,
                           std::function<bool(std::ostream&, const IValue& v)> customFormatter) const {
  if (customFormatter(out, *this)) return out;
  const IValue& v = *this;
  const Formatter formatter = [&customFormatter](std::ostream& o, const IValue& e) { e.repr(o, customFormatter); };
  switch (v.tag) {
    case Tag::None:
      return out << v.toNone();
    case Tag::Double:
      return print_double(out, v.toDouble());
    case Tag::ComplexDouble:
      return print_complex(out, v);
    case Tag::Int:
      return out << v.toInt();
    case Tag::SymInt:
      return out << v.toSymInt();
    case Tag::SymFloat:
      return out << v.toSymFloat();
    case Tag::SymBool:
      return out << v.toSymBool();
    case Tag::Bool:
      return out << (v.toBool() ? "True" : "False");
    case Tag::Tuple: {
      const auto& elements = v.toTupleRef().elements();
      return print_list(out, elements, "(", elements.size() == 1 ? ",)" : ")", formatter);
    }
    case Tag::String:
      c10::printQuotedString(out, v.toStringRef());
      return out;
    case Tag::GenericList: {
      const auto element = v.toList().elementType();
      return annotated(out, v, v.toListRef().empty() || !elementTypeCanBeInferredFromMembers(element),
                       [&] { print_list(out, v.toListRef(), "[", "]", formatter); });
    }
    case Tag::Device: {
      out << "torch.device(";
      c10::printQuotedString(out, v.toDevice().str());
      return out << ')';
    }
    case Tag::Generator:
      out << "torch.Generator(device=";
      c10::printQuotedString(out, v.toGenerator().device().str());
      return out << ", seed=" << v.toGenerator().current_seed() << ')';
    case Tag::GenericDict: {
      const auto dict = v.toGenericDict();
      return annotated(out, v, dict.empty() || !elementTypeCanBeInferredFromMembers(dict.valueType()),
                       [&] { print_dict(out, dict, formatter); });
    }
    case Tag::Enum: {
      const auto holder = v.toEnumHolder();
      return out << holder->qualifiedClassName() << '.' << holder->name();
    }
    default:
      TORCH_INTERNAL_ASSERT(false, "repr() not defined on: ", v.tagKind(),
                            ". Perhaps you've frozen a module with custom classes?");
  }
}

void IValue::dump() const { std::cout << *this << '\n'; }

}  // namespace c10
