/// Something wrong in a PNG file that does not keep its pixels from being decoded.
public struct PNGWarning: Sendable, Hashable, CustomStringConvertible {
  /// What was wrong and what was done about it.
  public var message: String
  /// Where in the bytes it was found, counted from 0.
  public var offset: Int

  /// Creates a warning.
  public init(message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }

  /// The message and the place.
  public var description: String { "\(message) (at byte \(offset))" }
}
