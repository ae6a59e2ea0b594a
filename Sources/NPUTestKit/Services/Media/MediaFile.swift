internal import NPUBase

/// Files that are read whole, to stand in a JSON document.
package enum MediaFile {
  private static let limit: Int64 = 64 << 20

  /// The bytes of a file of at most 64 MiB.
  package static func read(_ path: String) throws(ServiceError) -> [UInt8] {
    func refused(_ reason: String, _ error: (any Error)? = nil) -> ServiceError {
      ServiceError(kind: .invalidRequest, message: "the file \(path) cannot be sent: \(reason)", underlying: error)
    }
    let bytes: [UInt8]
    let size: Int64
    do throws(FileError) {
      let file = try File(readingRegular: path)
      size = try file.size
      bytes = size <= limit ? try file.readAll() : []
    } catch {
      throw refused(error.message, error)
    }
    guard size <= limit else { throw refused("it has \(size) bytes; a chat takes at most \(limit)") }
    return bytes
  }
}
