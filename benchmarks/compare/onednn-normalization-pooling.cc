// Times this project's batch norm and pooling kernels against oneDNN's, in both layouts, beside a copy of the input.
//
// Build the addon first, then, from the root of the repository (one line):
//   g++ -std=c++20 -O3 -fopenmp -Inative benchmarks/compare/onednn-normalization-pooling.cc
//     $(find build/CMakeFiles/native.dir -name '*.o') -ldnnl -o build/onednn-normalization-pooling
//   OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive build/onednn-normalization-pooling [cpu]
// With `cpu`, milliseconds are processor time over the number of threads: on a machine with other work it says what the
// kernels themselves cost. Otherwise they are elapsed time. Each figure is the least of eleven runs.
#include <omp.h>
#include <sys/mman.h>
#include <time.h>

#include <cstdio>
#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <vector>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

using namespace blemish;
using dnnl::memory;

namespace {

bool processorTime = false;

double now() {
  timespec t;
  clock_gettime(processorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return (static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6) / (processorTime ? omp_get_max_threads() : 1);
}

template <class F> double least(const F& f) {
  f();
  double best = 1e9;
  for (int i = 0; i < 11; ++i) {
    double start = now();
    f();
    best = std::min(best, now() - start);
  }
  return best;
}

// Memory as the device's pool has it.
float* numbers(int64_t count) {
  size_t bytes = static_cast<size_t>(count) * 4;
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(data, bytes, MADV_HUGEPAGE);
  float* x = static_cast<float*>(data);
  uint32_t state = 1;
  for (int64_t i = 0; i < count; ++i) x[i] = static_cast<float>((state = state * 1664525 + 1013904223) >> 9) / 8388608.0f - 0.5f;
  return x;
}

Shape shapeOf(std::initializer_list<int64_t> extents) {
  Shape shape;
  for (int64_t extent : extents) shape.push(extent);
  return shape;
}

Tensor tensorOf(const Shape& shape, Layout layout = Layout::plain, Dtype dtype = Dtype::f32) {
  Tensor x;
  x.shape = shape;
  x.layout = layout;
  x.dtype = dtype;
  x.data = numbers(shape.size());
  x.device = reinterpret_cast<Device*>(8);  // only asked whether it is there
  return x;
}

double ours(const char* name, std::vector<Tensor> in, std::vector<Tensor> out, const std::vector<double>& attributes) {
  const Op* op = Registry::get().find(name);
  Call call;
  call.op = op;
  call.attrs.bind(&op->signature, attributes.data(), static_cast<int>(attributes.size()));
  call.in = std::move(in);
  call.out = std::move(out);
  return least([&] { op->kernels[0].run(call); });
}

dnnl::engine engine(dnnl::engine::kind::cpu, 0);
dnnl::stream stream(engine);

memory::desc descOf(const Tensor& x) {
  memory::dims dims(x.shape.extents, x.shape.extents + x.shape.rank);
  memory::format_tag tag = x.shape.rank == 1             ? memory::format_tag::a
                           : x.layout == Layout::plain   ? memory::format_tag::nchw
                           : channelBlock() == 16        ? memory::format_tag::nChw16c
                                                         : memory::format_tag::nChw8c;
  return {dims, memory::data_type::f32, tag};
}
memory memoryOf(const Tensor& x) { return {descOf(x), engine, x.data}; }

void batchNorm(const Tensor& x) {
  Tensor y = tensorOf(x.shape, x.layout), dy = tensorOf(x.shape, x.layout), dx = tensorOf(x.shape, x.layout), v[6];
  for (Tensor& one : v) one = tensorOf(shapeOf({x.shape[1]}));
  double forward = ours("batchNorm", {x, v[0], v[1]}, {y, v[2], v[3]}, {1e-5, 1});
  double backward = ours("batchNormGrad", {x, dy, v[0], v[1], v[2], v[3]}, {dx, v[4], v[5]}, {1e-5, 1});
  auto flags = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift | dnnl::normalization_flags::fuse_norm_relu;
  dnnl::batch_normalization_forward::primitive_desc f({dnnl::prop_kind::forward_training, descOf(x), 1e-5f, flags}, engine);
  dnnl::batch_normalization_backward::primitive_desc b({dnnl::prop_kind::backward, descOf(dy), descOf(x), 1e-5f, flags}, engine, f);
  memory workspace(f.workspace_desc(), engine);
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, memoryOf(x)}, {DNNL_ARG_DST, memoryOf(y)}, {DNNL_ARG_SCALE, memoryOf(v[0])},
      {DNNL_ARG_SHIFT, memoryOf(v[1])}, {DNNL_ARG_MEAN, memoryOf(v[2])}, {DNNL_ARG_VARIANCE, memoryOf(v[3])},
      {DNNL_ARG_WORKSPACE, workspace}, {DNNL_ARG_DIFF_DST, memoryOf(dy)}, {DNNL_ARG_DIFF_SRC, memoryOf(dx)},
      {DNNL_ARG_DIFF_SCALE, memoryOf(v[4])}, {DNNL_ARG_DIFF_SHIFT, memoryOf(v[5])}};
  dnnl::batch_normalization_forward run(f);
  dnnl::batch_normalization_backward back(b);
  double theirForward = least([&] { run.execute(stream, arguments); }), theirBackward = least([&] { back.execute(stream, arguments); });
  std::printf("  batch norm + relu  ours %6.2f %6.2f  oneDNN %6.2f %6.2f\n", forward, backward, theirForward, theirBackward);
  for (const Tensor* one : {&y, &dy, &dx}) munmap(one->data, one->bytes());
}

