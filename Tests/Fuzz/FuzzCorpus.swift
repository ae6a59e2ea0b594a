import Foundation

/// Files to mutate, in the order of their paths so that a seed means the same input everywhere.
struct FuzzCorpus {
  /// Larger files cost time and hold no more kinds of structure.
  private static let largestFile = 64 << 10

  private let paths: [String]

  init(folders: [String]) throws {
    paths = try folders.flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
    }
  }

  /// The contents of the files with a name like that.
  func files(ending suffix: String) -> [[UInt8]] {
    paths.filter { $0.lowercased().hasSuffix(suffix) }.compactMap { path in
      FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }.filter { $0.count <= Self.largestFile }
  }
}
