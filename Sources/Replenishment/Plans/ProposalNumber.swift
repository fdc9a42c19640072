import Demand
import Packing

extension ProposalIdentity {
  /// Where a proposal comes from, as far as its number goes.
  enum Way {
    case purchase
    case transfer(from: Location)
  }

  /// A proposal that is made on `day` for the first time. What is incoming already tells it from
  /// one that was made, and released, earlier on the same day.
  init(
    _ way: Way, of sku: SKU, to location: Location, firstProposed day: Day, incoming: Double
  ) {
    var writer = ByteWriter(capacity: 96)
    switch way {
    case .purchase: writer.fixed(UInt8(0))
    case .transfer(let origin):
      writer.fixed(UInt8(1))
      writer.blob(origin.bytes)
    }
    writer.fixed(sku.digest)
    writer.blob(sku.bytes)
    writer.blob(location.bytes)
    writer.fixed(day.number)
    if incoming > 0 { writer.fixed(incoming.bitPattern) }
    self.init(number: XXH64.hash(writer.bytes), firstProposed: day, isNew: true)
  }

  /// The same proposal in a later plan.
  var again: ProposalIdentity {
    ProposalIdentity(number: number, firstProposed: firstProposed, isNew: false)
  }
}
