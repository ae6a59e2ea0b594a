import Foundation
import NPUBase
import Testing

/// Reference values that Huawei's own programs and documents gave.
enum Goldens {
  static func file(_ name: String) throws -> JSONValue {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
    return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
  }
}
