/// Finds out, by asking the service, whether it has an ability that some checks need.
///
/// A run asks each probe once, before the checks.
public struct Probe<Context: CheckContext>: Sendable {
  /// What the service says of an ability.
  public enum Support: Sendable, Hashable {
    /// It has it.
    case supported
    /// It does not have it; the reason is the service's own response.
    case notSupported(String)
  }

  /// The ability, such as `tool calling`; probes of one suite have different names.
  public var name: String
  /// Asks the service; an error means that it could not be found out.
  public var ask: @Sendable (Context) async throws -> Support

  /// Creates a probe.
  ///
  /// - Parameters:
  ///   - name: The ability.
  ///   - ask: How to find out.
  public init(_ name: String, ask: @escaping @Sendable (Context) async throws -> Support) {
    self.name = name
    self.ask = ask
  }
}
