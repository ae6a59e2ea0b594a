internal import NPUBase
internal import NPULoad

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The files of one journal: the first has its name, the others the name with `.2`, `.3` and so on behind it.
enum SoakSegments {
  /// The file of a number, from 1.
  static func path(_ path: String, _ number: Int) -> String { number <= 1 ? path : "\(path).\(number)" }

  /// The numbers of the files that are there, in ascending order; the oldest may have been removed.
  static func numbers(of path: String) -> [Int] {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
    let folder = String(path.dropLast(name.count))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    var numbers = names.compactMap { file -> Int? in
      guard file.hasPrefix(name + ".") else { return nil }
      let digits = file.dropFirst(name.count + 1)
      // As they are written, so that a file of another name is none of them.
      guard let number = Int(digits), number > 1, "\(number)" == digits else { return nil }
      return number
    }
    numbers.append(1)
    // A device or a pipe holds nothing to go on with, and must not be removed.
    return numbers.sorted().filter { number in
      if case .regular? = try? FilePlace(Self.path(path, number)) { true } else { false }
    }
  }

  /// Removes all files of a journal that an earlier run has left.
  static func remove(_ path: String) {
    for number in numbers(of: path) { File.remove(Self.path(path, number)) }
  }
}
