import Allocation
import Demand
import Packing

/// Whose the pairs of a shard are: their SKU and location, from their place in its blocks.
struct PairOwners {
  private let warehouses: [Location]
  private var skus: [SKU] = []
  /// The locations of the pairs at the last place, which is that of all locations that are no
  /// warehouse, in the order of its pairs.
  private var elsewhere: [Location] = []
  /// The SKUs and locations of the coupled pairs, in the order of their items.
  private var coupled: [(number: Int, location: Location)] = []

  init(warehouses: [Location]) { self.warehouses = warehouses }

  /// The number of the next SKU.
  var count: Int { skus.count }

  /// Takes the pairs of the next SKU.
  mutating func add(
    _ sku: SKU, _ locations: [Location], _ problem: ItemProblem, place: (Location) -> Int
  ) {
    for index in problem.plainPlaces where place(locations[index]) == warehouses.count {
      elsewhere.append(locations[index])
    }
    for index in problem.coupledPlaces.joined() { coupled.append((skus.count, locations[index])) }
    skus.append(sku)
  }

  /// The names of SKUs by their numbers.
  func named(_ needs: [LimitNeed]) -> [UnkeptLimit.Need] {
    needs.map { UnkeptLimit.Need(sku: skus[$0.sku], needed: $0.needed) }
  }

  /// The lots that were moved of this shard, with their names, in the order of their places.
  func moved(
    _ changes: [PairPlace: Double], of pairs: PairShard, shard: Int
  ) throws(PackingError) -> [MovedLot] {
    var moved: [MovedLot] = []
    for (place, lot) in changes.sorted(by: { $0.key < $1.key }) where place.shard == shard {
      guard holds(place, pairs) else { throw .invalid(what: "a pair that is not in the shard") }
      let owner = owner(of: place, pairs)
      moved.append(MovedLot(sku: skus[owner.number], location: owner.location, lot: lot))
    }
    return moved
  }

  private func holds(_ place: PairPlace, _ pairs: PairShard) -> Bool {
    guard pairs.blocks.indices.contains(place.block) else {
      return place.block == pairs.blocks.count && coupled.indices.contains(place.index)
    }
    return (0..<pairs.blocks[place.block].count).contains(place.index)
  }

  /// Coupled pairs are counted through as one block more.
  private func owner(
    of place: PairPlace, _ pairs: PairShard
  ) -> (number: Int, location: Location) {
    guard place.block < pairs.blocks.count else { return coupled[place.index] }
    let block = pairs.blocks[place.block]
    let number = block[place.index].sku
    guard block.warehouse == warehouses.count else { return (number, warehouses[block.warehouse]) }
    let before = pairs.blocks[..<place.block].lazy.filter { $0.warehouse == block.warehouse }
    return (number, elsewhere[before.reduce(place.index) { $0 + $1.count }])
  }
}
