internal import NPUBase
internal import NPUDigest

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A folder with a file for each item, named after its path in the folder.
///
/// Names that begin with a dot are passed over, and links to folders not followed. Each file is read once at the
/// beginning, for its hash.
public struct FolderInput: BatchInput {
  /// The folder.
  public var path: String

  /// The most files of a folder.
  private static let mostFiles = 1_000_000

  /// Names a folder.
  public init(_ path: String) { self.path = path }

  /// Looks at the whole input once.
  public func index(in folder: String) async throws -> BatchIndex {
    var entries: [BatchIndex.Entry] = []
    for name in try Self.names(below: path) {
      let (tag, size) = try Self.facts(of: "\(path)/\(name)")
      entries.append(BatchIndex.Entry(id: name, tag: tag, size: size))
    }
    return try BatchIndex(entries)
  }

  /// Reads one item.
  public func item(_ entry: BatchIndex.Entry, in folder: String) async throws -> BatchItem {
    let file = "\(path)/\(entry.id)"
    guard try Self.facts(of: file).tag == entry.tag else {
      throw BatchError(kind: .changedInput, message: "\(file) has changed while the batch runs")
    }
    return BatchItem(id: entry.id, content: .file(path: file))
  }

  private static func facts(of path: String) throws(BatchError) -> (tag: String, size: Int64) {
    try BatchError.local { () throws(FileError) in
      let file = try File(readingRegular: path)
      var digest = ContentDigest()
      var size: Int64 = 0
      var buffer: [UInt8] = []
      while try file.read(upTo: 256 << 10, into: &buffer) > 0 {
        digest.add(buffer)
        size += Int64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
      }
      return (digest.text, size)
    }
  }

  private static func names(below folder: String) throws(BatchError) -> [String] {
    var open = [""]
    var names: [String] = []
    while let place = open.popLast() {
      for name in try entries(of: place.isEmpty ? folder : "\(folder)/\(place)") where !name.hasPrefix(".") {
        let path = place.isEmpty ? name : "\(place)/\(name)"
        let type = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")[.type] as? FileAttributeType
        if type == .typeDirectory { open.append(path) } else { names.append(path) }
      }
      guard names.count <= mostFiles else {
        throw BatchError(
          kind: .invalidInput, message: "\(folder) holds more than \(mostFiles) files; name one with fewer")
      }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func entries(of folder: String) throws(BatchError) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw BatchError(
        kind: .file, message: "\(folder) cannot be read as a folder; is it one, and may you read it?")
    }
  }
}
