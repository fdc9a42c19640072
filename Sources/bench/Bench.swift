import CommandLineArguments
import Glibc

@main
enum Bench {
  private static let group = CommandGroup(
    program: "bench", version: "of the same build",
    abstract: "measures a cluster under load, and models by themselves; `ops/bench` starts it.",
    sections: [
      CommandGroup.Section("Load", [ReadLoad.self, PaceLoad.self]),
      CommandGroup.Section(
        "ARIMA", [ArimaSeries.self, ArimaPairs.self, ArimaCoverage.self, ArimaScale.self]),
      CommandGroup.Section(
        "LSTM", [LstmTrain.self, LstmAccuracy.self, LstmCost.self, LstmHostile.self]),
      CommandGroup.Section(
        "Plans",
        [
          AllocationPrices.self, AllocationSmall.self, AllocationCluster.self,
          AllocationWorker.self, ClosedLoop.self,
        ]),
      CommandGroup.Section(
        "Cluster", [ClusterPlacement.self, ClusterPretend.self, ClusterFlips.self]),
    ])

  static func main() { exit(group.main(Array(CommandLine.arguments.dropFirst())).rawValue) }
}
