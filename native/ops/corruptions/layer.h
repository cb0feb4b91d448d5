// A layer of opacity over a picture: how faint is nothing, and how what it shows is laid on.
#pragma once
#include "core/host-device.h"
#include "core/tensor.h"
#include "ops/nn/math.h"

namespace blemish::layer {

// Fainter than this nobody could see it; it counts as untouched, so that the mask ends where the eye would end it.
constexpr float faintest = 1.f / 128;
BLEMISH_BOTH float visible(float opacity) { return select(opacity < faintest, 0.f, opacity); }

// 0 up to 0, 1 from 1 on, smooth between.
BLEMISH_BOTH float smoothstep(float t) {
  t = math::clamp(t, 0.f, 1.f);
  return t * t * (3 - 2 * t);
}

// The pictures that are changed in place, and the layer that is laid on them.
struct Canvas {
  float *image, *opacity;
  const float* layer;
  int64_t channels, height, width;

  Canvas(const Tensor& images, const Tensor& opacities, const Tensor& layers)
      : image(images.floats()),
        opacity(opacities.floats()),
        layer(layers.floats()),
        channels(images.shape[1]),
        height(images.shape[2]),
        width(images.shape[3]) {}

  int64_t at(int64_t n, int64_t row) const { return (n * height + row) * width; }
  int64_t at(int64_t n, int64_t c, int64_t row) const { return ((n * channels + c) * height + row) * width; }

  // y = (1 - o) y + o shown, with shown cut to 0 … 1, where o > 0; elsewhere not a bit of it changes.
  BLEMISH_INLINE inline void lay(float* y, const float* o, const float* shown, int64_t count) const {
    for (int64_t i = 0; i < count; ++i) {
      float mixed = math::clamp((1 - o[i]) * y[i] + o[i] * math::clamp(shown[i], 0.f, 1.f), 0.f, 1.f);
      y[i] = select(o[i] > 0, mixed, y[i]);
    }
  }
  // Two layers let through the product of what each lets through.
  BLEMISH_INLINE inline void join(int64_t n, int64_t row, int64_t x, int64_t count) const {
    float* total = opacity + at(n, row) + x;
    const float* o = layer + at(n, row) + x;
    for (int64_t i = 0; i < count; ++i) {
      float both = math::clamp(total[i] + o[i] * (1 - total[i]), 0.f, 1.f);
      total[i] = select(o[i] > 0, both, total[i]);
    }
  }
};

}  // namespace blemish::layer
