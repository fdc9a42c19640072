import Glibc
import Testing

@testable import Arima

@Suite("Sine and cosine columns")
struct FourierTests {
  @Test("The columns are the sines and cosines of the harmonics")
  func values() {
    let fourier = Fourier(season: 365, harmonics: 5)
    let columns = fourier.columns(-400...1000)
    #expect(columns.count == fourier.columnCount && columns.count == 10)
    for (index, point) in (-400...1000).enumerated() {
      for harmonic in 1...5 {
        let angle = 2 * Double.pi * Double(harmonic * point) / 365
        #expect(abs(columns[2 * harmonic - 2][index] - sin(angle)) < 1e-12)
        #expect(abs(columns[2 * harmonic - 1][index] - cos(angle)) < 1e-12)
      }
    }
  }

  @Test("The sine at half the season, zero everywhere, is left out")
  func nyquist() {
    let even = Fourier(season: 4, harmonics: 2)
    #expect(even.names == ["S1-4", "C1-4", "C2-4"])
    #expect(even.columns(0...3).count == 3)
    #expect(even.columns(0...3)[2].map { $0.rounded() } == [1, -1, 1, -1])
    #expect(Fourier(season: 7, harmonics: 3).names.count == 6)
    #expect(Fourier(season: 7, harmonics: 3).columnCount == 6)
    #expect(Fourier(season: 7, harmonics: 0).columns(1...3).isEmpty)
  }

  @Test("A season later, and a million seasons later, the columns are the same to the last bit")
  func repeats() {
    let fourier = Fourier(season: 52, harmonics: 26)
    let here = fourier.columns(3...60)
    #expect(here == fourier.columns(55...112))
    #expect(here == fourier.columns(52_000_003...52_000_060))
  }
}
