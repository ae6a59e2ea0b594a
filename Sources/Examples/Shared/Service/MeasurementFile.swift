internal import ArgumentParser
import NPUBase

/// Files that hold what was measured, and cannot be made again.
///
/// Reports can: they are replaced.
package enum MeasurementFile {
  /// Refuses, before a run, to write over a file of an earlier one, or to begin where nothing could be written.
  ///
  /// Nothing is changed: the file is made or emptied when the run begins.
  ///
  /// - Throws: `ValidationError` that says what to do.
  package static func check(_ path: String?, overwrite: Bool) throws {
    guard let path else { return }
    let place: FilePlace
    do throws(FileError) {
      place = try FilePlace(path)
      if case .folder = place {} else { try File.probe(creating: path) }
    } catch {
      throw ValidationError("\(error).")
    }
    if case .folder = place { throw ValidationError("\(path) is a folder; name a file in it.") }
    guard !overwrite, case .regular = place else { return }
    throw ValidationError("\(path) exists and may hold an earlier measurement; name another file, or add --overwrite.")
  }
}
