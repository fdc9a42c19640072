public import Coordination
public import Demand
import Packing
import Replenishment
public import WireProtocol

/// How allocations are priced: what the coordinator asks workers before units are given out.
public enum RunPricing {
  /// Who makes the plan of a run that all its units share; nobody where the run is no allocation.
  public static func driver(
    _ request: RunRequest, asOf: Day, _ document: Document, shardCount: Int
  ) -> (any PricingDriver)? {
    guard request.kind == .allocate else { return nil }
    do throws(PackingError) {
      var reader = ByteReader(request.settings)
      let planning = try planning(
        RunSettings(from: &reader), asOf: asOf, document: try document.planning())
      return PlanDriver(PlanRounds(planning, shardCount: shardCount))
    } catch {
      return UnreadableRun(reason: "its settings or the planning document make no sense: \(error)")
    }
  }

  /// How SKUs are planned in a run, before prices.
  static func planning(
    _ run: RunSettings, asOf: Day, document: PlanningDocument
  ) throws(PackingError) -> ItemPlanning {
    ItemPlanning(
      asOf: asOf, settings: try PolicySettings(packed: run.policy), document: document,
      scenario: run.scenario.isEmpty ? nil : try Scenario(packed: run.scenario))
  }
}

extension Document {
  /// The document as planning takes it; an empty one names nothing.
  func planning() throws(PackingError) -> PlanningDocument {
    content.isEmpty ? PlanningDocument() : try PlanningDocument(packed: content)
  }
}

/// Puts the rounds of planning into the words of the coordinator.
private struct PlanDriver: PricingDriver {
  private var rounds: PlanRounds

  init(_ rounds: PlanRounds) { self.rounds = rounds }

  mutating func begin() -> PricingMove { move(rounds.begin()) }

  mutating func take(_ answers: [[UInt8]]) -> PricingMove { move(rounds.take(answers)) }

  private func move(_ move: PlanRounds.Move) -> PricingMove {
    switch move {
    case .ask(let question): .ask(question)
    case .planned(let plan, let moved):
      .planned(shared: plan.packed(), byShard: moved.mapValues(MovedLot.packed))
    case .failed(let reason): .failed(reason)
    }
  }
}

/// A run that nobody can price.
private struct UnreadableRun: PricingDriver {
  var reason: String

  mutating func begin() -> PricingMove { .failed(reason) }
  mutating func take(_ answers: [[UInt8]]) -> PricingMove { .failed(reason) }
}
