// The four memory passes that all normalisations of image tensors are made of, in either layout.
//
// A tensor [N C H W] is N*C rows of H*W numbers each. Statistics are kept per row in float64 and joined by the caller: over
// images for batch norm, over channels for group norm. What the caller makes of them returns as coefficients per channel
// (batch norm) or per row (group norm), so that writing a result is one multiply-add per number in every case.
#pragma once
#include <cmath>

#include "core/registry.h"

namespace blemish {

struct ImageRows {
  int64_t images, channels, area;
  int lanes;                                           // channels that lie side by side in memory: 1, or the channel block
  int64_t groups() const { return channels / lanes; }  // of channels that lie side by side
  int64_t rows() const { return images * channels; }
};

ImageRows imageRows(const Tensor& x);

// A stretch of channel groups, small enough that what one pass read is still in the cache for the next.
struct GroupRange {
  int64_t first, last;
};
// `tensors`: how many tensors of x's size the passes read.
int64_t groupsPerRange(const ImageRows& rows, int tensors);

// How rows are mapped: y = (x - center) * factor + shift, then max(y, 0) where `relu`. Indexed by channel, or by row
// (image * channels + channel) where `perRow`.
struct RowMap {
  const float *center, *factor, *shift;
  bool perRow, relu;
};

// The gradient of a mapped row: dx = p * g + q * (x - center) + r, where g is dy behind the ReLU's mask.
struct RowGrad {
  const float *p, *q, *r;  // indexed as the map's
};

// Mean and sum of squared deviations of each row of the range, at [image * channels + channel].
void rowMoments(const float* x, const ImageRows& rows, GroupRange range, double* mean, double* squares);
void rowApply(const float* x, float* y, const ImageRows& rows, GroupRange range, const RowMap& map);
// Sum of g and of g * (x - center) for each row of the range.
void rowGradSums(const float* x, const float* dy, const ImageRows& rows, GroupRange range, const RowMap& map, double* sum,
                 double* product);
void rowGradApply(const float* x, const float* dy, float* dx, const ImageRows& rows, GroupRange range, const RowMap& map,
                  const RowGrad& grad);

inline double inverseDeviation(float variance, double epsilon) { return 1 / std::sqrt(static_cast<double>(variance) + epsilon); }

// For `KERNEL`: the first result lies as x does.
inline void likeX(Arrangement& a) { a.out[0].layout = a.in[0].layout; }

// Joins the moments of two disjoint sets (Chan, Golub and LeVeque 1979).
struct Moments {
  double count = 0, mean = 0, squares = 0;
  void join(double otherCount, double otherMean, double otherSquares) {
    if (otherCount == 0) return;
    double total = count + otherCount, difference = otherMean - mean;
    mean += difference * (otherCount / total);
    squares += otherSquares + difference * difference * (count * otherCount / total);
    count = total;
  }
};

}  // namespace blemish
