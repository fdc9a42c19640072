import CommandLineArguments
import Demand
import FoundationEssentials

/// Daily sales to make a world of: what each pair sold on each of the days, and prices.
struct LoopSales: Sendable {
  var warehouses: [String] = []
  var pairs: [LoopPair] = []
  /// By item.
  var prices: [Double] = []
  var days = 0
  /// By pair and day.
  var units: [Float] = []

  enum Fault: Error, CustomStringConvertible {
    case unreadable(String)
    case malformed(String, line: Int)

    var description: String {
      switch self {
      case .unreadable(let path): "\(path): cannot be read"
      case .malformed(let path, let line): "\(path):\(line): not as it was expected"
      }
    }
  }

  /// Calls `body` with the cells of each line after the first, until it returns false.
  private static func lines(
    _ path: String, _ body: (_ line: Int, _ cells: [ArraySlice<UInt8>]) throws -> Bool
  ) throws {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw Fault.unreadable(path)
    }
    let bytes = [UInt8](data)
    var cells: [ArraySlice<UInt8>] = []
    var (start, line) = (0, 1)
    for at in bytes.indices where bytes[at] == UInt8(ascii: ",") || bytes[at] == 10 {
      cells.append(bytes[start..<at])
      start = at + 1
      guard bytes[at] == 10 else { continue }
      if line > 1, try !body(line, cells) { return }
      cells.removeAll(keepingCapacity: true)
      line += 1
    }
  }

  private static func text(_ cell: ArraySlice<UInt8>) -> String {
    String(decoding: cell, as: UTF8.self)
  }

  private static func whole(_ cell: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in cell {
      guard (48...57).contains(digit), value < 1_000_000_000 else { return nil }
      value = value * 10 + Int(digit) - 48
    }
    return cell.isEmpty ? nil : value
  }

  /// The sample marketplace: `sales.csv` in a folder, rows in the order of SKU, location and date.
  static func marketplace(_ folder: Path) throws -> LoopSales {
    let path = "\(folder)/sales.csv"
    var (first, last) = (Int32.max, Int32.min)
    var rows: [(pair: Int, day: Int32, units: Float)] = []
    var sales = LoopSales()
    var items: [ArraySlice<UInt8>: Int] = [:]
    var warehouses: [ArraySlice<UInt8>: Int] = [:]
    var pairs: [[Int]: Int] = [:]
    var paid: [(units: Double, money: Double)] = []
    try lines(path) { line, cells in
      guard cells.count >= 5, let day = try? Day(text(cells[2])), let units = whole(cells[3]),
        let price = Double(text(cells[4]))
      else { throw Fault.malformed(path, line: line) }
      let item = items[cells[0]] ?? items.count
      if item == items.count {
        items[cells[0]] = item
        paid.append((0, 0))
      }
      let warehouse = warehouses[cells[1]] ?? warehouses.count
      if warehouse == warehouses.count {
        warehouses[cells[1]] = warehouse
        sales.warehouses.append(text(cells[1]))
      }
      let pair = pairs[[item, warehouse]] ?? pairs.count
      if pair == pairs.count {
        pairs[[item, warehouse]] = pair
        sales.pairs.append(LoopPair(item: item, warehouse: warehouse))
      }
      rows.append((pair, day.number, Float(units)))
      (first, last) = (min(first, day.number), max(last, day.number))
      paid[item].units += Double(units)
      paid[item].money += Double(units) * price
      return true
    }
    guard !rows.isEmpty else { throw Fault.unreadable(path) }
    sales.prices = paid.map { $0.money / max(1, $0.units) }
    sales.days = Int(last - first) + 1
    sales.units = Array(repeating: 0, count: sales.pairs.count * sales.days)
    for row in rows { sales.units[row.pair * sales.days + Int(row.day - first)] += row.units }
    return sales
  }

  /// M5: the wide sales and the runs of prices, unpacked in a folder; every `every`th item.
  static func m5(_ folder: Path, every: Int) throws -> LoopSales {
    let path = "\(folder)/sales.csv"
    var sales = LoopSales()
    var items: [String: Int] = [:]
    var stores: [String: Int] = [:]
    var seen: [String: Int] = [:]
    try lines(path) { line, cells in
      guard cells.count > 6 else { throw Fault.malformed(path, line: line) }
      let (name, store) = (text(cells[1]), text(cells[4]))
      let number = seen[name] ?? seen.count
      seen[name] = number
      guard number % every == 0 else { return true }
      let item = items[name] ?? items.count
      items[name] = item
      if stores[store] == nil {
        stores[store] = stores.count
        sales.warehouses.append(store)
      }
      sales.pairs.append(LoopPair(item: item, warehouse: stores[store] ?? 0))
      sales.days = cells.count - 6
      for cell in cells.dropFirst(6) {
        guard let units = whole(cell) else { throw Fault.malformed(path, line: line) }
        sales.units.append(Float(units))
      }
      return true
    }
    guard sales.days > 0, sales.units.count == sales.days * sales.pairs.count else {
      throw Fault.unreadable(path)
    }
    sales.prices = Array(repeating: 0, count: items.count)
    // The last price anywhere that was asked.
    try lines("\(folder)/prices.csv") { line, cells in
      guard cells.count == 5 else { throw Fault.malformed("prices.csv", line: line) }
      if let item = items[text(cells[1])], let price = Double(text(cells[4])) {
        sales.prices[item] = price
      }
      return true
    }
    return sales
  }

  /// Without the pairs that sold nothing in the year before the last `days` days, which nobody
  /// would stock: goods that are new in the simulation are another question.
  func known(before days: Int) -> LoopSales {
    var kept = self
    (kept.pairs, kept.units) = ([], [])
    for (pair, place) in pairs.enumerated() {
      let all = units[pair * self.days..<(pair + 1) * self.days]
      guard all.dropLast(days).suffix(LoopWorld.judgedDays).contains(where: { $0 > 0 }) else {
        continue
      }
      kept.pairs.append(place)
      kept.units.append(contentsOf: all)
    }
    return kept
  }
}
