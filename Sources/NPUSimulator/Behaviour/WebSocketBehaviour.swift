/// How responses are sent as messages of a WebSocket.
///
/// In JSON `{"frame_bytes": 4, "ping_every": 2, "ending": "close", "close_code": 1000}`.
public struct WebSocketBehaviour: Sendable, Hashable {
  /// What ends a response.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    /// A message that says that it is done, and why; the connection takes further messages.
    case done
    /// The closing frame.
    case close
    /// Nothing: the connection stays open.
    case none
  }
  /// The most bytes of one frame, or nothing for messages in one frame each.
  public var frameBytes: Int?
  /// After how many messages a ping comes, or nothing for never.
  public var pingEvery: Int?
  /// What ends a response.
  public var ending = Ending.done
  /// The code of the closing frame.
  public var closeCode = 1000

  /// Creates a behaviour: each message in one frame, and a last one that says that the response is done.
  public init() {}
}

extension WebSocketBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case frameBytes = "frame_bytes"
    case pingEvery = "ping_every"
    case closeCode = "close_code"
    case ending
  }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    frameBytes = try values.decodeIfPresent(Int.self, forKey: .frameBytes, in: 1...Int.max)
    pingEvery = try values.decodeIfPresent(Int.self, forKey: .pingEvery, in: 1...Int.max)
    ending = try values.decodeIfPresent(Ending.self, forKey: .ending) ?? ending
    closeCode = try values.decodeIfPresent(Int.self, forKey: .closeCode, in: 0...65_535) ?? closeCode
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(frameBytes, forKey: .frameBytes)
    try values.encodeIfPresent(pingEvery, forKey: .pingEvery)
    try values.encode(ending, forKey: .ending)
    try values.encode(closeCode, forKey: .closeCode)
  }
}
