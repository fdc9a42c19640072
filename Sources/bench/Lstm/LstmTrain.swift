import CommandLineArguments
import Glibc
import Recurrent

/// How fast lanes train, and what their products reach; ops/benches/lstm/torch_peer.py trains the
/// same networks on the same numbers.
struct LstmTrain: Command {
  static let name = "lstm-train"
  static let abstract = "Measure how fast LSTM networks are trained, a series in each lane."
  static let discussion =
    "Prints windows per second of one thread, the loss of the last epoch, and multiplications\n"
    + "and additions per second (in billions) of each product, as one JSON object.\n"

  @Flag(help: "Eight inputs, and a head of 28 days and 10 outputs.") var product: Bool
  @Option("NUMBER", .within(4...16), help: "Lanes: 4, 8 or 16.") var lanes = 16
  @Option("NUMBER", .within(1...1_000), help: "Epochs.") var epochs = 20

  func run() throws -> ExitCode {
    var training = TrainingRun()
    training.epochs = epochs
    if product {
      training.inputs = 8
      training.headUnits = 16
      training.features = 7
      training.days = 28
      training.levels = (1...9).map { Float($0) / 10 }
    }
    let rows = training.windows + training.steps + training.days
    let values = (0..<lanes).map { lane in
      (0..<(rows * training.inputs)).map { index in
        let (day, input) = (index / training.inputs, index % training.inputs)
        let wave = input == 0 ? 0.5 * sin(2 * Double.pi * Double(day) / 7) : 0
        return Float(wave + 0.5 * Self.draw(1000 + lane, index))
      }
    }
    let weights = (0..<lanes).map { lane in
      (0..<training.weightCount).map { Float(0.5 * Self.draw(2000 + lane, $0)) }
    }
    let start = ProcessorTime.nanoseconds
    let losses = training.trained(lanes: lanes, values: values, weights: weights)
    let seconds = ProcessorTime.seconds(since: start)
    var json = JSONText()
    json.object { json in
      json.member(
        "windowsPerSecond", Double(lanes * training.windows * epochs) / seconds)
      json.array("losses") { json in for loss in losses { json.element(Double(loss)) } }
      json.object("gigaflops") { json in
        let drill = KernelDrill(
          inputs: training.inputs, hidden: training.hidden, steps: training.steps)
        for product in KernelDrill.Product.allCases {
          json.member(product.rawValue, rate(drill, product))
        }
      }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }

  /// The best of some rounds, each a fraction of a millisecond: others work on the machine.
  private func rate(_ drill: KernelDrill, _ product: KernelDrill.Product) -> Double {
    var best = 0.0
    for _ in 0..<1_000 {
      let start = ProcessorTime.nanoseconds
      let count = drill.run(product, lanes: lanes, rounds: 10)
      best = max(best, count / ProcessorTime.seconds(since: start) / 1e9)
    }
    return best
  }

  /// A number of 24 bits in -1/2..<1/2, the same in any language.
  private static func draw(_ seed: Int, _ index: Int) -> Double {
    var x = UInt32(truncatingIfNeeded: (index + seed * 7919) &* 2_654_435_761)
    x ^= x >> 15
    x = x &* 2_246_822_519
    x ^= x >> 13
    return Double(x >> 8) / 0x1p24 - 0.5
  }
}
