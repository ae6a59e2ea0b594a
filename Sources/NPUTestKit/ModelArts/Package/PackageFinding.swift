/// Something about a model package that ModelArts refuses, or that its user should know before the upload.
public struct PackageFinding: Sendable, Hashable, Codable {
  /// What follows from a finding.
  public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
    /// ModelArts does not take the package, or the service does not start.
    case error
    /// The package may work; the documentation says otherwise, or says nothing.
    case warning
  }

  /// What follows from it.
  public var severity: Severity
  /// The file or folder that it is about, relative to the folder of the package.
  public var file: String
  /// The place within `config.json`, such as `apis[0].url`; of files and folders the same as ``file``.
  public var path: String
  /// What is wrong, with the value, and what to write.
  public var problem: String

  /// Creates a finding.
  public init(severity: Severity, file: String, path: String, problem: String) {
    self.severity = severity
    self.file = file
    self.path = path
    self.problem = problem
  }
}

extension PackageFinding: CustomStringConvertible {
  /// Severity, place and problem on one line.
  public var description: String {
    let place = path == file || path.isEmpty ? file : "\(file) \(path)"
    return "\(severity.rawValue): \(place): \(problem)"
  }
}
