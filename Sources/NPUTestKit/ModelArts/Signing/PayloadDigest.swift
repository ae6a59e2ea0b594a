internal import NPUBase
internal import NPUDigest

/// The hash of a body, as a signature covers it.
public enum PayloadDigest {
  /// What is said of bytes.
  public static func payload(of bytes: [UInt8]) -> SignableRequest.Payload {
    bytes.isEmpty ? .empty : .digest(ContentDigest.text(of: bytes))
  }

  /// What is said of a file, which is read in pieces and never held whole.
  ///
  /// - Throws: ``ModelArtsError`` of kind `unreadable`.
  public static func payload(ofFile path: String) throws(ModelArtsError) -> SignableRequest.Payload {
    do throws(FileError) {
      let file = try File(readingRegular: path)
      var digest = ContentDigest()
      var buffer: [UInt8] = []
      var isEmpty = true
      while try file.read(upTo: 256 << 10, into: &buffer) > 0 {
        digest.add(buffer)
        buffer.removeAll(keepingCapacity: true)
        isEmpty = false
      }
      return isEmpty ? .empty : .digest(digest.text)
    } catch {
      throw ModelArtsError(kind: .unreadable, message: "\(error.path) cannot be read: \(error.message)")
    }
  }
}
