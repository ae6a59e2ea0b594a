internal import NPUBase
public import NPULoad

extension VLLMResultFile {
  /// Makes sure that files can be written to a folder; it is created if it is missing.
  ///
  /// Call it before a run, so that hours of measurement are not lost to a misspelt name.
  ///
  /// - Throws: ``ReportOptionError`` with the system's reason.
  public static func prepare(folder: String) throws(ReportOptionError) {
    do throws(FileError) { try Folder.prepare(folder) } catch {
      throw ReportOptionError(
        message: "No result file can be written to \(folder): \(error.message). Name another folder.")
    }
  }

  /// Writes the file; one of the same name is replaced.
  ///
  /// - Parameters:
  ///   - folder: An existing folder.
  ///   - name: The name of the file; `nil` takes ``name``.
  /// - Returns: The path of the file.
  /// - Throws: ``ReportOptionError`` with the system's reason; the encoder's error for the kit's own part.
  public func save(in folder: String, as name: String? = nil) throws -> String {
    let path = "\(folder)/\(name ?? self.name)"
    let json = try json()
    do throws(FileError) {
      try File(creating: path, replacing: true).write(Array(json.utf8))
    } catch {
      throw ReportOptionError(message: "The result file \(path) is not written: \(error.message).")
    }
    return path
  }
}
