/// What is particular to a MindIE server; of no matter for the others.
///
/// In JSON `{"state": "busy", "full_text": true}`.
public struct MindIEBehaviour: Sendable, Hashable {
  /// What its health routes say.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// It serves.
    case normal
    /// It serves and is at capacity: alive, and not ready.
    case busy
    /// It does not serve yet.
    case starting
    /// It was told to stop.
    case stopping
    /// It is paused, or something in it is broken.
    case abnormal
    /// One of the other machines it runs on is lost.
    case lostNode = "lost_node"
  }

  /// What its health routes say.
  public var state = State.normal
  /// Whether each event of a stream repeats the text so far, as with its setting `fullTextEnabled`.
  public var fullText = false
  /// Whether the probe that sends a request through the engine fails.
  public var failsProbe = false
  /// Whether it shows metrics, which the real one does only if its environment says so.
  public var showsMetrics = true
  /// Whether `token.id` is one number, as in servers before 2026, in place of a list.
  public var bareTokenIDs = false

  /// Creates the default behaviour.
  public init() {}
}

extension MindIEBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case fullText = "full_text"
    case failsProbe = "fails_probe"
    case showsMetrics = "shows_metrics"
    case bareTokenIDs = "bare_token_ids"
    case state
  }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member or a wrong type.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    state = try values.decodeIfPresent(State.self, forKey: .state) ?? state
    fullText = try values.decodeIfPresent(Bool.self, forKey: .fullText) ?? fullText
    failsProbe = try values.decodeIfPresent(Bool.self, forKey: .failsProbe) ?? failsProbe
    showsMetrics = try values.decodeIfPresent(Bool.self, forKey: .showsMetrics) ?? showsMetrics
    bareTokenIDs = try values.decodeIfPresent(Bool.self, forKey: .bareTokenIDs) ?? bareTokenIDs
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(state, forKey: .state)
    try values.encode(fullText, forKey: .fullText)
    try values.encode(failsProbe, forKey: .failsProbe)
    try values.encode(showsMetrics, forKey: .showsMetrics)
    try values.encode(bareTokenIDs, forKey: .bareTokenIDs)
  }
}
