// The update of one element by each optimiser, written once and compiled for host and device.
#pragma once
#include <cmath>

#include "core/host-device.h"

namespace blemish {

// Kingma & Ba 2015, algorithm 1, in the order of PyTorch's arithmetic; decoupled decay is Loshchilov & Hutter 2019.
struct Adam {
  float beta1Rest, beta2, beta2Rest;    // 1 - beta1, beta2, 1 - beta2
  float size, rootCorrection, epsilon;  // rate / (1 - beta1^t), sqrt(1 - beta2^t)
  float shrink, decay;                  // 1 - rate * weightDecay if decoupled, else weightDecay

  BLEMISH_BOTH void update(float& parameter, float& firstMoment, float& secondMoment, float gradient) const {
    float g = gradient + decay * parameter;
    float m = firstMoment + beta1Rest * (g - firstMoment);
    float v = beta2 * secondMoment + beta2Rest * (g * g);
    firstMoment = m;
    secondMoment = v;
    parameter = shrink * parameter - size * m / (sqrtf(v) / rootCorrection + epsilon);
  }
};

// Sutskever et al. 2013 in PyTorch's form: the velocity gathers gradients, the rate scales the velocity.
struct Momentum {
  float rate, momentum, gain, decay;  // gain = 1 - dampening; on the first step momentum = 0 and gain = 1
  float ahead;                        // momentum if Nesterov

  template <bool nesterov> BLEMISH_BOTH void update(float& parameter, float& velocity, float gradient) const {
    float g = gradient + decay * parameter;
    float b = momentum * velocity + gain * g;
    velocity = b;
    parameter -= rate * (nesterov ? g + ahead * b : b);
  }
};

// From the nearer end, so that amount 0 leaves a and amount 1 gives b exactly.
BLEMISH_BOTH float interpolate(float a, float b, float amount) {
  return amount < 0.5f ? a + amount * (b - a) : b - (1 - amount) * (b - a);
}

}  // namespace blemish
