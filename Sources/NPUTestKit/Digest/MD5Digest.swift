internal import Crypto

/// The MD5 of bytes that come in pieces, as object stores name and check what they keep; it protects from no one.
package struct MD5Digest {
  private var hash = Insecure.MD5()

  package init() {}

  /// Adds a piece.
  package mutating func add(_ bytes: borrowing [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
  }

  /// The digest of what was added.
  package var bytes: [UInt8] { Array(hash.finalize()) }

  /// The digest of what was added, in hexadecimal digits.
  package var text: String { ContentDigest.hexadecimal(bytes) }
}
