/// Why a file holds no behaviour.
public struct BehaviourFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What is wrong with it.
  public var reason: String

  /// File and reason.
  public var description: String { "\(path): \(reason)" }
}
