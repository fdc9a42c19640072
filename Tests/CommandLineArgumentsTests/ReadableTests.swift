import Testing

@testable import CommandLineArguments

@Suite struct ReadableTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1 k"), (12_345, "12.3 k"), (999_499, "999 k"),
    (999_500, "1 M"), (2_412_345, "2.41 M"), (-1_500, "-1.5 k"), (.max, "9.22 E"),
    (.min, "-9.22 E"), (99_960, "100 k"), (9_996, "10 k"),
  ])
  func `counts have three digits and a unit`(value: Int, text: String) {
    #expect(Readable.count(value) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1_023, "1023 B"), (65_536, "64 KiB"), (1_610_612_736, "1.5 GiB"),
  ])
  func `bytes are counted in powers of two`(value: Int, text: String) {
    #expect(Readable.bytes(value) == text.replacing("1023", with: "1,023"))
  }

  @Test(arguments: [
    (0, "0 us"), (0.000_085, "85 us"), (0.000_999_6, "1 ms"), (0.012, "12 ms"), (0.999_6, "1.0 s"),
    (3.44, "3.4 s"), (59.96, "1m 00s"), (72, "1m 12s"), (3_599.6, "1h 00m"), (7_500, "2h 05m"),
    (273_600, "3d 04h"), (.infinity, "inf s"), (-1, "-1 s"),
  ])
  func `durations have two parts`(seconds: Double, text: String) {
    #expect(Readable.duration(seconds: seconds) == text)
  }

  @Test(arguments: [
    (1_234.5, 2, "1,234.50"), (0.005, 2, "0.00"), (-0.001, 2, "0.00"), (-1.25, 1, "-1.2"),
    (2, 0, "2"), (1e30, 2, "1e+30"), (.nan, 2, "nan"), (0.999, 2, "1.00"),
  ])
  func `decimals have a fixed number of places`(value: Double, places: Int, text: String) {
    #expect(Readable.decimal(value, places: places) == text)
  }

  @Test(arguments: [(0, "0"), (-1_024, "-1,024"), (1_000_000, "1,000,000"), (999, "999")])
  func `thousands are grouped`(value: Int, text: String) {
    #expect(Readable.grouped(value) == text)
  }
}
