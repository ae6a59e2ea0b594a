/// The identities that the requests of one load get, so that they can be found again in a server's log.
public struct RequestNaming: Sendable, Hashable {
  /// What comes before the number of a request, or `nil` for UUIDs.
  public var prefix: String?
  /// What the UUIDs of one load have in common.
  private let run: UUIDBits

  /// Creates a naming.
  ///
  /// - Parameter prefix: What comes before the number of a request. Without one each request gets a UUID, since some
  ///   servers refuse any other identity; its last twelve digits are the number of the request, in hexadecimal.
  public init(prefix: String? = nil) {
    self.prefix = prefix
    run = prefix == nil ? UUIDBits(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max)) : UUIDBits()
  }

  private struct UUIDBits: Hashable {
    var high: UInt64 = 0
    var low: UInt64 = 0
  }

  /// The identity of one request.
  public func name(of index: Int) -> String {
    if let prefix { return prefix + String(index) }
    // Version 4 and the variant of RFC 9562; the other bits are random, but for those of the number.
    let high = run.high & ~0xF000 | 0x4000
    let low =
      run.low & 0x3FFF_0000_0000_0000 | 0x8000_0000_0000_0000 | UInt64(truncatingIfNeeded: index) & 0xFFFF_FFFF_FFFF
    return [
      Self.digits(high >> 32, 8), Self.digits(high >> 16 & 0xFFFF, 4), Self.digits(high & 0xFFFF, 4),
      Self.digits(low >> 48, 4), Self.digits(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }

  private static func digits(_ value: UInt64, _ count: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }
}
