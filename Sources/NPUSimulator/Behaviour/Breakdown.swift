/// What breaks in a service when something happens to it, and stays broken until it is started again.
///
/// In JSON `{"trigger": "disconnect", "effect": "leaks_requests"}`. Faults and flaws are there from the beginning; a
/// breakdown is what a test of robustness brings about.
public struct Breakdown: Sendable, Hashable {
  /// What brings it about.
  public enum Trigger: String, Sendable, Hashable, Codable, CaseIterable {
    /// A request is refused.
    case refusal
    /// A client leaves before the end of its response.
    case disconnect
    /// A request holds a text, see ``Breakdown/text``.
    case request
  }

  /// What is broken from then on.
  public enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
    /// Connections are accepted and closed, as by the rest of a service that crashed.
    case closes
    /// The health route says that all is well, and no request gets a response.
    case hangs
    /// Responses say something wrong.
    case corrupts
    /// Requests whose client left are answered on, for ever.
    case leaksRequests = "leaks_requests"
    /// The cache of requests whose client left stays in use.
    case leaksCache = "leaks_cache"
  }

  /// What brings it about.
  public var trigger: Trigger
  /// What is broken from then on.
  public var effect: Effect
  /// The text of a request that brings it about.
  public var text = ""

  /// Creates a breakdown.
  public init(_ trigger: Trigger, _ effect: Effect, text: String = "") {
    (self.trigger, self.effect, self.text) = (trigger, effect, text)
  }
}

extension Breakdown: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case trigger, effect, text }

  /// Reads the members that are given; the text may be missing.
  ///
  /// - Throws: `DecodingError` for an unknown member or a wrong type.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try values.decode(Trigger.self, forKey: .trigger), try values.decode(Effect.self, forKey: .effect))
    text = try values.decodeIfPresent(String.self, forKey: .text) ?? text
  }
}
