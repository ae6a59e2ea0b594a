internal import NPUBase

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files that are read whole, to stand in a JSON document.
enum MediaFile {
  private static let limit = 64 << 20

  static func read(_ path: String) throws -> [UInt8] {
    func refused(_ reason: String, _ error: (any Error)? = nil) -> ServiceError {
      ServiceError(kind: .invalidRequest, message: "the file \(path) cannot be sent: \(reason)", underlying: error)
    }
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      throw refused("it is not there or not to be read; check path and rights", error)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else { throw refused("it is no regular file") }
    let size = (attributes[.size] as? Int) ?? (attributes[.size] as? UInt64).map { Int(clamping: $0) } ?? 0
    guard size <= limit else { throw refused("it has \(size) bytes; a chat takes at most \(limit)") }
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw refused(Excerpt.of(String(describing: error)), error)
    }
  }
}