void pool(const Tensor& x, int64_t kernel, int64_t stride, int64_t padding, bool maximum) {
  int64_t rows = (x.shape[2] + 2 * padding - kernel) / stride + 1, columns = (x.shape[3] + 2 * padding - kernel) / stride + 1;
  Shape pooled = shapeOf({x.shape[0], x.shape[1], rows, columns});
  Tensor y = tensorOf(pooled, x.layout), dy = tensorOf(pooled, x.layout), dx = tensorOf(x.shape, x.layout), index = tensorOf(pooled, x.layout);
  index.dtype = Dtype::u8;
  double k = static_cast<double>(kernel), s = static_cast<double>(stride), p = static_cast<double>(padding);
  std::vector<double> a{2, k, k, 2, s, s, 4, p, p, p, p};
  for (double more : maximum ? std::vector<double>{2, 1, 1, 0} : std::vector<double>{0, 1}) a.push_back(more);
  std::vector<double> g{static_cast<double>(x.shape[2]), static_cast<double>(x.shape[3])};
  g.insert(g.end(), a.begin(), a.end());
  double forward = maximum ? ours("maxPool2d", {x}, {y, index}, a) : ours("averagePool2d", {x}, {y}, a);
  double backward = maximum ? ours("maxPool2dGrad", {dy, index}, {dx}, g) : ours("averagePool2dGrad", {dy}, {dx}, g);
  auto algorithm = maximum ? dnnl::algorithm::pooling_max : dnnl::algorithm::pooling_avg_include_padding;
  memory::dims ks{kernel, kernel}, ss{stride, stride}, ps{padding, padding};
  dnnl::pooling_forward::primitive_desc f({dnnl::prop_kind::forward_training, algorithm, descOf(x), descOf(y), ss, ks, ps, ps}, engine);
  dnnl::pooling_backward::primitive_desc b({algorithm, descOf(dx), descOf(dy), ss, ks, ps, ps}, engine, f);
  memory workspace(f.workspace_desc(), engine);
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, memoryOf(x)}, {DNNL_ARG_DST, memoryOf(y)}, {DNNL_ARG_WORKSPACE, workspace},
                                            {DNNL_ARG_DIFF_DST, memoryOf(dy)}, {DNNL_ARG_DIFF_SRC, memoryOf(dx)}};
  dnnl::pooling_forward run(f);
  dnnl::pooling_backward back(b);
  double theirForward = least([&] { run.execute(stream, arguments); }), theirBackward = least([&] { back.execute(stream, arguments); });
  std::printf("  %s %ldx%ld stride %ld  ours %6.2f %6.2f  oneDNN %6.2f %6.2f\n", maximum ? "max    " : "average", long(kernel), long(kernel),
              long(stride), forward, backward, theirForward, theirBackward);
  for (const Tensor* one : {&y, &dy, &dx, &index}) munmap(one->data, static_cast<size_t>(one->size()) * 4);
}

}  // namespace

int main(int count, char** words) {
  processorTime = count > 1 && std::string(words[1]) == "cpu";
  for (Shape shape : {shapeOf({8, 32, 256, 256}), shapeOf({8, 64, 128, 128}), shapeOf({8, 128, 64, 64}), shapeOf({8, 256, 32, 32})}) {
    for (Layout layout : {Layout::plain, Layout::blocked}) {
      Tensor x = tensorOf(shape, layout), y = tensorOf(shape, layout);
      const float* from = x.floats();
      float* to = y.floats();
      double copy = least([&] {
        parallelFor(x.size(), 16384, [=](int64_t first, int64_t last) BLEMISH_INLINE {
          for (int64_t i = first; i < last; ++i) to[i] = from[i];
        });
      });
      std::printf("%s %s: milliseconds forward, backward; copy %.2f\n", text(shape).c_str(), layout == Layout::plain ? "plain" : "blocked", copy);
      batchNorm(x);
      pool(x, 2, 2, 0, true);
      pool(x, 2, 2, 0, false);
      pool(x, 3, 2, 1, true);
      pool(x, 3, 1, 1, false);
      for (const Tensor* one : {&x, &y}) munmap(one->data, one->bytes());
    }
  }
}
