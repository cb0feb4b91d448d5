// The digamma function; logarithms of gamma functions at halves, of balls and spheres, and of caps of spheres.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace blemish {

constexpr double logPi = 1.1447298858494001741, logTwo = 0.69314718055994530942;

// psi(x) for x > 0: by its recurrence up to 10, from there on by the asymptotic series.
inline double digammaOf(double x) {
  long double at = x, sum = 0;
  for (; at < 10; at += 1) sum -= 1 / at;
  long double inverse = 1 / at, square = inverse * inverse;
  long double series =
      square *
      (1.0L / 12 - square * (1.0L / 120 -
                             square * (1.0L / 252 -
                                       square * (1.0L / 240 - square * (1.0L / 132 - square * (691.0L / 32760 - square / 12))))));
  return static_cast<double>(sum + std::log(at) - 0.5L * inverse - series);
}

// ln Gamma(n / 2), n >= 1: a sum of logarithms, in long double so that no digit of a float64 is lost.
inline double logGammaOfHalf(int64_t n) {
  long double sum = n % 2 ? 0.5L * 1.14472988584940017414342735135305871L : 0;
  for (int64_t i = n % 2 ? 1 : 2; i < n; i += 2) sum += std::log(static_cast<long double>(i) / 2);
  return static_cast<double>(sum);
}

// ln of the volume of the unit ball in d dimensions, and of the area of its surface.
inline double logBall(int64_t d) { return 0.5 * static_cast<double>(d) * logPi - logGammaOfHalf(d + 2); }
inline double logSphere(int64_t d) { return logTwo + 0.5 * static_cast<double>(d) * logPi - logGammaOfHalf(d); }

// ln of the share of the unit sphere in d >= 2 dimensions that lies within a chord of a point: the regularised incomplete beta
// function I_t(a, a) at t = chord^2 / 4, a = (d - 1) / 2, by its continued fraction (Abramowitz and Stegun 26.5.8).
class CapShare {
 public:
  explicit CapShare(int64_t d)
      : a_(0.5 * static_cast<double>(d - 1)), front_(logGammaOfHalf(2 * (d - 1)) - 2 * logGammaOfHalf(d - 1) - std::log(a_)) {}
  double log(double chord) const {
    double t = std::min(0.25 * chord * chord, 1.0);
    return t <= 0.5 ? lower(t) : std::log1p(-std::exp(lower(1 - t)));
  }

 private:
  double lower(double t) const {
    if (t <= 0) return -__builtin_inf();
    // Lentz's way of evaluating it from the front.
    double c = 1, d = 1 - 2 * a_ * t / (a_ + 1);
    d = 1 / d;
    double fraction = d;
    for (int m = 1; m < 10000; ++m) {
      double even = m * (a_ - m) * t / ((a_ + 2 * m - 1) * (a_ + 2 * m));
      d = 1 / (1 + even * d);
      c = 1 + even / c;
      fraction *= d * c;
      double odd = -(a_ + m) * (2 * a_ + m) * t / ((a_ + 2 * m) * (a_ + 2 * m + 1));
      d = 1 / (1 + odd * d);
      c = 1 + odd / c;
      double change = d * c;
      fraction *= change;
      if (std::fabs(change - 1) < 1e-16) break;
    }
    return front_ + a_ * (std::log(t) + std::log1p(-t)) + std::log(fraction);
  }
  double a_, front_;
};

}  // namespace blemish
