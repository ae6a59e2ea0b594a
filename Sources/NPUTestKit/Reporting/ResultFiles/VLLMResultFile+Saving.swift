internal import NPUBase
public import NPULoad

extension VLLMResultFile {
  /// Makes sure that files can be written to a folder; it is created if it is missing.
  ///
  /// Call it before a run, so that hours of measurement are not lost to a misspelt name.
  ///
  /// - Throws: ``ReportOptionError`` with the system's reason.
  public static func prepare(folder: String) throws(ReportOptionError) {
    do throws(FileError) { try Folder.prepare(folder) } catch { throw refusal(error) }
  }

  /// Makes sure of it without creating the folder.
  package static func check(folder: String) throws(ReportOptionError) {
    do throws(FileError) { try Folder.check(folder) } catch { throw refusal(error) }
  }

  private static func refusal(_ error: FileError) -> ReportOptionError {
    ReportOptionError(
      message: "No result file can be written to \(error.path): \(error.message). Name another folder.")
  }

  /// Writes the file.
  ///
  /// A file of the same name is kept unless it may be replaced: the new one gets a number behind its name, since what
  /// was measured must not be lost either. A device or pipe is written to, and a symbolic link followed. The file is
  /// readable for its owner alone, since it may hold what the service said.
  ///
  /// - Parameters:
  ///   - folder: An existing folder.
  ///   - name: The name of the file, or its whole path from the root; `nil` takes ``name``.
  ///   - replacing: Whether a file of the same name is replaced: whole, or not at all.
  /// - Returns: The path of the file.
  /// - Throws: ``ReportOptionError`` with the system's reason; the encoder's error for the kit's own part.
  public func save(in folder: String, as name: String? = nil, replacing: Bool = false) throws -> String {
    let bytes = Array(try json().utf8)
    let name = name ?? self.name
    for number in 1...Self.mostNumbers {
      let path = Self.path(of: number == 1 ? name : Self.numbered(name, number), in: folder)
      do throws(FileError) {
        if case .regular = try FilePlace(path), !replacing, number < Self.mostNumbers { continue }
        try Self.write(bytes, to: path, replacing: replacing)
        return path
      } catch {
        throw ReportOptionError(message: "The result file \(path) is not written: \(error.message).")
      }
    }
    throw ReportOptionError(message: "The folder \(folder) holds too many files named \(name); name another file.")
  }

  /// Where a file of a name lies: in the folder, unless the name begins at the root.
  package static func path(of name: String, in folder: String) -> String {
    name.hasPrefix("/") ? name : "\(folder)/\(name)"
  }

  private static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(FileError) {
    if replacing { return try OutputFile(path).save(bytes) }
    guard case .missing = try FilePlace(path) else {
      return try File(creating: path, replacing: false).write(bytes)
    }
    let file = try File(creating: path, replacing: false)
    do throws(FileError) { try file.write(bytes) } catch {
      // A part would look like a result.
      File.remove(FilePlace.target(of: path))
      throw error
    }
  }

  private static let mostNumbers = 1000

  /// The name with a number before its ending.
  private static func numbered(_ name: String, _ number: Int) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name)-\(number)" }
    return "\(name[..<dot])-\(number)\(name[dot...])"
  }
}
