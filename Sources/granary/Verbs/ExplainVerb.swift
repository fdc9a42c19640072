import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Messaging
import Replenishment

/// `granary explain sku X` and `granary explain plan --sku X`: why something is as it is.
struct ExplainVerb: Command {
  static let name = "explain"
  static let abstract = "Say which data and model a SKU has, or how its plan was worked out."
  static let examples = [
    Example("granary explain sku SKU-000001", "Everything about a SKU."),
    Example(
      "granary explain plan --sku SKU-000001 --warehouse berlin",
      "The arithmetic of its plan there, line by line."),
  ]

  @Argument("sku|plan", help: "What to explain.") var kind: Kind
  @Argument("SKU", help: "Which one.") var name: String?
  @Option("SKU", help: "Which one, in other words.") var sku: String?
  @Option("LOCATION", help: "Of a plan: which location; all of them unless given.")
  var warehouse: String?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  enum Kind: String, CaseIterable, ArgumentValue {
    case sku, plan
  }

  func validate() throws(ArgumentError) {
    guard (name == nil) != (sku == nil) else {
      throw .contradiction("say which SKU, once: `granary explain \(kind.rawValue) SKU`")
    }
    if kind == .sku, warehouse != nil {
      throw .contradiction("--warehouse goes with `granary explain plan`")
    }
  }

  func run() throws -> ExitCode {
    let sku = try SKU(name ?? sku ?? "")
    let text = try cluster.client(as: .observer).explanation(of: sku)
    let answer: String
    switch kind {
    case .sku: answer = json ? text + "\n" : try decode(Explanation.self, text).text
    case .plan:
      let plans = try plans(try decode(ExplainedPlans.self, text), of: sku)
      answer = json ? plans.json(of: sku) : plans.text(of: sku)
    }
    try Terminal.standardOutput.write(answer)
    return .success
  }

  private func plans(_ known: ExplainedPlans, of sku: SKU) throws(ClientError) -> ExplainedPlans {
    guard !known.plans.isEmpty else {
      throw .inputRefused("nothing is planned of SKU \"\(sku)\"; `granary allocate` plans")
    }
    guard let warehouse else { return known }
    let here = known.plans.filter { $0.location == warehouse }
    guard !here.isEmpty else {
      let all = known.plans.map(\.location).joined(separator: ", ")
      throw .inputRefused("SKU \"\(sku)\" has no plan at \"\(warehouse)\"; it has one at \(all)")
    }
    return ExplainedPlans(plans: here)
  }

  private func decode<Value: Decodable>(
    _ type: Value.Type, _ text: String
  ) throws(ClientError) -> Value {
    guard let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw .unexpected(node: "a worker", what: "an explanation that makes no sense")
    }
    return value
  }
}

/// The arithmetic of a SKU's plans, out of what its worker says of it.
struct ExplainedPlans: Decodable {
  /// A location's.
  struct Plan: Decodable {
    var location: String
    var run: Int
    var arithmetic: [Line]
  }

  /// A step.
  struct Line: Decodable {
    var label: String, formula: String, unit: String
    var result: Double?
  }

  var plans: [Plan]

  func text(of sku: SKU) -> String {
    plans.map { plan in
      let lines = plan.arithmetic.map { line in
        PlanExplanation.Line(
          label: line.label, formula: line.formula, result: line.result, unit: line.unit)
      }
      return "\(sku) at \(plan.location), run \(plan.run)\n\n" + PlanExplanation.text(lines)
    }.joined(separator: "\n")
  }

  func json(of sku: SKU) -> String {
    var json = JSONText()
    json.object { json in
      json.member("sku", sku.description)
      json.array("plans") { json in
        for plan in plans {
          json.object { json in
            json.member("location", plan.location)
            json.member("run", plan.run)
            json.array("lines") { json in
              for line in plan.arithmetic {
                json.object { json in
                  json.member("label", line.label)
                  json.member("formula", line.formula)
                  json.member("result", line.result)
                  json.member("unit", line.unit)
                }
              }
            }
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
