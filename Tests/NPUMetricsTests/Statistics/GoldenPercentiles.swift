internal import Foundation

/// The reference percentiles of numpy 2.4.6, read from the fixture.
struct GoldenPercentiles: Decodable {
  struct Sample: Decodable, CustomStringConvertible, Sendable {
    struct Description: Decodable, Sendable {
      var mean: GoldenDouble
      var mean_fsum: GoldenDouble?
      var min: GoldenDouble
      var max: GoldenDouble
      var std_population: GoldenDouble
      var std_sample: GoldenDouble?
      var cv: GoldenDouble?
      var median: GoldenDouble?
      var iqr: GoldenDouble?
    }

    var name: String
    var sample: [GoldenDouble]?
    var n: Int?
    var q: [Double]
    var percentiles: [String: [GoldenDouble]]
    var describe: Description

    var description: String { name }

    /// The samples themselves, or those of the formula (splitmix64(i) >> 11) * 2^-53.
    var values: [Double] {
      if let sample { return sample.map(\.value) }
      return (0..<UInt64(n ?? 0)).map { index in
        var mixed = index &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
      }
    }
  }

  var samples: [Sample]

  static func load() throws -> GoldenPercentiles {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/percentiles.json")
    return try JSONDecoder().decode(GoldenPercentiles.self, from: Data(contentsOf: url))
  }
}

/// A number that may be written as "inf", "-inf" or "nan".
struct GoldenDouble: Decodable, Sendable {
  var value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      guard let number = Double(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number: \(text)")
      }
      value = number
    } else {
      value = try container.decode(Double.self)
    }
  }
}
