// Parses sentences and unifies shapes by name.
#include "core/signature.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace blemish {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Signature parse() {
    out_.sentence = std::string(text_);
    out_.name = word();
    expect("(");
    if (!take(")")) {
      do param();
      while (take(","));
      expect(")");
    }
    expect("->");
    if (take("(")) {
      if (!take(")")) {
        do {
          std::string name = newName();
          expect(":");
          out_.outputs.push_back({name, pattern()});
        } while (take(","));
        expect(")");
      }
    } else {
      out_.outputs.push_back({"out", pattern()});
    }
    space();
    if (at_ != text_.size()) fail("nothing more");
    for (const InputSpec& input : out_.inputs)
      if (input.list && out_.inputs.size() > 1) fail("a list to be the only input");
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& expected) {
    throw std::invalid_argument("signature '" + std::string(text_) + "': at " + std::to_string(at_) + " expected " + expected);
  }
  void space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(std::string_view token) {
    space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail("'" + std::string(token) + "'");
  }
  std::string word() {
    space();
    size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
    if (start == at_) fail("a name");
    return std::string(text_.substr(start, at_ - start));
  }
  // Of an operand, an attribute or a result: gradients look them up by name, so no two may be alike.
  std::string newName() {
    std::string name = word();
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) fail("another name than " + name);
    names_.push_back(name);
    return name;
  }
  static int indexIn(std::vector<std::string>& names, const std::string& name) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<int>(found - names.begin());
    names.push_back(name);
    return static_cast<int>(names.size()) - 1;
  }

  void param() {
    std::string name = newName();
    if (take("=")) return attribute(name);
    InputSpec input;
    input.name = name;
    if (take("!")) input.inPlace = true;
    if (take("?")) input.optional = true;
    else if (take("*")) input.list = true;
    expect(":");
    space();
    size_t start = at_;
    std::string type = word();
    if (type == "int" || type == "real" || type == "bool" || type == "ints" || type == "reals") {
      AttributeSpec attribute;
      attribute.name = name;
      attribute.required = true;
      attribute.kind = type == "int"    ? AttributeSpec::integer
                       : type == "real" ? AttributeSpec::real
                       : type == "bool" ? AttributeSpec::boolean
                       : type == "ints" ? AttributeSpec::integers
                                        : AttributeSpec::reals;
      out_.attributes.push_back(attribute);
      return;
    }
    at_ = start;
    input.pattern = pattern();
    if (input.pattern.runs > 1) fail("one run at most in an operand");  // else who gets which extents?
    out_.inputs.push_back(input);
  }

  Pattern pattern() {
    Pattern out;
    space();
    size_t start = at_;
    std::string type = word();
    if (type == "T") out.anyDtype = true;
    else if (type == "f32") out.dtype = Dtype::f32;
    else if (type == "f64") out.dtype = Dtype::f64;
    else if (type == "u8") out.dtype = Dtype::u8;
    else if (type == "i32") out.dtype = Dtype::i32;
    else fail("a type");
    expect("[");
    while (!take("]")) {
      if (take("...")) {
        std::string name = "...";
        if (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_]))) name = word();
        out.items.push_back({Pattern::Item::run, indexIn(out_.runs, name), 0});
        continue;
      }
      std::string item = word();
      if (std::isdigit(static_cast<unsigned char>(item[0]))) {
        int64_t extent = 0;
        auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), extent);
        if (error != std::errc() || end != item.data() + item.size()) fail("an extent before this");
        out.items.push_back({Pattern::Item::number, 0, extent});
      } else {
        out.items.push_back({Pattern::Item::name, indexIn(out_.dims, item), 0});
      }
    }
    auto isRun = [](const Pattern::Item& item) { return item.kind == Pattern::Item::run; };
    out.runs = static_cast<int>(std::count_if(out.items.begin(), out.items.end(), isRun));
    if (out.items.size() - out.runs > Shape::maxRank) fail("at most " + std::to_string(Shape::maxRank) + " extents");
    out.text = std::string(text_.substr(start, at_ - start));
    return out;
  }

  double number(bool& isReal, bool& infinite) {
    space();
    size_t start = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    if (isInfinity()) {
      at_ += 3;
      infinite = isReal = true;
      double inf = std::numeric_limits<double>::infinity();
      return text_[start] == '-' ? -inf : inf;
    }
    while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) || text_[at_] == '.' ||
                                  text_[at_] == 'e' || (text_[at_] == '-' && text_[at_ - 1] == 'e')))
      ++at_;
    std::string_view digits = text_.substr(start, at_ - start);
    if (digits.empty() || digits == "-") fail("a number");
    double value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) fail("a number before this");
    if (digits.find_first_of(".e") != std::string::npos) isReal = true;
    return value;
  }
  bool isInfinity() const {
    return text_.substr(at_, 3) == "inf" &&
           (at_ + 3 == text_.size() || !std::isalnum(static_cast<unsigned char>(text_[at_ + 3])));
  }

  void attribute(const std::string& name) {
    AttributeSpec out;
    out.name = name;
    space();
    bool isReal = false;
    if (take("[")) {
      while (!take("]")) out.fallback.push_back(number(isReal, out.infinite));
      out.kind = isReal ? AttributeSpec::reals : AttributeSpec::integers;
      out.fixedLength = !out.fallback.empty();
    } else if (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])) && !isInfinity()) {
      do out.words.push_back(word());
      while (take("|"));
      if (out.words.size() == 1 && (out.words[0] == "true" || out.words[0] == "false")) {
        out.kind = AttributeSpec::boolean;
        out.fallback = {out.words[0] == "true" ? 1.0 : 0.0};
        out.words.clear();
      } else {
        out.kind = AttributeSpec::choice;
        out.fallback = {0};
      }
    } else {
      out.fallback = {number(isReal, out.infinite)};
      out.kind = isReal ? AttributeSpec::real : AttributeSpec::integer;
    }
    out_.attributes.push_back(out);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::string> names_;
  Signature out_;
};

}  // namespace

