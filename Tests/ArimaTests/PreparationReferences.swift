import Foundation
import Testing

@testable import Arima

/// A series and what R takes of it; see Fixtures/differences.R.
struct DifferenceReference: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let season: Int
  let y: [Double?]
  let daily: Int
  let seasonal: Int
  let strength: Double?
  let kpss: Double?

  var values: [Double] { y.map { $0 ?? .nan } }
  var testDescription: String { name }
}

/// A series and R's components; see Fixtures/decomposition.R.
struct DecompositionReference: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let season: Int
  let y: [Double]
  let trend: [Double]
  let seasonal: [Double]
  let remainder: [Double]

  var testDescription: String { name }
}

/// Lambdas, transforms and moments; see Fixtures/boxcox.R.
struct BoxCoxReference: Decodable, Sendable {
  struct Chosen: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let season: Int
    let y: [Double?]
    let lambda: Double

    var values: [Double] { y.map { $0 ?? .nan } }
    var testDescription: String { name }
  }

  struct Transformed: Decodable, Sendable {
    let lambda: Double
    let x: [Double]
    let z: [Double]
  }

  struct Normal: Decodable, Sendable {
    let lambda: Double
    let mean: Double
    let sd: Double
    let backMean: Double
    let backVariance: Double
  }

  var lambdas: [Chosen] = []
  var transforms: [Transformed] = []
  var normals: [Normal] = []
}

enum PreparationReferences {
  static let differences: [DifferenceReference] = load("differences") ?? []
  static let decompositions: [DecompositionReference] = load("decomposition") ?? []
  static let boxCox: BoxCoxReference = load("boxcox") ?? BoxCoxReference()

  /// Nil where the file cannot be read; the suites count what they got.
  private static func load<Value: Decodable>(_ name: String) -> Value? {
    guard
      let url = Bundle.module.url(
        forResource: name, withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return nil }
    return try? JSONDecoder().decode(Value.self, from: data)
  }
}
