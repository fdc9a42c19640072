import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials

/// `granary explain sku X`: everything that is known of a SKU.
struct ExplainVerb: Command {
  static let name = "explain"
  static let abstract = "Say where a SKU lives, which data and model it has, and why."
  static let examples = [Example("granary explain sku A-1001", "Everything about a SKU.")]

  @Argument("sku", help: "What to explain: sku.") var kind: String
  @Argument("SKU", help: "Which one.") var name: String?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    guard kind == "sku", name != nil else {
      throw .contradiction("say what to explain: `granary explain sku \(name ?? kind)`")
    }
  }

  func run() throws -> ExitCode {
    let sku = name ?? kind
    let text = try cluster.client().explanation(of: try SKU(sku))
    guard !json else {
      try Terminal.standardOutput.write(text + "\n")
      return .success
    }
    guard
      let explanation = try? JSONDecoder().decode(Explanation.self, from: Data(text.utf8))
    else {
      throw ClientError.unexpected(node: "a worker", what: "an explanation that makes no sense")
    }
    try Terminal.standardOutput.write(explanation.text)
    return .success
  }
}
