import Demand
import Forecasting
import Packing
import Replenishment
import ShardStore
import Storage
import TrainerNode
import WireProtocol

/// Does one unit of a run: reads its SKUs, has them worked on, and gives back what is to be stored.
struct UnitWork {
  let order: UnitOrder
  let reader: ShardReader
  let crew: TrainerCrew
  let document: PlanningDocument
  /// The document's events, by whom they concern.
  let calendar: EventCalendar
  /// The network that the order names, if it names one.
  let network: LearnedNetwork
  let alarm: DamageAlarm

  /// Why a unit could not be done at all, and whether that may pass. It is asked for again.
  struct Failure: Error {
    var reason: String
    var mayPass = false

    init(_ error: any Error) {
      reason = "\(error)"
      switch error {
      case let error as StorageError: mayPass = error.mayPass
      case let error as TrainerError: mayPass = error == .cancelled
      default: break
      }
    }

    /// There is too much to do just now.
    init(busy reason: String) {
      self.reason = reason
      mayPass = true
    }
  }

  var slice: Slice { Slice(index: order.id.slice, of: order.sliceCount) }

  /// The outcome that is stored already, if the unit was done before.
  func earlierOutcome() throws(Failure) -> UnitOutcome? {
    do {
      let stored = try reader.unit(run: order.id.run, shard: order.id.shard, slice: slice)
      guard let stored else { return nil }
      var bytes = ByteReader(stored)
      return try UnitOutcome(from: &bytes)
    } catch { throw failure(error) }
  }

  /// Does the unit.
  func results() throws(Failure) -> CompletedUnit {
    do {
      var settings = ModelJobs.Settings(
        asOf: order.asOf, run: try RunSettings(packed: order.settings))
      settings.networks = try networks()
      switch order.kind {
      case .train: return try train(try items(), settings)
      case .forecast: return try forecast(try items(), settings)
      case .allocate: return try allocate(settings)
      }
    } catch let failure as Failure {
      throw failure
    } catch { throw failure(error) }
  }

  private func items() throws -> [StoredItem] {
    try reader.items(shard: order.id.shard, slice: slice)
  }

  /// What models are fitted with, or what the stored ones may refer to.
  private func networks() throws -> [[UInt8]] {
    switch order.kind {
    case .train: order.network > 0 ? [network.bytes] : []
    case .forecast: try reader.networks(of: order.id.shard, damaged: note).map(\.bytes)
    case .allocate: []
    }
  }

  /// What cannot be read is as good as gone: the SKUs whose models refer to it are named.
  func note(_ error: StorageError) { alarm.note(error, shard: order.id.shard) }

  private func failure(_ error: any Error) -> Failure {
    if let error = error as? StorageError { note(error) }
    return Failure(error)
  }

  func completed(_ outcome: UnitOutcome) -> CompletedUnit {
    var writer = ByteWriter()
    outcome.pack(into: &writer)
    return CompletedUnit(
      run: order.id.run, shard: order.id.shard, slice: slice, summary: writer.bytes)
  }

  func row(_ sku: SKU, _ location: Location? = nil, _ value: [UInt8]) -> StoredRow {
    StoredRow(sku: sku, location: location, run: order.id.run, value: value)
  }

  // MARK: Training

  private func train(
    _ stored: [StoredItem], _ settings: ModelJobs.Settings
  ) throws -> CompletedUnit {
    let earlier = settings.run.isUpdate ? try earlierModels() : [:]
    let items = stored.map {
      ModelJobs.Item($0, model: earlier[$0.sku] ?? [])
    }
    var sum = TrainSummary()
    var models: [StoredRow] = []
    var quarantine = Quarantine(run: order.id.run)
    let held = try heldBack(items, settings)
    let tried = items.filter { held[$0.sku] == nil }
    var outcomes = try process(.fit, tried, settings)[...]
    for item in items {
      if let entry = held[item.sku] {
        quarantine.add(item.sku, entry)
        models.append(fallback(item, settings))
        continue
      }
      guard let outcome = outcomes.popFirst() else { continue }
      do {
        let fit = try ModelJobs.Fit(packed: try result(of: outcome))
        sum.merge(fit.summary)
        models.append(row(item.sku, nil, fit.model))
      } catch {
        quarantine.add(item, error, settings)
        models.append(fallback(item, settings))
      }
    }
    var outcome = quarantine.outcome(skus: items.count, summary: sum.packed())
    outcome.fellBack = UInt64(sum.fellBack)
    var unit = completed(outcome)
    unit.models = models
    if order.network > 0 { unit.network = StoredNetwork(run: network.run, bytes: network.bytes) }
    unit.quarantine = quarantineRows(quarantine)
    return unit
  }

