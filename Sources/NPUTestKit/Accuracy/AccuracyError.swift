internal import NPUBase

/// Why services could not be compared, or a recording not be written or read.
public struct AccuracyError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A file could not be opened or created.
    case open
    /// A file could not be read.
    case read
    /// A file could not be written, such as on a full disk.
    case write
    /// A folder holds no recording, or a file is not what it should be.
    case malformed
    /// A recording was written by a version of the kit that this one does not know.
    case unsupportedVersion = "unsupported_version"
    /// A recording is of another kind, model or parameters than what is to be compared or added.
    case otherManifest = "other_manifest"
    /// A case asks something else than the recorded one of the same identity.
    case changedCase = "changed_case"
    /// A case stands twice where it may stand once.
    case duplicateCase = "duplicate_case"
    /// Two sides have no case in common, or there is no case at all.
    case noCases = "no_cases"
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it, and what to do.
  public var message: String
  /// The file, where there is one.
  public var path: String?
  /// The line, from 1, where the cause is in one.
  public var line: Int?

  /// Creates an error.
  public init(kind: Kind, message: String, path: String? = nil, line: Int? = nil) {
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

extension AccuracyError: CustomStringConvertible {
  /// Where it happened and what.
  public var description: String {
    let place = path.map { path in line.map { "\(path):\($0): " } ?? "\(path): " } ?? ""
    return "\(place)\(message) [\(shortDescription)]"
  }
}
