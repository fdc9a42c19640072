public import CommandLineArguments
import Coordination
import Packing
public import Replenishment
public import WireProtocol

/// The plans that a cluster keeps: the current one, the one before, and that of the last scenario.
public struct PlanCatalogue {
  /// A plan that is kept.
  public struct Kept {
    /// Which it is.
    public let place: PlanPlace
    /// The run that made it, and how that ended.
    public let status: RunStatus
    /// What pricing came to.
    public let plan: PricedPlan
    /// What all its lines come to.
    public let summary: PlanSummary
  }

  private let client: ClusterClient

  /// The plans of a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// The plans that are kept, the latest first.
  public func kept() throws(ClientError) -> [Kept] {
    var kept: [Kept] = []
    for run in try client.status().runs.map(\.run).sorted(by: >) {
      let status = try RunClient(client).status(of: run)
      guard status.kind == .allocate, status.phase == .done, let plan = try plan(of: run) else {
        continue
      }
      let place: PlanPlace =
        if !plan.scenario.isEmpty {
          .scenario
        } else if kept.contains(where: { $0.place == .current }) {
          .before
        } else {
          .current
        }
      // Only the last of each place is kept.
      guard !kept.contains(where: { $0.place == place }) else { continue }
      kept.append(Kept(place: place, status: status, plan: plan, summary: try summary(status)))
    }
    return kept
  }

  /// The plan that a name or the number of a run means.
  public func find(_ name: String) throws(ClientError) -> Kept {
    let kept = try kept()
    if let found = kept.first(where: { $0.place.name == name || "\($0.status.run)" == name }) {
      return found
    }
    let known = kept.map { "\($0.place.name) (run \($0.status.run))" }.joined(separator: ", ")
    throw .inputRefused(
      "no plan \"\(name)\" is kept; "
        + (known.isEmpty ? "`granary allocate` makes one" : "there are \(known)"))
  }

  /// What pricing came to in a run, where it is still kept.
  public func plan(of run: UInt64) throws(ClientError) -> PricedPlan? {
    do throws(ClientError) {
      guard case .plan(let bytes) = try client.ask(.planRequest(run: run)) else {
        throw .unexpected(node: "the coordinator", what: "something else than a plan")
      }
      do throws(PackingError) { return try PricedPlan(packed: bytes) } catch {
        throw .unexpected(node: "the coordinator", what: "a plan that makes no sense: \(error)")
      }
    } catch {
      if case .refused(let refusal) = error, refusal.code == .notFound { return nil }
      throw error
    }
  }

  private func summary(_ status: RunStatus) throws(ClientError) -> PlanSummary {
    guard !status.outcome.summary.isEmpty else { return PlanSummary() }
    do throws(PackingError) { return try PlanSummary(packed: status.outcome.summary) } catch {
      throw .unexpected(node: "the coordinator", what: "a summary that makes no sense: \(error)")
    }
  }
}

/// Which of the plans that are kept.
public enum PlanPlace: String, CaseIterable, Sendable, ArgumentValue {
  case current, before, scenario

  /// The name on the command line.
  public var name: String { rawValue }

  /// The table that its lines are in.
  public var table: ExportTable {
    switch self {
    case .current: .plans
    case .before: .plansBefore
    case .scenario: .plansScenario
    }
  }
}
