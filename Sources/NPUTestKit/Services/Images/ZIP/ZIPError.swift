/// Why an archive cannot be unpacked.
package struct ZIPError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The bytes end before the archive does, or have no directory.
    case truncated
    /// A place, a length, a checksum or the compressed data is wrong.
    case damaged
    /// The archive uses encryption, another compression than deflate, or the form for more than 4 GiB.
    case unsupported
    /// The files are more, or larger, than the limits.
    case limitExceeded = "limit_exceeded"
    /// There is no file in it.
    case empty
  }

  /// The cause.
  package var kind: Kind
  /// What was wrong, with the values that explain it.
  package var message: String

  /// Creates an error.
  package init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }
}

extension ZIPError: CustomStringConvertible {
  /// The message and the cause.
  package var description: String { "\(message) [\(kind.rawValue)]" }
}

/// How much an archive from a stranger may hold.
///
/// The limits are compared with the archive's directory before anything is unpacked, and no file is unpacked beyond the
/// length that the directory gives: an archive of some bytes that claims or holds terabytes costs nothing.
package struct ZIPLimits: Sendable, Hashable {
  /// The most files; default 256.
  package var files: Int
  /// The most bytes of one file, unpacked; default 256 MiB.
  package var fileBytes: Int
  /// The most bytes of all files together, unpacked; default 512 MiB.
  package var totalBytes: Int

  /// Creates limits.
  package init(files: Int = 256, fileBytes: Int = 256 << 20, totalBytes: Int = 512 << 20) {
    self.files = files
    self.fileBytes = fileBytes
    self.totalBytes = totalBytes
  }
}
