/// Adam (Kingma and Ba 2015) for each lane by itself: its own number of steps, step size, limit of
/// the gradient and pull. The pull is Loshchilov and Hutter's decoupled decay (2019), towards given
/// weights in place of 0:
///
///     w <- w - step * pull * (w - anchor)
///            - step / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
///
/// A gradient longer than the limit is shortened to it. A lane that is not active, or whose
/// gradient's length is not finite, keeps its weights, moments and count bit for bit. The oracle is
/// `ScalarAdam`.
final class LaneAdam<L: LaneVector> {
  let settings: AdamSettings
  let count: Int
  /// What the weights are pulled towards.
  let anchor: Column<L>
  /// By lane.
  var stepSize: L
  var pull: L
  private let first: Column<L>
  private let second: Column<L>
  /// b1^t and b2^t.
  private var powers: (first: L, second: L) = (.all(1), .all(1))

  init(count: Int, settings: AdamSettings) {
    (self.count, self.settings) = (count, settings)
    anchor = Column(count: count)
    first = Column(count: count)
    second = Column(count: count)
    stepSize = .all(settings.stepSize)
    pull = .all(settings.pull)
  }

  deinit {
    for column in [anchor, first, second] { column.free() }
  }

  /// Forgets the moments and the steps.
  func reset() {
    first.clear(count)
    second.clear(count)
    powers = (.all(1), .all(1))
  }

  /// Forgets the moments and the steps of a lane.
  func reset(lane: Int) {
    for index in 0..<count {
      first[index, lane: lane] = 0
      second[index, lane: lane] = 0
    }
    powers.first[lane] = 1
    powers.second[lane] = 1
  }

  /// Takes a step in the lanes where `active` is above 0, and clears the slopes of all. Returns the
  /// length of each lane's gradient before it was shortened: no finite number where it was too much
  /// for that lane, or is none.
  func step(_ weights: Column<L>, _ slopes: Column<L>, active: L = .all(1)) -> L {
    L.step(self, weights, slopes, active: active)
  }

  func runStep(_ weights: Column<L>, _ slopes: Column<L>, active: L) -> L {
    let zero = L.all(0)
    let one = L.all(1)
    let norm = length(slopes)
    let isFinite = (L.all(.greatestFiniteMagnitude) - norm).whereAboveZero(one, else: zero)
    let active = isFinite.whereAboveZero(active, else: zero)
    let shorten = (L.all(settings.normLimit) / (norm + L.all(1e-6)))
    let factor = (one - shorten).whereAboveZero(shorten, else: one)
    let (keep1, keep2) = (L.all(settings.firstDecay), L.all(settings.secondDecay))
    let (take1, take2) = (L.all(1 - settings.firstDecay), L.all(1 - settings.secondDecay))
    let next = (powers.first * keep1, powers.second * keep2)
    powers.first = active.whereAboveZero(next.0, else: powers.first)
    powers.second = active.whereAboveZero(next.1, else: powers.second)
    let step = stepSize / (one - next.0)
    let scale = one / (one - next.1).roots
    let epsilon = L.all(settings.epsilon)
    let shrink = stepSize * pull
    for index in 0..<count {
      let slope = slopes[index] * factor
      let (m, v, w) = (first[index], second[index], weights[index])
      let newFirst = m.plus(slope - m, times: take1)
      let newSecond = (v * keep2).plus(slope * slope, times: take2)
      let pulled = w.plus(anchor[index] - w, times: shrink)
      let moved = pulled - step * newFirst / (newSecond.roots * scale + epsilon)
      first[index] = active.whereAboveZero(newFirst, else: m)
      second[index] = active.whereAboveZero(newSecond, else: v)
      weights[index] = active.whereAboveZero(moved, else: w)
      slopes[index] = zero
    }
    return norm
  }

  /// The length of each lane's gradient.
  private func length(_ slopes: Column<L>) -> L {
    let zero = L.all(0)
    var (a, b, c, d) = (zero, zero, zero, zero)
    // Weights come in panels, so by fours.
    for index in stride(from: 0, to: count, by: 4) {
      a = a.plus(slopes[index], times: slopes[index])
      b = b.plus(slopes[index + 1], times: slopes[index + 1])
      c = c.plus(slopes[index + 2], times: slopes[index + 2])
      d = d.plus(slopes[index + 3], times: slopes[index + 3])
    }
    return ((a + b) + (c + d)).roots
  }
}
