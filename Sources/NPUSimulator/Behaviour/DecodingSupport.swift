extension Decoder {
  /// Throws if the object has a member outside a list: a misspelt member would otherwise silently do nothing.
  ///
  /// - Parameters:
  ///   - known: The names of members, which the error tells.
  ///   - former: Names that are taken and not told.
  /// - Throws: `DecodingError` with the first other member.
  func refuseUnknownKeys(_ known: [String], former: [String] = []) throws {
    let present = try container(keyedBy: AnyKey.self).allKeys
    guard let stranger = present.first(where: { !(known + former).contains($0.stringValue) }) else { return }
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: codingPath,
        debugDescription: "no member is called '\(stranger.stringValue)'; there are \(known.joined(separator: ", "))"))
  }
}

/// A key that holds whatever name stands in the document.
private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) {
    return nil
  }
}

extension KeyedDecodingContainer {
  /// A number that must lie in a range, if it is there.
  func decodeIfPresent<Value: Decodable & Comparable>(
    _ type: Value.Type, forKey key: Key, in range: ClosedRange<Value>
  ) throws -> Value? {
    guard let value = try decodeIfPresent(type, forKey: key) else { return nil }
    guard range.contains(value) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self,
        debugDescription: "'\(key.stringValue)' is \(value); it must lie in \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  /// A duration written as a number of milliseconds, if it is there.
  func decodeMillisecondsIfPresent(forKey key: Key) throws -> Duration? {
    // A year: longer pauses are surely a mistake of the unit.
    try decodeIfPresent(Double.self, forKey: key, in: 0...3.2e10).map { .nanoseconds(Int64($0 * 1e6)) }
  }
}

extension DecodingError {
  /// The reason in one line.
  var reason: String {
    switch self {
    case .dataCorrupted(let context):
      return context.debugDescription.hasPrefix("The given data was not valid JSON")
        ? "it is not valid JSON" : context.debugDescription
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(place.isEmpty ? "the document" : "'\(place)'") is not \(Self.name(of: type))"
    @unknown default: return String(describing: self)
    }
  }

  /// What JSON calls a value of a type.
  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any RandomAccessCollection.Type: "a list"
    default: "an object"
    }
  }
}

extension Duration {
  /// Whole nanoseconds, held at the limits of the type.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    guard overflow || carry else { return sum }
    return seconds < 0 ? .min : .max
  }

  /// Nanoseconds of a pause: not negative, and at most ten years, so that sums of several stay in range.
  var pauseNanoseconds: Int64 { min(max(0, nanoseconds), 315_360_000_000_000_000) }

  /// Milliseconds, as JSON has them.
  var milliseconds: Double { Double(nanoseconds) / 1e6 }
}
