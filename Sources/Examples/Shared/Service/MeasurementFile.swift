internal import ArgumentParser
import Foundation

/// Files that hold what was measured, and cannot be made again.
///
/// Reports can: they are replaced.
package enum MeasurementFile {
  /// Refuses, before a run, to write over a file of an earlier one.
  ///
  /// - Throws: `ValidationError` that says what to do.
  package static func check(_ path: String?, overwrite: Bool) throws {
    guard let path else { return }
    // A device or pipe keeps nothing that could be lost.
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    if type == .typeDirectory { throw ValidationError("\(path) is a folder; name a file in it.") }
    guard !overwrite, type == .typeRegular || type == .typeSymbolicLink else { return }
    throw ValidationError("\(path) exists and may hold an earlier measurement; name another file, or add --overwrite.")
  }
}