Signature parseSignature(std::string_view sentence) { return Parser(sentence).parse(); }

void Attrs::bind(const Signature* signature, const double* values, int count) {
  signature_ = signature;
  values_.assign(values, values + count);
  starts_.clear();
  lengths_.clear();
  int at = 0;
  auto broken = [&] {
    return Error(Code::ATTRIBUTE_INVALID, signature->name + ": " + std::to_string(count) +
                                              " numbers came for the attributes; expected those of " + signature->sentence);
  };
  for (const AttributeSpec& spec : signature->attributes) {
    if (at >= count) throw broken();
    bool isList = spec.kind == AttributeSpec::integers || spec.kind == AttributeSpec::reals;
    int length = isList ? static_cast<int>(values[at]) : 1;
    if (isList) ++at;
    if (length < 0 || at + length > count) throw broken();
    starts_.push_back(at);
    lengths_.push_back(length);
    at += length;
  }
  if (at != count) throw broken();
}

std::span<const double> Attrs::find(std::string_view name) const {
  const auto& specs = signature_->attributes;
  for (size_t i = 0; i < specs.size(); ++i)
    if (specs[i].name == name) return {values_.data() + starts_[i], static_cast<size_t>(lengths_[i])};
  throw Error(Code::ATTRIBUTE_INVALID, signature_->name + ": the kernel asks for attribute " + std::string(name) +
                                           "; expected one of " + signature_->sentence);
}

std::string_view Attrs::choice(std::string_view name) const {
  for (const AttributeSpec& spec : signature_->attributes)
    if (spec.name == name) {
      size_t index = static_cast<size_t>(real(name));
      if (index < spec.words.size()) return spec.words[index];
    }
  throw Error(Code::ATTRIBUTE_INVALID,
              signature_->name + ": " + std::string(name) + " is no choice; expected one of " + signature_->sentence);
}

void Dims::unify(const Signature& signature, std::span<const Tensor> inputs) {
  signature_ = &signature;
  inputs_ = inputs;
  extents_.assign(signature.dims.size(), -1);
  boundBy_.assign(signature.dims.size(), -1);
  runs_.assign(signature.runs.size(), Shape());
  runBoundBy_.assign(signature.runs.size(), -1);
  anyBoundBy_ = -1;
  if (signature.listInput()) {
    if (inputs.empty()) refuse(Code::INPUT_MISSING, signature.inputs[0].name + " is empty; expected at least one tensor");
    for (size_t i = 0; i < inputs.size(); ++i) match(signature.inputs[0], static_cast<int>(i));
    return;
  }
  if (inputs.size() > signature.inputs.size())
    refuse(Code::INPUT_MISSING,
           std::to_string(inputs.size()) + " operands came; expected at most " + std::to_string(signature.inputs.size()));
  for (size_t i = 0; i < signature.inputs.size(); ++i) {
    const InputSpec& spec = signature.inputs[i];
    if (i >= inputs.size() || !inputs[i]) {
      if (!spec.optional) refuse(Code::INPUT_MISSING, spec.name + " is missing; expected " + spec.pattern.text);
      continue;
    }
    match(spec, static_cast<int>(i));
  }
}

