import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Replenishment
import Settings
import Tables

extension FuzzTarget {
  /// What people write.
  static let texts = FuzzTarget(
    name: "texts", about: "JSON5 of settings and scenarios, keys and allow-lists, days, words",
    readers: [
      settings, json5, scenario, allowList, publicKeys, commandWords, columnNames, days, scopes,
      assignments,
    ])

  private static let settings = FuzzReader.text(
    "settings",
    {
      [
        """
        /* block
           comment */
        {
          "cluster": { 'shards': 0x40, minimumWorkers: +2 }, // line comment
          coordinator: { listen: 'tcp://[::1]:70', "heartbeatSeconds": .25, },
          training: { models: ["ets", 'tsb',], itemDeadlineSeconds: 5, horizonDays: 1e2 },
          policy: {}, log: { level: "debug" },
        }
        """, "{}", "{ cluster: { shards: -1 } }",
      ]
    }
  ) { text throws(Finding) in
    let settings: ResolvedSettings
    do throws(SettingsError) {
      settings = try ResolvedSettings(path: "settings", text: text)
    } catch {
      return try FuzzReader.refused("settings", error)
    }
    let lines = settings.explanation.render().count { $0 == "\n" }
    guard lines == SettingsSchema.all.count + 1 else {
      throw Finding("settings: some cannot be explained")
    }
    return .taken
  }

  /// Two walk through the text, one for names and lines and one for values: what the one names the
  /// other must have, and no more, or a value would be passed over in silence.
  private static let json5 = FuzzReader.text(
    "JSON5",
    {
      [
        "{a: 1, 'b': [1, {c: 2}, \"x\\u0041\\\n\"], d: {e: {}, f: null}}",
        "{\n// a: 1\n\"b c\": Infinity, d: -0x1F, e: +.5e3, f: 'it\\'s', g: true,\n}",
        "\u{FEFF}{ a: { b: { c: \"größe\u{2028}\" } } } // end",
      ]
    }
  ) { text throws(Finding) in
    let file: JSON5File
    do throws(SettingsError) {
      file = try JSON5File(path: "file", text: text)
    } catch {
      return try FuzzReader.refused("JSON5", error)
    }
    // Names with escapes are known not to be found: they are refused by their names.
    guard !text.contains("\\") else { return .taken }
    let named = Set(file.names)
    let valued = Set(leaves(of: file.root, at: []))
    guard named == valued else {
      throw Finding("JSON5: named are \(named), values are at \(valued)")
    }
    return .taken
  }

  private static func leaves(of node: JSON5Node, at path: [String]) -> [[String]] {
    guard case .object(let members) = node, !members.isEmpty else {
      return path.isEmpty ? [] : [path]
    }
    return members.flatMap { leaves(of: $0.value, at: path + [$0.key]) }
  }

  private static let scenario = FuzzReader.text(
    "scenario",
    {
      [
        """
        {
          name: "promotion of toys",
          demand: [{ category: "toys", week: "2026-W47", factor: 1.8 },
            { sku: "A", location: "north", from: "2026-11-20", to: "2026-12-01", factor: 0 }],
          close: [{ warehouse: "west", demandTo: "north" }, { warehouse: "east" }],
          cash: 0.5, space: 1, lines: 1, leadTime: 2,   // factors
        }
        """
      ]
    }
  ) { text throws(Finding) in
    let scenario: Scenario
    do throws(ClientError) {
      scenario = try ScenarioFile.read(path: "folder/scenario.json5", text: text)
    } catch {
      return try FuzzReader.refused("scenario", error)
    }
    guard (try? Scenario(packed: scenario.packed())) == scenario else {
      throw Finding("scenario: taken from its file, and refused or other once it is packed")
    }
    return .taken
  }

  private static let allowList = FuzzReader.text(
    "allow-list",
    {
      let keys = try (0..<3).map { _ in try CurveKeyPair.generate().publicKey }
      let lines = ["worker barcelona-1", "client n.2_x", "observer o"]
      return [
        "# public key  role  node\n\n" + zip(keys, lines).map { "  \($0)\t\($1)\r\n" }.joined(),
        "#\n",
      ]
    }
  ) { text throws(Finding) in
    let list: AllowList
    do throws(MessagingError) {
      list = try AllowList(parsing: text, path: "allowed")
    } catch {
      return try FuzzReader.refused("allow-list", error)
    }
    let lines = list.identities.map { AllowList.line($0.key, $0.value) }.joined()
    guard (try? AllowList(parsing: lines, path: "again")) == list else {
      throw Finding("allow-list: its own lines are read as something else")
    }
    return .taken
  }

  private static let publicKeys = FuzzReader(
    "public key",
    seeds: { [Array("# Granary public key.\n\(try CurveKeyPair.generate().publicKey)\n".utf8)] },
    check: { bytes throws(Finding) in
      let key: PublicKey
      do throws(MessagingError) {
        key = try KeyFile.publicKey(in: bytes, path: "key")
      } catch {
        return try FuzzReader.refused("public key", error)
      }
      guard (try? PublicKey(key.text)) == key, key.text.utf8.count == PublicKey.textLength else {
        throw Finding("public key: \(key) is none")
      }
      return .taken
    })

  private static let columnNames = FuzzReader.text(
    "column names", { ["sku=unique_id,date=ds,units=y", " price = \u{A0}cost "] }
  ) { text throws(Finding) in
    do throws(TableError) {
      let names = try ColumnNames(parsing: text)
      guard ColumnNames.sales.allSatisfy({ !names.name(of: $0).isEmpty }) else {
        throw TableError.empty(file: "names")
      }
      return .taken
    } catch {
      return try FuzzReader.refused("column names", error)
    }
  }

  private static let days = FuzzReader.text("day", { ["2026-11-20", "1970-01-01", "2024-02-29"] }) {
    text throws(Finding) in
    let day: Day
    do throws(DemandError) { day = try Day(text) } catch {
      return try FuzzReader.refused("day", error)
    }
    guard day.description == text else { throw Finding("day: \(text) is written as \(day)") }
    return .taken
  }

  private static let scopes = FuzzReader.text(
    "scope",
    {
      ["*", "class=AX sku=a location=north", "category=\"home \"\"and\"\" garden\" lifecycle=new"]
    }
  ) { text throws(Finding) in
    let scope: PolicyScope
    do throws(DemandError) { scope = try PolicyScope(text: text) } catch {
      return try FuzzReader.refused("scope", error)
    }
    guard (try? PolicyScope(text: scope.description)) == scope else {
      throw Finding("scope: \(text) is written as \(scope), which is another")
    }
    return .taken
  }

  private static let assignments = FuzzReader.text(
    "assignment", { ["cluster.shards=16", "a=b=c"] }
  ) { text throws(Finding) in
    guard let assignment = Assignment(argument: text) else { return .refused }
    guard assignment.name + "=" + assignment.value == text else {
      throw Finding("assignment: \(text) is taken apart as \(assignment)")
    }
    return .taken
  }
}
