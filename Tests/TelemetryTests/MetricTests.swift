import TestSupport
import Testing
import Threading

@testable import Telemetry

@Suite("Metrics")
struct MetricTests {
  @Test("A counter and a gauge lose nothing to several threads")
  func threads() throws {
    let (counter, gauge) = (Counter(), Gauge())
    let threads = try (0..<4).map { index in
      try Thread(name: "count-\(index)") {
        for _ in 0..<5_000 {
          counter.add()
          gauge.add(0.5)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(counter.value == 20_000)
    #expect(gauge.value == 10_000)
  }

  @Test("Quantiles of a histogram lie within 10 % of those of its values", arguments: [1, 2, 3])
  func quantiles(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let histogram = Histogram()
    // Spread over six decades.
    let values = (0..<2_000).map { _ in power(10, random.uniform() * 6 - 4) }
    for value in values { histogram.observe(value) }
    let sorted = values.sorted()
    for fraction in [0.01, 0.25, 0.5, 0.9, 0.99, 1] {
      let exact = sorted[max(0, Int((fraction * 2_000).rounded(.up)) - 1)]
      let estimate = try #require(histogram.snapshot.quantile(fraction))
      #expect(abs(estimate / exact - 1) < 0.1, "seed \(seed), quantile \(fraction)")
    }
  }

  @Test("A value lies in the bucket whose bounds enclose it")
  func buckets() {
    for value in [0, 1e-9, 1e-6, 0.3, 1, 1.0001, 7, 1e6, 0x1p24] {
      let bucket = Histogram.bucket(of: value)
      #expect(value <= Histogram.upperBound(bucket) * (1 + 1e-12))
      #expect(bucket == 0 || value > Histogram.upperBound(bucket - 1))
    }
    #expect(Histogram.bucket(of: 1e12) == Histogram.bucketCount - 1)
  }

  @Test("Nothing observed has no quantiles, and what is not finite is not observed")
  func empty() {
    let histogram = Histogram()
    histogram.observe(.nan)
    histogram.observe(.infinity)
    #expect(histogram.snapshot.quantile(0.5) == nil)
    #expect(histogram.snapshot.count == 0)
  }

  @Test("A histogram of one value answers with that value")
  func single() {
    let histogram = Histogram()
    histogram.observe(0.123)
    #expect(histogram.snapshot.quantile(0.5) == 0.123)
  }

  @Test("Prometheus text has help, type, sorted labels and escapes")
  func prometheus() {
    let registry = MetricRegistry()
    registry.counter("rows_total", help: "Rows\nstored", labels: ["shard": "2", "a": "x\"y\\"]).add(
      3)
    registry.counter("rows_total", help: "Rows\nstored", labels: ["shard": "1"]).add(1)
    registry.gauge("age_seconds", help: "Age").set(1.5)
    #expect(
      registry.prometheusText() == """
        # HELP age_seconds Age
        # TYPE age_seconds gauge
        age_seconds 1.5
        # HELP rows_total Rows\\nstored
        # TYPE rows_total counter
        rows_total{a="x\\"y\\\\",shard="2"} 3
        rows_total{shard="1"} 1

        """)
  }

  @Test("A histogram's buckets in Prometheus text are cumulative and end with all")
  func prometheusHistogram() {
    let registry = MetricRegistry()
    let histogram = registry.histogram("wait_seconds", help: "Wait", labels: ["queue": "bulk"])
    for value in [0.4, 0.5, 3, 1e9] { histogram.observe(value) }
    let lines = registry.prometheusText().split(separator: "\n").map(String.init)
    for line in [
      "wait_seconds_bucket{queue=\"bulk\",le=\"0.25\"} 0",
      "wait_seconds_bucket{queue=\"bulk\",le=\"0.5\"} 2",
      "wait_seconds_bucket{queue=\"bulk\",le=\"4\"} 3",
      "wait_seconds_bucket{queue=\"bulk\",le=\"16777216\"} 3",
      "wait_seconds_bucket{queue=\"bulk\",le=\"+Inf\"} 4",
      "wait_seconds_count{queue=\"bulk\"} 4",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test("The same name and labels give the same metric")
  func same() {
    let registry = MetricRegistry()
    registry.counter("rows_total", help: "Rows", labels: ["shard": "1"]).add(2)
    #expect(registry.counter("rows_total", help: "Rows", labels: ["shard": "1"]).value == 2)
  }
}
