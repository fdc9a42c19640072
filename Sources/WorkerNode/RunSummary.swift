import Packing
import Replenishment
public import WireProtocol

/// What a run's report is made of: one blob a unit, added in a fixed order.
public enum RunSummary {
  /// Adds two summaries of a kind of run, the earlier one first. A summary that cannot be read adds
  /// nothing: a worker made it, and its unit counts all the same.
  public static func merge(_ kind: RunKind, _ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    switch kind {
    case .train:
      guard var sum = try? TrainSummary(packed: left), let other = try? TrainSummary(packed: right)
      else { return left }
      sum.merge(other)
      return sum.packed()
    case .allocate:
      guard var sum = try? PlanSummary(packed: left), let other = try? PlanSummary(packed: right)
      else { return left }
      sum.merge(other)
      return sum.packed()
    case .forecast: return left
    }
  }
}
