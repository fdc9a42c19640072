public import Demand
public import Storage

/// One thing for the writer to do; a group of them shares a commit.
public enum Write: Sendable {
  /// Applies the next batch of a source to its shard.
  case batch(BatchIdentity, BatchTable, payload: [UInt8])
  /// Raises the epoch of a shard.
  case epoch(shard: Int, to: UInt64)
  /// Notes the latest start of a coordinator whose orders were carried out.
  case term(UInt64)
  /// Stores the results of a unit of a run.
  case unit(CompletedUnit)
  /// Applies an entry of a log that is followed, which comes right behind a position.
  case follow(shard: Int, after: LogPosition, entry: [UInt8])
  /// Carries out a fold that a reader planned.
  case fold(FoldPlan)
  /// Deletes the data of a shard and its epoch: it is not held any more.
  case dropShard(Int)
  /// Stores a chunk of a hand-off. The shard is dropped before its first chunk.
  case chunk([UInt8], shard: Int)
  /// Changes what is in quarantine, as somebody wants it.
  case quarantine(QuarantineUpdate, shard: Int)
}

/// What became of a write. All outcomes but `failed` are durable when they are returned.
public enum WriteOutcome: Equatable, Sendable {
  /// The verdict on a batch and how far its source is now.
  case batch(SourceProgress.Verdict, SourceProgress)
  /// The epoch of the shard now, and whether the wanted one stands: a lower one is refused.
  case epoch(UInt64, isAccepted: Bool)
  /// The summary under which the unit is stored: where it was done before, the first one.
  case unit(summary: [UInt8], wasDone: Bool)
  /// How many SKUs in quarantine the change was about, those named that are in none, and whether
  /// any row is another now.
  case quarantine(count: Int, missing: [SKU], isChange: Bool)
  /// The entry was applied, and the log is here now.
  case followed(LogPosition)
  /// Done.
  case done
  /// The fold was planned on a tail that is no more; plan it again.
  case staleFold
  /// This write means nothing or contradicts the data: it alone was left out. The text says why.
  case refused(String)
  /// This write needs a row that is damaged (and it alone was left out), or the group was rolled
  /// back.
  case failed(StorageError)
}

/// The results of a unit: what a run found for one slice of a shard.
///
/// A table that is given replaces all of the slice's rows in it; one that is nil stays as it is. So
/// a SKU that is gone from a later run leaves nothing behind, and an allocation does not touch
/// forecasts.
public struct CompletedUnit: Sendable, Equatable {
  /// The run.
  public var run: UInt64
  /// The shard.
  public var shard: Int
  /// The part of the shard.
  public var slice: Slice
  /// The fitted models.
  public var models: [StoredRow]?
  /// The forecasts, by location and (without one) of the total.
  public var forecasts: [StoredRow]?
  /// The plans.
  public var plans: [StoredRow]?
  /// The plans that these take the place of, each of the run that made it.
  public var plansBefore: [StoredRow]?
  /// The plans of a scenario, beside the real ones.
  public var plansScenario: [StoredRow]?
  /// The SKUs that a model could not take, with the reason.
  public var quarantine: [StoredRow]?
  /// The network that the models use, which stays with them.
  public var network: StoredNetwork?
  /// What the run needs to know of the unit when it is asked for again.
  public var summary: [UInt8]

  /// Makes the results of a unit. The run of the rows is that of the unit, but
  /// for the plans before.
  public init(
    run: UInt64, shard: Int, slice: Slice, models: [StoredRow]? = nil,
    forecasts: [StoredRow]? = nil, plans: [StoredRow]? = nil, plansBefore: [StoredRow]? = nil,
    plansScenario: [StoredRow]? = nil, quarantine: [StoredRow]? = nil,
    network: StoredNetwork? = nil, summary: [UInt8]
  ) {
    self.run = run
    self.shard = shard
    self.slice = slice
    self.models = models
    self.forecasts = forecasts
    self.plans = plans
    self.plansBefore = plansBefore
    self.plansScenario = plansScenario
    self.quarantine = quarantine
    self.network = network
    self.summary = summary
  }

  /// The tables that a unit may bring, in the order in which they are packed.
  static let parts:
    [(table: SKUTable, rows: any WritableKeyPath<CompletedUnit, [StoredRow]?> & Sendable)] = [
      (.model, \.models), (.forecast, \.forecasts), (.plan, \.plans), (.planBefore, \.plansBefore),
      (.planScenario, \.plansScenario), (.quarantine, \.quarantine),
    ]

  /// The tables that it replaces.
  var tables: [(table: SKUTable, rows: [StoredRow])] {
    Self.parts.compactMap { table, rows in self[keyPath: rows].map { (table, $0) } }
  }
}
