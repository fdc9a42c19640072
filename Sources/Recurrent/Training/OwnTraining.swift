/// Learns weights of its own for each of some series, one in each lane, from shared ones.
///
/// Every step sees all windows of a series for training. The loss of its windows for validation is
/// taken before the first step and after every few; the weights where it was least are kept, and
/// are the series' own only where they gain enough on the shared ones.
package struct OwnTraining: Equatable, Sendable {
  /// Which weights move: each is the tail of a network's column.
  package enum Part: UInt8, CaseIterable, Sendable {
    /// C and c of the head. What it reads is computed once a window.
    case outputLayer
    case head
    case all

    /// Where they stand.
    package func range(_ shape: NetworkShape) -> Range<Int> {
      let first =
        switch self {
        case .outputLayer: shape.head.output.first
        case .head: shape.head.state.first
        case .all: 0
        }
      return first..<shape.weightCount
    }
  }

  package var part = Part.outputLayer
  package var steps = 5
  package var stepSize: Float = 3e-4
  /// The longest gradient that is taken as it is.
  package var normLimit: Float = 1
  /// Steps from one validation to the next; the last step is always validated.
  package var every = 1
  /// Validations without a gain after which a series is done.
  package var patience = 2
  /// The share of the shared weights' validation loss that own weights must gain.
  package var leastGain: Float = 0.01

  package init() {}

  package struct Series: Sendable {
    package var training: WindowTable
    package var validation: WindowTable
    /// Own weights of an earlier training, of which the part that moves is the start; nil for the
    /// shared ones.
    package var start: [Float]?
    /// How much a step pulls weights back to the shared ones, as a share of the step size.
    package var pull: Float

    package init(
      training: WindowTable, validation: WindowTable, start: [Float]? = nil, pull: Float = 0
    ) {
      (self.training, self.validation) = (training, validation)
      (self.start, self.pull) = (start, pull)
    }
  }

  /// What came of a series.
  package struct Learned: Equatable, Sendable {
    /// All of the network's; nil where the shared ones are to be used.
    package var weights: [Float]?
    /// The mean validation loss of a window, at the start and after every few steps. Of a Poisson
    /// mean it is half of the deviance, so that no loss is below 0.
    package var curve: [Float] = []
    /// The step after which it was least; 0 for the start.
    package var bestStep = 0
    /// The share of the shared weights' validation loss that the best ones gain.
    package var gain: Float = 0
    package var pull: Float
    /// Whether it began anew with a third of the step size.
    package var isSecondTry = false
    /// Why it stopped. Shared weights are used then.
    package var trouble: TrainingTrouble?
  }

  /// Trains series side by side, as many at a time as there are lanes. A series' result depends on
  /// no other.
  package func train(
    _ series: [Series], _ shape: NetworkShape, loss: LossShape, shared: [Float], lanes: Int = 16
  ) -> [Learned] {
    precondition(shared.count == shape.weightCount, "weights of another network")
    var learned: [Learned] = []
    switch lanes {
    case 16: run(OwnLanes<SIMD16<Float>>(self, shape, loss, shared), series, &learned)
    case 8: run(OwnLanes<SIMD8<Float>>(self, shape, loss, shared), series, &learned)
    default: run(OwnLanes<SIMD4<Float>>(self, shape, loss, shared), series, &learned)
    }
    return learned
  }

  private func run<L: LaneVector>(
    _ lanes: OwnLanes<L>, _ series: [Series], _ learned: inout [Learned]
  ) {
    for first in stride(from: 0, to: series.count, by: L.scalarCount) {
      learned += lanes.train(series[first..<min(first + L.scalarCount, series.count)])
    }
  }
}
