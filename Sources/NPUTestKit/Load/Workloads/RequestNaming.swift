/// The identities that the requests of one load get, so that they can be found again in a server's log.
public struct RequestNaming: Sendable, Hashable {
  /// What comes before the number of a request.
  public var prefix: String

  /// Creates a naming; without a prefix one is drawn, so that two runs never share an identity.
  public init(prefix: String? = nil) {
    self.prefix = prefix ?? "npu-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + "-"
  }

  /// The identity of one request.
  public func name(of index: Int) -> String { prefix + String(index) }
}
