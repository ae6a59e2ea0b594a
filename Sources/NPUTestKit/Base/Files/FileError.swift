/// Why a file could not be opened, read or written.
public struct FileError: Error, Sendable, Hashable {
  /// What was tried.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The file could not be opened or created.
    case open
    /// The file could not be read.
    case read
    /// The file could not be written, such as on a full disk.
    case write
  }

  /// What was tried.
  public var kind: Kind
  /// The system's reason and, where there is one, what to do about it.
  public var message: String
  /// The file.
  public var path: String

  /// Creates an error.
  public init(kind: Kind, message: String, path: String) {
    self.kind = kind
    self.message = message
    self.path = path
  }
}

extension FileError: CustomStringConvertible {
  /// Path and message.
  public var description: String { "\(path): \(message)" }
}