  private func fallback(_ item: ModelJobs.Item, _ settings: ModelJobs.Settings) -> StoredRow {
    let model = StoredModel(
      model: ModelJobs.fallbackModel(item, settings), microseconds: nil)
    return row(item.sku, nil, model.packed())
  }

  /// The stored models by SKU.
  private func earlierModels() throws -> [SKU: [UInt8]] {
    Dictionary(
      try reader.models(shard: order.id.shard, slice: slice).map { ($0.sku, $0.value) },
      uniquingKeysWith: { $1 })
  }

  // MARK: Forecasting

  private func forecast(
    _ stored: [StoredItem], _ settings: ModelJobs.Settings
  ) throws -> CompletedUnit {
    let models = try earlierModels()
    let named = try knownQuarantine()
    let items = stored.map { item in
      ModelJobs.Item(item, model: models[item.sku] ?? [])
    }
    var rows: [StoredRow] = []
    var quarantine = Quarantine(run: order.id.run)
    // What could not be trained is not given to a trainer again: its fallback is made here.
    let sound = items.filter { named[$0.sku] == nil }
    var outcomes = Dictionary(
      zip(sound.map(\.sku), try process(.forecast, sound, settings)), uniquingKeysWith: { $1 })
    for item in items {
      var forecasts: ModelJobs.Forecasts
      if let entry = named[item.sku] {
        quarantine.add(item.sku, entry)
        forecasts = ModelJobs.fallbackForecasts(item, settings)
      } else {
        do {
          guard let outcome = outcomes.removeValue(forKey: item.sku) else { continue }
          forecasts = try ModelJobs.Forecasts(packed: try result(of: outcome))
          if !forecasts.trouble.isEmpty { quarantine.add(item.sku, forecasts.trouble) }
        } catch {
          quarantine.add(item, error, settings)
          forecasts = ModelJobs.fallbackForecasts(item, settings)
        }
      }
      for part in forecasts.parts {
        var writer = ByteWriter(capacity: part.forecast.count + 8)
        ForecastValue(asOf: settings.asOf, forecast: part.forecast).pack(into: &writer)
        rows.append(row(item.sku, part.location, writer.bytes))
      }
    }
    var unit = completed(quarantine.outcome(skus: items.count, summary: []))
    unit.forecasts = rows
    unit.quarantine = quarantineRows(quarantine)
    return unit
  }

  // MARK: Trainers

  private func process(
    _ kind: ModelJobs.Kind, _ items: [ModelJobs.Item], _ settings: ModelJobs.Settings
  ) throws(Failure) -> [ItemOutcome] {
    var settings = settings
    settings.calendar = EventCalendar(
      calendar.events(ofAny: items.map { ($0.sku, $0.category) }))
    let unit = TrainingUnit(
      kind: kind.rawValue, settings: settings.packed(),
      items: items.map { TrainingItem(name: $0.sku.description, bytes: $0.packed()) })
    do {
      let outcomes = try crew.process(unit)
      alarm.troubles.end(.training)
      return outcomes
    } catch {
      if case .noTrainer = error {
        alarm.troubles.begin(.training, error.description)
      }
      throw Failure(error)
    }
  }
}

extension ModelJobs.Item {
  fileprivate init(_ stored: StoredItem, model: [UInt8]) {
    self.init(
      sku: stored.sku, demand: stored.demand, category: stored.item?.category ?? "", model: model)
  }
}

extension StoredItem {
  /// The demand by location, as the models take it.
  var demand: [LocationDemand] {
    series.map { LocationDemand(location: $0.location, series: $0.value) }
  }
}