void Dims::match(const InputSpec& spec, int index) {
  const Tensor& tensor = inputs_[index];
  const Pattern& pattern = spec.pattern;
  auto nameOfInput = [&](int which) {
    return signature_->listInput() ? signature_->inputs[0].name + "[" + std::to_string(which) + "]"
                                   : signature_->inputs[which].name;
  };
  auto described = [&](int which) { return nameOfInput(which) + " " + text(inputs_[which].shape); };

  if (pattern.anyDtype) {
    if (anyBoundBy_ < 0) {
      any_ = tensor.dtype;
      anyBoundBy_ = index;
    } else if (any_ != tensor.dtype) {
      refuse(Code::DTYPE_MISMATCH, nameOfInput(index) + " is " + nameOf(tensor.dtype) + " but " + nameOfInput(anyBoundBy_) +
                                       " is " + nameOf(any_) + "; expected one type");
    }
  } else if (tensor.dtype != pattern.dtype) {
    refuse(Code::DTYPE_MISMATCH, nameOfInput(index) + " is " + nameOf(tensor.dtype) + "; expected " + nameOf(pattern.dtype) +
                                     " (" + pattern.text + ")");
  }

  int rank = tensor.shape.rank;
  int fixed = static_cast<int>(pattern.items.size()) - pattern.runs;
  if (pattern.runs == 0 ? rank != fixed : rank < fixed)
    refuse(Code::SHAPE_MISMATCH, described(index) + " has rank " + std::to_string(rank) + "; expected " + pattern.text);
  int axis = 0;
  for (const Pattern::Item& item : pattern.items) {
    if (item.kind == Pattern::Item::run) {
      Shape shape;
      for (int end = axis + rank - fixed; axis < end; ++axis) shape.push(tensor.shape[axis]);
      if (runBoundBy_[item.id] >= 0 && !spec.list && !(runs_[item.id] == shape))
        refuse(Code::SHAPE_MISMATCH, described(index) + " differs from " + described(runBoundBy_[item.id]) +
                                         "; expected equal extents in " + pattern.text);
      if (runBoundBy_[item.id] < 0) {
        runs_[item.id] = shape;
        runBoundBy_[item.id] = index;
      }
      continue;
    }
    int64_t extent = tensor.shape[axis++];
    if (item.kind == Pattern::Item::number) {
      if (extent != item.extent)
        refuse(Code::SHAPE_MISMATCH, "axis " + std::to_string(axis - 1) + " of " + described(index) + " is " +
                                         std::to_string(extent) + "; expected " + std::to_string(item.extent) + " (" +
                                         pattern.text + ")");
      continue;
    }
    if (boundBy_[item.id] >= 0 && extents_[item.id] != extent)
      refuse(Code::SHAPE_MISMATCH, signature_->dims[item.id] + " is " + std::to_string(extent) + " in " + described(index) +
                                       " but " + std::to_string(extents_[item.id]) + " in " + described(boundBy_[item.id]) +
                                       "; expected them equal");
    extents_[item.id] = extent;
    if (boundBy_[item.id] < 0) boundBy_[item.id] = index;
  }
}

int64_t& Dims::operator[](std::string_view name) {
  for (size_t i = 0; i < signature_->dims.size(); ++i)
    if (signature_->dims[i] == name) return extents_[i];
  throw Error(Code::SHAPE_MISMATCH,
              signature_->name + ": the rule names extent " + std::string(name) + "; expected one of " + signature_->sentence);
}

Shape& Dims::run(std::string_view name) {
  for (size_t i = 0; i < signature_->runs.size(); ++i)
    if (signature_->runs[i] == name) return runs_[i];
  throw Error(Code::SHAPE_MISMATCH,
              signature_->name + ": the rule names run " + std::string(name) + "; expected one of " + signature_->sentence);
}

Shape Dims::outputShape(const Pattern& pattern) const {
  Shape out;
  for (const Pattern::Item& item : pattern.items) {
    if (item.kind == Pattern::Item::run) {
      const Shape& shape = runs_[item.id];
      if (out.rank + shape.rank > Shape::maxRank)
        refuse(Code::SHAPE_MISMATCH,
               "the result would have rank " + std::to_string(out.rank + shape.rank) + "; expected at most 8");
      for (int axis = 0; axis < shape.rank; ++axis) out.push(shape[axis]);
    } else {
      int64_t extent = item.kind == Pattern::Item::number ? item.extent : extents_[item.id];
      if (extent < 0)
        refuse(Code::SHAPE_MISMATCH,
               signature_->dims[item.id] + " of the result is " + std::to_string(extent) + "; expected a non-negative extent");
      out.push(extent);
    }
  }
  return out;
}

}  // namespace blemish
