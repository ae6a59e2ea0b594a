extension Fault: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, status, body, bytes
    case afterTokens = "after_tokens"
    case duration = "ms"
    case contentType = "content_type"
    case retryAfter = "retry_after"
    case endsCleanly = "ends_cleanly"
  }

  /// Reads a fault from its kind alone or from an object with parameters.
  ///
  /// - Throws: `DecodingError` for an unknown kind or member, and for numbers outside their range.
  public init(from decoder: any Decoder) throws {
    if let kind = try? decoder.singleValueContainer().decode(String.self) {
      guard let kind = Kind(name: kind) else { throw Self.unknown(kind, decoder) }
      self.init(kind)
      return
    }
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.decode(String.self, forKey: .kind)
    guard let kind = Kind(name: name) else { throw Self.unknown(name, decoder) }
    self.init(kind)
    afterTokens = try values.decodeIfPresent(Int.self, forKey: .afterTokens, in: 0...Int.max) ?? afterTokens
    duration = try values.decodeMillisecondsIfPresent(forKey: .duration)
    status = try values.decodeIfPresent(Int.self, forKey: .status, in: 200...999) ?? status
    body = try values.decodeIfPresent(String.self, forKey: .body)
    contentType = try values.decodeIfPresent(String.self, forKey: .contentType)
    retryAfter = try values.decodeIfPresent(Int.self, forKey: .retryAfter)
    bytes = try values.decodeIfPresent(Int.self, forKey: .bytes, in: 0...Int.max)
    endsCleanly = try values.decodeIfPresent(Bool.self, forKey: .endsCleanly) ?? endsCleanly
  }

  /// Writes an object with every parameter that is set.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(kind, forKey: .kind)
    try values.encode(afterTokens, forKey: .afterTokens)
    try values.encodeIfPresent(duration?.milliseconds, forKey: .duration)
    try values.encode(status, forKey: .status)
    try values.encodeIfPresent(body, forKey: .body)
    try values.encodeIfPresent(contentType, forKey: .contentType)
    try values.encodeIfPresent(retryAfter, forKey: .retryAfter)
    try values.encodeIfPresent(bytes, forKey: .bytes)
    try values.encode(endsCleanly, forKey: .endsCleanly)
  }

  private static func unknown(_ name: String, _ decoder: any Decoder) -> DecodingError {
    let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
    return .dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "no fault is called '\(name)'; there are \(known)"))
  }
}
