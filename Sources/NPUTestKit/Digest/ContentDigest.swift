internal import Crypto

/// The SHA-256 of bytes that come in pieces.
package struct ContentDigest {
  private var hash = SHA256()

  package init() {}

  /// Adds a piece.
  package mutating func add(_ bytes: borrowing [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
  }

  /// The digest of what was added, in hexadecimal digits.
  package var text: String { Self.hexadecimal(hash.finalize()) }

  /// The digest of bytes, in hexadecimal digits.
  package static func text(of bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.add(bytes)
    return digest.text
  }

  /// Bytes in hexadecimal digits.
  package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
