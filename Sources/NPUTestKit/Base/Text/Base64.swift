#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Bytes as text, for media inside JSON.
package enum Base64 {
  /// The bytes in the standard alphabet, padded.
  package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// The bytes of a text in the standard alphabet; `nil` if it is none.
  ///
  /// Line breaks and spaces between the letters are passed over, as mail and some encoders write them.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let hasSpace = text.utf8.contains { $0 <= 0x20 }
    let letters = hasSpace ? Data(text.utf8.filter { $0 > 0x20 }) : Data(text.utf8)
    return Data(base64Encoded: letters).map { Array($0) }
  }
}
