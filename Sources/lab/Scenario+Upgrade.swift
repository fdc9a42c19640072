/// Scenarios that begin with the program before.
extension Scenario {
  /// The scenarios of a folder that have one of these names, or all where there are none; perhaps
  /// only those that are part of `ops/test`.
  static func chosen(
    in folder: String, names: [String], onlyShort: Bool
  ) throws -> [Scenario] {
    let all = try Scenario.all(in: folder)
    if let unknown = names.first(where: { name in !all.contains { $0.name == name } }) {
      let known = all.map(\.name).joined(separator: ", ")
      throw LabError.scenario(
        file: folder, reason: "no \(unknown).json5; there are \(known)")
    }
    return all.filter { scenario in
      (names.isEmpty || names.contains(scenario.name)) && (scenario.isShort || !onlyShort)
    }
  }

  /// The steps in one of which a fault may begin.
  func places(of wish: FaultWish) -> [Int] {
    steps.indices.filter { place in
      let step = steps[place]
      // After its end an upgrade does not go on.
      if wish.kind.isOfAnUpgrade, steps[...place].contains(.finalise) { return false }
      return wish.during.isEmpty
        ? ![.tables, .rest, .outdated].contains(step) : wish.during.contains(step)
    }
  }

  /// What cannot be of what a scenario says about an upgrade.
  var problemOfUpgrade: String? {
    let kinds = faults.filter(\.kind.isOfAnUpgrade)
    let isUpgraded = !kinds.isEmpty || steps.contains { $0 == .finalise || $0 == .outdated }
    if let wish = faults.first(where: { $0.during.contains(.outdated) }) {
      return "\(wish.kind.rawValue) during outdated: nodes are tried out then"
    }
    guard startsBefore else { return isUpgraded ? "an upgrade needs `before: true`" : nil }
    if isOverlapping { return "nodes are upgraded one at a time, and not `overlapping`" }
    if !steps.contains(.finalise) { return "before: the steps need `finalise`, the upgrade's end" }
    if let wish = kinds.first(where: { places(of: $0).isEmpty }) {
      return "\(wish.kind.rawValue): none of its steps comes before finalise"
    }
    return nil
  }
}
