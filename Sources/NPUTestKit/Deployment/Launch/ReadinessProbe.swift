/// A request by whose response one sees that a service is ready.
public struct ReadinessProbe: Sendable, Hashable, Codable {
  /// The address that is asked with `GET`, as seen from this machine.
  public var url: String
  /// The statuses of a service that is ready.
  public var statuses: [Int]
  /// A text that the body holds once the service is ready, blanks aside; `nil` if the status says it all.
  public var text: String?
  /// After how long a service that is not ready counts as failed; large models take minutes to load.
  public var timeout: Duration
  /// The time from one request to the next.
  public var interval: Duration

  /// Creates a probe.
  public init(
    url: String, statuses: [Int] = [200], text: String? = nil, timeout: Duration = .seconds(1800),
    interval: Duration = .milliseconds(500)
  ) {
    self.url = url
    self.statuses = statuses
    self.text = text
    self.timeout = timeout
    self.interval = interval
  }

  /// Whether a response is that of a service that is ready.
  func isMet(status: Int, body: [UInt8]) -> Bool {
    guard statuses.contains(status) else { return false }
    guard let text else { return true }
    func dense(_ text: String) -> String { String(text.filter { !$0.isWhitespace }) }
    return dense(String(decoding: body.prefix(65_536), as: UTF8.self)).contains(dense(text))
  }
}
