import Testing

@testable import CommandLineArguments

@Suite struct ProgressTests {
  private func reading(_ count: Int, of all: Int? = nil, notes: [String] = []) -> ProgressReading {
    ProgressReading("ingesting sales", count: count, of: all, .rows, notes: notes)
  }

  /// A meter that read `rate` rows a second of 1,000, once each half second.
  private func meter(rate: Int, seconds: Int, of all: Int? = 1_000) -> ProgressMeter {
    var meter = ProgressMeter()
    for half in 0...(2 * seconds) {
      meter.take(reading(rate * half / 2, of: all), at: Double(half) / 2)
    }
    return meter
  }

  @Test func `rate and time left follow from what was read`() {
    let meter = meter(rate: 50, seconds: 4)
    #expect(meter.rate == 50)
    #expect(meter.secondsLeft == 16)
    #expect(meter.elapsedSeconds == 4)
  }

  @Test func `nothing is said of rates before a second has gone by, or of what stands still`() {
    var meter = ProgressMeter()
    meter.take(reading(0, of: 10), at: 0)
    meter.take(reading(5, of: 10), at: 0.5)
    #expect(meter.rate == nil)
    #expect(meter.secondsLeft == nil)
    for second in 1...40 { meter.take(reading(5, of: 10), at: Double(second)) }
    #expect(meter.rate == 0)
    #expect(meter.secondsLeft == nil)
  }

  @Test func `what was long ago does not count`() {
    var meter = ProgressMeter()
    for second in 0...100 { meter.take(reading(second, of: 1_000), at: Double(second)) }
    for second in 1...16 {
      meter.take(reading(100 + 10 * second, of: 1_000), at: 100 + Double(second))
    }
    #expect(meter.rate == 10)
  }

  @Test func `another title is another work`() {
    var meter = meter(rate: 50, seconds: 4)
    meter.take(ProgressReading("ingesting items", count: 400, .rows), at: 5)
    #expect(meter.rate == nil)
    #expect(meter.elapsedSeconds == 0)
  }

  @Test func `a line has a bar, percent, rate and time left, and fits`() {
    let text = ProgressText(reading(200, of: 1_000, notes: ["3 bad"]), meter(rate: 50, seconds: 4))
    #expect(
      text.line(width: 120)
        == "ingesting sales  \(ProgressText.bar(0.2, columns: 30))  20 %  200 of 1,000 rows  50/s  "
        + "16 s left  3 bad")
    for width in 1...120 { #expect(DisplayWidth.of(text.line(width: width)) <= width) }
    #expect(text.line(width: 50).contains("16 s left"))
    #expect(text.line(width: 50).contains("20 %"))
    #expect(
      text.sentence == "ingesting sales: 20 %, 200 of 1,000 rows, 50/s, 16 s left, 3 bad")
  }

  @Test func `without a total there are rate and count`() {
    let text = ProgressText(reading(200), meter(rate: 50, seconds: 4, of: nil))
    #expect(text.line(width: 80) == "ingesting sales  200 rows  50/s")
  }

  @Test func `what cannot be counted says how long it takes`() {
    var meter = ProgressMeter()
    let reading = ProgressReading("run 7 train: surveying")
    meter.take(reading, at: 10)
    #expect(ProgressText(reading, meter).line(width: 80) == "run 7 train: surveying")
    meter.take(reading, at: 22.7)
    #expect(ProgressText(reading, meter).line(width: 80) == "run 7 train: surveying  12 s")
  }

  @Test func `a bar is as wide as it should be, and full at the end alone`() {
    for columns in 1...30 {
      for step in 0...100 {
        #expect(DisplayWidth.of(ProgressText.bar(Double(step) / 100, columns: columns)) == columns)
      }
    }
    #expect(ProgressText.bar(1, columns: 3) == "\u{2501}\u{2501}\u{2501}")
    #expect(ProgressText.bar(0.999, columns: 3) == "\u{2501}\u{2501}\u{2578}")
    #expect(ProgressText.percent(0.999) == "99 %")
  }
}
