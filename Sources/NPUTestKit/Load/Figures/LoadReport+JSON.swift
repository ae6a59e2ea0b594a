internal import NPUBase

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension LoadReport {
  /// The report as one JSON object with sorted keys, units in the keys.
  ///
  /// - Parameter pretty: Whether it is spread over lines; otherwise it is one line.
  /// - Returns: The text.
  /// - Throws: The encoder's error, such as for a number that JSON lacks.
  public func json(pretty: Bool = true) throws -> String { try Self.json(self, pretty: pretty) }

  /// Writes what is wrong with the responses, what the chips did, and what the server said of itself, where somebody
  /// watched.
  func writeTelemetry(to json: inout JSONByteWriter) throws {
    if let quality {
      json.key("quality")
      json.raw(try Self.json(quality, pretty: false))
    }
    if let npu {
      json.key("npu")
      json.raw(try Self.json(npu, pretty: false))
    }
    if let serverMetrics {
      json.key("server_metrics")
      json.raw(try Self.json(serverMetrics, pretty: false))
    }
  }

  private static func json(_ value: some Encodable, pretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: Array(try encoder.encode(value)).escapingSteering, as: UTF8.self)
  }

  /// Reads a report from its JSON.
  ///
  /// - Throws: `DecodingError` if the text is not a report.
  public init(json: String) throws {
    self = try JSONDecoder().decode(LoadReport.self, from: Data(json.utf8))
  }
}
