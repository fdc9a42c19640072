public import Demand
public import Replenishment
import Settings
import WireProtocol

/// Reads a scenario: a JSON5 file of what would be different.
///
///     {
///       name: "promotion of toys",
///       demand: [{ category: "toys", week: "2026-W47", factor: 1.8 }],
///       close: [{ warehouse: "west", demandTo: "north" }],
///       cash: 0.5, space: 1, lines: 1, leadTime: 2,   // factors
///     }
public enum ScenarioFile {
  /// The scenario of a file.
  public static func read(path: String) throws(ClientError) -> Scenario {
    let file: JSON5File
    do { file = try JSON5File(path: path) } catch { throw .inputRefused("\(error)") }
    return try scenario(of: file, path: path)
  }

  /// The scenario of a text; `path` is for complaints.
  package static func read(path: String, text: String) throws(ClientError) -> Scenario {
    let file: JSON5File
    do { file = try JSON5File(path: path, text: text) } catch { throw .inputRefused("\(error)") }
    return try scenario(of: file, path: path)
  }

  private static func scenario(of file: JSON5File, path: String) throws(ClientError) -> Scenario {
    do { return try scenario(file.root, name: path) } catch {
      throw .inputRefused("\(path): \(error.sentence)")
    }
  }

  /// Complains of a scenario about a warehouse which there is none of: nothing would be different,
  /// and nobody would know.
  public static func check(
    _ scenario: Scenario, path: String, against document: PlanningDocument
  ) throws(ClientError) {
    let known = document.warehouses.warehouses.map(\.location)
    guard !known.isEmpty else { return }
    let named =
      scenario.closed.map(\.location) + scenario.closed.compactMap(\.demandTo)
      + scenario.demand.compactMap(\.location)
    guard let strange = named.first(where: { !known.contains($0) }) else { return }
    let names = known.prefix(12).map(\.description).joined(separator: ", ")
    throw .inputRefused(
      "\(path): \"\(strange)\" is none of the warehouses \(names)"
        + (known.count > 12 ? " and \(known.count - 12) more" : ""))
  }

  /// What is wrong with a file.
  private struct Fault: Error {
    var sentence: String
  }

  private static func scenario(_ root: JSON5Node, name: String) throws(Fault) -> Scenario {
    var members = try Members(root, of: "a scenario")
    let file = name.split(separator: "/").last.map(String.init) ?? name
    var scenario = Scenario(name: try members.text("name", limit: Scenario.nameLimit) ?? file)
    for node in try members.list("demand") { scenario.demand.append(try change(node)) }
    for node in try members.list("close") { scenario.closed.append(try closure(node)) }
    try check(scenario.closed)
    scenario.cashFactor = try members.factor("cash") ?? 1
    scenario.spaceFactor = try members.factor("space") ?? 1
    scenario.linesFactor = try members.factor("lines") ?? 1
    scenario.leadTimeFactor = try members.factor("leadTime") ?? 1
    try members.finish()
    guard max(scenario.demand.count, scenario.closed.count) <= Scenario.changeLimit else {
      throw Fault(sentence: "more than \(Scenario.changeLimit) changes")
    }
    let byteCount = scenario.packed().count
    guard byteCount <= Limits.scenarioBytes else {
      throw Fault(
        sentence:
          "its changes take \(byteCount) bytes, at most \(Limits.scenarioBytes) can be sent; "
          + "put some together by category or location")
    }
    guard scenario != Scenario(name: scenario.name) else {
      throw Fault(
        sentence: "nothing would be different; name demand, close, cash, space, lines or leadTime")
    }
    return scenario
  }

  private static func change(_ node: JSON5Node) throws(Fault) -> Scenario.DemandChange {
    var members = try Members(node, of: "a change of demand")
    guard let factor = try members.factor("factor") else {
      throw Fault(
        sentence: "a change of demand has no factor; write { category: \"toys\", factor: 1.8 }")
    }
    var change = Scenario.DemandChange(factor: factor)
    change.category = try members.text("category", limit: Item.maximumCategoryBytes)
    change.location = try members.location("location")
    change.sku = try members.sku("sku")
    change.from = try members.day("from")
    change.to = try members.day("to")
    if let week = try members.text("week") {
      guard let days = ISOWeek(week)?.days else {
        throw Fault(sentence: "week \"\(week)\" is none; write it as 2026-W47")
      }
      guard change.from == nil, change.to == nil else {
        throw Fault(sentence: "week \(week) stands beside from or to; a change has one of them")
      }
      (change.from, change.to) = (days.lowerBound, days.upperBound)
    }
    try members.finish()
    if let from = change.from, let to = change.to, from > to {
      throw Fault(sentence: "a change of demand ends on \(to), before it begins on \(from)")
    }
    return change
  }

