internal import NPUBase

/// A model package as ModelArts imports it from object storage: a folder `model` with configuration, code and weights.
public enum ModelPackage {
  /// The name of the configuration file.
  public static let configurationName = "config.json"
  /// The name of the file with the code that serves the model.
  public static let codeName = "customize_service.py"

  /// What is wrong with a package.
  public struct Report: Sendable, Hashable, Codable {
    /// What was found, the errors first; in each group in the order of the files and of the specification.
    public var findings: [PackageFinding]

    /// Creates a report.
    public init(findings: [PackageFinding]) { self.findings = findings }

    /// The findings of a severity.
    public func findings(_ severity: PackageFinding.Severity) -> [PackageFinding] {
      findings.filter { $0.severity == severity }
    }

    /// Whether ModelArts can be expected to take the package: there is no error.
    public var isValid: Bool { findings(.error).isEmpty }

    /// Fails a test unless the package is valid.
    ///
    /// - Throws: ``PackageInvalid`` with all findings.
    public func require() throws(PackageInvalid) {
      if !isValid { throw PackageInvalid(findings: findings) }
    }
  }

  /// Checks a package against the specification of ModelArts, before it is uploaded.
  ///
  /// - Parameter directory: The folder that holds the folder `model`, or the folder `model` itself.
  /// - Returns: Everything that was found.
  /// - Throws: ``ModelArtsError`` of kind `unreadable` if the folder, or a file that must be looked into, cannot be
  ///   read.
  public static func validate(_ directory: String) throws(ModelArtsError) -> Report {
    let files = try PackageFiles(directory)
    var findings = files.findings
    if let bytes = try files.configuration() {
      var rules = ConfigurationRules(file: files.name(of: configurationName))
      rules.check(bytes)
      findings += rules.findings
      findings += files.findings(for: rules.modelType, runtime: rules.runtime)
    } else {
      findings += files.findings(for: nil, runtime: nil)
    }
    return Report(findings: findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning })
  }

  /// Checks the text of a `config.json` alone.
  ///
  /// - Parameter configuration: The file, in UTF-8.
  /// - Returns: What is wrong with it.
  public static func validate(configuration: [UInt8]) -> Report {
    var rules = ConfigurationRules(file: configurationName)
    rules.check(configuration)
    let findings = rules.findings
    return Report(findings: findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning })
  }
}

/// The failure of a test that demands a valid package; its text is the list of findings.
public struct PackageInvalid: Error, Sendable, Hashable, CustomStringConvertible {
  /// Everything that was found.
  public var findings: [PackageFinding]

  /// The findings, one a line.
  public var description: String {
    "the model package is not valid:\n" + findings.map { "  \($0)" }.joined(separator: "\n")
  }
}
