import FoundationEssentials

extension Scenario {
  /// The scenarios of a folder, by name.
  static func all(in folder: String) throws -> [Scenario] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw LabError.file(path: folder, reason: "cannot be read: \(error)")
    }
    return try names.filter { $0.hasSuffix(".json5") }.sorted().map { name in
      try read("\(folder)/\(name)")
    }
  }

  /// The scenario in a file.
  static func read(_ path: String) throws -> Scenario {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LabError.file(path: path, reason: "cannot be read")
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      var scenario = try decoder.decode(Scenario.self, from: data)
      let file = path.split(separator: "/").last ?? ""
      scenario.name = String(file.dropLast(".json5".count))
      try scenario.check()
      return scenario
    } catch let error as DecodingError {
      throw LabError.scenario(file: path, reason: Self.words(of: error))
    } catch let problem as Problem {
      throw LabError.scenario(file: path, reason: problem.sentence)
    }
  }

  /// What a file says that cannot be.
  private struct Problem: Error { var sentence: String }

  private func check() throws(Problem) {
    guard (1...2).contains(replication) else {
      throw Problem(sentence: "replication \(replication): 1 and 2 copies are known")
    }
    guard Layout.counts.contains(coordinators) else {
      throw Problem(sentence: "coordinators \(coordinators): 1 and 3 are known")
    }
    guard coordinators == 1 || !steps.contains(.destroy) else {
      throw Problem(sentence: "destroy: the lab does not do that to several coordinators")
    }
    for wish in faults {
      if wish.kind.isOfTheLeaders, coordinators == 1 {
        throw Problem(sentence: "\(wish.kind.rawValue): this is of several coordinators")
      }
      if wish.kind.isOfTheCoordinator, coordinators > 1 {
        throw Problem(sentence: "\(wish.kind.rawValue): of several, say leader- and what")
      }
      if let step = wish.during.first(where: { !steps.contains($0) }) {
        throw Problem(
          sentence: "\(wish.kind.rawValue) during \(step.rawValue): the run has no such step")
      }
    }
    if let sentence = problemOfUpgrade { throw Problem(sentence: sentence) }
  }

  private static func words(of error: DecodingError) -> String {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
      .dataCorrupted(let found):
      context = found
    @unknown default: return "\(error)"
    }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return (path.isEmpty ? "" : path.joined(separator: ".") + ": ") + context.debugDescription
  }
}

extension Scenario: Decodable {
  private enum Field: String, CodingKey, CaseIterable {
    case about, replication, coordinators, settings, diskMebibytes, steps, faults, damage,
      servedWithin, short, overlapping, before
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
    let fields = try decoder.container(keyedBy: Field.self)
    about = try fields.decode(String.self, forKey: .about)
    replication = try fields.decodeIfPresent(Int.self, forKey: .replication) ?? 1
    coordinators = try fields.decodeIfPresent(Int.self, forKey: .coordinators) ?? 1
    settings = try fields.decodeIfPresent([String: String].self, forKey: .settings) ?? [:]
    diskMebibytes = try fields.decodeIfPresent(Int.self, forKey: .diskMebibytes) ?? 2_048
    steps = try fields.decodeIfPresent([Step].self, forKey: .steps) ?? Self.usualSteps
    faults = try fields.decode([FaultWish].self, forKey: .faults)
    damage = try fields.decodeIfPresent(Damage.self, forKey: .damage) ?? .repaired
    servedWithin = try fields.decodeIfPresent(Deadline.self, forKey: .servedWithin)
    isOverlapping = try fields.decodeIfPresent(Bool.self, forKey: .overlapping) ?? false
    startsBefore = try fields.decodeIfPresent(Bool.self, forKey: .before) ?? false
    isShort = try fields.decodeIfPresent(Bool.self, forKey: .short) ?? false
  }
}

extension Scenario.FaultWish: Decodable {
  private enum Field: String, CodingKey, CaseIterable {
    case fault, times, during, seconds, file, running
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
    let fields = try decoder.container(keyedBy: Field.self)
    kind = try fields.decode(FaultKind.self, forKey: .fault)
    times = try fields.decodeIfPresent(Int.self, forKey: .times) ?? 1
    during = try fields.decodeIfPresent([Step].self, forKey: .during) ?? []
    let range = try fields.decodeIfPresent([Double].self, forKey: .seconds) ?? [0.5, 2]
    guard range.count == 2, range[0] >= 0, range[0] <= range[1], range[1] <= 60 else {
      throw DecodingError.dataCorruptedError(
        forKey: .seconds, in: fields,
        debugDescription: "wanted the least and the most, within 0 and 60, as [0.5, 2]")
    }
    seconds = range[0]...range[1]
    file = try fields.decodeIfPresent(Scenario.FlippedFile.self, forKey: .file) ?? .database
    whileRunning = try fields.decodeIfPresent(Bool.self, forKey: .running) ?? false
  }
}

extension Scenario.Deadline: Decodable {
  private enum Field: String, CodingKey, CaseIterable {
    case seconds, from
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
    let fields = try decoder.container(keyedBy: Field.self)
    seconds = try fields.decode(Double.self, forKey: .seconds)
    start = try fields.decode(Start.self, forKey: .from)
  }
}

/// Any name of a member.
private struct MemberName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A misspelt name is not passed over: what it says would silently not happen.
  fileprivate func refuseOthers(than known: [String]) throws {
    let names = try container(keyedBy: MemberName.self).allKeys.map(\.stringValue)
    guard let other = names.first(where: { !known.contains($0) }) else { return }
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "\(other) is not known; there are \(known.joined(separator: ", "))"))
  }
}