  private static func closure(_ node: JSON5Node) throws(Fault) -> Scenario.Closure {
    var members = try Members(node, of: "a closed warehouse")
    guard let location = try members.location("warehouse") else {
      throw Fault(sentence: "a closed warehouse has no name; write { warehouse: \"west\" }")
    }
    let target = try members.location("demandTo")
    try members.finish()
    return Scenario.Closure(location: location, demandTo: target)
  }

  /// Demand of a closed warehouse goes to one that is open, or it would be lost without a word.
  private static func check(_ closed: [Scenario.Closure]) throws(Fault) {
    for (index, closure) in closed.enumerated() {
      if closed[..<index].contains(where: { $0.location == closure.location }) {
        throw Fault(sentence: "\"\(closure.location)\" is closed twice; leave one out")
      }
      if let target = closure.demandTo, closed.contains(where: { $0.location == target }) {
        throw Fault(
          sentence: "demandTo \"\(target)\" is closed itself; name a warehouse that stays open, "
            + "or leave it out for demand that is lost")
      }
    }
  }

  /// The members of an object, taken one by one; what is left at the end is a mistake.
  private struct Members {
    private let what: String
    private var left: [String: JSON5Node]
    private var asked: [String] = []

    init(_ node: JSON5Node, of what: String) throws(Fault) {
      guard case .object(let members) = node else {
        throw Fault(sentence: "\(what) is written in braces, not as \(node)")
      }
      self.what = what
      left = members
    }

    private mutating func take(_ name: String) -> JSON5Node? {
      asked.append(name)
      return left.removeValue(forKey: name)
    }

    private func fault(_ name: String, _ node: JSON5Node, _ wanted: String) -> Fault {
      Fault(sentence: "\(name) \(node): wanted \(wanted)")
    }

    mutating func text(_ name: String) throws(Fault) -> String? {
      guard let node = take(name) else { return nil }
      guard case .text(let text) = node else { throw fault(name, node, "text in quotes") }
      return text
    }

    /// A name, which is never empty: that would mean everything once it is sent.
    mutating func text(_ name: String, limit: Int) throws(Fault) -> String? {
      guard let text = try text(name) else { return nil }
      guard (1...limit).contains(text.utf8.count) else {
        throw fault(name, .text(text), "1 to \(limit) bytes; or leave it out")
      }
      return text
    }

    mutating func factor(_ name: String) throws(Fault) -> Double? {
      guard let node = take(name) else { return nil }
      let range = 0...Scenario.largestFactor
      guard case .number(let text) = node, let value = Double(text), range.contains(value) else {
        throw fault(name, node, "a factor from 0 to \(Int(Scenario.largestFactor)), as 1.8")
      }
      return value
    }

    mutating func list(_ name: String) throws(Fault) -> [JSON5Node] {
      guard let node = take(name) else { return [] }
      guard case .list(let nodes) = node else { throw fault(name, node, "a list in brackets") }
      return nodes
    }

    mutating func day(_ name: String) throws(Fault) -> Day? {
      guard let text = try text(name) else { return nil }
      do { return try Day(text) } catch { throw Fault(sentence: "\(name): \(error)") }
    }

    mutating func location(_ name: String) throws(Fault) -> Location? {
      guard let text = try text(name) else { return nil }
      do { return try Location(text) } catch { throw Fault(sentence: "\(name): \(error)") }
    }

    mutating func sku(_ name: String) throws(Fault) -> SKU? {
      guard let text = try text(name) else { return nil }
      do { return try SKU(text) } catch { throw Fault(sentence: "\(name): \(error)") }
    }

    func finish() throws(Fault) {
      guard let name = left.keys.min() else { return }
      throw Fault(
        sentence: "\(name) means nothing in \(what); known are \(asked.joined(separator: ", "))")
    }
  }
}
