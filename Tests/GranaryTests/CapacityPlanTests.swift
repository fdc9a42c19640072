import CommandLineArguments
import Testing

@testable import Coordination
@testable import granary

@Suite("How many workers a run needs")
struct CapacityPlanTests {
  private func measure(
    run: UInt64 = 7, skus: Int = 100_000, seconds: Double = 1_000, fixed: Double = 60,
    machines: Double = 1, models: [String] = ["ets"]
  ) -> RunMeasure {
    RunMeasure(
      run: run, skus: skus, runningSeconds: seconds, fixedSeconds: fixed, workers: machines,
      machines: machines, models: models)
  }

  @Test("follows from the measured rate, what cannot be shortened, and what a doubling is worth")
  func arithmetic() {
    let basis = measure()
    let one = CapacityPlan(skus: 100_000, deadlineSeconds: 1_060, basis: basis, others: [basis])
    #expect(one.machines == 1 && one.seconds(1) == 1_060)
    // 1.8 times as fast with two: 1,000 / 1.8 and the 60 that stay.
    #expect(abs(one.seconds(2) - 615.5556) < 0.001)
    let two = CapacityPlan(skus: 100_000, deadlineSeconds: 620, basis: basis, others: [basis])
    #expect(two.machines == 2 && two.comparedRun == nil)
    let three = CapacityPlan(skus: 100_000, deadlineSeconds: 615, basis: basis, others: [basis])
    #expect(three.machines == 3)
  }

  @Test("takes what a doubling gives from two runs where there are such")
  func measuredEfficiency() {
    let basis = measure(run: 9, seconds: 312.5, machines: 4)
    let others = [
      basis, measure(run: 8, seconds: 400, machines: 3, models: ["arima"]),
      measure(run: 7, machines: 1),
    ]
    let plan = CapacityPlan(skus: 100_000, deadlineSeconds: 400, basis: basis, others: others)
    // Four machines do 3.2 times what one did: 1.789 a doubling.
    #expect(plan.comparedRun == 7 && abs(plan.efficiency - 0.894427) < 1e-6)
    #expect(plan.text("train").contains("measured, against run 7"))
  }

  @Test("says so when no number is enough, whatever the reason")
  func never() {
    let basis = measure()
    let fixed = CapacityPlan(skus: 100_000, deadlineSeconds: 60, basis: basis, others: [])
    #expect(fixed.machines == nil)
    #expect(fixed.text("train").hasPrefix("No number of workers is enough: "))
    let many = CapacityPlan(
      skus: 1_000_000_000, deadlineSeconds: 3_600, basis: basis, others: [])
    #expect(many.machines == nil && many.text("train").hasPrefix("256 workers are not enough"))
    #expect(many.json("train").contains("\"workers\":null"))
  }

  @Test("rests on full runs that were done and measured, and on no other")
  func basis() {
    func summary(_ work: ClusterStatus.Work?, phase: String = "done") -> RunMeasure? {
      RunMeasure(
        ClusterStatus.RunSummary(
          run: 3, kind: "train", phase: phase, asOf: nil, unitsDone: 4, unitsInAll: 4,
          skusDone: 1_000, rounds: 0, elapsedSeconds: 30, skusPerSecond: 33, secondsLeft: nil,
          quarantined: 0, quarantine: [:], fellBack: 0, trouble: "", work: work), kind: "train")
    }
    var work = ClusterStatus.Work(runningSeconds: 20, workers: 3, hosts: 1, credits: 6)
    #expect(summary(work)?.rateOfMachine == 50)
    #expect(summary(work)?.fixedSeconds == 10)
    #expect(summary(nil) == nil && summary(work, phase: "failed") == nil)
    work.isUpdate = true
    #expect(summary(work) == nil)
  }

  @Test("is asked for with times as people write them")
  func times() {
    for (word, seconds) in [
      ("90s", 90.0), ("45m", 2_700), ("2h", 7_200), ("1h30m", 5_400), ("2h 05m", 7_500),
      ("1d", 86_400),
    ] {
      let span = TimeSpan(argument: word)
      #expect(span?.seconds == seconds, "\(word)")
      #expect(span.flatMap { TimeSpan(argument: $0.argumentText) } == span)
    }
    for word in ["", "2", "h", "0s", "30m1h", "1h1h", "-1h", "1.5h", "99999999999s"] {
      #expect(TimeSpan(argument: word) == nil, "\(word)")
    }
  }
}
