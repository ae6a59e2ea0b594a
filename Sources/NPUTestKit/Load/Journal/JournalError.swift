internal import NPUBase

/// Why a journal could not be written or read.
public struct JournalError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The file could not be opened or created.
    case open
    /// The file could not be read.
    case read
    /// The file could not be written, such as on a full disk.
    case write
    /// The journal was closed before.
    case closed
    /// The first line is not the header of a journal.
    case missingHeader = "missing_header"
    /// The journal was written by a version of the kit that this one does not know.
    case unsupportedVersion = "unsupported_version"
    /// A line is longer than the reader accepts.
    case lineTooLong = "line_too_long"
    /// A line in the middle of the journal is not one of its own.
    case malformedLine = "malformed_line"
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it.
  public var message: String
  /// The file.
  public var path: String
  /// The line, from 1, where the cause is in one.
  public var line: Int?

  /// Creates an error.
  public init(kind: Kind, message: String, path: String, line: Int? = nil) {
    self.kind = kind
    self.message = message
    self.path = path
    self.line = line
  }

  init(_ error: FileError) {
    let kind: Kind =
      switch error.kind {
      case .open: .open
      case .read: .read
      case .write: .write
      }
    self.init(kind: kind, message: error.message, path: error.path)
  }

  /// The cause alone, from a bounded set.
  public var shortDescription: String { kind.rawValue }
}

extension JournalError: CustomStringConvertible {
  /// Where it happened and what.
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return "\(place): \(message) [\(shortDescription)]"
  }
}
