#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Bytes as text, for media inside JSON.
enum Base64 {
  /// The bytes in the standard alphabet, padded.
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
