#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension VLLMResultFile {
  /// Makes sure that files can be written to a folder; it is created if it is missing.
  ///
  /// Call it before a run, so that hours of measurement are not lost to a misspelt name.
  ///
  /// - Throws: ``ReportOptionError`` with the system's reason.
  public static func prepare(folder: String) throws(ReportOptionError) {
    func refuse(_ code: Int32) -> ReportOptionError {
      let reason = unsafe String(cString: strerror(code))
      return ReportOptionError(message: "No result file can be written to \(folder): \(reason). Name another folder.")
    }
    var path = folder.hasPrefix("/") ? "/" : ""
    for name in folder.split(separator: "/") {
      path += name + "/"
      if unsafe mkdir(path, 0o777) == 0 { continue }
      let code = errno
      // One that is there already may be refused for another reason, such as a read-only file system.
      if unsafe access(path, F_OK) != 0 { throw refuse(code == EEXIST ? ENOTDIR : code) }
    }
    guard unsafe access(path.isEmpty ? "." : path, W_OK | X_OK) == 0 else { throw refuse(errno) }
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
    do throws(JournalError) {
      try JournalFile(creating: path, replacing: true).write(Array(json.utf8))
    } catch {
      throw ReportOptionError(message: "The result file \(path) is not written: \(error.message).")
    }
    return path
  }
}
