import Foundation
import NPUMetrics

/// Why there is no response, in the form in which it is printed.
struct Failure: Error {
  /// The cause, from a bounded set.
  var kind: String
  /// What was wrong, with the values that explain it.
  var message: String

  /// What standard output holds in place of a response.
  var line: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let object = ["error": ["kind": kind, "message": message]]
      return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
  }

  /// Runs a comparison and gives its errors their printed form.
  static func wrapping<Value>(_ work: () throws(TextMetricError) -> Value) throws(Failure) -> Value {
    do throws(TextMetricError) {
      return try work()
    } catch {
      throw Failure(kind: error.kind.rawValue, message: error.message)
    }
  }
}
